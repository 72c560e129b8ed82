"""The titles of plots are within them, from the first moment at which they can be seen."""

from __future__ import annotations

import pytest
from helpers.page.traffic import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

# After every frame that is painted, of every plot that can be seen: the lines of its title, its width, whether it fits.
WATCH = """(() => {
  window.seenTitles = {};
  const look = () => {
    for (const title of document.querySelectorAll('.js-plotly-plot .gtitle')) {
      const figure = title.closest('.js-plotly-plot'), box = title.getBoundingClientRect();
      if (!box.width) continue;
      const paper = figure.querySelector('.main-svg').getBoundingClientRect(), spans = title.querySelectorAll('.line');
      const lines = spans.length ? [...spans].map((line) => line.textContent) : [title.textContent];
      const fits = box.right <= paper.right + 1 && box.top >= paper.top - 1;
      (window.seenTitles[figure.closest('.block').id] ??= new Set()).add(JSON.stringify([lines, paper.width, fits]));
    }
    again();
  };
  const again = () => requestAnimationFrame(() => setTimeout(look)); // when the frame has been painted
  again();
})()"""
SEEN = "Object.fromEntries(Object.entries(window.seenTitles).map(([id, seen]) => [id, [...seen].map(JSON.parse)]))"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_titles_of_the_first_pictures_are_seen_whole_from_the_first_frame_on(
    page: Page, server: str, width: int
) -> None:
    page.add_init_script(WATCH)
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
    seen = page.evaluate(SEEN)
    assert {"race-shipped", "gradient-shipped", "clipping-shipped"} <= set(seen)
    for name, states in seen.items():
        assert len(states) == 1, f"{name} was seen in several ways: {states}"
        assert states[0][2], f"{name} does not fit: {states[0]}"
