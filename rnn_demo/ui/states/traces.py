"""Traces that several parts of the tab show: a text is read once, and not again by each of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from rnn_demo.analysis.trace import Trace, record
from rnn_demo.ui.models import Models

MOST_TRACES = 8  # traces; each is asked for again within a second or two


@dataclass(eq=False)
class Traces:
    """The traces that were asked for last, by the model's name and the text."""

    models: Models
    _recent: OrderedDict[tuple[str, str], Trace] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, name: str, text: str) -> Trace:
        """What the model of this name computes on a text; ValueError, in a sentence, where it cannot."""
        model = self.models.get(name)
        with self._lock:
            trace = self._recent.get((name, text))
        if trace is None:
            trace = record(model, text)
        with self._lock:
            self._recent[name, text] = trace
            self._recent.move_to_end((name, text))
            while len(self._recent) > MOST_TRACES:
                self._recent.popitem(last=False)
        return trace
