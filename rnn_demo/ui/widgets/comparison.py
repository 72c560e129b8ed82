"""What was measured of a checkpoint beside others that learnt the same: what it shows, a figure and the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from rnn_demo.data.csv_files import DataError
from rnn_demo.experiments import comparison
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.models import Models
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.zoo import checkpoint

Rows = Sequence[dict[str, Any]]


def build(
    models: Models,
    name: str,
    title: str,
    text: str,
    elem_id: str,
    in_words: Callable[[Rows], tuple[str, str]],
    figure: Callable[[Rows], Any],
) -> gr.Accordion | None:
    """What the checkpoint's comparison shows, `in_words` and as a `figure`, with its table; nothing without one.

    The words of `text` say what was compared. Plotly loads when the accordion is first opened.
    """
    rows = rows_of(models, name)
    if not rows:
        return None
    headline, sentences = in_words(rows)
    with gr.Accordion(title, open=False, elem_id=elem_id) as accordion:
        summary = f"**{headline}.** {sentences}\n\n" if headline else ""
        gr.Markdown(f"{summary}{words(text)}", elem_id=f"{elem_id}-words")
        plot = gr.Plot(visible=False, show_label=False, elem_id=f"{elem_id}-plot")
        gr.Markdown(comparison.as_markdown(rows), elem_id=f"{elem_id}-table", elem_classes="rnn-numbers")
    accordion.expand(lambda: gr.Plot(plot_value(figure(rows)), visible=True), None, plot, **QUIET)
    return accordion


def rows_of(models: Models, name: str) -> list[dict[str, Any]]:
    """The rows of the checkpoint's comparison, none where there is none that can be read."""
    try:
        return comparison.read_rows(checkpoint.find(name) / checkpoint.COMPARISON) if name in models.names() else []
    except DataError:
        return []
