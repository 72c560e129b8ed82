"""The next step: at the end of a tab one sentence with a link to where learning continues, from texts/next_steps.md."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from rnn_demo.ui.contracts import NextStep
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.links import values_of
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.widget import widget

_TAB = re.compile(r"^## +(\w+)$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\(\?([^)]+)\)")  # [words](?tab=...)


def build(context: TabContext, name: str) -> None:
    """The sentence of this tab, which opens what it links to within the page; nothing where a tab has none."""
    step = next_steps().get(name)
    if step is None:
        return
    line = widget("next_step", f"{name}-next", step)
    outputs = [context.arrived, context.opened, context.tabs]
    custom_event(line, "go")(lambda: values_of(step["link"]), None, outputs, **QUIET)


def next_steps() -> dict[str, NextStep]:
    """The sentence of each tab, by its name. ValueError for one without exactly one link into the page."""
    parts = _TAB.split(words("next_steps"))[1:]
    return {name: parse(" ".join(text.split())) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def parse(sentence: str) -> NextStep:
    """A sentence in Markdown in its three parts: before the link, the link, and after it."""
    parts = _LINK.split(sentence)
    if len(parts) != 4:
        raise ValueError(f"a next step has one link, such as [the lab](?tab=lab), got: {sentence}")
    before, name, address, after = parts
    return {"before": before, "name": name, "link": dict(parse_qsl(address)), "after": after}
