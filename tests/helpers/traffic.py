"""What a page has asked its server for and not yet got."""

from __future__ import annotations

import time
from weakref import WeakKeyDictionary

from playwright.sync_api import Page, Request

QUIET = 0.3  # seconds without a request under way
LONGEST = 60.0  # seconds
_pending: WeakKeyDictionary[Page, dict[Request, str]] = WeakKeyDictionary()


def watch(page: Page) -> None:
    """Follow the requests of a page from now on; the one that tells the server that the page is open never ends."""
    pending = _pending[page] = {}

    def begin(request: Request) -> None:
        if "/heartbeat/" not in request.url:
            pending[request] = request.url

    page.on("request", begin)
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: pending.pop(request, None))


def settle(page: Page) -> None:
    """Wait until whatever the page asked for has arrived, and nothing more was asked for in a third of a second."""
    start = quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < QUIET:
        page.wait_for_timeout(30)  # the requests' events arrive meanwhile
        if pending := _pending[page]:
            quiet_since = time.monotonic()
            assert quiet_since - start < LONGEST, f"still under way: {list(pending.values())}"
