"""The figures of the lab's studies: no line hides another, no value is lost, the title says what was found."""

from __future__ import annotations

import math

import pytest

from rnn_demo.experiments import shipped
from rnn_demo.experiments.cell_race import Finish, Score, headline, scores
from rnn_demo.experiments.clipping import WITH, WITHOUT, Clipping, ClippingStep
from rnn_demo.experiments.gradient_study import Divergence
from rnn_demo.figures.cell_race import cell_race
from rnn_demo.figures.clipping import clipping, floor_of, on_log_axis, ticks
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


def test_a_loss_of_zero_has_a_place_and_the_axis_says_so() -> None:
    losses = ((1, 2.0), (2, 0.0), (3, 5e-5))
    steps = [ClippingStep(who, step, 3, loss, 1.0, 1.0) for who in (WITH, WITHOUT) for step, loss in losses]
    figure = clipping(steps, Clipping())
    loss = figure.data[0]
    assert list(loss.y) == [2.0, 1e-6, 5e-5]
    assert list(loss.customdata) == [2.0, 0.0, 5e-5]
    axis = figure.layout.yaxis
    assert dict(zip(axis.tickvals, axis.ticktext, strict=True))[1e-6] == "0"
    assert "0" not in figure.layout.yaxis2.ticktext


def test_a_cross_marks_where_a_loss_becomes_nan() -> None:
    steps = [ClippingStep(WITHOUT, 1, 3, 2.0, 1.0, 1.0), ClippingStep(WITHOUT, 2, 3, 1e20, math.inf, math.inf)]
    figure = clipping([*steps, Divergence(WITHOUT, "nan")], Clipping())
    (cross,) = (mark for mark in figure.data if mark.mode == "markers")
    assert (list(cross.x), list(cross.y)) == ([2], [1e20])
    assert not [mark for mark in clipping(steps, Clipping()).data if mark.mode == "markers"]


@pytest.mark.parametrize("values", [[], [0.0], [math.nan, math.inf], [1e-30, 1e30]])
def test_every_logarithmic_axis_has_a_few_ticks(values: list[float]) -> None:
    floor = floor_of(values)
    axis = ticks(values, floor)
    assert 1 <= len(axis["tickvals"]) == len(axis["ticktext"]) <= 8
    assert [on_log_axis(value, floor) for value in (0.0, math.nan, math.inf)] == [floor, None, None]
