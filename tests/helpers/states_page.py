"""Steps of a visit to Hidden states, for the tests of that tab."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect


def visit(page: Page, server: str, **link: object) -> None:
    """Open the tab by a link, and wait for the first drawn step."""
    page.goto(f"{server}/?{urlencode({'tab': 'states', **link})}")
    expect(page.locator("#stepper .column.here")).to_be_visible()


def said(page: Page) -> str:
    return page.locator("#stepper p.now").inner_text()


def read(page: Page, text: str) -> None:
    page.fill("#states-text textarea", text)
    page.press("#states-text textarea", "Enter")


def choose(page: Page, model: str) -> None:
    """Choose a model in the menu; its option begins with its name."""
    page.locator("#states-model input").click()
    page.get_by_role("option").filter(has_text=re.compile(rf"^\W*{model}:")).click()
