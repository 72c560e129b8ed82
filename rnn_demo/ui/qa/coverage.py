"""Coverage against accuracy: what a threshold costs, opened on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from rnn_demo.data.wording import percent, sentence
from rnn_demo.figures.coverage import coverage
from rnn_demo.tasks.qa import answerable_share
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.models import Models, display_name
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words


def build(models: Models, partner: gr.State, threshold: gr.Slider) -> None:
    """The curve of the model that answers, with the current threshold; Plotly loads when it is first opened."""
    is_open = gr.State(False)
    with gr.Accordion("What the threshold costs", open=False, elem_id="qa-coverage") as accordion:
        gr.Markdown(words("qa/coverage"))
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
    """Values for the plot and the note: either the curve, or why there is none."""
    try:
        part = measured_part(models, name)
    except ValueError as error:
        return [gr.Plot(visible=False), gr.Markdown(sentence(error), visible=True)]
    points = part.get("coverage", [])
    if not points:
        return [gr.Plot(visible=False), gr.Markdown("No questions were held out to test this network.", visible=True)]
    answerable = answerable_share(part)
    figure = coverage(points, threshold, display_name(name), answerable)
    note = in_words(points, threshold, answerable)
    return [gr.Plot(plot_value(figure), visible=True), gr.Markdown(note, visible=True)]


def in_words(points: Sequence[Mapping[str, Any]], threshold: float, answerable: float | None) -> str:
    """What the curve says at this threshold, against the share of questions that should be answered."""
    answering = [point for point in points if point["right"] is not None]
    if not answering:
        return ""
    here = min(answering, key=lambda point: abs(point["threshold"] - threshold))
    most = max(answering, key=lambda point: point["answered"])
    sentences = [
        f"At the threshold {threshold:.2f} it answers {percent(here['answered'])} of these questions, and "
        f"{percent(here['right'], 1)} of its answers are correct."
    ]
    if round(100 * most["answered"]) > round(100 * here["answered"]):
        sentences.append(
            f"At a threshold of {most['threshold']:g} it would answer {percent(most['answered'])} of them, and "
            f"{percent(most['right'])} of its answers would be correct."
        )
    if answerable is not None:
        answer, refuse = percent(answerable), percent(1 - answerable)
        sentences.insert(
            0,
            f"**{answer} of these questions have an answer that it was taught; the other {refuse} it should refuse.** "
            f"The best place is the star: all of the {answer} answered, and every answer correct.",
        )
        sentences.insert(2, verdict(here["answered"] - answerable))
    return " ".join(sentences)


def verdict(excess: float) -> str:
    """How many more questions are answered than have an answer, in a sentence."""
    points = round(100 * abs(excess))
    if points <= 5:
        return "That is about as many as have an answer."
    return f"That is {points} points {'more than have an answer' if excess > 0 else 'fewer than have an answer'}."


def measured_part(models: Models, name: str) -> Mapping[str, Any]:
    """What was measured on questions that the model did not learn from; empty if there are none."""
    measured = models.metrics(name).get("measured", {})
    return next((part for on, part in measured.items() if on != "recall" and "coverage" in part), {})
