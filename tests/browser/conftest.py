"""A real browser for the tests of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from helpers.find_chromium import executable
from helpers.traffic import watch
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
ARGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
DESKTOP = {"width": 1280, "height": 860}


@contextmanager
def running_browser() -> Iterator[Browser]:
    path = executable()
    assert path, "no Chromium: install one, or name it in the environment variable CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One cache for all tests: the page's own scripts and styles are fetched once."""
    context = browser.new_context(viewport=DESKTOP)
    context.set_default_timeout(20_000)
    yield context
    context.close()


def patient(goto: Callable[..., Any]) -> Callable[..., Any]:
    """Go once more where Chromium gives up with ERR_ABORTED, which it did now and then on a busy machine."""

    def again(url: str, **options: Any) -> Any:
        try:
            return goto(url, **options)
        except Error as error:
            if "ERR_ABORTED" not in str(error):
                raise
            return goto(url, **options)

    return again


def ready(page: Page) -> Page:
    """The page, followed from now on and patient with a busy machine."""
    watch(page)
    page.goto = patient(page.goto)  # type: ignore[method-assign]
    return page


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page 1280 wide, without a past; the test fails if a script in it fails."""
    page = ready(context.new_page())
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    page.close()
    context.clear_cookies()
    context.clear_permissions()
    assert not failures, failures


@pytest.fixture
def new_visitor(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Each call opens a page of somebody else."""
    pages: list[Page] = []

    def open_page() -> Page:
        page = ready(browser.new_page(viewport=DESKTOP))
        page.set_default_timeout(60_000)  # its scripts are fetched anew
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
