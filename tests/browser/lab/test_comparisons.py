"""What models were measured to be worth, in a browser: a claim, a figure, a table whose numbers can be compared."""

from __future__ import annotations

import pytest
from helpers.page.traffic import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(shared_page: Page) -> Page:
    """One tab for all: each test opens the page in it anew, which is quicker than in a new one."""
    return shared_page


@pytest.mark.parametrize(
    ("tab", "name", "claim"), [("qa", "qa-gates", "Gates"), ("sentiment", "sentiment-order", "bag")]
)
def test_a_comparison_says_what_it_shows_above_a_figure_and_right_aligned_numbers(
    page: Page, server: str, tab: str, name: str, claim: str
) -> None:
    page.goto(f"{server}/?tab={tab}")
    settle(page)
    page.locator(f"#{name} > button").click()
    expect(page.locator(f"#{name}-words strong").first).to_contain_text(claim)
    expect(page.locator(f"#{name}-plot .js-plotly-plot")).to_contain_text(claim)
    heads = page.locator(f"#{name}-table th").all_inner_texts()
    assert len(set(heads)) == len(heads)
    for cell in page.locator(f"#{name}-table td").all():
        is_number = cell.inner_text().lstrip("<>")[:1].isdigit()
        expect(cell).to_have_css("text-align", "right" if is_number else "left")


def test_from_the_gates_a_button_leads_to_the_race(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=qa")
    settle(page)
    page.locator("#qa-gates > button").click()
    page.click("#qa-race")
    expect(page.locator("#race-shipped .js-plotly-plot")).to_contain_text("remember over 40 steps")
