"""A trace in a notebook: the page's stepper in a frame of its own, with everything that it needs inside."""

from __future__ import annotations

import html

from rnn_demo.analysis.trace import Trace
from rnn_demo.data.json_text import strict_json
from rnn_demo.figures import palette
from rnn_demo.network.cells import find_cell
from rnn_demo.ui.viewer.payload import TEMPLATE, payload
from rnn_demo.ui.viewer.static_files import CSS, bundle

HEIGHT = 640  # pixels, until the script has measured the drawing

# What Gradio's theme says on the page, for light and for dark.
_LIGHT = {
    "--body-text-color": "#1f2937",
    "--body-text-color-subdued": "#64748b",
    "--background-fill-primary": "#ffffff",
    "--background-fill-secondary": "#f8fafc",
    "--border-color-primary": "#e2e8f0",
    "--color-accent": "#2563eb",
}
_DARK = _LIGHT | {
    "--body-text-color": "#f1f5f9",
    "--body-text-color-subdued": "#94a3b8",
    "--background-fill-primary": "#0f172a",
    "--background-fill-secondary": "#1e293b",
    "--border-color-primary": "#334155",
}


def _variables(values: dict[str, str]) -> str:
    return " ".join(f"{name}: {value};" for name, value in values.items())


COLOURS = f":root {{ {_variables(_LIGHT)} }} .dark {{ {_variables(_DARK)} }}"  # as a style sheet
_STYLE = """
body { margin: 0; font-family: system-ui, sans-serif; background: var(--background-fill-primary); }
"""


def frame(trace: Trace) -> str:
    """An iframe with the stepper. The numbers travel as JSON beside the script, never as markup."""
    whole = html.escape(page(trace), quote=True)
    return (
        f'<iframe srcdoc="{whole}" title="The unrolled network" style="width:100%;height:{HEIGHT}px;border:0"></iframe>'
    )


def page(trace: Trace) -> str:
    """The same as a whole HTML document, which a file can hold too."""
    title = find_cell(trace.cell).title
    text = strict_json(payload(trace, title)).replace("<", "\\u003c")  # so that no token can end the script element
    style = COLOURS + palette.css() + _STYLE
    sheets = ("picture", "stepper", "cell", "parts")
    css = "".join((CSS / f"{name}.css").read_text(encoding="utf-8") for name in sheets)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{html.escape(title)}</title>"
        f"<style>{style}{css}</style>"
        f'<body><div id="stepper">{TEMPLATE}</div>'
        f'<script type="application/json" id="trace">{text}</script>'
        f'<script type="module">{bundle("stepper/notebook.js")}</script>'
    )
