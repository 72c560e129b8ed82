"""A widget, which the page draws itself: a `gr.HTML` whose script reads a JSON text and builds the elements.

The template is static and the data never pass through it, so no text of a visitor is ever taken for markup.
(A function, not a subclass: a subclass of `gr.HTML` writes a .pyi file beside its module.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.ui.scripts import importing

_CONTEXT = "{ element, props, trigger, watch, server }"  # what Gradio hands to a script


def widget(
    module: str,
    elem_id: str,
    value: Mapping[str, Any] | None = None,
    server_functions: Sequence[Callable[..., Any]] = (),
) -> gr.HTML:
    """A component drawn by the module static/js/widgets/MODULE.js: its `draw(root, data, page)` gets every new value.

    It can ask for the `server_functions`, each with one argument.
    """
    script = f"""Promise.all([{importing("core/widget.js")}, {importing(f"widgets/{module}.js")}])
        .then(([widget, module]) => widget.mount(module.draw, {_CONTEXT}));"""
    return _html(strict_json(value or {}), '<div class="rnn-widget"></div>', script, server_functions, elem_id)


def stepper(template: str, server_functions: Sequence[Callable[..., Any]]) -> gr.HTML:
    """The stepper as a component; its value is a text from `viewer.payload`."""
    script = f"{importing('stepper/stepper.js')}.then(({{ mount }}) => mount({_CONTEXT}));"
    return _html("", template, script, server_functions, "stepper")


def landing_place(elem_id: str) -> gr.HTML:
    """An empty component, into which the script moves the first frame of the page."""
    script = f"{importing('landing/landing.js')}.then(({{ moveInto }}) => moveInto(element, trigger));"
    return _html("", '<div class="landing-place"></div>', script, (), elem_id)


def _html(
    value: str, template: str, script: str, server_functions: Sequence[Callable[..., Any]], elem_id: str
) -> gr.HTML:
    return gr.HTML(
        value,
        html_template=template,
        js_on_load=script,
        server_functions=list(server_functions) or None,
        elem_id=elem_id,
        apply_default_css=False,
        padding=False,
    )
