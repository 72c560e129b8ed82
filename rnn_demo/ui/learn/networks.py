"""The networks that lessons speak of, and what they compute; what was asked for is kept for the next who asks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from rnn_demo.analysis.trace import Trace, record
from rnn_demo.network.model import SequenceModel
from rnn_demo.ui.learn.words import Words, words_of
from rnn_demo.ui.models import Models

MOST = 500  # results that are kept: what the lessons ask for in two languages, and some texts of visitors
Result = TypeVar("Result")


@dataclass(eq=False)
class Networks:
    """The models of the page, the results that were asked for last, and the words in which they are said."""

    models: Models
    words: Words = field(default_factory=words_of)
    _kept: OrderedDict[tuple[object, ...], Any] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def speaking(self, language: str) -> Networks:
        """The same networks and results, with the words of this language."""
        return replace(self, words=words_of(language))

    def model(self, name: str) -> SequenceModel:
        return self.models.get(name)

    def trace(self, name: str, text: str) -> Trace:
        """What the model of this name computes on a text; ValueError, in a sentence, where it cannot."""
        return self.once(("trace", name, text), lambda: record(self.model(name), text))

    def once(self, key: tuple[object, ...], compute: Callable[[], Result]) -> Result:
        """The result under this key; it is computed where it is not at hand. Two who ask at once may both compute."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                result: Result = self._kept[key]
                return result
        result = compute()
        with self._lock:
            self._kept[key] = result
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return result
