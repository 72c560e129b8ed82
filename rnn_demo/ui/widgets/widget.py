"""A picture that the page draws itself: a `gr.HTML` whose script reads a JSON text and builds the elements.

The template is static and the data never pass through it, so no text of a visitor is ever taken for markup.
(A function, not a subclass: a subclass of `gr.HTML` writes a .pyi file beside its module.)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from rnn_demo.ui.viewer.static_files import script


def widget(
    name: str,
    elem_id: str,
    value: dict[str, Any] | None = None,
    shared: Sequence[str] = (),
    server_functions: Sequence[Callable[..., Any]] = (),
) -> gr.HTML:
    """A component drawn by `NAME.js`: its function `draw(root, data)` is called with every new value.

    `shared` names scripts that it uses; it can ask for the `server_functions`, each with one argument.
    """
    return gr.HTML(
        value=dump(value or {}),
        html_template='<div class="rnn-widget"></div>',
        js_on_load="\n".join([*(script(f"{part}.js") for part in ("core/dom", *shared, name)), _RUN]),
        server_functions=list(server_functions) or None,
        elem_id=elem_id,
        apply_default_css=False,
        padding=False,
    )


def dump(value: dict[str, Any]) -> str:
    """The value of a widget: JSON as one text, which the browser takes far faster than a nested dict."""
    return json.dumps(value, ensure_ascii=False)


def sentence(error: Exception | str) -> str:
    """An error as a sentence for the page."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


_RUN = """
const root = element.querySelector('.rnn-widget');
function refresh() {
  root.replaceChildren();
  draw(root, JSON.parse(props.value || '{}'));
  root.dataset.drawn = String(Number(root.dataset.drawn || 0) + 1);
}
watch('value', refresh);
refresh();
"""
