"""The glossary in a browser: explained by pointing, focusing and pressing; no text of a visitor is marked."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.page.themes import each_theme
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

TEXT = "The softmax of a hidden state is a gate, and its log odds are terrible."  # every term in it is a visitor's
MARKED = (
    "[...document.querySelectorAll('.rnn-term')].filter((term) => term.offsetParent).map((term) => term.textContent)"
)


@pytest.fixture
def tab(shared_page: Page, server: str) -> Page:
    """Sentiment with a text full of terms, once those of the page itself are marked."""
    if shared_page.url == "about:blank":
        shared_page.goto(f"{server}/?{urlencode({'tab': 'sentiment', 'text': TEXT})}")
    expect(shared_page.locator("#sentiment-view .rnn-sure .rnn-term")).to_have_text("sure")
    return shared_page


def box_of(page: Page) -> Locator:
    return page.get_by_role("tooltip")


def test_terms_of_the_page_are_marked_and_none_in_a_text_of_a_visitor(tab: Page) -> None:
    tab.locator(".rnn-segment[value=gradients]").check(force=True)
    expect(tab.locator("#sentiment-view .rnn-note .rnn-term").first).to_have_text("log odds")
    assert tab.locator("#sentiment-view .rnn-words .rnn-term, #sentiment-view .rnn-detail .rnn-term").count() == 0
    marked = [term.lower() for term in tab.evaluate(MARKED)]
    assert len(marked) == len(set(marked)), "each once in a panel"
    assert not {"softmax", "gate", "hidden state"} & set(marked)
    tab.locator(".rnn-segment[value=running]").check(force=True)


def test_a_term_is_explained_by_focus_and_escape_closes_the_box(tab: Page) -> None:
    term = tab.locator("#sentiment-view .rnn-sure .rnn-term")
    term.focus()
    expect(box_of(tab)).to_contain_text("The probability that the network itself gives to its answer")
    expect(box_of(tab).locator("svg")).to_be_visible()
    expect(term).to_have_attribute("aria-describedby", box_of(tab).get_attribute("id") or "-")
    assert Axe().run(tab).response["violations"] == []
    tab.keyboard.press("Escape")
    expect(tab.locator("#rnn-explanation")).to_be_hidden()
    expect(term).to_be_focused()
    assert term.get_attribute("aria-describedby") is None
    tab.keyboard.press("Enter")
    expect(box_of(tab)).to_be_visible()
    tab.keyboard.press("Tab")
    expect(tab.locator("#rnn-explanation")).to_be_hidden()


def test_a_term_is_explained_by_pointing_and_the_pointer_may_enter_the_box(tab: Page) -> None:
    term = tab.locator("#sentiment-view .rnn-sure .rnn-term")
    for _ in each_theme(tab):
        term.hover()
        expect(box_of(tab)).to_be_visible()
        box_of(tab).hover()
        tab.wait_for_timeout(400)  # longer than the box stays once the pointer has left
        expect(box_of(tab)).to_be_visible()
        tab.mouse.move(5, 5)
        expect(tab.locator("#rnn-explanation")).to_be_hidden()


def test_on_a_phone_the_box_stays_on_the_screen(tab: Page) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    term = tab.locator("#sentiment-view .rnn-sure .rnn-term")
    term.click()
    expect(box_of(tab)).to_be_visible()
    box = box_of(tab).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    tab.locator("#heading").click()
    expect(tab.locator("#rnn-explanation")).to_be_hidden()


def test_a_new_reading_is_marked_again_and_asks_for_nothing(tab: Page) -> None:
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.fill("#sentiment-text textarea", "I hate it.")
    tab.click("#sentiment-read")
    expect(tab.locator("#sentiment-view .rnn-label")).to_have_text("negative")
    expect(tab.locator("#sentiment-view .rnn-sure .rnn-term")).to_have_text("sure")
    assert not [url for url in requests if "glossary" in url]
