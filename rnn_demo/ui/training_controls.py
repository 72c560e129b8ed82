"""Start and Stop, a place in the queue, and updates at a steady pace, for every training run in the page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from rnn_demo.experiments.workers import Job, JobFaultError, Pool, WorkerLostError
from rnn_demo.limits import MAX_LAB_TRAINING, MAX_LAB_WAITING
from rnn_demo.ui.tab_context import QUIET

PACE = 0.25  # seconds between two updates: a browser may need a tenth of a second to draw one
LONGEST = 120.0  # seconds that one comparison may take
# Visitors wait in our own queue, which says how many are ahead, not in Gradio's.
# It lets in all who may train or wait, and some more, who read that the line is full.
MOST_IN_LINE = MAX_LAB_TRAINING + MAX_LAB_WAITING + 4
IN_LINE: dict[str, Any] = {"concurrency_id": "lab", "concurrency_limit": MOST_IN_LINE, **QUIET}


class Full(ValueError):
    """Nobody else can wait."""


@dataclass(eq=False)
class Line:
    """`places` are served at a time; at most `longest` others wait."""

    places: int
    longest: int = MAX_LAB_WAITING
    _tickets: list[object] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def join(self) -> object:
        """A ticket for the end of the line; `Full` if it is too long."""
        with self._lock:
            if len(self._tickets) >= self.places + self.longest:
                raise Full(f"{self.longest} visitors are already waiting; come back in a few minutes")
            ticket = object()
            self._tickets.append(ticket)
            return ticket

    @contextmanager
    def ticket(self) -> Iterator[object]:
        """A ticket that is given back at the end of the block, served or not; `Full` if the line is too long."""
        ticket = self.join()
        try:
            yield ticket
        finally:
            self.leave(ticket)

    def place(self, ticket: object) -> int:
        """How many are to be served first: 0 means now. ValueError for a ticket that was given back."""
        with self._lock:
            return max(0, self._tickets.index(ticket) - self.places + 1)

    def leave(self, ticket: object) -> None:
        """Give the ticket back, served or not; doing so twice does no harm."""
        with self._lock:
            if ticket in self._tickets:
                self._tickets.remove(ticket)


@dataclass
class StopSignal:
    """Set when a visitor presses Stop."""

    stop: bool = False


def request_stop(signal: StopSignal | None) -> Any:
    """Ask the work to stop after its current piece."""
    if signal is not None:
        signal.stop = True
    return gr.Button(interactive=False)


def start_or_stop(start: gr.Button, stop: gr.Button, running: bool) -> dict[Any, Any]:
    """Updates of a Start and a Stop button, of which one is visible at a time."""
    return {start: gr.update(visible=not running), stop: gr.update(visible=running, interactive=True)}


def waiting(line: Line, ticket: object, is_stopped: Callable[[], bool]) -> Iterator[str]:
    """The visitor's place in the queue, again and again, until it is their turn or they stop."""
    while (place := line.place(ticket)) and not is_stopped():
        yield f"You are number {place} in the queue; {line.places} visitors train at a time."
        time.sleep(PACE)


def when_first_in_line(line: Line, signal: StopSignal, work: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the visitor's place in the queue, and then what `work` yields; `Full` if too many wait already."""
    with line.ticket() as ticket:
        for status in waiting(line, ticket, lambda: signal.stop):
            yield {"status": status}
        if signal.stop:
            yield {"status": "Stopped before it started."}
        else:
            yield from work


def in_batches(pool: Pool, signal: StopSignal, job: Job, *arguments: Any, finish: bool = False) -> Iterator[list[Any]]:
    """What a job in a process of its own yields, in a batch every `PACE` seconds.

    When `signal` says stop or `LONGEST` seconds are over, the process is ended, or asked to `finish` by the message
    "stop"; it is ended when the iterator is closed. ValueError where it refused, failed or was lost.
    """
    end, asked = time.monotonic() + LONGEST, False
    try:
        with pool.start(job, *arguments) as run:
            while not run.over:
                if (signal.stop or time.monotonic() > end) and not asked:
                    if not finish:
                        return
                    run.send("stop")
                    asked = True
                yield run.events(PACE)
    except (WorkerLostError, JobFaultError) as error:
        raise ValueError(f"{error}; start it again") from error
