"""A waiting line: first come, first served, and everybody can ask how many are before them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


class Full(ValueError):
    """No one more can wait."""


@dataclass(eq=False)
class Line:
    """`places` are served at a time; of the others at most `longest` wait."""

    places: int = 1
    longest: int = 20
    _tickets: list[object] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def join(self) -> object:
        """A ticket for the end of the line; `Full` if it is too long."""
        with self._lock:
            if len(self._tickets) >= self.places + self.longest:
                raise Full(f"{self.longest} visitors are waiting already; come back in a few minutes")
            ticket = object()
            self._tickets.append(ticket)
            return ticket

    def place(self, ticket: object) -> int:
        """How many turns it still takes: 0 is one's own turn, 1 the next. ValueError for one who has left."""
        with self._lock:
            return max(0, self._tickets.index(ticket) - self.places + 1)

    def leave(self, ticket: object) -> None:
        """Make room, whether served or waiting; to leave twice does no harm."""
        with self._lock:
            if ticket in self._tickets:
                self._tickets.remove(ticket)
