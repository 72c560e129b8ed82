"""A sentence about what went wrong, above a widget that stays as it was."""

from __future__ import annotations

import html
from typing import Any

import gradio as gr

from rnn_demo.data.wording import sentence


def notice(elem_id: str) -> gr.HTML:
    """The place for the sentence; it takes no room while there is none."""
    return gr.HTML(visible=False, elem_id=elem_id, padding=False)


def notice_for(error: Exception | None) -> Any:
    """Update the place. The error may repeat what a visitor wrote, so it is escaped: text, never markup."""
    if error is None:
        return gr.HTML("", visible=False)
    return gr.HTML(f'<p class="rnn-notice" role="alert">{html.escape(sentence(error))}</p>', visible=True)
