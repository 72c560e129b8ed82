"""The queue for training: it lasts minutes, so whoever waits reads their place, and may lose it to another address.

`fairness.Turns` is for calls that take seconds: there the address goes next that had its turn longest ago, so a place
cannot be known in advance and need not be. Here the order depends only on who is served and who waits, and so everybody
who waits can be told how many are ahead.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rnn_demo.limits import MAX_LAB_WAITING


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

    Addresses take turns, so no visitor who returns again and again can shut the others out: next is the address with
    the fewest who are served, and when the queue is full, a newcomer gets the last place of the address with the most
    who wait.
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
