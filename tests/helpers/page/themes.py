"""The light and the dark theme of one page, which follows the system of its visitor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from playwright.sync_api import Page, expect

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

AT_REST = "document.getAnimations().every(animation => !(animation instanceof CSSTransition))"


def each_theme(page: Page) -> Iterator[str]:
    """The name of each theme, once the page has it and no colour is on its way to another any more."""
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        expect(page.locator("body.dark")).to_have_count(int(theme == "dark"))
        page.wait_for_function(AT_REST)
        yield theme
