"""A comparison is read from a file beside a checkpoint, with gaps where nothing was measured."""

import pytest
from helpers.samples import COMPARISON as SAMPLE

from rnn_demo.data.csv_files import DataError
from rnn_demo.experiments.comparison import (
    BAG_OF_WORDS,
    COLUMNS,
    GRU,
    LSTM,
    PLAIN_RNN,
    SHIPPED,
    TFIDF,
    UNTAUGHT,
    as_markdown,
    gates_in_words,
    order_in_words,
    read_rows,
    table,
    write_rows,
)
from rnn_demo.zoo import checkpoint


def test_a_comparison_is_written_and_read_the_same(tmp_path):
    file = tmp_path / "comparison.json"
    write_rows(file, SAMPLE)
    assert read_rows(file) == SAMPLE
    assert table(tmp_path) == as_markdown(SAMPLE)


def test_a_value_that_was_not_measured_is_a_gap_and_a_column_without_any_is_left_out():
    lines = as_markdown(SAMPLE).splitlines()
    assert lines[2] == "| lstm | LSTM | 92.0% | 87.1% | 87.0% | 79.0% | 2,000,000 |"
    assert lines[3] == "| bag of words |  | 88.0% | 88.0% |  |  |  |"
    assert len({line.count("|") for line in lines}) == 1
    assert as_markdown([{"model": "a|b", "auc": 0.5}]).splitlines() == [
        "| model | area under the curve |",
        "|---|--:|",
        "| a/b | 0.500 |",
    ]


def test_without_a_file_there_is_no_comparison(tmp_path):
    assert read_rows(tmp_path / "comparison.json") == []
    assert table(tmp_path) == ""


@pytest.mark.parametrize(
    "content", ["{", "[1]", "[{}]", "7", '{"model": "x"}', '[{"model": 1}]', '[{"model": "x", "sst2_dev": "high"}]']
)
def test_a_damaged_comparison_is_reported(tmp_path, content):
    (tmp_path / "comparison.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"comparison\.json is damaged"):
        table(tmp_path)


def test_no_two_columns_have_the_same_title():
    titles = [title for title, _, _ in COLUMNS]
    assert len(set(titles)) == len(titles)


def test_gates_that_gain_nothing_are_said_to_gain_nothing():
    rows = [
        {"model": name, "answered_right": share} for name, share in ((PLAIN_RNN, 0.987), (GRU, 0.991), (LSTM, 0.99))
    ]
    title, sentences = gates_in_words(rows)
    assert title == "Gates make almost no difference here: plain RNN 98.7%, GRU 99.1%"
    assert "plain RNN 98.7%, GRU 99.1% and LSTM 99.0%" in sentences
    assert "looks back" not in sentences  # only of a model that pools
    pooled = [row | {"options": {"pooling": "max"}} for row in rows]
    assert "looks back at all its steps" in gates_in_words(pooled)[1]
    untaught = {"model": UNTAUGHT, "answered_right": 0.9, "refused": 0.0}
    assert "refuses 0.0% of those" in gates_in_words([*rows, untaught])[1]
    assert (
        gates_in_words([rows[0] | {"answered_right": 0.5}, *rows[1:]])[0]
        == "Gates help here: GRU is 49.1 points ahead of the plain RNN"
    )
    assert gates_in_words(rows[1:]) == ("", "")


@pytest.mark.parametrize(("bag", "verb"), [(0.8200, "is as good as"), (0.85, "beats"), (0.75, "is behind")])
def test_the_bag_of_words_is_held_against_the_lstm(bag, verb):
    short = {BAG_OF_WORDS: bag, LSTM: 0.8188, SHIPPED: 0.872}
    rows = [
        {"model": name, "sst2_dev": share, "sst2_dev_shuffled": share - 0.04, "imdb_test": 0.85 + 0.02 * (name == LSTM)}
        for name, share in short.items()
    ]
    title, sentences = order_in_words(rows, 872)
    assert title == f"Short sentences: a bag of words ({bag:.1%}) {verb} our LSTM (81.9%)"
    assert f"The difference is {round(abs(bag - 0.8188) * 872)} sentence" in sentences
    assert "with its words shuffled it falls to 77.9%" in sentences
    assert "87.0% against 85.0%" in sentences
    assert "reaches 87.2%" in sentences
    assert "difference" not in order_in_words(rows)[1]
    assert order_in_words(SAMPLE, 872) == ("", "")


@pytest.mark.parametrize(
    ("short", "long", "says"),
    [
        (0.85, 0.9, "more than every small network in the table. A network is worth"),
        (0.85, 0.8, "on sentences that is more than every small network"),
        (0.7, 0.8, "the best small network is better on both"),
    ],
)
def test_it_is_said_what_a_model_without_a_network_means(short, long, says):
    rows = [
        {"model": name, "sst2_dev": 0.82, "sst2_dev_shuffled": 0.78, "imdb_test": 0.87} for name in (BAG_OF_WORDS, LSTM)
    ]
    assert "Logistic regression" not in order_in_words(rows)[1]
    sentences = order_in_words([{"model": TFIDF, "sst2_dev": short, "imdb_test": long}, *rows])[1]
    assert f"no network at all, reaches {long:.1%} on long reviews and {short:.1%} on sentences" in sentences
    assert says in sentences


@pytest.mark.parametrize(("name", "in_words"), [("qa", gates_in_words), ("sentiment", order_in_words)])
def test_what_is_shipped_is_put_into_words(name, in_words):
    title, sentences = in_words(read_rows(checkpoint.find(name) / checkpoint.COMPARISON))
    assert title
    assert sentences
