"""The figures of a comparison have every number of its rows, and a title that says what they show."""

from __future__ import annotations

import pytest

from rnn_demo.experiments.comparison import gates_in_words, order_in_words, read_rows
from rnn_demo.figures.comparison import TESTS, gates, order
from rnn_demo.zoo import checkpoint


def test_each_model_has_a_bar_for_its_answers_and_one_for_its_refusals() -> None:
    rows = read_rows(checkpoint.find("qa") / checkpoint.COMPARISON)
    figure = gates(rows)
    for bars, key in zip(figure.data, ("answered_right", "refused"), strict=True):
        assert list(bars.y) == [row["model"] for row in rows]
        assert list(bars.x) == pytest.approx([100 * row[key] for row in rows])
    assert figure.layout.title.text.replace("<br>", " ") == gates_in_words(rows)[0]


def test_each_model_has_a_line_from_shuffled_to_written_on_each_test() -> None:
    rows = read_rows(checkpoint.find("sentiment") / checkpoint.COMPARISON)
    figure = order(rows, 872)
    for number, test in enumerate(TESTS):
        line, shuffled, written = figure.data[3 * number : 3 * number + 3]
        assert list(written.x) == pytest.approx([100 * row[test] for row in rows])
        assert list(shuffled.x) == pytest.approx([100 * row[f"{test}_shuffled"] for row in rows])
        assert list(line.x[::3]) == list(shuffled.x)
        assert list(line.x[1::3]) == list(written.x)
    assert figure.layout.xaxis2.matches == "x"  # what is lost on the one test can be compared with the other
    assert [part.name for part in figure.data if part.showlegend is not False] == ["words shuffled", "as written"]
    assert figure.layout.title.text.replace("<br>", " ") == order_in_words(rows, 872)[0]


def test_rows_of_which_little_was_measured_are_drawn_without_a_claim() -> None:
    rows = [{"model": "<b>", "answered_right": 0.5, "imdb_test": 0.5}]
    assert "each model" in gates(rows).layout.title.text
    assert list(gates(rows).data[0].y) == ["&lt;b&gt;"]
    assert "shuffled" in order(rows).layout.title.text
