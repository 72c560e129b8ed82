"""A pool whose jobs run in the test's own process, one event at a time: quick, and weights can be watched."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

from rnn_demo.experiments.workers import WAIT, Job, Pool, Result, Run


class InlineRun(Run):
    """A job that works while somebody asks for its events."""

    def __init__(self, events: Generator[Any, Any, None]) -> None:
        self.over, self.messages, self._events = False, [], events
        self._waits, self._begun = False, False

    def receive(self, seconds: float | None) -> list[Any]:
        if self.over or (self._waits and not self.messages):
            return []
        messages = tuple(self.messages) if self._begun else ()  # it listens from its first event on
        self.messages, self._begun = self.messages[len(messages) :], True
        try:
            event = self._events.send(messages or None)
        except StopIteration:
            self.over = True
            return []
        except Exception:
            self.over = True
            raise
        self._waits = event is WAIT
        return self.receive(seconds) if self._waits else [event]

    def events(self, seconds: float) -> list[Any]:
        end, events = time.monotonic() + seconds, []
        while (not self.over and not events) or time.monotonic() < end:
            if not (batch := self.receive(seconds)):
                break
            events += batch
        return events

    def send(self, message: object) -> None:
        self.messages.append(message)

    def close(self) -> None:
        self.over = True
        self._events.close()


class InlinePool(Pool):
    """Starts jobs in the test's own process."""

    def start(self, job: Job, *arguments: Any) -> Run:
        return InlineRun(job(*arguments))

    def call(self, function: Callable[..., Result], *arguments: Any, lane: str = "") -> Result:
        return function(*arguments)

    def warm_up(self) -> None: ...
