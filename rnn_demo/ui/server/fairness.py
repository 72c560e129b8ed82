"""Nobody holds up the others: whose turn it is, and how much one visitor may ask for at once.

A session is whatever the browser says it is, so only the limit of an address binds an attacker. It is a
generous one: a whole class may share an address, and behind a proxy that is not trusted everybody does.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from rnn_demo.limits import (
    MAX_CALLS_OF_ADDRESS,
    MAX_CALLS_OF_SESSION,
    MAX_PENDING_BYTES,
    MAX_PENDING_BYTES_OF_ADDRESS,
)

SESSION_BUSY = f"you already have {MAX_CALLS_OF_SESSION} calls of this kind in progress, the limit; wait for an answer"
TOO_MUCH = "the server is still reading what was sent before; try again in a minute"
MOST_REMEMBERED = 10_000  # addresses and sessions whose turns are remembered
SMALL = 2**16  # bytes; a call of fewer is taken however much the others sent


def address_busy(most: int) -> str:
    """The sentence for an address that has its `most` calls of a function under way."""
    return f"{most} calls of this kind from your internet address are in progress, the limit; try again in a minute"


class Busy(Exception):
    """Too much is asked for at once; the message says by whom, and what to do."""


@dataclass(frozen=True)
class Call:
    """Who asks, an address and the session that the browser names, and how many bytes were sent."""

    address: str
    session: str
    size: int = 0


def address_of(client: Sequence[object] | None) -> str:
    """The address of a client, as ASGI gives it; for IPv6 its network, all of which may be one household's."""
    return address_block(str(client[0]) if client else "")


@lru_cache(MOST_REMEMBERED)
def address_block(host: str) -> str:
    """The host itself, or the network of an IPv6 address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))


def check_calls(call: Call, others: Collection[Call], most: int = MAX_CALLS_OF_ADDRESS) -> None:
    """Refuse a call beside the `others` of the same function, which are under way, `most` of an address; Busy."""
    of_address = [other for other in others if other.address == call.address]
    if len(of_address) >= most:
        raise Busy(address_busy(most))
    if sum(other.session == call.session for other in of_address) >= MAX_CALLS_OF_SESSION:
        raise Busy(SESSION_BUSY)


def check_bytes(call: Call, others: Collection[Call]) -> None:
    """Refuse a large call where too many bytes wait already, of the same address or of all; Busy."""
    of_address = [other for other in others if other.address == call.address]
    for group, most in ((of_address, MAX_PENDING_BYTES_OF_ADDRESS), (others, MAX_PENDING_BYTES)):
        if call.size > SMALL and sum(other.size for other in group) + call.size > most:
            raise Busy(TOO_MUCH)


@dataclass(eq=False)
class Turns:
    """Whose turn it is: that of the address, and of its session, which waited longest since it had one.

    For calls of seconds. Trainings, which last minutes, have a queue of their own, `training_queue`.
    """

    turn: int = 0
    last: dict[str | tuple[str, str], int] = field(default_factory=dict)

    def next_of(self, calls: Sequence[Call]) -> int:
        """The place of the call whose turn it is, among some that came in this order."""

        def waited(place: int) -> tuple[int, int]:
            call = calls[place]
            return self.last.get(call.address, 0), self.last.get((call.address, call.session), 0)

        return min(range(len(calls)), key=waited)  # of equals the first

    def take(self, call: Call) -> None:
        """Remember that a call had its turn."""
        self.turn += 1
        for who in (call.address, (call.address, call.session)):
            self.last.pop(who, None)
            self.last[who] = self.turn
        while len(self.last) > MOST_REMEMBERED:
            del self.last[next(iter(self.last))]


@dataclass(eq=False)
class Gate:
    """Lets at most `width` calls through at a time; the others wait, and take turns."""

    width: int
    refuses: bool = True  # a visitor who has too many calls
    inside: list[Call] = field(default_factory=list)
    waiting: list[tuple[Call, asyncio.Future[None]]] = field(default_factory=list)
    turns: Turns = field(default_factory=Turns)

    @asynccontextmanager
    async def passing(self, call: Call) -> AsyncIterator[None]:
        """Wait until it is the call's turn; Busy if too many of the same visitor wait already."""
        if self.refuses:
            others = [*self.inside, *(other for other, _ in self.waiting)]
            check_calls(call, others)
            check_bytes(call, others)
        place = (call, asyncio.get_running_loop().create_future())
        self.waiting.append(place)
        self._admit()
        try:
            await place[1]
            yield
        finally:
            if place in self.waiting:
                self.waiting.remove(place)
            else:
                self.inside.remove(call)
            self._admit()

    def _admit(self) -> None:
        while self.waiting and len(self.inside) < self.width:
            call, turn = self.waiting.pop(self.turns.next_of([call for call, _ in self.waiting]))
            self.turns.take(call)
            self.inside.append(call)
            if not turn.done():
                turn.set_result(None)
