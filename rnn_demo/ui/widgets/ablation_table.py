"""What was measured of a checkpoint beside others that learnt the same: a table in an accordion, where there is one."""

from __future__ import annotations

import gradio as gr

from rnn_demo.data.csv_files import DataError
from rnn_demo.experiments import comparison
from rnn_demo.ui.models import Models
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.zoo import checkpoint


def build(models: Models, name: str, title: str, text: str, elem_id: str) -> None:
    """The checkpoint's table under the words of `text`; nothing where nobody measured."""
    table = comparison_of(models, name)
    if table:
        with gr.Accordion(title, open=False, elem_id=elem_id):
            gr.Markdown(words(text))
            gr.Markdown(table, elem_id=f"{elem_id}-table")


def comparison_of(models: Models, name: str) -> str:
    """The table of the checkpoint's comparison, or "" where there is none that can be read."""
    try:
        return comparison.table(checkpoint.find(name)) if name in models.names() else ""
    except DataError:
        return ""
