"""The models that the page talks to: checkpoints, loaded when first needed, and visitors' own."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rnn_demo.analysis.nearest import ExampleIndex, index_examples
from rnn_demo.limits import MAX_OWN_BYTES, MAX_OWN_MODELS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import Example
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.build import training_examples
from rnn_demo.zoo.example_index import stored_index, thinned

BYTES_OF_A_TEXT = 150  # that Python needs beside its letters, with its places in lists and dictionaries
OWN = "own-"  # how the names of visitors' own models begin
YOURS = "your own model"


def is_own(name: str) -> bool:
    """Is this the name of a visitor's own model?"""
    return name.startswith(OWN)


def display_name(name: str) -> str:
    """A model's name as the page may show it: the name of a visitor's own model is a secret."""
    return YOURS if is_own(name) else name


@dataclass(frozen=True, eq=False)
class OwnModel:
    """A visitor's own model, its metrics, and the examples that it learnt from, where they are available.

    `title` is its name on the page, `details` what sets it apart from others of the same `origin` ("Your runs in the
    lab"), and `session` the visit that it was made in.
    """

    model: SequenceModel
    metrics: dict[str, Any] = field(default_factory=dict)
    examples: Sequence[Example] = ()
    title: str = YOURS
    details: str = ""
    origin: str = YOURS
    session: str = ""

    @cached_property
    def size(self) -> int:
        """The bytes of its weights, and about those of its words, its answers and its examples."""
        weights = sum(weight.numel() * weight.element_size() for weight in self.model.parameters())
        texts = [*self.model.vocabulary.tokens, *self.model.labels]
        texts += [text for example in self.examples for text in (example.text, str(example.label))]
        return weights + sum(len(text) + BYTES_OF_A_TEXT for text in texts)


@dataclass(eq=False)
class Models:
    """All models by name. A checkpoint is read from disk once, when it is first needed.

    A visitor's own model has a name that nobody can guess and that is never listed: having the name is having the
    model. When too many are kept, the least recently used is dropped.
    """

    _checkpoints: dict[str, SequenceModel] = field(default_factory=dict)
    _own: OrderedDict[str, OwnModel] = field(default_factory=OrderedDict)
    _examples: dict[str, ExampleIndex | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _opening: dict[str, threading.Lock] = field(default_factory=dict)
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def names(self) -> list[str]:
        """The names of the checkpoints."""
        return checkpoint.available()

    def get(self, name: str, task: str | None = None) -> SequenceModel:
        """The model of this name; ValueError, in one sentence, if it is missing, damaged or made for another task."""
        if not isinstance(name, str):
            raise ValueError(f"the name of a model must be a string, got {type(name).__name__}")
        if is_own(name):
            with self._lock:
                model = self._own_model(name).model
        else:
            model = self._checkpoints.get(name) or self._read(name)
        if task is not None and model.task != task:
            raise ValueError(f"the checkpoint {name} was made for the task {model.task!r}, not for {task!r}")
        return model

    def _read(self, name: str) -> SequenceModel:
        """Read a checkpoint once; whoever needs it meanwhile waits for it, and whoever needs another does not."""
        folder = checkpoint.find(name)
        with self._lock:
            reading = self._opening.setdefault(name, threading.Lock())
        with reading:
            if name not in self._checkpoints:
                self._checkpoints[name] = checkpoint.load(folder)
            return self._checkpoints[name]

    def _own_model(self, name: str) -> OwnModel:
        if name not in self._own:
            raise ValueError("your model has expired; train it again, or load the file you saved")
        self._own.move_to_end(name)
        return self._own[name]

    def has(self, name: str) -> bool:
        """Is it the name of a checkpoint, or of an own model that is still kept?"""
        return name in self._own if is_own(name) else name in self.names()

    def title(self, name: str) -> str:
        """A model's name as the page may show it: its title, where it is a visitor's own and still kept."""
        own = self._own.get(name)
        return own.title if own else display_name(name)

    def of_session(self, session: str, name: str = "") -> dict[str, OwnModel]:
        """The models that a visitor has made, by their secret names, and the one of this `name` if it is an own one."""
        with self._lock:
            own = list(self._own.items())
        return {key: model for key, model in own if key == name or (session and model.session == session)}

    def keep(self, own: OwnModel) -> str:
        """Keep a visitor's own model; return its secret name."""
        name = OWN + secrets.token_urlsafe(16)
        with self._lock:
            self._own[name] = own
            while len(self._own) > MAX_OWN_MODELS or sum(own.size for own in self._own.values()) > MAX_OWN_BYTES:
                self._examples.pop(self._own.popitem(last=False)[0], None)
        return name

    def forget(self, name: str | None) -> None:
        """Drop a visitor's own model, if it is still kept."""
        with self._lock:
            self._own.pop(name or "", None)
            self._examples.pop(name or "", None)

    def taught(self, name: str) -> Sequence[Example]:
        """The rows that a visitor taught an own model, where they are available; ValueError for a dropped model."""
        with self._lock:
            return self._own_model(name).examples

    def metrics(self, name: str) -> dict[str, Any]:
        """A model's metrics, {} for a name that is unknown; the model is not loaded. ValueError for a dropped one."""
        if is_own(name):
            with self._lock:
                return self._own_model(name).metrics
        return checkpoint.metrics(checkpoint.find(name)) if name in self.names() else {}

    def examples(self, name: str) -> ExampleIndex | None:
        """The examples that a model learnt, as it reads them itself; None where they are not available.

        They are read once, which may take seconds where their index is not stored; others who ask for them
        meanwhile wait for the same result.
        """
        with self._reading:
            if name in self._examples:
                return self._examples[name]
            model = self.get(name)
            result = self._own_index(name, model) if is_own(name) else checkpoint_index(name, model)
            with self._lock:
                if not is_own(name) or name in self._own:  # it may have been dropped meanwhile
                    self._examples[name] = result
            return result

    def _own_index(self, name: str, model: SequenceModel) -> ExampleIndex | None:
        with self._lock:
            examples = self._own_model(name).examples
        usable = [example for example in examples if example.label in model.labels]
        return index_examples(model, usable) if usable else None


def checkpoint_index(name: str, model: SequenceModel) -> ExampleIndex | None:
    """The index of a checkpoint's training examples: the one stored with it, or else computed anew."""
    examples = training_examples(name, model, checkpoint.metrics(checkpoint.find(name)))
    if not examples:
        return None
    examples = thinned(model, examples)
    return stored_index(checkpoint.find(name), model, examples) or index_examples(model, examples)
