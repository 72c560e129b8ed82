"""What the tabs share: the models, loaded when first needed, and the way from one tab into Hidden states."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from rnn_demo.analysis.nearest import Taught, taught
from rnn_demo.data.csv_files import DataError
from rnn_demo.limits import MAX_OWN_BYTES, MAX_OWN_MODELS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.build import read_examples
from rnn_demo.zoo.recipes import RECIPES

Link = dict[str, str] | None
OWN = "own-"  # how the names of visitors' own models begin
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}  # for every event but the public API


def is_own(name: str) -> bool:
    """Is this the name of a visitor's own model?"""
    return name.startswith(OWN)


def called(name: str) -> str:
    """A model's name as it may be shown: that of a visitor's own is a secret."""
    return "your own model" if is_own(name) else name


@dataclass(frozen=True, eq=False)
class Own:
    """A visitor's own model, what was measured when it was made, and what it was taught, if that is at hand."""

    model: SequenceModel
    metrics: dict[str, Any] = field(default_factory=dict)
    examples: Sequence[Example] = ()


def size(own: Own) -> int:
    """The bytes of a model's weights."""
    return sum(weight.numel() * weight.element_size() for weight in own.model.parameters())


@dataclass(eq=False)
class Models:
    """The checkpoints by name; each is read from disk once, the first time somebody asks for it.

    A visitor's own model is kept under a name that nobody can guess and that is never listed: who has the name, and
    that is the visitor's page alone, has the model. Of too many, the one longest unused is dropped.
    """

    _loaded: dict[str, SequenceModel] = field(default_factory=dict)
    _own: OrderedDict[str, Own] = field(default_factory=OrderedDict)
    _taught: dict[str, Taught | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def names(self) -> list[str]:
        return checkpoint.available()

    def get(self, name: str, task: str | None = None) -> SequenceModel:
        """The model of this name; ValueError, in one sentence, if it is missing, damaged or made for another task."""
        if not isinstance(name, str):
            raise ValueError(f"a model is asked for by its name, got {type(name).__name__}")
        with self._lock:
            if is_own(name):
                model = self._found(name).model
            elif name not in self._loaded:
                model = self._loaded[name] = checkpoint.load(checkpoint.find(name))
            else:
                model = self._loaded[name]
        if task is not None and model.task != task:
            raise ValueError(f"the checkpoint {name} was made for the task {model.task!r}, not for {task!r}")
        return model

    def _found(self, name: str) -> Own:
        if name not in self._own:
            raise ValueError("your own model is no longer kept here; teach it again, or load the file you saved")
        self._own.move_to_end(name)
        return self._own[name]

    def has(self, name: str) -> bool:
        """Is it a checkpoint's name, or that of an own model that is still kept?"""
        return name in self._own if is_own(name) else name in self.names()

    def keep(self, own: Own) -> str:
        """Take in a visitor's own model; return the secret name by which alone it is found."""
        name = OWN + secrets.token_urlsafe(16)
        with self._lock:
            self._own[name] = own
            while len(self._own) > MAX_OWN_MODELS or sum(map(size, self._own.values())) > MAX_OWN_BYTES:
                self._taught.pop(self._own.popitem(last=False)[0], None)
        return name

    def forget(self, name: str | None) -> None:
        """Drop a visitor's own model, if it is still there."""
        with self._lock:
            self._own.pop(name or "", None)
            self._taught.pop(name or "", None)

    def metrics(self, name: str) -> dict[str, Any]:
        """What was measured when a model was made; nothing is loaded for it."""
        if is_own(name):
            return self._found(name).metrics
        return checkpoint.metrics(checkpoint.find(name)) if name in self.names() else {}

    def taught(self, name: str) -> Taught | None:
        """What a model was taught, read by it once, which may take seconds; None where the examples are not at hand."""
        if name not in self._taught:
            model = self.get(name)
            examples = self._found(name).examples if is_own(name) else learnt(name)
            known = [example for example in examples if example.label in model.labels]
            self._taught[name] = taught(model, known) if known else None
        return self._taught[name]


def learnt(name: str) -> Sequence[Example]:
    """What the checkpoint of a recipe learnt from, if its data came with the program."""
    recipe = RECIPES.get(name)
    try:
        return TASKS[recipe.task].split(read_examples(recipe, None), recipe.training.seed).train if recipe else ()
    except DataError:
        return ()


@dataclass(eq=False)
class Session:
    """Given to every tab's `build`. `opened` holds {"model", "text", ...} to be shown in Hidden states.

    `arrived` holds the parameters of the link that the page was opened with, {"tab", "text", ...}, or None.
    `tab` is the one that is being built.
    """

    models: Models
    page: gr.Blocks
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
        button.click(see, [model, text], [self.opened, self.tabs], **QUIET)


def asks_for(link: Link, name: str) -> bool:
    """Does the link open this tab with a text?"""
    return bool(link and link.get("tab") == name and link.get("text"))


def see(model: str, text: str) -> tuple[dict[str, Any], Any]:
    """The wish to see this text; `at` makes two equal wishes two."""
    return {"model": model, "text": text or "", "at": time.time()}, gr.Tabs(selected="states")
