"""A real browser for the tests of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from helpers.find_chromium import executable
from helpers.page.traffic import watch
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


def opened(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page without a past, and the failures of scripts in it from now on."""
    page, failures = ready(context.new_page()), []
    page.on("pageerror", lambda error: failures.append(str(error)))
    return page, failures


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page 1280 wide, without a past; the test fails if a script in it fails."""
    page, failures = opened(context)
    yield page
    page.close()
    context.clear_cookies()
    context.clear_permissions()
    assert not failures, failures


@pytest.fixture(scope="module")
def page_of_the_file(context: BrowserContext) -> Iterator[list[tuple[Page, list[str]]]]:
    """The page that `shared_page` gives to every test of a file, once a test has asked for it."""
    pages: list[tuple[Page, list[str]]] = []
    yield pages
    for page, _ in pages:
        page.close()


@pytest.fixture
def shared_page(
    context: BrowserContext, page_of_the_file: list[tuple[Page, list[str]]], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """One page for the tests of a file that leave it usable, blank in the first of them and after one that failed.

    Building a page takes seconds, a question on an open one a moment. A test that changes what the others rely on puts
    it back; width and theme are put back here. The test fails if a script on the page fails.
    """
    if not page_of_the_file:
        page_of_the_file.append(opened(context))
    page, failures = page_of_the_file[0]
    failed_before = request.session.testsfailed
    yield page
    context.clear_permissions()
    if failures or request.session.testsfailed > failed_before:
        page_of_the_file.pop()
        page.close()
    else:
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
    assert not failures, failures


def page_of_somebody_else(browser: Browser) -> Page:
    page = ready(browser.new_page(viewport=DESKTOP))
    page.set_default_timeout(60_000)  # its scripts are fetched anew
    return page


@pytest.fixture
def new_visitor(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Each call opens a page of somebody else."""
    pages: list[Page] = []

    def open_page() -> Page:
        pages.append(page_of_somebody_else(browser))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


@pytest.fixture(scope="module")
def stranger(browser: Browser) -> Iterator[Page]:
    """A page of somebody else that the tests of a file share, blank in the first of them."""
    page = page_of_somebody_else(browser)
    yield page
    page.close()
