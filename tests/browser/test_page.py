"""The page as a visitor meets it: tabs that answer, links, and nothing asked of another machine."""

from __future__ import annotations

import pytest
from helpers.page.traffic import settle
from helpers.page.widgets import drawn_anew
from playwright.sync_api import Page, expect

from rnn_demo.ui.page import TABS

pytestmark = pytest.mark.browser


def ask(page: Page, question: str) -> None:
    """Ask, and wait until the conversation is drawn anew."""
    with drawn_anew(page.locator("#qa-chat .rnn-widget")):
        page.fill("#qa-question [data-testid=textbox]", question)
        page.press("#qa-question [data-testid=textbox]", "Enter")


def read(page: Page, text: str) -> None:
    with drawn_anew(page.locator("#sentiment-view .rnn-widget")):
        page.fill("#sentiment-text textarea", text)
        page.click("#sentiment-read")


@pytest.fixture
def opened(shared_page: Page, server: str) -> Page:
    """The shared page; none of the tests that ask and read there minds what was asked before."""
    if shared_page.url == "about:blank":
        shared_page.goto(f"{server}/?tab=qa")
    return shared_page


# --- on one page ------------------------------------------------------------------------------------------------


def test_qa_chat_answers_what_it_was_taught_and_says_when_it_was_not(opened: Page) -> None:
    ask(opened, "What is the capital of France?")
    expect(opened.locator("#qa-chat")).to_contain_text("Paris")
    expect(opened.locator("#qa-view .rnn-bars li")).to_have_count(2)  # the answer, and “I don't know”
    ask(opened, "zxqv blorp")
    expect(opened.locator("#qa-chat")).to_contain_text("I don't know")
    expect(opened.locator("#qa-view .rnn-unknown")).to_have_count(2)


def test_an_empty_question_gets_a_sentence_and_the_conversation_stays(opened: Page) -> None:
    ask(opened, "What is the capital of Italy?")
    ask(opened, "   ")
    expect(opened.locator("#qa-chat [role=alert]")).to_contain_text("The text is empty")
    expect(opened.locator("#qa-chat")).to_contain_text("Rome")


def test_the_threshold_changes_the_last_answer_at_once(opened: Page) -> None:
    ask(opened, "What is the capital of Japan?")
    expect(opened.locator("#qa-chat")).to_contain_text("Tokyo")
    opened.fill("#qa-threshold input[type=number]", "1")
    expect(opened.locator("#qa-chat")).to_contain_text("I don't know")


def test_sentiment_colours_every_word_and_tells_its_numbers(opened: Page) -> None:
    opened.get_by_role("tab", name="Sentiment").click()
    expect(opened.locator("#sentiment-view .rnn-label")).to_be_visible()
    read(opened, "I hate it.")
    expect(opened.locator("#sentiment-view .rnn-label")).to_have_text("negative")
    expect(opened.locator("#sentiment-view .rnn-word")).to_have_count(4)
    opened.locator("#sentiment-view .rnn-word").nth(1).focus()
    expect(opened.locator("#sentiment-view .rnn-detail")).to_contain_text("Word 2 of 4, “hate”")
    read(opened, "A wonderful film, I loved every minute.")
    expect(opened.locator("#sentiment-view .rnn-label")).to_have_text("positive")


def test_twenty_thousand_words_get_a_sentence(opened: Page) -> None:
    opened.get_by_role("tab", name="Sentiment").click()
    expect(opened.locator("#sentiment-view .rnn-label")).to_be_visible()
    opened.fill("#sentiment-text textarea", "word " * 20_000)
    opened.click("#sentiment-read")
    expect(opened.locator("#sentiment-notice [role=alert]")).to_contain_text("at most 50,000 are read")


def test_one_click_shows_the_same_text_in_hidden_states(opened: Page) -> None:
    opened.get_by_role("tab", name="Sentiment").click()
    expect(opened.locator("#sentiment-view .rnn-label")).to_be_visible()
    read(opened, "Not bad at all!")
    opened.click("#sentiment-show")
    expect(opened.get_by_role("tab", name="Hidden states")).to_have_attribute("aria-selected", "true")
    expect(opened.locator("#states")).to_contain_text("step")
    expect(opened.locator("#states")).to_contain_text("bad")


# --- on pages of their own --------------------------------------------------------------------------------------


def test_sentiment_shows_a_finished_example_when_it_is_first_opened(page: Page, server: str) -> None:
    page.goto(server)
    page.get_by_role("tab", name="Sentiment").click()
    expect(page.locator("#sentiment-view .rnn-label")).to_be_visible()


def test_a_link_opens_its_tab_with_its_text(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=sentiment&text=I+hate+it")
    expect(page.locator("#sentiment-view .rnn-label")).to_have_text("negative")
    expect(page.locator("#sentiment-text textarea")).to_have_value("I hate it")


def test_a_link_with_wrong_values_opens_the_first_tab(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=<b>nope</b>&text=x")
    expect(page.get_by_role("tab", name="Start")).to_have_attribute("aria-selected", "true")


def test_the_first_tab_needs_no_plotly_and_nothing_leaves_this_machine(page: Page, server: str) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(server)
    page.get_by_role("tab", name="QA chat").click()
    ask(page, "What is the capital of Spain?")
    assert not [url for url in requests if "plotly" in url.lower()]
    assert not [url for url in requests if not url.startswith((server, "data:", "blob:"))]


def test_no_tab_is_wider_than_its_window_and_all_are_in_sight_on_a_phone(page: Page, server: str) -> None:
    page.goto(server)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for tab in TABS.values():
            page.get_by_role("tab", name=tab.TITLE).click()
            settle(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_count(len(TABS))
    boxes = [tab.bounding_box() for tab in tabs.all()]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    assert len({box["y"] for box in boxes if box}) <= 2  # rows
