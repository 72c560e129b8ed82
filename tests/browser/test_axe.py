"""axe finds no fault in the parts of the lab, nor in what an answer of Sentiment or of the chat shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.page.themes import each_theme
from helpers.page.traffic import settle
from helpers.page.widgets import drawn_anew
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def lab(part: str) -> Callable[[Page, str], None]:
    def open_part(page: Page, server: str) -> None:
        page.goto(f"{server}/?tab=lab&part={part}")
        expect(page.locator(f"#{part}-shipped .gtitle")).to_be_visible()

    return open_part


def sentiment(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=sentiment&text=A+slow+film%2C+but+not+a+bad+one.")
    expect(page.locator("#sentiment-view .rnn-word").first).to_have_text("a")
    page.get_by_role("button", name="What it gets wrong").click()
    expect(page.locator(".rnn-capability").first).to_be_visible()


def chat(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=qa")
    settle(page)
    page.fill("#qa-question :is(input, textarea)", "What is the capital of Spain?")
    with drawn_anew(page.locator("#qa-view .rnn-widget")):
        page.press("#qa-question :is(input, textarea)", "Enter")


def teachers(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=teachers")
    expect(page.locator(".rnn-ready-card").first).to_be_visible()


VIEWS = {
    "race": lab("race"),
    "gradient": lab("gradient"),
    "clipping": lab("clipping"),
    "sentiment": sentiment,
    "qa": chat,
    "teachers": teachers,
}


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_fault(shared_page: Page, server: str, view: str) -> None:
    VIEWS[view](shared_page, server)
    settle(shared_page)
    for theme in each_theme(shared_page):
        result = Axe().run(shared_page)
        assert result.violations_count == 0, f"{theme}: {result.generate_report()}"
