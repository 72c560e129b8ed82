"""The speed of the page in a real browser: its first tab beside an empty Gradio page, and each further tab.

The program itself needs no browser, so Playwright is imported here alone; requirements-dev.txt names it.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import time
import urllib.request
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
SENTENCE, VERDICT = "I hate it, and so will you.", "#sentiment-view .rnn-label"
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
FULL_PAGE = """
import gradio
events, kinds = %d, %r
classes = {name.lower(): kind for name, kind in vars(gradio).items() if isinstance(kind, type)}
with gradio.Blocks() as page, gradio.Tabs():
    for tab in range(5):
        with gradio.Tab(str(tab)):
            box = gradio.Textbox()
            for kind in kinds[tab - 1 :: 4] if tab else ():
                classes[kind]()
                if events:
                    events -= 1
                    box.submit(lambda text: text, box, box)
page.launch(quiet=True)
"""
LAYOUT = ("tabs", "tabitem", "row", "column", "accordion", "form", "api")  # what holds components, and calls by name
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
    return beside_page("at most 1.5", "a sentence can be typed and read after", lambda page: page.usable, BOX)


def page_built() -> Measurement:
    """The time until all tabs answer over that of a page of plain Gradio with the same components and events."""
    return beside_page("at most 1.6", "all tabs answer after", lambda page: page.usable, READY, full_page)


def first_paint() -> Measurement:
    """The time until the first frame is painted over that until an empty Gradio page can be used."""
    return beside_page("at most 0.3", "the network is painted after", lambda page: page.painted, BOX)


def empty_page(url: str) -> tuple[str, str]:
    """What a page with one text box is called, and the program that serves it."""
    return "an empty page", EMPTY_PAGE


def full_page(url: str) -> tuple[str, str]:
    """The same of a page with a box in its first tab and, in four more, as many of each component as that at `url`."""
    with urllib.request.urlopen(f"{url}config", timeout=30) as answer:
        config = json.load(answer)
    kinds, events = [component["type"] for component in config["components"]], len(config["dependencies"])
    kinds = [kind for kind in kinds if kind not in LAYOUT]
    return f"plain Gradio with the same {len(kinds)} components and {events} events", FULL_PAGE % (events, kinds)


def beside_page(
    promise: str,
    what: str,
    seconds: Callable[[Opening], float],
    ready: str,
    peer: Callable[[str], tuple[str, str]] = empty_page,
) -> Measurement:
    """How many times the time of another Gradio page until it can be used."""
    with browser() as chromium, running_server([sys.executable, "app.py"]) as (ours, _):
        name, program = peer(ours)
        with running_server([sys.executable, "-c", program]) as (other, _):
            page = (what, lambda: seconds(measure_opening(chromium, ours, ready)))
            plain = (f"{name} is usable after", lambda: measure_opening(chromium, other, EMPTY_READY).usable)
            return ratio(promise, 7, page, plain)


def first_answer() -> Measurement:
    """The time of the first answer of a server that has just started, asked as soon as its first page is there."""
    with browser() as chromium:
        asked, typed = map(statistics.median, zip(*(ask_at_once(chromium) for _ in range(3)), strict=True))
    detail = f"/sentiment on “{SENTENCE}”; then the same from Enter in the box of Start to the verdict {typed:.2f} s"
    return measurement(asked, "s", "at most 0.3", detail)


def ask_at_once(chromium: Browser) -> tuple[float, float]:
    """Seconds to the first answer of a server of its own, once its page is there; and to the first one in the page."""
    with running_server([sys.executable, "app.py"], asks="health") as (url, _):
        page = chromium.new_page()
        page.goto(url, wait_until="commit")
        page.locator(READY).first.wait_for()
        api, body = f"{url}gradio_api/call/sentiment", json.dumps({"data": [SENTENCE]}).encode()
        started = time.perf_counter()
        call = urllib.request.Request(api, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(call, timeout=60) as event:
            number = json.load(event)["event_id"]
        with urllib.request.urlopen(f"{api}/{number}", timeout=60) as answer:
            assert b"event: complete" in answer.read()
        asked = time.perf_counter() - started
        page.locator(BOX).fill(SENTENCE)
        started = time.perf_counter()
        page.locator(BOX).press("Enter")
        page.locator(VERDICT).first.wait_for()
        typed = time.perf_counter() - started
        page.close()
        return asked, typed


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
