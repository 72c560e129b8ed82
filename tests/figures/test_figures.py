"""Figures: every view draws every cell at any length, marks the present step, and says what it shows."""

from __future__ import annotations

import dataclasses

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from rnn_demo.analysis.trace import record
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.figures import VIEWS
from rnn_demo.figures.coverage import coverage
from rnn_demo.figures.figure import Subject, before, plain, token_name
from rnn_demo.figures.heatmap import by_similarity
from rnn_demo.figures.palette import DARK, LEVELS, LIGHT, css, mixed
from rnn_demo.figures.path import principal_plane
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.ui.viewer.static_files import CSS

VOCABULARY = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")


def subject(cell: str = "lstm", text: str = "ivan", **options: object) -> Subject:
    torch.manual_seed(0)
    architecture = Architecture(cell, 12, embedding_size=6, **options)  # type: ignore[arg-type]
    model = SequenceModel(architecture, VOCABULARY, ["Russian", "<b>Czech</b>", "French"]).eval()
    trace = record(model, text)
    return Subject(trace, "names", model, len(trace.tokens) - 1)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("text", ["a", "ivan", "abc" * 40])
def test_every_view_draws_every_cell_at_any_length(view: str, cell: str, text: str) -> None:
    figure = VIEWS[view](subject(cell, text))
    assert isinstance(figure, go.Figure)
    assert "names" in figure.layout.title.text
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text
    numbers = np.concatenate([np.ravel(drawn.z if drawn.type == "heatmap" else drawn.y) for drawn in figure.data])
    assert np.isfinite(numbers.astype(float)).any()
    assert not np.isinf(numbers.astype(float)).any()  # NaN is a gap, as where a gradient has vanished


@pytest.mark.parametrize(
    ("view", "grouped"),
    [("heat map", False), ("heat map", True), ("path", False), ("updates", False), ("answers", False)],
)
@pytest.mark.parametrize("bad", [range(2, 4), range(4), [1]])
def test_a_trace_with_numbers_that_are_not_finite_is_drawn_with_gaps(view: str, grouped: bool, bad: list[int]) -> None:
    about = dataclasses.replace(subject(), quantity="c", grouped=grouped)
    for values in (*about.layer_trace.quantities.values(), about.trace.logits):
        values[bad] = np.nan
        values[bad, 0] = np.inf
    figure = VIEWS[view](about)
    chart = figure.data[0]
    numbers = np.array(chart.z if view == "heat map" else chart.y, dtype=float).reshape(-1, 4)
    assert not np.isinf(numbers).any()
    if view in ("heat map", "path"):
        assert np.isnan(numbers[:, bad]).all()
        assert np.isfinite(np.delete(numbers, bad, axis=1)).all()
    assert '"NaN"' not in figure.to_json()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws_stacked_bidirectional_models(view: str) -> None:
    about = subject("gru", "ivan", num_layers=2, bidirectional=True)
    for layer in range(4):
        assert VIEWS[view](dataclasses.replace(about, layer=layer)).data


def test_a_figure_is_transparent_and_marks_the_present_step() -> None:
    figure = VIEWS["heat map"](dataclasses.replace(subject(), step=2))
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    mark = figure.layout.shapes[0]
    assert (mark.x0, mark.x1) == (1.5, 2.5)


def test_the_heat_map_shows_the_numbers_of_the_trace_in_its_order_of_units() -> None:
    about = dataclasses.replace(subject(), quantity="f", grouped=True)
    shown = VIEWS["heat map"](about).data[0]
    values = about.layer_trace.quantities["f"]
    np.testing.assert_array_equal(np.array(shown.z), values[:, by_similarity(values)].T)
    assert (shown.zmin, shown.zmax) == (-1, 1)
    rows = by_similarity(values) + 1  # units count from 1 on the page
    np.testing.assert_array_equal(np.array(shown.customdata)[:, 0], rows)
    axis = VIEWS["heat map"](about).layout.yaxis
    assert [int(text) for text in axis.ticktext] == [rows[k] for k in axis.tickvals]


@pytest.mark.parametrize("view", ["memory", "tokens", "integrated gradients"])
def test_the_explained_label_can_be_chosen(view: str) -> None:
    assert "French" in VIEWS[view](dataclasses.replace(subject(), label="French")).layout.title.text


@pytest.mark.parametrize("view", ["memory", "tokens", "integrated gradients"])
def test_the_explained_step_can_be_chosen_and_what_came_later_has_no_say(view: str) -> None:
    about = dataclasses.replace(subject(), explained=1)
    figure = VIEWS[view](about)
    assert "after step 2" in figure.layout.title.text
    assert np.nan_to_num(np.array(figure.data[0].y, dtype=float))[:2].all()
    assert not np.nan_to_num(np.array(figure.data[0].y, dtype=float))[2:].any()


def test_control_characters_and_blanks_are_visible_signs() -> None:
    assert plain("a\x01") == "a␁"
    assert token_name(" ") == "␣"


def test_units_that_move_together_stand_together() -> None:
    rng = np.random.default_rng(0)
    slow, fast = np.linspace(-1, 1, 20), np.sin(np.arange(20))
    kinds = rng.permutation([0] * 5 + [1] * 5)
    values = np.stack([(slow, fast)[kind] * (1 + 0.1 * k) for k, kind in enumerate(kinds)], axis=1)
    ordered = kinds[by_similarity(values)]
    assert np.abs(np.diff(ordered)).sum() <= 2  # a circle of two groups, cut open anywhere


def test_the_principal_plane_keeps_the_variance_it_claims() -> None:
    h = np.random.default_rng(1).normal(size=(30, 12)).astype(np.float32)
    points, share = principal_plane(h)
    total = ((h - h.mean(axis=0)) ** 2).sum()
    np.testing.assert_allclose((points**2).sum(axis=0) / total, share, rtol=1e-4)
    one, none = principal_plane(h[:1])
    assert not one.any()
    assert not none.any()


def test_the_step_before_is_the_later_one_in_a_backward_layer() -> None:
    forward, backward = subject("gru", bidirectional=True).trace.layers
    np.testing.assert_array_equal(before(forward, "h")[1:], forward.quantities["h"][:-1])
    np.testing.assert_array_equal(before(backward, "h")[:-1], backward.quantities["h"][1:])
    assert not before(backward, "h")[-1].any()


def test_a_subject_refuses_what_is_not_there() -> None:
    about = subject()
    for wrong in ({"step": 4}, {"layer": 1}, {"quantity": "q"}, {"explained": -1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            dataclasses.replace(about, **wrong)


def test_positive_is_blue_and_negative_orange_wherever_they_are_drawn() -> None:
    about = subject()
    sentiment = dataclasses.replace(about.trace, labels=("positive", "negative"), logits=about.trace.logits[:, :2])
    lines = {line.name: line.line.color for line in VIEWS["answers"](dataclasses.replace(about, trace=sentiment)).data}
    scale = {"negative": LIGHT[0], "positive": LIGHT[-1]}
    variables = (CSS / "page.css").read_text(encoding="utf-8")
    for label, colour in lines.items():
        assert f"--rnn-{label}: {scale[label]}" in variables
        red, blue = (int(hue[1:3], 16) - int(hue[5:7], 16) for hue in (colour, scale[label]))
        assert red * blue > 0, f"{label} is {colour}, but {scale[label]} in the scale"


def test_text_of_a_visitor_is_not_markup_in_a_figure() -> None:
    assert plain("<b>&") == "&lt;b&gt;&amp;"
    names = [line.name for line in VIEWS["answers"](subject()).data]
    assert "&lt;b&gt;Czech&lt;/b&gt;" in names


def test_the_scale_has_its_anchors_and_the_page_gets_all_levels_twice() -> None:
    assert [mixed(LIGHT, k / 4) for k in range(5)] == list(LIGHT)
    assert css().count("--rnn-v") == 2 * LEVELS
    assert DARK[0] in css()


def test_the_coverage_curve_has_the_share_right_at_each_share_answered_and_marks_the_threshold() -> None:
    points = [
        {"threshold": 0.0, "answered": 1.0, "right": 0.5},
        {"threshold": 0.5, "answered": 0.6, "right": 0.9},
        {"threshold": 1.0, "answered": 0.0, "right": None},
    ]
    figure = coverage(points, 0.45, "<b>")
    line, mark = figure.data
    assert (list(line.x), list(line.y)) == ([100, 60], [50, 90])
    assert (list(mark.x), list(mark.y)) == ([60], [90])
    assert "60% answered, 90.0% of those correct" in figure.layout.title.text
    assert "&lt;b&gt; at the threshold 0.45" in figure.layout.title.text
    assert "answered no question" in coverage(points[2:], 0.5).layout.title.text
    share, best = coverage(points, 0.45, "qa", 0.55).data[2:]
    assert (list(share.x), list(best.x), list(best.y)) == ([pytest.approx(55)] * 2, [pytest.approx(55)], [100])
    assert "55% have an answer, so 45% should be refused" in coverage(points, 0.45, "qa", 0.55).layout.title.text


def test_every_figure_that_can_be_chosen_has_its_words() -> None:
    from rnn_demo.ui.states.figures import explanations

    assert set(explanations()) == set(VIEWS)


def test_titles_say_what_is_seen() -> None:
    about = subject()
    h = about.layer_trace.quantities["h"]
    h[:] = 0.1
    h[2:] = 0.9  # at "a" of "ivan", for good
    about.trace.logits[:] = np.log([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.7, 0.2, 0.1], [0.6, 0.3, 0.1]])
    titles = {
        view: VIEWS[view](about).layout.title.text.split("<br>")[0] for view in ("heat map", "updates", "answers")
    }
    assert titles["heat map"] == "Hidden state h moves most at “a”"
    assert titles["updates"] == "h moves most at “a”: its updates, and the mean of each gate"
    assert titles["answers"] == "From “a” on the answer is “Russian”, 60% in the end"
    assert VIEWS["path"](subject(text="a")).layout.title.text.startswith("h: its path")
