"""Coverage against accuracy: what a threshold costs, opened on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from rnn_demo.data.writing import sentence
from rnn_demo.figures.coverage import coverage
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.models import Models, display_name
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words


def build(models: Models, partner: gr.State, threshold: gr.Slider) -> None:
    """The curve of the model that answers, with the current threshold; Plotly loads when it is first opened."""
    is_open = gr.State(False)
    with gr.Accordion("What the threshold costs", open=False, elem_id="qa-coverage") as accordion:
        gr.Markdown(words("coverage"))
        note = gr.Markdown(visible=False)
        plot = gr.Plot(visible=False, show_label=False, elem_id="qa-coverage-plot")

    def redraw(is_open: bool, name: str, threshold: float) -> list[Any]:
        return plot_and_note(models, name, threshold) if is_open else [gr.skip()] * 2

    arguments: dict[str, Any] = {"inputs": [is_open, partner, threshold], "outputs": [plot, note], **QUIET}
    accordion.expand(lambda: True, None, is_open, **QUIET).then(redraw, **arguments)
    accordion.collapse(lambda: False, None, is_open, **QUIET)
    partner.change(redraw, **arguments)
    threshold.change(redraw, trigger_mode="always_last", **arguments)


def plot_and_note(models: Models, name: str, threshold: float) -> list[Any]:
    """Values for the plot and the note, of which one is visible: the curve, or why there is none."""
    try:
        points = points_of(models, name)
    except ValueError as error:
        return [gr.Plot(visible=False), gr.Markdown(sentence(error), visible=True)]
    if not points:
        return [gr.Plot(visible=False), gr.Markdown("No questions were held out to test this network.", visible=True)]
    figure = coverage(points, threshold, display_name(name))
    return [gr.Plot(plot_value(figure), visible=True), gr.Markdown(without_refusals(points), visible=True)]


def without_refusals(points: Sequence[Mapping[str, Any]]) -> str:
    """What the answers would be worth if it never refused, against which its refusals are to be seen."""
    most = max(points, key=lambda point: point["answered"])
    if most["right"] is None:
        return ""
    return (
        f"At a threshold of 0 it would answer {most['answered']:.0%} of these questions, and {most['right']:.0%} of "
        "its answers would be correct: nearly all the others have no answer that it was taught, so it should refuse "
        "them."
    )


def points_of(models: Models, name: str) -> list[dict[str, Any]]:
    """The points of the curve, measured on questions that the model did not learn from; empty if there are none."""
    measured = models.metrics(name).get("measured", {})
    return next((part["coverage"] for on, part in measured.items() if on != "recall" and "coverage" in part), [])
