"""Gradient through time, as it opens: its sentence is true of its lines, and its lines of the networks."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
import pytest

from rnn_demo.analysis.gradient_flow import Flow
from rnn_demo.experiments.gradient_study import FlowEpoch, Study, study
from rnn_demo.experiments.shipped import load
from rnn_demo.figures.gradient_arrival import arrival, axis_range, film, gradient_paths, sentence, share_in_words
from rnn_demo.figures.palette import OF_CELLS
from rnn_demo.network.cells import CELLS

TITLES = {cell.title: name for name, cell in CELLS.items()}


def flow_of(**gradients: list[float]) -> Flow:
    norms = {name: (np.array(values),) for name, values in gradients.items()}
    return Flow(0.5, norms, np.ones(3), np.ones(3), np.ones(3), {}, 1.0)


def share_of(words: str) -> float:
    """The number that "0.2%" or "one part in 3 million" says."""
    if words.endswith("%"):
        return float(words[:-1].replace(",", "")) / 100
    number, _, size = words.removeprefix("one part in ").partition(" ")
    return 1 / (float(number) * {"": 1, "thousand": 1e3, "million": 1e6, "billion": 1e9}[size])


def said_by(title: str) -> dict[str, tuple[str, float]]:
    """By cell: the line that the sentence means, and its share."""
    text = re.sub(r"</?b>", "", title.partition("<sup>")[0].replace("<br>", " "))
    said = {}
    part = r"([\d.,]+%|one part in \w+(?: \w+)?) (?:of the gradient is left )?in the ([^,]+?)(?: \(through (\w)\))?[,.]"
    for share, name, through in re.findall(part, text):
        line = name + (f", through {through}" if through not in ("", "h") else "")
        said[TITLES[name]] = line, share_of(share)
    return said


def check_sentence(figure: go.Figure, flows: Mapping[str, Flow]) -> None:
    """Every number of the title is that of the line's first point, to its leading digit, and the best of its cell."""
    said, lines = said_by(figure.layout.title.text), {line.name: line for line in figure.data}
    assert len(said) == min(2, len(flows))
    assert {bool(CELLS[cell].keep_gate) for cell in said} == {False, True}
    for cell, (name, share) in said.items():
        first = lines[name].y[0]
        assert share == pytest.approx(first, rel=0.5 if first < 0.01 else 0.05)
        paths_of_cell = [line.y[0] for line in figure.data if line.name.startswith(CELLS[cell].title)]
        assert first == np.nanmax(paths_of_cell)


@pytest.mark.parametrize("epoch", [0, 1, 5, 10])
def test_the_sentence_of_the_shipped_study_is_true_of_its_lines(epoch: int) -> None:
    events = [event for event in load("gradient").of(FlowEpoch) if event.epoch == epoch]
    flows = {event.cell: event.flow for event in events}
    figure = arrival(flows, tuple(events[0].example.text), "now")
    check_sentence(figure, flows)
    assert "<b>After 20 steps " in figure.layout.title.text


def test_before_training_the_lesson_is_in_the_lines_and_in_the_sentence() -> None:
    flows = {e.cell: e.flow for e in study(Study(distance=20, epochs=1)) if isinstance(e, FlowEpoch) and e.epoch == 0}
    figure = arrival({cell: flows[cell] for cell in CELLS}, tuple("abcdefghijklmnopqrst?"), "before training")
    check_sentence(figure, flows)
    said = said_by(figure.layout.title.text)
    assert said.keys() == {"rnn_tanh", "gru"}
    first = {line.name: line.y[0] for line in figure.data}
    assert max(first["RNN (tanh)"], first["RNN (ReLU)"]) < 1e-4
    assert min(first["GRU"], first["LSTM, through c"]) > 0.5


def test_a_line_that_lies_on_another_is_dashed() -> None:
    flows = {"gru": flow_of(h=[0.8, 0.9, 1.0]), "mingru": flow_of(h=[0.81, 0.9, 1.0])}
    solid, dashed = arrival(flows, tuple("abc"), "now").data
    assert (solid.line.dash, dashed.line.dash != "solid") == ("solid", True)


def test_every_path_ends_at_one_and_c_is_a_dashed_line_of_its_cells_colour() -> None:
    flows = {"rnn_tanh": flow_of(h=[0.001, 0.1, 2.0]), "lstm": flow_of(h=[0.2, 0.3, 0.5], c=[0.4, 0.5, 0.4])}
    figure = arrival(flows, tuple("abc"), "now")
    assert [line.name for line in figure.data] == ["RNN (tanh)", "LSTM", "LSTM, through c"]
    assert [line.y[-1] for line in figure.data] == [1, 1, 1]
    assert [line.line.dash for line in figure.data] == ["solid", "solid", "dash"]
    assert figure.data[1].line.color == figure.data[2].line.color == OF_CELLS["lstm"]
    assert sentence(flows) == (
        "After 2 steps one part in 2 thousand of the gradient is left in the RNN (tanh), 100% in the LSTM (through c)."
    )


def test_what_has_vanished_or_never_began_is_said_and_not_drawn() -> None:
    flows = {"rnn_tanh": flow_of(h=[0.0, 0.1, 2.0]), "gru": flow_of(h=[0.0, 0.0, 0.0])}
    assert sentence(flows) == (
        "After 2 steps nothing of the gradient is left in the RNN (tanh), an unknown part in the GRU."
    )
    figure = arrival(flows, tuple("abc"), "now")
    assert np.isnan(figure.data[0].y[0])
    assert np.isnan(figure.data[1].y).all()
    assert len(list(gradient_paths(flows))) == 2


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.984, "98%"),
        (3.094, "309%"),
        (3.4e-7, "one part in 3 million"),
        (9.6e-6, "one part in 100 thousand"),
        (0.0025, "0.2%"),
        (1.0, "100%"),
        (1e-13, "nothing"),
    ],
)
def test_a_share_is_written_out(share: float, words: str) -> None:
    assert share_in_words(share) == words


def test_a_film_keeps_one_axis_over_all_its_figures() -> None:
    figures = {
        epoch: arrival({"gru": flow_of(h=[10.0**-power, 0.5, 1.0])}, tuple("abc"), f"after epoch {epoch}")
        for epoch, power in enumerate((2, 7))
    }
    shown = film(figures, 0)
    assert list(shown.layout.yaxis.range) == axis_range(list(figures.values()))
    assert shown.layout.yaxis.range[0] < -7
    assert [frame["lines"][0][0] for frame in shown.layout.meta["frames"]] == [1e-2, 1e-7]


def test_a_film_has_room_for_its_longest_title() -> None:
    figures = {
        epoch: arrival({cell: flow_of(h=[10.0**-power, 0.5, 1.0]) for cell in ("gru", "lstm")}, tuple("abc"), "now")
        for epoch, power in enumerate((2, 7))
    }
    short, long = ((layout.height, layout.margin.t) for layout in (figures[0].layout, figures[1].layout))
    assert short < long
    shown = film(figures, 0).layout
    assert (shown.height, shown.margin.t, shown.title.y) == (*long, figures[1].layout.title.y)
