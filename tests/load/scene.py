"""A class while it lasts: its server, its end, and a log of how everything that was asked for went."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx
from load.page import Failed, Layout, Page, Refused
from load.server import Server

PAGE = "the page"  # in the log: opening it
RELOAD = 10.0  # seconds within which everybody reloads the page of a server that was stopped


class Cut(Exception):
    """The server was stopped on purpose; the page must be opened again."""


@dataclass
class Log:
    """What happened, by what was asked for: seconds of each answer, refusals, errors in words.

    What was under way when the server was stopped on purpose is `cut`, no error.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    cut: int = 0
    moments: list[tuple[float, str, float]] = field(default_factory=list)  # when an answer came, to what, its seconds


@dataclass(frozen=True, eq=False)
class Scene:
    """What everybody shares: the server, a client of HTTP, the page's layout, when it ends, the rate, and the log."""

    server: Server
    client: httpx.AsyncClient
    layout: Layout
    until: float  # by time.perf_counter
    rate: float
    log: Log = field(default_factory=Log)

    @property
    def goes_on(self) -> bool:
        return time.perf_counter() < self.until

    async def think(self, dice: random.Random, low: float, high: float) -> None:
        """Wait some seconds, longer at a lower rate, but not beyond the end."""
        left = self.until - time.perf_counter()
        await asyncio.sleep(max(0.0, min(dice.uniform(low, high) / self.rate, left)))

    async def note(self, what: str, act: Callable[[], Awaitable[bool]]) -> bool:
        """Do something and log how it went; the answer is right (True), wrong, or there is none (False).

        `Cut` where it failed because the server was stopped on purpose.
        """
        started, life = time.perf_counter(), self.server.life
        try:
            right = await act()
        except Refused:
            self.log.refused[what] += 1
        except (httpx.HTTPError, Failed, LookupError, ValueError) as error:
            if self.server.life != life or not self.server.up.is_set():
                self.log.cut += 1
                raise Cut from error
            self.log.errors[what].append(f"{type(error).__name__} {error}"[:300])
        else:
            if right:
                now = time.perf_counter()
                self.log.seconds[what].append(now - started)
                self.log.moments.append((now, what, now - started))
                return True
            self.log.errors[what].append("another answer")
        return False


Habit = Callable[[Scene, Page, random.Random], Awaitable[None]]


async def attend(scene: Scene, address: str, seed: int, habit: Habit, delay: float) -> None:
    """Somebody who comes within `delay` seconds, and does the same again and again until the end.

    The page is opened anew whenever the server was stopped on purpose.
    """
    dice = random.Random(seed)
    await asyncio.sleep(dice.uniform(0, delay))
    while scene.goes_on:
        await scene.server.up.wait()
        page = Page(scene.client, scene.layout, address)
        try:
            async with page.open_until_left():
                if not await scene.note(PAGE, page.load):
                    await asyncio.sleep(1)
                    continue
                while scene.goes_on:
                    await habit(scene, page, dice)
        except Cut:
            await asyncio.sleep(dice.uniform(0, RELOAD))
