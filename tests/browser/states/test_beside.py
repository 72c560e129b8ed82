"""Networks beside each other in a browser: fetched when asked for, one slider, twins, a link, a picture, no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from helpers.page.pictures import save_picture
from helpers.page.states_page import read, show, visit
from helpers.page.traffic import settle
from playwright.sync_api import Page, expect

from rnn_demo.tasks import TASKS
from rnn_demo.zoo.checkpoint import open_checkpoint

pytestmark = pytest.mark.browser
NAMES = ("names", "names-rnn", "names-gru", "names-deep")
GOOD, BAD = "The film is good.", "The film is not good."


@pytest.fixture
def page(shared_page: Page, server: str) -> Iterator[Page]:
    """The shared page with one network alone, and so again at the end."""
    if "tab=states" not in shared_page.url:
        visit(shared_page, server, model="names", text="Ivan")
    show(shared_page, "names", "Giovanni")
    yield shared_page
    if shared_page.locator(".beside-box").is_visible():
        shared_page.click("[data-do=close-beside]")


def open_beside(page: Page) -> None:
    if (more := page.locator("#stepper .more-tools")).is_visible():  # on a phone
        more.click()
    page.click("[data-do=beside]")
    expect(page.locator(".beside-gutter circle")).not_to_have_count(0)


def arrive(page: Page, server: str, **link: object) -> None:
    """Open the tab by a link that has several networks or texts in it."""
    page.goto(f"{server}/?{urlencode({'tab': 'states', **link})}")
    expect(page.locator(".beside-gutter circle")).not_to_have_count(0)


def answers(page: Page) -> list[str]:
    """What each row says at the present step."""
    return page.locator(".beside-gutter .best").all_text_contents()


def test_four_networks_follow_one_slider_and_say_what_python_says(page: Page) -> None:
    settle(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    open_beside(page)
    assert {url.rsplit("/", 1)[1] for url in requests if "/networks/" in url} == set(NAMES)
    requests.clear()
    page.locator(".stepper").focus()
    page.keyboard.press("End")
    expect(page.locator(".beside-veil")).to_have_attribute("width", "0")
    expected = [TASKS["names"].predict(open_checkpoint(name), ["Giovanni"])[0]["label"] for name in NAMES]
    assert answers(page) == expected
    page.keyboard.press("Home")
    assert len(answers(page)) == 4
    assert not [url for url in requests if "component_server" in url or "/networks/" in url]
    expect(page.locator(".beside-parting")).to_have_count(1)
    expect(page.locator(".beside-says")).to_contain_text("Their answers part at step")
    assert "beside=names-rnn%2Cnames-gru%2Cnames-deep" in page.url
    read(page, "Ivan")
    expect(page.locator(".beside-scroller .token")).to_have_text(["i", "v", "a", "n"])


def test_an_address_opens_what_it_names_and_says_what_it_does_not_know(page: Page, server: str) -> None:
    arrive(page, server, model="names", text="Ivan", step=3, beside="names-gru,nobody", compare="updates")
    expect(page.locator(".beside-gutter .name")).to_have_text(["names", "names-gru"])
    expect(page.locator(".beside-box .note").first).to_contain_text("Ignored in the link: beside=nobody")
    expect(page.locator("[data-figure=updates]")).to_have_attribute("aria-pressed", "true")
    page.click("[data-figure=memory]")  # asks Python for the gradients
    expect(page.locator(".beside-scroller polyline")).to_have_count(2)


def test_a_text_and_its_twin_are_subtracted(page: Page, server: str) -> None:
    arrive(page, server, model="sentiment", text=GOOD, beside="", twin=BAD)
    expect(page.locator(".beside-gutter .name")).to_have_text(["text", "twin", "difference"])
    expect(page.locator(".beside-says")).to_contain_text("The texts part at “not”")
    model = open_checkpoint("sentiment")
    shares = [f"{100 * p:.0f}%" for p in model.probabilities([GOOD, BAD])[:, model.labels.index("positive")]]
    expect(page.locator(".beside-says")).to_contain_text(f"positive has {shares[0]} and {shares[1]}.")
    page.locator(".beside-scroller .token", has_text="good").first.click()
    page.get_by_role("button", name="“bad”").click()
    expect(page.locator(".beside-twin")).to_have_value("The film is bad.")
    expect(page.locator(".beside-says")).to_contain_text("“good” in the text, “bad” in the twin")
    page.select_option(".beside-ready", index=7)
    expect(page.locator(".beside-says")).to_contain_text("This change should not matter")
    expect(page.locator("#states-text textarea")).to_have_value(re.compile("^Maria made"))


def test_what_does_not_arrive_is_said_and_what_did_is_drawn(new_visitor: Callable[[], Page], server: str) -> None:
    page = new_visitor()
    page.route("**/networks/names-deep", lambda route: route.abort())
    arrive(page, server, model="names", text="Giovanni", beside="names-gru,names-deep")
    note = page.locator(".beside-box .note").first
    expect(note).to_contain_text("The weights of “names-deep” did not arrive; check the connection and try again.")
    expect(page.locator(".beside-gutter .name")).to_have_text(["names", "names-gru"])
    page.unroute_all()
    page.click(".beside-box [data-do=again]")
    expect(page.locator(".beside-gutter .name")).to_have_text(["names", "names-gru", "names-deep"])
    page.route("**/networks/**", lambda route: route.abort())
    page.click("[data-network=names-rnn]")
    expect(note).to_contain_text("The weights of “names-rnn” did not arrive")
    expect(page.locator(".beside-gutter .name")).to_have_text(["names", "names-gru", "names-deep"])


def test_the_picture_is_one_slide_with_every_network(page: Page, tmp_path: Path) -> None:
    open_beside(page)
    svg = ElementTree.parse(save_picture(page, ".beside-box", "SVG for a slide", tmp_path)).getroot()
    assert (svg.get("width"), svg.get("height")) == ("1920", "1080")
    text = "".join(svg.itertext())
    assert all(name in text for name in NAMES)
    assert "probability of" in text
    assert "beside=" in text


def test_on_a_phone_the_page_is_no_wider_than_the_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_beside(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    names = page.locator(".beside-fixed svg").bounding_box()
    assert names
    assert names["width"] < 116
