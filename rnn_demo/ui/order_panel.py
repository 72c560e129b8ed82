"""What is order worth? Models that read the same words in order and shuffled, where somebody measured them."""

from __future__ import annotations

import gradio as gr

from rnn_demo import checkpoints
from rnn_demo.order import as_markdown, read_comparison
from rnn_demo.tables import DataError
from rnn_demo.ui.session import Models
from rnn_demo.ui.widget import words


def build(models: Models, name: str) -> None:
    """The table of a checkpoint's comparison in an accordion; nothing where there is none."""
    table = comparison_of(models, name)
    if table:
        with gr.Accordion("What is order worth?", open=False, elem_id="sentiment-order"):
            gr.Markdown(words("order"))
            gr.Markdown(table, elem_id="sentiment-order-table")


def comparison_of(models: Models, name: str) -> str:
    """The table, or "" where there is none that can be read."""
    if name not in models.names():
        return ""
    try:
        rows = read_comparison(checkpoints.find(name))
    except DataError:
        return ""
    return as_markdown(rows) if rows else ""
