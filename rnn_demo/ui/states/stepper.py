"""The stepper as a component of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from rnn_demo.ui.viewer.payload import SCRIPTS, TEMPLATE
from rnn_demo.ui.viewer.static_files import script


def stepper(server_functions: list[Callable[..., Any]]) -> gr.HTML:
    """The component; its value is a text from `payload`. The template is static: user text is data, never markup."""
    return gr.HTML(
        "",
        html_template=TEMPLATE,
        js_on_load="\n".join(map(script, SCRIPTS)),
        server_functions=server_functions,
        apply_default_css=False,
        padding=False,
        elem_id="stepper",
    )
