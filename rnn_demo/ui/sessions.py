"""Lighter sessions: Gradio keeps the page's description and the last answers, for every visitor and call of the API.

Both, 400 KB and more, serve links that Gradio itself would make of a session, which this page does not use. A session
that is never closed, as that of a call with curl, stays in memory.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import gradio as gr
from gradio import state_holder

MAX_SESSIONS = 4_000  # kept at one time; of more, the one longest unused is forgotten


class LightState(state_holder.SessionState):
    """A session that keeps what its `gr.State`s hold, and nothing for links."""

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks={}))  # type: ignore[arg-type]

    def _update_config(self, key: int) -> None: ...

    def _update_value_in_config(self, key: int, value: Any) -> None: ...


def lighten() -> None:
    """Let every session that begins from now on be a light one."""
    state_holder.SessionState = LightState  # type: ignore[misc]
