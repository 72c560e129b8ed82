"""The titles of the first pictures are within them."""

from __future__ import annotations

import pytest
from helpers.page.traffic import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("part", ["race", "gradient", "clipping"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_title_of_a_first_picture_is_seen_whole(page: Page, server: str, part: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 860})
    page.goto(f"{server}/?tab=lab&part={part}")
    settle(page)
    title, drawing = page.locator(f"#{part}-first .gtitle"), page.locator(f"#{part}-first .main-svg").first
    expect(title).to_be_visible()
    inner, outer = title.bounding_box(), drawing.bounding_box()
    assert inner is not None
    assert outer is not None
    assert inner["y"] >= outer["y"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
