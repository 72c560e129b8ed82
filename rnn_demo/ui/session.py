"""What the tabs share: the models, loaded when first needed, and the way from one tab into Hidden states."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from rnn_demo import checkpoints
from rnn_demo.model import SequenceModel

Link = dict[str, str] | None
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}  # for every event but the public API


@dataclass(eq=False)
class Models:
    """The checkpoints by name; each is read from disk once, the first time somebody asks for it."""

    _loaded: dict[str, SequenceModel] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def names(self) -> list[str]:
        return checkpoints.available()

    def get(self, name: str, task: str | None = None) -> SequenceModel:
        """The model of this name; ValueError, in one sentence, if it is missing, damaged or made for another task."""
        if not isinstance(name, str):
            raise ValueError(f"a model is asked for by its name, got {type(name).__name__}")
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = checkpoints.load(checkpoints.find(name))
            model = self._loaded[name]
        if task is not None and model.task != task:
            raise ValueError(f"the checkpoint {name} was made for the task {model.task!r}, not for {task!r}")
        return model


@dataclass(eq=False)
class Session:
    """Given to every tab's `build`. `opened` holds {"model", "text", ...} to be shown in Hidden states.

    `arrived` holds the parameters of the link that the page was opened with, {"tab", "text", ...}, or None.
    `tab` is the one that is being built.
    """

    models: Models
    tabs: gr.Tabs
    tab: gr.Tab
    opened: gr.State
    arrived: gr.State

    def when_arrived(
        self, name: str, show: Callable[[str], Any], text: gr.components.Component, output: gr.components.Component
    ) -> None:
        """When a link opens the tab `name` with a text, write it into `text`, and `show` of it into `output`."""

        def fill(link: Link) -> tuple[Any, Any]:
            return (link["text"], show(link["text"])) if link and asks_for(link, name) else (gr.skip(), gr.skip())

        self.arrived.change(fill, self.arrived, [text, output], **QUIET)

    def when_first_seen(
        self, name: str, show: Callable[[str], Any], text: gr.components.Component, output: gr.components.Component
    ) -> None:
        """When the tab being built is first opened, and not by a link with a text, show what stands in `text`."""

        def start(seen: bool, link: Link, text: str) -> tuple[bool, Any]:
            return True, gr.skip() if seen or asks_for(link, name) else show(text)

        seen = gr.State(False)
        self.tab.select(start, [seen, self.arrived, text], [seen, output], **QUIET)

    def show_in_states(self, button: gr.Button, model: gr.State | str, text: gr.components.Component) -> None:
        """Make `button` open Hidden states with this text and model."""
        if isinstance(model, str):
            model = gr.State(model)
        button.click(_opened, [model, text], [self.opened, self.tabs], **QUIET)


def asks_for(link: Link, name: str) -> bool:
    """Does the link open this tab with a text?"""
    return bool(link and link.get("tab") == name and link.get("text"))


def _opened(model: str, text: str) -> tuple[dict[str, Any], Any]:
    """The wish to see this text; `at` makes two equal wishes two."""
    return {"model": model, "text": text or "", "at": time.time()}, gr.Tabs(selected="states")
