"""What a page has asked its server for and not yet got."""

from __future__ import annotations

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from playwright.sync_api import Page, Request

MOMENT = 50  # milliseconds
QUIET = 10  # moments without a request under way; a page that is busy with its own scripts has none meanwhile
CALM = 200  # moments in which none begins and none ends: a stream of events may stay open with nothing to say
_traffic: WeakKeyDictionary[Page, Traffic] = WeakKeyDictionary()


@dataclass
class Traffic:
    """The requests under way, and how many have begun or ended."""

    pending: set[Request] = field(default_factory=set)
    events: int = 0

    def begin(self, request: Request) -> None:
        if "/heartbeat/" not in request.url:  # says that the page is open, and never ends
            self.pending.add(request)
            self.events += 1

    def end(self, request: Request) -> None:
        self.pending.discard(request)
        self.events += 1


def watch(page: Page) -> None:
    """Follow the requests of a page from now on."""
    traffic = _traffic[page] = Traffic()
    page.on("request", traffic.begin)
    page.on("requestfinished", traffic.end)
    page.on("requestfailed", traffic.end)


def settle(page: Page) -> None:
    """Wait until whatever the page asked for has arrived, and nothing more was asked for in ten moments of its own."""
    traffic = _traffic[page]
    events, moments = traffic.events, 0
    while moments < (CALM if traffic.pending else QUIET):
        page.evaluate("moment => new Promise((done) => setTimeout(done, moment))", MOMENT)
        moments += 1
        if traffic.events != events:
            events, moments = traffic.events, 0
