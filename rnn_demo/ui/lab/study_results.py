"""The results of visitors' gradient studies, kept until their pages are closed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from rnn_demo.experiments.gradient_study import Glimpse
from rnn_demo.limits import MAX_LAB_STUDIES

Kept = dict[tuple[str, int], Glimpse]  # by cell and epoch


@dataclass(eq=False)
class Glimpses:
    """Each visitor's last study by the name of the session. When there are too many, the oldest is dropped."""

    _known: OrderedDict[str, Kept] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, session: str) -> Kept:
        """A new, empty study, which replaces the visitor's last one."""
        kept: Kept = {}
        with self._lock:
            self._known.pop(session, None)
            self._known[session] = kept
            while len(self._known) > MAX_LAB_STUDIES:
                self._known.popitem(last=False)
        return kept

    def of(self, session: str) -> Kept:
        """The results of this session's study; empty for an unknown session."""
        return self._known.get(session, {})

    def forget(self, session: str) -> None:
        """Drop the results of a page that was closed."""
        with self._lock:
            self._known.pop(session, None)
