"""The backward pass in a browser: one request, none while stepping, its link, its picture, a phone."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from helpers.page.pictures import save_picture
from helpers.page.states_page import drawn_anew, listen, said, show, visit
from helpers.page.traffic import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(shared_page: Page, server: str) -> Page:
    """The shared page with the tab open and a forward pass in it."""
    if "tab=states" not in shared_page.url:
        visit(shared_page, server, model="names", text="Ivan")
    if shared_page.locator("[data-pass=forward]").get_attribute("aria-pressed") == "false":
        shared_page.click("[data-pass=forward]")
    return shared_page


def go_backward(page: Page) -> None:
    page.click("[data-pass=backward]")
    expect(page.locator(".unrolled.backward .column.here")).to_be_visible()


def test_the_switch_asks_once_and_stepping_asks_nothing(page: Page) -> None:
    show(page, "names", "Anna")
    settle(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    go_backward(page)
    assert len(requests) == 1
    assert said(page).startswith("step 4 of 4, token a, |∂L/∂h| ")
    page.locator(".stepper").focus()
    for key, step in (("End", 4), ("ArrowLeft", 3), ("ArrowRight", 4), ("Home", 1)):
        page.keyboard.press(key)
        assert said(page).startswith(f"step {step} of 4")
    page.click("[data-pass=forward]")
    expect(page.locator(".unrolled.backward")).to_have_count(0)
    go_backward(page)  # it is there already
    assert len(requests) == 1
    assert page.locator(".unrolled .gradient").count() > 8


def test_it_opens_where_it_begins_with_the_loss_in_sight(page: Page) -> None:
    show(page, "names", "Abdurrahmano")
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    go_backward(page)
    assert said(page).startswith("step 12 of 12")
    loss, stage = (page.locator(name).bounding_box() for name in (".loss .box", ".stage"))
    assert loss
    assert stage
    assert loss["x"] + loss["width"] <= stage["x"] + stage["width"]


def test_where_every_gradient_is_small_there_is_something_clearer_to_open(page: Page) -> None:
    show(page, "hello", "hell")
    go_backward(page)
    advice = page.locator("#stepper .advice")
    expect(advice).to_be_hidden()
    show(page, "sentiment", "a wonderful film , I loved it")
    expect(page.locator("#stepper .reads")).to_contain_text("every gradient is small")
    advice.get_by_role("button", name="fresh weights").click()
    expect(page.locator("#stepper .reads")).to_contain_text("fresh weights")
    expect(advice).to_be_hidden()
    page.select_option(".which-weights", "trained")
    with drawn_anew(page):
        advice.get_by_role("button", name="hello").click()
    expect(page.locator("#stepper .reads")).to_contain_text("Each step")
    expect(advice).to_be_hidden()


def test_play_runs_from_the_last_step_to_the_first(page: Page) -> None:
    show(page, "hello", "hell")
    go_backward(page)
    page.select_option(".stepper .speed", "fast")
    page.locator(".stepper").focus()
    page.keyboard.press("Home")  # where it ends, and begins again
    listen(page)
    page.click("#stepper [data-do=play]")
    page.wait_for_function("() => window.heard.at(-1) === 'step 1 of 4'")
    assert list(dict.fromkeys(page.evaluate("window.heard"))) == [f"step {t} of 4" for t in (4, 3, 2, 1)]


def test_fresh_weights_and_another_answer_have_their_own_loss(page: Page) -> None:
    show(page, "names", "Anna")
    go_backward(page)
    reads = page.locator("#stepper .reads")
    trained = reads.inner_text()
    page.select_option(".which-weights", "fresh")
    expect(reads).to_contain_text("with fresh weights, before any training")
    other = page.locator(".which-answer option").nth(4).get_attribute("value") or ""
    page.select_option(".which-answer", other)
    expect(reads).to_contain_text(f"−log p(“{other}”)")
    page.wait_for_function(f"() => location.search.includes('gradients=fresh&answer={other}')")
    page.select_option(".which-answer", "")
    page.select_option(".which-weights", "trained")
    expect(reads).to_have_text(trained)


def test_a_link_opens_the_backward_pass_and_a_wrong_answer_is_told(page: Page, server: str) -> None:
    visit(page, server, model="names-deep", text="Ivan", gradients="fresh", answer="Russian", step=2)
    expect(page.locator(".unrolled.backward .column.here")).to_be_visible()
    assert said(page).startswith("step 2 of 4")
    expect(page.locator("#stepper .reads")).to_contain_text("fresh weights")
    visit(page, server, model="names", text="Ivan", gradients="sideways")
    expect(page.locator("#stepper .head .note")).to_contain_text("gradients=sideways (must be trained or fresh)")
    visit(page, server, model="names", text="Ivan", gradients="trained", answer="<b>Klingon</b>")
    expect(page.locator("#stepper .head .note")).to_contain_text("Unknown label “<b>Klingon</b>”")
    expect(page.locator(".unrolled.backward .column.here")).to_be_visible()  # of its own answer


def test_the_saved_picture_has_the_arrows_and_the_loss(page: Page, tmp_path: Path) -> None:
    show(page, "names", "Anna")
    go_backward(page)
    text = save_picture(page, "#stepper", "SVG", tmp_path).read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    words = " ".join("".join(node.itertext()) for node in root.iter())
    assert "The loss is L = −log p(“" in words
    assert re.search(r"× \d\.\d", words)
    assert 'data-quantity="∂L/∂h"' in text
    assert "the gradient of the loss" in words


def test_a_phone_shows_it_without_a_wider_page(page: Page) -> None:
    show(page, "names", "Anna")
    page.set_viewport_size({"width": 390, "height": 844})
    try:
        go_backward(page)
        page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
        for name in (".which-weights", ".which-answer", "[data-pass=backward]"):
            box = page.locator(name).bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 390
    finally:
        page.set_viewport_size({"width": 1280, "height": 860})


def test_on_a_phone_the_step_that_is_gone_back_to_comes_into_sight(page: Page) -> None:
    show(page, "names", "Abdurrahman")
    page.set_viewport_size({"width": 390, "height": 844})
    try:
        page.locator(".stepper").focus()
        page.keyboard.press("End")
        go_backward(page)
        for key in ("End", "Home"):
            page.keyboard.press(key)
            left, right, low, high = page.evaluate(
                """() => ['.column.here', '.stage'].flatMap(name => {
                     const { left, right } = document.querySelector(name).getBoundingClientRect();
                     return [left, right]; })"""
            )
            assert low - 1 <= left
            assert right <= high + 1
    finally:
        page.set_viewport_size({"width": 1280, "height": 860})


def test_every_step_of_a_network_that_answers_each_has_its_loss_drawn(page: Page) -> None:
    show(page, "hello", "hell")
    go_backward(page)
    expect(page.locator(".loss text", has_text="−log p(")).to_have_count(4)
    expect(page.locator(".loss .way")).to_have_count(0)


def test_a_step_is_drawn_within_three_frames(page: Page) -> None:
    show(page, "names-deep", "Ivanov")
    go_backward(page)
    frames = page.evaluate(
        """async () => {
          const stepper = document.querySelector('.stepper'), times = [];
          const said = () => document.querySelector('#stepper .now').textContent;
          const frame = () => new Promise(requestAnimationFrame);
          for (let k = 0; k < 20; k++) {
            const key = k % 2 ? 'ArrowLeft' : 'ArrowRight', before = said();
            stepper.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
            let waited = 0;
            while (said() === before && waited < 30) { await frame(); waited++; }
            times.push(waited);
          }
          return times.sort((a, b) => a - b)[10];
        }"""
    )
    assert frames <= 3
