"""Texts to begin with, each a click away: one widget, where a button of Gradio's for each would slow the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.ui.widgets.widget import widget

NamedText = tuple[str, str]  # what the button says, and the text it stands for


def examples(elem_id: str, rows: Mapping[str, Iterable[NamedText | str]]) -> gr.HTML:
    """A row of buttons for each kind of text. Its event `choose` has the `text` of the button that was pressed."""
    return widget("examples", elem_id, value_of(rows))


def value_of(rows: Mapping[str, Iterable[NamedText | str]]) -> dict[str, object]:
    """The rows as the page draws them. A text without a name is its own name; an empty row is left out."""
    texts_by_kind = {
        kind: [(one, one) if isinstance(one, str) else one for one in texts] for kind, texts in rows.items()
    }
    return {"rows": [{"kind": kind, "texts": texts} for kind, texts in texts_by_kind.items() if texts]}


def new_rows(rows: Mapping[str, Iterable[NamedText | str]]) -> str:
    """The value of the component for other rows; without any it vanishes."""
    return strict_json(value_of(rows))
