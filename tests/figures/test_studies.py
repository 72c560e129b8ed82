"""The figures of the lab's studies: no line hides another, no value is lost, the title says what was found."""

from __future__ import annotations

import math

import pytest

from rnn_demo.data.wording import rounded
from rnn_demo.experiments import shipped
from rnn_demo.experiments.cell_race import Finish, Score, headline, scores
from rnn_demo.experiments.clipping import WITHOUT, Clipping, ClippingStep
from rnn_demo.experiments.gradient_study import Divergence
from rnn_demo.figures.cell_race import cell_race
from rnn_demo.figures.clipping import Extent, clipping
from rnn_demo.figures.figure import DASHES, dashes
from rnn_demo.network.cells import CELLS


def test_a_line_is_dashed_for_each_line_that_it_lies_on() -> None:
    flat = [(5.0, 100.0), (10.0, 100.0), (20.0, 100.0)]
    falling = [(5.0, 100.0), (10.0, 60.0), (20.0, 10.0)]
    shared = [(5.0, 0.0), (10.0, 100.2), (20.0, 99.9)]
    assert dashes([flat, falling, shared, flat]) == ["solid", "solid", DASHES[1], DASHES[2]]
    assert dashes([flat[:1], flat[:1]]) == ["solid", DASHES[1]]
    assert dashes([]) == []
    assert dashes([flat] * 9)[-1] == DASHES[-1]


def test_in_the_shipped_race_gru_and_lstm_can_both_be_seen() -> None:
    study = shipped.load("race")
    results = scores(study.of(Finish))
    figure = cell_race(results, study.setting)
    lines = {line.name: line for line in figure.data if line.name}
    gru, lstm = lines[CELLS["gru"].title], lines[CELLS["lstm"].title]
    assert gru.line.dash == "solid"
    assert lstm.line.dash == DASHES[1]
    assert lstm.marker.size < gru.marker.size
    assert figure.layout.title.text.startswith("<br>".join(headline(results)))
    assert max(score.high for score in results) <= 1  # the axis shows all of it


def test_a_single_cell_is_drawn_solid() -> None:
    (_, line, _) = cell_race([Score("lstm", 5, 1.0, 1.0, 1.0, 1, 0.1)], shipped.load("race").setting).data
    assert line.line.dash == "solid"


def steps_with(*losses: float, norm: float = 1.0) -> list[ClippingStep]:
    return [ClippingStep(WITHOUT, k + 1, len(losses), loss, norm, norm) for k, loss in enumerate(losses)]


def test_what_lies_beyond_an_axis_stands_at_its_edge_and_the_title_says_how_far_it_goes() -> None:
    losses = (2.0, 0.0, 5e-7, 0.2, 3e18)
    figure = clipping(steps_with(*losses), Clipping())
    loss = next(line for line in figure.data if line.customdata is not None and list(line.customdata) == list(losses))
    assert list(loss.y) == [2.0, 1e-3, 1e-3, 0.2, 1e4]
    axis = figure.layout.yaxis
    assert axis.range[0] < -3 < 4 < axis.range[1]
    assert (axis.ticktext[0], axis.ticktext[-1]) == ("≤ 0.001", "≥ 10<sup>4</sup>")
    assert "at the edges: losses up to 3 × 10¹⁸, losses down to 0</sup>" in figure.layout.title.text
    assert "≤" not in "".join(figure.layout.yaxis2.ticktext)
    assert Extent.of(losses).edges == "≤ 0.001, ≥ 10⁴"
    assert Extent.of([0.5, 2.0]).edges == ""


def test_the_shipped_axes_are_at_most_seven_decades_long_and_their_ends_are_true() -> None:
    study = shipped.load("clipping")
    figure = clipping(study.results, study.setting)
    for axis in (figure.layout.yaxis, figure.layout.yaxis2):
        assert axis.range[1] - axis.range[0] < 8
    largest = max(step.loss for step in study.of(ClippingStep))
    assert f"losses up to {rounded(largest)}" in figure.layout.title.text


def test_a_cross_at_the_upper_edge_marks_the_step_at_which_a_loss_becomes_nan() -> None:
    figure = clipping([*steps_with(2.0, 1e20, norm=math.inf), Divergence(WITHOUT, "nan")], Clipping())
    (cross,) = (mark for mark in figure.data if mark.mode == "markers")
    assert (list(cross.x), list(cross.y)) == ([3], [1e4])
    assert cross.marker.symbol == "x"
    assert not [mark for mark in clipping(steps_with(2.0, 1e20), Clipping()).data if mark.mode == "markers"]


@pytest.mark.parametrize("values", [[], [0.0], [math.nan, math.inf], [1e-30, 1e30], [0.5], [2.0, 3.0]])
def test_every_logarithmic_axis_has_a_few_ticks(values: list[float]) -> None:
    extent = Extent.of(values)
    axis = extent.axis
    assert 2 <= len(axis["tickvals"]) == len(axis["ticktext"]) <= 8
    assert all(extent.low <= place <= extent.high for value in values if (place := extent.place(value)) is not None)
    assert extent.place(math.nan) is None
