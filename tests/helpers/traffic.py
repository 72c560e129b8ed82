"""What a page has asked its server for and not yet got."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from playwright.sync_api import Page, Request

QUIET = 0.5  # seconds without a request under way
CALM = 10.0  # seconds in which none begins and none ends: a stream of events may stay open with nothing to say
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
    """Wait until whatever the page asked for has arrived, and nothing more was asked for in half a second."""
    traffic = _traffic[page]
    events, since = traffic.events, time.monotonic()
    while time.monotonic() - since < (CALM if traffic.pending else QUIET):
        page.wait_for_timeout(30)  # what is known of the requests is brought up to date meanwhile
        if traffic.events != events:
            events, since = traffic.events, time.monotonic()
