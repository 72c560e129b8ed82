"""Steps of a visit to Hidden states, for the tests of that tab."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect


def visit(page: Page, server: str, **link: object) -> None:
    """Open the tab by a link, and wait for the first drawn step."""
    page.goto(f"{server}/?{urlencode({'tab': 'states', **link})}")
    expect(page.locator("#stepper .column.here")).to_be_visible()


def settle(page: Page) -> None:
    """Wait until the page has sent no request for 0.7 seconds: whatever opening the tab asked for has arrived."""
    page.wait_for_function(
        """() => {
          const asked = performance.getEntriesByType('resource').length, now = performance.now();
          if (window.settled?.asked !== asked) window.settled = { asked, now };
          return now - window.settled.now > 700;
        }"""
    )


def said(page: Page) -> str:
    return page.locator("#stepper p.now").inner_text()


def read(page: Page, text: str) -> None:
    page.fill("#states-text textarea", text)
    page.press("#states-text textarea", "Enter")


def choose(page: Page, model: str) -> None:
    """Choose a model in the menu; its option begins with its name."""
    page.locator("#states-model input").click()
    page.get_by_role("option").filter(has_text=re.compile(rf"^\W*{model}:")).click()
