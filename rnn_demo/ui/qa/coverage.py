"""How well does it know what it does not know? Coverage against accuracy, opened on demand."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rnn_demo.figures.coverage import coverage
from rnn_demo.ui.session import QUIET, Models, called
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.plots import plotted


def build(models: Models, partner: gr.State, threshold: gr.Slider) -> None:
    """The curve of the model that is talked to, the present threshold on it; Plotly loads when it is first opened."""
    is_open = gr.State(False)
    with gr.Accordion("What the threshold costs", open=False, elem_id="qa-coverage") as panel:
        gr.Markdown(words("coverage"))
        none = gr.Markdown("Nothing was put aside to measure this network on.")
        plot = gr.Plot(visible=False, show_label=False, elem_id="qa-coverage-plot")

    def redraw(opened: bool, name: str, threshold: float) -> list[Any]:
        if not opened:
            return [gr.skip()] * 2
        points = points_of(models, name)
        if not points:
            return [gr.Plot(visible=False), gr.Markdown(visible=True)]
        figure = coverage(points, threshold, called(name))
        return [gr.Plot(plotted(figure), visible=True), gr.Markdown(visible=False)]

    arguments: dict[str, Any] = {"inputs": [is_open, partner, threshold], "outputs": [plot, none], **QUIET}
    panel.expand(lambda: True, None, is_open, **QUIET).then(redraw, **arguments)
    panel.collapse(lambda: False, None, is_open, **QUIET)
    partner.change(redraw, **arguments)
    threshold.change(redraw, trigger_mode="always_last", **arguments)


def points_of(models: Models, name: str) -> list[dict[str, Any]]:
    """The points of the curve, on questions that the model has not learnt from; empty if none were measured."""
    measured = models.metrics(name).get("measured", {})
    return next((part["coverage"] for on, part in measured.items() if on != "recall" and "coverage" in part), [])
