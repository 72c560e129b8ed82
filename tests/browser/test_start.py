"""Start in a browser: a network that reads by itself, the ways on from it, and what a phone shows first."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.page.themes import each_theme
from playwright.sync_api import Browser, Page, expect

from rnn_demo.ui.start.reading import shipped_reading

pytestmark = pytest.mark.browser
READING = shipped_reading()
LAST = len(READING["words"])
PHONE = {"width": 390, "height": 844}
STEP, MOVED = "data-step", "#landing[data-moved]"


@pytest.fixture
def start(shared_page: Page, server: str) -> Page:
    """The shared page on the tab Start, standing still at the first word."""
    if shared_page.url == "about:blank":
        shared_page.goto(server)
    shared_page.get_by_role("tab", name="Start").click()
    landing = shared_page.locator(MOVED)
    expect(landing).to_be_visible()
    landing.get_by_role("button", name="Read it again").click()
    landing.get_by_role("button", name="Pause").click()
    return shared_page


def test_it_reads_by_itself_before_gradio_is_there_and_goes_on_without_a_jump(page: Page, server: str) -> None:
    page.route("**/assets/**", lambda route: route.abort())
    page.goto(server)
    landing = page.locator("#landing")
    expect(landing.locator(".landing-step.read")).not_to_have_count(1)  # it has gone on from the first word
    place = "(selector) => document.querySelector(selector).getBoundingClientRect().top"
    selectors = ("#landing h2", ".landing-steps", ".landing-own")
    before = [page.evaluate(place, selector) for selector in selectors]
    page.unroute("**/assets/**")
    page.goto(server)
    expect(page.locator(MOVED)).to_be_visible()
    after = [page.evaluate(place, selector) for selector in selectors]
    assert after == pytest.approx(before, abs=2)
    expect(page.locator(".landing-frame")).to_have_count(0)
    expect(page.locator("h1")).to_have_count(1)


def test_a_sentence_can_be_typed_and_read_before_gradio_is_there(page: Page, server: str) -> None:
    page.route("**/assets/**", lambda route: route.abort())
    page.goto(server)
    page.fill("#landing-text", "I hate it & more")
    page.press("#landing-text", "Enter")
    expect(page).to_have_url(f"{server}/?tab=sentiment&text=I+hate+it+%26+more")
    page.unroute("**/assets/**")
    page.reload()
    expect(page.locator("#sentiment-view .rnn-label")).to_have_text("negative")


def test_what_is_typed_while_gradio_builds_the_page_stays_and_keeps_the_focus(page: Page, server: str) -> None:
    page.goto(server, wait_until="commit")
    page.locator("#landing-text").click()
    page.keyboard.type("I ha")
    expect(page.locator(MOVED)).to_be_visible()
    page.keyboard.type("te it")
    expect(page.locator("#landing-text")).to_have_value("I hate it")


def test_the_buttons_step_through_the_reading(start: Page) -> None:
    landing = start.locator("#landing")
    expect(landing).to_have_attribute(STEP, "1")
    expect(landing.locator(".landing-lesson")).to_be_hidden()  # it tells the end
    for _ in range(LAST - 1):
        landing.get_by_role("button", name="Next word").click()
    expect(landing.locator(".read")).to_have_count(LAST)
    expect(landing.locator(".landing-lesson")).to_be_visible()
    expect(landing.locator(".landing-outcome")).to_contain_text(
        f"negative, {100 * READING['positive'][-1]:.0f}% positive"
    )
    landing.get_by_role("button", name="Previous word").click()
    expect(landing).to_have_attribute(STEP, str(LAST - 1))
    landing.get_by_role("button", name="Play").click()
    expect(landing).to_have_attribute(STEP, str(LAST))


def test_a_sentence_of_ones_own_is_read_in_sentiment_as_text(start: Page) -> None:
    text = "<b>What</b> a mess, <img src=x onerror=alert(1)>"
    start.fill("#landing-text", text)
    start.press("#landing-text", "Enter")
    expect(start.locator("#sentiment-view .rnn-label")).to_have_text("negative")
    expect(start.locator("#sentiment-text textarea")).to_have_value(text)
    expect(start).to_have_url(re.compile(r"\?tab=sentiment"))


def test_see_it_remember_opens_the_sentence_in_hidden_states(start: Page) -> None:
    start.get_by_role("link", name="See it remember").click()
    expect(start.locator("#states-text textarea")).to_have_value(READING["text"])
    expect(start.locator("#stepper p.now")).to_contain_text(f"of {LAST}")


def test_see_it_forget_opens_the_gradient_through_time_again_and_again(start: Page) -> None:
    for _ in range(2):
        start.get_by_role("tab", name="Start").click()
        start.get_by_role("link", name="See it forget").click()
        expect(start.get_by_role("tab", name="Gradient")).to_have_attribute("aria-selected", "true")


def test_an_empty_box_reads_the_example_that_stands_in_it(start: Page) -> None:
    start.get_by_role("tab", name="Start").click()
    box = start.locator("#landing-text")
    box.fill("")
    box.press("Enter")
    expect(start.locator("#sentiment-view .rnn-label")).to_have_text("positive")
    expect(start.locator("#sentiment-view")).to_contain_text("loved")


def test_see_it_learn_starts_a_run(start: Page) -> None:
    start.get_by_role("link", name="See it learn").click()
    expect(start.locator("#lab-view .lab-facts")).to_be_visible(timeout=60_000)
    start.locator("#lab-stop").click()
    expect(start.locator("#lab-start")).to_be_visible(timeout=60_000)


def test_a_link_to_a_tab_opens_it_with_nothing_in_the_way(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=sentiment&text=I+hate+it")
    expect(page.locator("#sentiment-view .rnn-label")).to_have_text("negative")
    expect(page.locator("#landing")).to_be_hidden()
    expect(page.locator(".first-tabs")).to_be_hidden()
    page.get_by_role("tab", name="Start").click()
    expect(page.locator(MOVED)).to_be_visible()


def test_with_reduced_motion_all_is_read_and_nothing_moves(browser: Browser, server: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(server)
    expect(page.locator("#landing[data-live]")).to_have_attribute(STEP, str(LAST))
    expect(page.locator("#landing [data-do=play]")).to_have_attribute("aria-label", "Play")
    context.close()


def test_nothing_is_timed_while_another_tab_is_open(start: Page) -> None:
    landing = start.locator("#landing")
    landing.get_by_role("button", name="Play").click()
    expect(landing).not_to_have_attribute(STEP, "1")
    start.get_by_role("tab", name="Sentiment").click()
    expect(landing).to_be_hidden()
    start.wait_for_timeout(200)  # the browser tells a moment later that it is out of sight
    step = landing.get_attribute(STEP)
    start.wait_for_timeout(2500)
    assert landing.get_attribute(STEP) == step
    start.get_by_role("tab", name="Start").click()
    expect(landing).not_to_have_attribute(STEP, str(step))


def test_axe_finds_no_fault_and_no_width_scrolls_sideways(start: Page) -> None:
    for _ in each_theme(start):
        found = Axe().run(start, context="#landing")
        assert found.violations_count == 0, found.generate_report()
    for width in (1280, 701, 390):
        start.set_viewport_size({"width": width, "height": 844})
        assert start.evaluate("document.documentElement.scrollWidth") <= width


# --- what a phone shows first -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tab", "pictures"),
    [
        ("start", [".landing-steps", "[data-do=play]"]),
        ("qa", ["#qa-view .rnn-bars"]),
        ("states", ["#stepper .column"]),
        ("lab", ["#lab-start", "#lab-view"]),
    ],
)
def test_on_a_phone_the_picture_comes_before_the_controls(
    shared_page: Page, server: str, tab: str, pictures: list[str]
) -> None:
    page = shared_page
    page.set_viewport_size(PHONE)
    page.goto(f"{server}/?tab={tab}")
    for picture in pictures:
        expect(page.locator(picture).first).to_be_visible()
        page.wait_for_timeout(500)  # what stands above may still be growing
        top = page.locator(picture).first.evaluate("(node) => node.getBoundingClientRect().top + scrollY")
        assert 0 < top < PHONE["height"] - 40, (picture, top)


def test_start_brings_what_happens_into_sight(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto(f"{server}/?tab=lab")
    page.locator("#lab-start").click()
    expect(page.locator("#lab-view .lab-facts")).to_be_visible(timeout=60_000)
    top = "document.querySelector('#lab-view').getBoundingClientRect().top"
    page.wait_for_function(f"() => {top} >= -20 && {top} <= 350")
