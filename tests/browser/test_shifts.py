"""Nothing on the page jumps: not while it is built, and not when a text has been read."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.page.traffic import settle
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
MOST = 0.1  # of the score that browsers give a page: what web.dev calls good

WATCH = """(() => {
  window.shifts = [];
  const place = ({ node, previousRect: from, currentRect: to }) => {
    const element = node instanceof Element ? node : node?.parentElement;
    return `${element?.id || element?.className}: ${from.y | 0}+${from.height | 0} to ${to.y | 0}+${to.height | 0}`;
  };
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) window.shifts.push([value, ...sources.map(place)]);
  }).observe({ type: 'layout-shift', buffered: true });
})()"""


def jumps(page: Page) -> list[Any]:
    """What has jumped since this was asked last: a score, and what moved from where to where."""
    settle(page)
    found: list[Any] = page.evaluate("window.shifts.splice(0)")
    return found


def score(found: list[Any]) -> float:
    return sum(value for value, *_ in found)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_a_tab_is_built_and_when_a_text_has_been_read(page: Page, server: str, width: int) -> None:
    page.add_init_script(WATCH)
    page.set_viewport_size({"width": width, "height": 860})
    reads = {"?tab=sentiment": ("#sentiment-text", "It is not a good film, but I loved every minute of it.")}
    reads["?tab=states"] = ("#states-text", "heel")  # of letters that it knows, so that no note is added
    for link in ("", "?tab=sentiment", "?tab=states", "?tab=qa", "?tab=lab&part=race"):
        page.goto(f"{server}/{link}")
        found = jumps(page)
        assert score(found) < MOST, (link, found)
        if link not in reads:
            continue
        box, text = reads[link]
        page.fill(f"{box} textarea", text)
        page.press(f"{box} textarea", "Enter")
        found = jumps(page)
        assert score(found) < MOST / 5, found
