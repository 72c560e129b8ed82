"""Start and Stop, a place in the queue, and updates at a steady pace, for every training run in the page."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from rnn_demo.experiments.workers import Job, JobFaultError, Pool, WorkerLostError
from rnn_demo.limits import MAX_LAB_TRAINING, MAX_LAB_WAITING, MAX_TRAININGS_OF_ADDRESS
from rnn_demo.ui.server.fairness import address_of
from rnn_demo.ui.server.faults import report
from rnn_demo.ui.tab_context import QUIET

PACE = 0.25  # seconds between two updates: a browser may need a tenth of a second to draw one
REPEAT = 2.0  # seconds after which a place in the queue is said again
LONGEST = 120.0  # seconds that one comparison may take
# Visitors wait in our own queue, which says how many are ahead, not in Gradio's.
# It lets in all who may train or wait, and some more, who read that the queue is full or take somebody's place.
MOST_IN_QUEUE = MAX_LAB_TRAINING + MAX_LAB_WAITING + MAX_TRAININGS_OF_ADDRESS
IN_QUEUE: dict[str, Any] = {"concurrency_id": "lab", "concurrency_limit": MOST_IN_QUEUE, **QUIET}


class Full(ValueError):
    """Nobody else can wait."""


DISPLACED = (
    "your place went to somebody from another internet address with fewer people in the queue; "
    "try again in a few minutes"
)


@dataclass(eq=False)
class Ticket:
    """A place in a queue, for somebody at an address; `lost` once it went to somebody else."""

    address: str
    lost: bool = False


@dataclass(eq=False)
class TrainingQueue:
    """`places` are served at a time, and at most `longest` others wait.

    Addresses take turns, so one who comes again and again shuts nobody out: next is the address with the fewest who are
    served, and when the queue is full, a newcomer gets the last place of the address with the most who wait.
    """

    places: int
    longest: int = MAX_LAB_WAITING
    _served: list[Ticket] = field(default_factory=list)
    _waiting: list[Ticket] = field(default_factory=list)  # in the order in which they came
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def join(self, address: str = "") -> Ticket:
        """A ticket for somebody at this address; `Full` if too many wait and none of them has to make room."""
        with self._lock:
            ticket = Ticket(address)
            self._waiting.append(ticket)
            self._serve()
            if len(self._waiting) > self.longest:
                of_address = Counter(other.address for other in self._waiting)
                most = max(of_address.values())
                last = next(other for other in reversed(self._waiting) if of_address[other.address] == most)
                self._waiting.remove(last)
                if last is ticket:
                    raise Full(f"{self.longest} visitors are already waiting; come back in a few minutes")
                last.lost = True
            return ticket

    @contextmanager
    def ticket(self, address: str = "") -> Iterator[Ticket]:
        """A ticket that is given back at the end of the block, served or not; `Full` if the queue is too long."""
        ticket = self.join(address)
        try:
            yield ticket
        finally:
            self.leave(ticket)

    def place(self, ticket: Ticket) -> int:
        """How many are to be served first: 0 means now.

        `Full` for a ticket that went to somebody else, ValueError for one that was given back.
        """
        with self._lock:
            if ticket.lost:
                raise Full(DISPLACED)
            return 0 if ticket in self._served else 1 + self._order().index(ticket)

    def leave(self, ticket: Ticket) -> None:
        """Give the ticket back, served or not; doing so twice does no harm."""
        with self._lock:
            for tickets in (self._served, self._waiting):
                if ticket in tickets:
                    tickets.remove(ticket)
            self._serve()

    def _serve(self) -> None:
        for ticket in self._order()[: max(0, self.places - len(self._served))]:
            self._waiting.remove(ticket)
            self._served.append(ticket)

    def _order(self) -> list[Ticket]:
        """Those who wait, in the order in which they are to be served."""
        left, order = list(self._waiting), list[Ticket]()
        by_address = Counter(ticket.address for ticket in self._served)
        while left:
            first = min(left, key=lambda ticket: by_address[ticket.address])  # of equals, who came first
            left.remove(first)
            order.append(first)
            by_address[first.address] += 1
        return order


def address_of_request(request: gr.Request) -> str:
    """The address that a visitor's request comes from, of IPv6 its network."""
    return address_of(getattr(request, "client", None))


@dataclass
class StopSignal:
    """`stop` is set when a visitor presses Stop, `late` when the work has taken as long as it may."""

    stop: bool = False
    late: bool = False


def request_stop(signal: StopSignal | None) -> Any:
    """Ask the work to stop after its current piece."""
    if signal is not None:
        signal.stop = True
    return gr.Button(interactive=False)


def start_or_stop(start: gr.Button, stop: gr.Button, running: bool) -> dict[Any, Any]:
    """Updates of a Start and a Stop button, of which one is visible at a time."""
    return {start: gr.update(visible=not running), stop: gr.update(visible=running, interactive=True)}


def waiting(queue: TrainingQueue, ticket: Ticket, is_stopped: Callable[[], bool]) -> Iterator[str]:
    """The visitor's place in the queue, when it changes, until their turn or they stop; `Full` if they lose it.

    It is said again every `REPEAT` seconds, for only then is it noticed that the page was closed.
    """
    last_place, moment = 0, 0.0
    while (place := queue.place(ticket)) and not is_stopped():
        if place != last_place or time.monotonic() - moment > REPEAT:
            last_place, moment = place, time.monotonic()
            yield f"You are number {place} in the queue; {queue.places} visitors train at a time."
        time.sleep(PACE)


def when_first_in_queue(
    queue: TrainingQueue, address: str, signal: StopSignal, work: Iterator[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the visitor's place in the queue, and then what `work` yields; `Full` if too many wait already."""
    with queue.ticket(address) as ticket:
        for status in waiting(queue, ticket, lambda: signal.stop):
            yield {"status": status}
        if signal.stop:
            yield {"status": "Stopped before it started."}
        else:
            yield from work


def in_batches(pool: Pool, signal: StopSignal, job: Job, *arguments: Any, finish: bool = False) -> Iterator[list[Any]]:
    """What a job in its own process yields, in a batch every `PACE` seconds.

    When `signal` says stop or `LONGEST` seconds are over, the process is ended, or asked to `finish` by the message
    "stop"; it is ended when the iterator is closed. ValueError where it refused, failed or was lost.
    """
    end, stop_sent = time.monotonic() + LONGEST, False
    try:
        with pool.start(job, *arguments) as run:
            while not run.over:
                if (signal.stop or time.monotonic() > end) and not stop_sent:
                    signal.late = not signal.stop
                    if not finish:
                        return
                    run.send("stop")
                    stop_sent = True
                yield run.events(PACE)
    except WorkerLostError as error:
        raise ValueError(f"{error}; start it again") from error
    except JobFaultError as error:
        raise ValueError(report(error)) from error
