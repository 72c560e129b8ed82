"""Texts to begin with, each a click away: one picture, where a button of Gradio's for each would slow the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import gradio as gr

from rnn_demo.ui.widgets.widget import dump, widget

Named = tuple[str, str]  # what the button says, and the text it stands for


def examples(elem_id: str, rows: Mapping[str, Iterable[Named | str]]) -> gr.HTML:
    """A row of buttons for each kind of text. Its event `choose` tells the `text` of the one that was chosen."""
    return widget("examples", elem_id, value_of(rows))


def value_of(rows: Mapping[str, Iterable[Named | str]]) -> dict[str, object]:
    """The rows as the page draws them; a text that has no name of its own is its name. An empty row is left out."""
    named = {kind: [(one, one) if isinstance(one, str) else one for one in texts] for kind, texts in rows.items()}
    return {"rows": [{"kind": kind, "texts": texts} for kind, texts in named.items() if texts]}


def told(rows: Mapping[str, Iterable[Named | str]]) -> str:
    """The value of the picture for other rows than before; none make it vanish."""
    return dump(value_of(rows))
