"""A widget of the page is drawn anew when its value changes, and then says so in an attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, expect


@contextmanager
def drawn_anew(widget: Locator) -> Iterator[None]:
    """Wait until the widget was drawn for the first time; at the end, until what was done drew it once more."""
    expect(widget).to_have_attribute("data-drawn", re.compile("."))
    before = widget.get_attribute("data-drawn") or ""
    yield
    expect(widget).not_to_have_attribute("data-drawn", before)


def styles_of(within: Locator, selector: str) -> list[str]:
    """The style of each of the elements, which says its colour."""
    found: list[str] = within.locator(selector).evaluate_all("all => all.map((each) => each.getAttribute('style'))")
    return found
