"""What are gates worth, and being taught to refuse? Other networks that learnt the same questions, where measured."""

from __future__ import annotations

import gradio as gr

from rnn_demo import checkpoints
from rnn_demo.qa_comparison import table
from rnn_demo.tables import DataError
from rnn_demo.ui.session import Models
from rnn_demo.ui.widget import words


def build(models: Models, name: str) -> None:
    """The table of a checkpoint's comparison in an accordion; nothing where there is none."""
    compared = comparison_of(models, name)
    if compared:
        with gr.Accordion("What are gates worth?", open=False, elem_id="qa-gates"):
            gr.Markdown(words("gates"))
            gr.Markdown(compared, elem_id="qa-gates-table")


def comparison_of(models: Models, name: str) -> str:
    """The table, or "" where there is none that can be read."""
    try:
        return table(checkpoints.find(name)) if name in models.names() else ""
    except DataError:
        return ""
