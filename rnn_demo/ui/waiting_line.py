"""A waiting line: first come, first served, and everybody can ask how many are ahead of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


class Full(ValueError):
    """Nobody else can wait."""


@dataclass(eq=False)
class Line:
    """`places` are served at a time; at most `longest` others wait."""

    places: int = 1
    longest: int = 20
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

    def place(self, ticket: object) -> int:
        """How many are to be served first: 0 means now. ValueError for a ticket that was given back."""
        with self._lock:
            return max(0, self._tickets.index(ticket) - self.places + 1)

    def leave(self, ticket: object) -> None:
        """Give the ticket back, served or not; doing so twice does no harm."""
        with self._lock:
            if ticket in self._tickets:
                self._tickets.remove(ticket)
