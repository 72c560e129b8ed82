"""The titles of the first pictures are within them."""

from __future__ import annotations

import pytest
from helpers.page.traffic import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1280])
def test_the_titles_of_the_first_pictures_are_seen_whole(page: Page, server: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 860})
    page.goto(f"{server}/?tab=lab&part=race")
    for part in ("Race", "Gradient", "Clipping"):
        page.get_by_role("tab", name=part, exact=True).click()
        settle(page)
        title, drawing = (page.locator(f"#{part.lower()}-shipped {name}").first for name in (".gtitle", ".main-svg"))
        expect(title).to_be_visible()
        inner, outer = title.bounding_box(), drawing.bounding_box()
        assert inner is not None
        assert outer is not None
        assert inner["y"] >= outer["y"]
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
        plot = page.locator(f"#{part.lower()}-shipped .gridlayer").first.bounding_box()
        assert plot is not None
        assert inner["y"] + inner["height"] <= plot["y"] + 4
        if width > 1000:  # it uses the room that it has
            assert inner["width"] > 0.55 * outer["width"] or title.locator("tspan.line").count() <= 2
        colours = page.evaluate(
            f"[...document.querySelectorAll('#{part.lower()}-shipped .gtitle, #{part.lower()}-shipped .xtick text')]"
            ".map((node) => getComputedStyle(node).fill === getComputedStyle(document.body).color)"
        )
        assert colours
        assert all(colours)
