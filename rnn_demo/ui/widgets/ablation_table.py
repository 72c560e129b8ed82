"""What was measured of a checkpoint beside others that learnt the same: a table in an accordion, where there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gradio as gr

from rnn_demo.data.csv_files import DataError
from rnn_demo.ui.session import Models
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.zoo import checkpoint

Table = Callable[[Path], str]


def build(models: Models, name: str, title: str, text: str, elem_id: str, table: Table) -> None:
    """The checkpoint's table under the words of `text`; nothing where nobody measured."""
    compared = comparison_of(models, name, table)
    if compared:
        with gr.Accordion(title, open=False, elem_id=elem_id):
            gr.Markdown(words(text))
            gr.Markdown(compared, elem_id=f"{elem_id}-table")


def comparison_of(models: Models, name: str, table: Table) -> str:
    """What `table` makes of the checkpoint's folder, or "" where there is nothing that can be read."""
    try:
        return table(checkpoint.find(name)) if name in models.names() else ""
    except DataError:
        return ""
