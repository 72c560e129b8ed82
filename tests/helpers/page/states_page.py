"""Steps of a visit to Hidden states, for the tests of that tab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

# The smallest type of the drawings, in pixels of the screen.
SMALLEST = """() => Math.min(...[...document.querySelectorAll(':is(.stage, .under) svg :is(text, tspan)')]
  .filter(text => text.textContent.replace('\u200b', '').trim()).map(text => {
    const scale = text.ownerSVGElement.getScreenCTM().a;
    return parseFloat(getComputedStyle(text).fontSize) * scale; }))"""


def visit(page: Page, server: str, **link: object) -> None:
    """Open the tab by a link, and wait for the first drawn step."""
    page.goto(f"{server}/?{urlencode({'tab': 'states', **link})}")
    expect(page.locator("#stepper .column.here")).to_be_visible()


@contextmanager
def drawn_anew(page: Page) -> Iterator[None]:
    """Wait, at the end, until the network has been drawn once more."""
    drawn = page.locator("[data-ready]")
    before = drawn.get_attribute("data-ready") or ""
    yield
    expect(drawn).not_to_have_attribute("data-ready", before)


def show(page: Page, model: str, text: str) -> None:
    """Have a model read a text on a page that is open already."""
    if f" of the model {model}, " not in (page.locator(".unrolled > title").text_content() or ""):
        with drawn_anew(page):
            choose(page, model)
    if page.input_value("#states-text textarea") != text:
        with drawn_anew(page):
            read(page, text)


def said(page: Page) -> str:
    return page.locator("#stepper p.now").inner_text()


def read(page: Page, text: str) -> None:
    page.fill("#states-text textarea", text)
    page.press("#states-text textarea", "Enter")


def choose(page: Page, model: str) -> None:
    """Choose a model in the menu by its name."""
    page.locator("#states-model select").select_option(model)


def listen(page: Page) -> None:
    """From now on `window.heard` lists the beginnings of what the stepper says, "step 1 of 4" and so on."""
    page.evaluate(
        """() => {
          const now = document.querySelector('#stepper p.now');
          window.heard = [];
          new MutationObserver(() => window.heard.push(now.textContent.slice(0, 11))).observe(
            now, { childList: true, characterData: true, subtree: true });
        }"""
    )


def show_unit(page: Page, shown: bool) -> None:
    """Have a unit written out below the cell, or not."""
    if page.locator(".unit").is_visible() != shown:
        page.locator(".stepper [data-do=unit]").click()
    expect(page.locator(".unit")).to_be_visible(visible=shown)
