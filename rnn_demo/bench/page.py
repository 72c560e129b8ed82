"""The speed of the page in a real browser: its first tab beside an empty Gradio page, and each further tab.

The program itself needs no browser, so Playwright is imported here alone; requirements-dev.txt names it.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from rnn_demo.bench.footprint import EMPTY_PAGE, running_server
from rnn_demo.bench.stopwatch import Measurement, measurement, ratio
from rnn_demo.data.csv_files import DataError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EMPTY_READY = "textarea:visible"  # the box of the empty page
BOX = "#landing-text"  # what is typed there is read, whether Gradio has built its page yet or not
READY = "#landing[data-moved]"  # Gradio has built the page around the first frame, so everything in it answers
TABS = "#tabs > .tab-wrapper button[role=tab]"
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
BROWSERS = (
    "chromium",
    "chromium-headless-shell",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
MB = 1e6
SETTLED = 1500  # milliseconds for what the first tab still loads; a page of Gradio is never quiet


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium: the one that CHROMIUM names, or one that is installed, or Playwright's own."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise DataError("the page is measured in a browser; install requirements-dev.txt") from None
    installed = next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *BROWSERS))), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        except Error:
            raise DataError("there is no Chromium; install one, or name it in CHROMIUM") from None
        yield chromium
        chromium.close()


class Opening(NamedTuple):
    """Seconds until a first visitor can use the page and until there was something to see, and megabytes sent."""

    usable: float
    painted: float
    megabytes: float


def measure_opening(chromium: Browser, url: str, ready: str = READY) -> Opening:
    """Open the page as a first visitor, and wait until it has settled."""
    context = chromium.new_context()
    page = context.new_page()
    wire, received = context.new_cdp_session(page), [0.0]
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(ready).first.wait_for()
    seconds = time.perf_counter() - started
    page.wait_for_timeout(SETTLED)
    painted = page.evaluate(FIRST_PAINT) / 1000
    context.close()
    return Opening(seconds, painted, sum(received) / MB)


def page_open() -> Measurement:
    """The time until a first visitor can type a sentence over that of an empty Gradio page with one text box."""
    return beside_empty("at most 1.5", "a sentence can be typed and read after", lambda page: page.usable, BOX)


def page_built() -> Measurement:
    """The time until all of the first tab is there, with the other tabs to click, over that of an empty Gradio page."""
    return beside_empty("at most 1.5", "all tabs answer after", lambda page: page.usable, READY)


def first_paint() -> Measurement:
    """The time until the first frame is painted over that until an empty Gradio page can be used."""
    return beside_empty("at most 0.3", "the network is painted after", lambda page: page.painted, BOX)


def beside_empty(promise: str, what: str, seconds: Callable[[Opening], float], ready: str) -> Measurement:
    """How many times the time of an empty Gradio page until it can be used."""
    with (
        browser() as chromium,
        running_server([sys.executable, "app.py"]) as (ours, _),
        running_server([sys.executable, "-c", EMPTY_PAGE]) as (empty, _),
    ):
        page = (what, lambda: seconds(measure_opening(chromium, ours, ready)))
        plain = ("an empty page is usable after", lambda: measure_opening(chromium, empty, EMPTY_READY).usable)
        return ratio(promise, 7, page, plain)


def page_bytes() -> Measurement:
    """The megabytes that are sent before a plot is needed."""
    with browser() as chromium, running_server([sys.executable, "app.py"]) as (ours, _):
        return measurement(
            measure_opening(chromium, ours).megabytes,
            "MB",
            "under 0.6",
            "all that the first tab loads, as it is sent (compressed)",
        )


def next_tabs() -> Measurement:
    """The slowest further tab: from its first click until something in it can be used."""
    times = {}
    with browser() as chromium, running_server([sys.executable, "app.py"]) as (ours, _):
        page = chromium.new_page()
        page.goto(ours)
        page.locator(READY).first.wait_for()
        page.wait_for_timeout(SETTLED)
        for tab in page.locator(TABS).all()[1:]:
            started = time.perf_counter()
            tab.click()
            panel = page.locator(f"#{tab.get_attribute('aria-controls')}")
            panel.locator("textarea:visible, input:visible, button:visible, table:visible").first.wait_for()
            times[tab.inner_text()] = time.perf_counter() - started
    detail = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in times.items())
    return measurement(max(times.values()), "s", "under 1", detail)
