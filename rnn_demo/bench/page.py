"""The speed of the page in a real browser: its first tab beside an empty Gradio page, and each further tab.

The program itself needs no browser, so Playwright is imported here alone; requirements-dev.txt names it.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rnn_demo.bench.footprint import EMPTY_PAGE, running_server
from rnn_demo.bench.stopwatch import Measurement, measurement, ratio
from rnn_demo.data.csv_files import DataError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

READY = "textarea:visible, input[type=text]:visible, input:not([type]):visible"  # a box to type in
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
            opened = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        except Error:
            raise DataError("there is no Chromium; install one, or name it in CHROMIUM") from None
        yield opened
        opened.close()


def measure_opening(opened: Browser, address: str) -> tuple[float, float]:
    """Seconds until a first visitor can type a question, and the megabytes that were sent until the page settled."""
    context = opened.new_context()
    page = context.new_page()
    wire, received = context.new_cdp_session(page), [0.0]
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(READY).first.wait_for()
    seconds = time.perf_counter() - started
    page.wait_for_timeout(SETTLED)
    context.close()
    return seconds, sum(received) / MB


def page_open() -> Measurement:
    """The time until the first tab can be used over that of an empty Gradio page with one text box."""
    with (
        browser() as opened,
        running_server([sys.executable, "app.py"]) as (ours, _),
        running_server([sys.executable, "-c", EMPTY_PAGE]) as (empty, _),
    ):
        page = ("usable after", lambda: measure_opening(opened, ours)[0])
        return ratio("at most 1.5", 7, page, ("an empty page after", lambda: measure_opening(opened, empty)[0]))


def page_bytes() -> Measurement:
    """The megabytes that are sent before a plot is needed."""
    with browser() as opened, running_server([sys.executable, "app.py"]) as (ours, _):
        return measurement(
            measure_opening(opened, ours)[1],
            "MB",
            "under 1",
            "all that the first tab loads, as it is sent (compressed)",
        )


def next_tabs() -> Measurement:
    """The slowest further tab: from its first click until something in it can be used."""
    times = {}
    with browser() as opened, running_server([sys.executable, "app.py"]) as (ours, _):
        page = opened.new_page()
        page.goto(ours)
        page.locator(READY).first.wait_for()
        page.wait_for_timeout(SETTLED)
        for tab in page.locator("button[role=tab]").all()[1:]:
            started = time.perf_counter()
            tab.click()
            panel = page.locator(f"#{tab.get_attribute('aria-controls')}")
            panel.locator("textarea:visible, input:visible, button:visible, table:visible").first.wait_for()
            times[tab.inner_text()] = time.perf_counter() - started
    detail = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in times.items())
    return measurement(max(times.values()), "s", "under 1", detail)
