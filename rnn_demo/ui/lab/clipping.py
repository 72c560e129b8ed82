"""Gradient clipping in the page: the same network is trained twice, with clipped and with unclipped gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import gradio as gr

from rnn_demo.experiments import shipped
from rnn_demo.experiments.clipping import Clipping, ClippingStep, clipping, in_words
from rnn_demo.experiments.gradient_study import MAX_DISTANCE, MAX_FACTOR, Divergence
from rnn_demo.figures import clipping as figures
from rnn_demo.figures.clipping import COLOURS, Extent
from rnn_demo.network.cells import CELLS
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.lab.shipped_result import shipped_result
from rnn_demo.ui.lab.study_panel import StudyPanel
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.charts import chart, counted_axis, line, powers_axis

FIRST = Clipping()
INVITATION = "Press Start and watch the network whose gradients are not clipped."


def build(visitors: Visitors) -> None:
    """Lay out the comparison and wire it."""
    study = shipped.load("clipping")
    plot = plot_value(figures.clipping(study.results, study.setting))
    shipped_result("clipping", words("lab/clipping"), plot, study, in_words(study.setting, study.results))
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=280):
            cell = gr.Dropdown([(c.title, name) for name, c in CELLS.items()], value=FIRST.cell, label="Cell")
            factor = gr.Slider(
                0,
                MAX_FACTOR,
                FIRST.factor,
                step=0.1,
                label="Scale the initial recurrent weights by",
                elem_id="clipping-factor",
            )
            distance = gr.Slider(1, MAX_DISTANCE, FIRST.distance, step=1, label="Steps to remember")
            clip_norm = gr.Number(FIRST.clip_norm, label="Clip gradients to a norm of", elem_id="clipping-norm")
            learning_rate = gr.Number(FIRST.learning_rate, label="Learning rate", elem_id="clipping-rate")
        with gr.Column(scale=3, min_width=300):
            panel = StudyPanel("clipping", INVITATION, visitors, clipping)
            controls = [cell, factor, distance, clip_norm, learning_rate]
            panel.draw_on_start(controls, setting_of, payloads, figures.clipping)


def setting_of(cell: str, factor: float, distance: float, clip_norm: float, learning_rate: float) -> Clipping:
    """The comparison that the controls describe; ValueError says what is wrong with it."""
    return Clipping(int(distance), learning_rate=learning_rate, factor=factor, cell=cell, clip_norm=clip_norm)


def payloads(setting: Clipping, batches: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
    """Both training runs as the page draws them; the last one with all that happened, as `results`."""
    clipping_steps: list[ClippingStep] = []
    divergences: list[Divergence] = []
    for batch in batches:
        clipping_steps += [event for event in batch if isinstance(event, ClippingStep)]
        divergences += [event for event in batch if isinstance(event, Divergence)]
        yield payload(setting, clipping_steps)
    events: list[ClippingStep | Divergence] = [*clipping_steps, *divergences]
    yield {"status": in_words(setting, events) or "Stopped before it started.", "results": events}


def payload(setting: Clipping, clipping_steps: Sequence[ClippingStep]) -> dict[str, Any]:
    """The loss and the gradient norm of both, so far."""
    steps = max((step.steps for step in clipping_steps), default=1)
    charts = []
    for key, title in (("loss", "loss"), ("norm", "gradient norm")):
        extent = Extent.of([getattr(step, key) for step in clipping_steps])
        lines = [
            line(
                f"{who} gradients",
                colour,
                [(s.step, extent.place(getattr(s, key))) for s in clipping_steps if s.network == who],
            )
            for who, colour in COLOURS.items()
        ]
        axis = powers_axis(f"{title} (ends: {extent.edges})" if extent.edges else title)
        charts.append(chart(f"{title} at each step", counted_axis("step", steps), axis, lines))
    return {"status": f"Step {max((step.step for step in clipping_steps), default=0)} of {steps}.", "charts": charts}
