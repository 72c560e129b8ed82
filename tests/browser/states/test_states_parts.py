"""Parts beside the cell, in a browser: the head, the input, the folded cell, the initial state, the menu of models."""

from __future__ import annotations

import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.page.states_page import choose, drawn_anew, said, show, visit
from helpers.page.traffic import settle
from playwright.sync_api import Page, expect

from rnn_demo.analysis.nearest_words import nearest_words
from rnn_demo.analysis.trace import record
from rnn_demo.zoo.checkpoint import open_checkpoint

pytestmark = pytest.mark.browser
ALL = "head,input,folded"
TEXT = "The film is not bad at all."


@pytest.fixture
def page(shared_page: Page, server: str) -> Page:
    """The shared page with the tab and all panels open; each test has a model read a text there."""
    if shared_page.url == "about:blank":
        visit(shared_page, server, model="names", text="Giovanni", view=ALL)
    shared_page.set_viewport_size({"width": 1280, "height": 900})
    return shared_page


@pytest.mark.parametrize("model", ["hello", "names", "names-deep", "sentiment", "sentiment-notebook", "qa-fast"])
def test_the_head_shows_the_shares_of_the_trace_at_every_step(page: Page, model: str) -> None:
    text = {"hello": "hell", "sentiment": TEXT}.get(model, "Giovanni" if "names" in model else "I love this movie")
    show(page, model, text)
    recorded = record(open_checkpoint(model), text)
    page.locator(".stepper").focus()
    for t in range(len(recorded.tokens)):
        page.keyboard.press("Home" if t == 0 else "ArrowRight")
        words = page.locator(".head-drawing").text_content() or ""
        best = int(recorded.logits[t].argmax())
        share = recorded.probabilities[t, best]
        assert (">99%" if 0.995 < share < 1 else f"{100 * share:.0f}%") in words
        assert f"{recorded.logits[t, best]:.2f}".replace("-", "−") in words


def test_the_input_has_the_nearest_words_of_its_embedding_and_stepping_asks_for_nothing(page: Page) -> None:
    show(page, "sentiment", TEXT)
    expect(page.locator(".nearest li")).to_have_count(5)
    settle(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert said(page).startswith("step 4 of 8, token not")
    expect(page.locator(".input-box h2")).to_have_text("x at step 4: not")
    expect(page.locator(".input-box p").first).to_contain_text("160 numbers learnt for the word “not”")
    (found,) = nearest_words(open_checkpoint("sentiment"), ["not"])
    expect(page.locator(".nearest b")).to_have_text([word for word, _ in found])
    assert requests == []


def test_the_folded_cell_unfolds_and_follows_the_step(page: Page) -> None:
    show(page, "names", "Giovanni")
    scene = page.locator(".fold-scene")
    expect(scene).to_have_class("fold-scene open")
    copies = page.locator(".copy")
    assert copies.count() == 8
    page.click("[data-do=unfold]")
    expect(scene).to_have_class("fold-scene")
    expect(copies.first).to_have_css("opacity", "0")
    page.click("[data-do=unfold]")
    expect(copies.first).to_have_css("opacity", "1")
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    expect(page.locator(".copy").first).to_have_class("copy here")
    colours = page.evaluate(
        """() => ["ih", "hh"].map((side) => [...document.querySelectorAll(`#stepper path.wire.${side}`)]
          .map((wire) => getComputedStyle(wire).stroke)).map((all) => [...new Set(all)])"""
    )
    assert [len(each) for each in colours] == [1, 1]  # in the columns and in the folded cell alike
    assert colours[0] != colours[1]


def test_with_reduced_motion_nothing_moves(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    show(page, "names", "Giovanni")
    assert page.locator(".copy").first.evaluate("node => getComputedStyle(node).transitionDuration") == "0s"
    page.emulate_media(reduced_motion="no-preference")
    assert page.locator(".copy").first.evaluate("node => getComputedStyle(node).transitionDuration") != "0s"


def test_the_first_arrow_comes_from_a_state_that_is_drawn_and_said(page: Page) -> None:
    show(page, "names-deep", "Giovanni")
    starts = page.locator("#stepper .start")
    labels = starts.evaluate_all("all => all.map(node => node.getAttribute('aria-label'))")
    assert [label.split(",")[0] for label in labels] == ["h_0", "h_0", "h_9", "h_9"]
    boxes = [box for box in (starts.nth(k).bounding_box() for k in (0, 2)) if box]
    columns = [box for box in (page.locator("#stepper .column").nth(k).bounding_box() for k in (0, 7)) if box]
    assert boxes[0]["x"] < columns[0]["x"]
    assert boxes[1]["x"] + boxes[1]["width"] > columns[1]["x"] + columns[1]["width"] - 2
    starts.first.focus()
    expect(page.locator("#stepper .bubble")).to_contain_text("nothing has been read yet")
    page.locator(".stepper").focus()
    expect(page.locator("#stepper .bubble")).to_be_hidden()
    show(page, "names", "Giovanni")
    assert "c_0" in (starts.first.get_attribute("aria-label") or "")


def test_one_token_and_256_are_folded_too(page: Page) -> None:
    show(page, "sentiment", "good")
    expect(page.locator(".copy")).to_have_count(1)
    show(page, "sentiment", "good bad " * 128)
    expect(page.locator("#stepper .column")).to_have_count(256)
    expect(page.locator(".copy").last).to_contain_text("256")
    expect(page.locator(".fold-box .note").first).to_contain_text("used 256 times here")
    frames = page.evaluate(
        """async () => {
          const next = document.querySelector("[data-do=back]"), times = [];
          for (let k = 0; k < 12; k++) {
            const start = performance.now();
            next.click();
            times.push(performance.now() - start);
            await new Promise(requestAnimationFrame);
          }
          return times;
        }"""
    )
    assert np.median(frames) < 50  # three frames, with every panel open and on a busy machine


def test_the_menu_is_in_groups_and_says_what_was_asked(page: Page) -> None:
    show(page, "names", "Giovanni")
    groups = page.locator("#states-model optgroup").evaluate_all("all => all.map(group => group.label)")
    assert groups[0] == "Which letter comes next? (e, h, l or o): start here"
    assert "Which language is this name? (one of 18 languages)" in groups
    expect(page.locator("#stepper .reads")).to_contain_text(
        "Which language is this name? It answers one of 18 languages"
    )
    with drawn_anew(page):
        choose(page, "hello")
    expect(page.locator("#stepper .reads")).to_contain_text("after every letter (many-to-many)")
    expect(page.locator("#states-model select")).to_have_value("hello")


def test_a_space_has_its_sign_in_answers_and_a_number_stands_apart_from_its_share(page: Page) -> None:
    show(page, "qa-fast", "What is the capital of France?")
    assert re.search(r"answer so far: [^(]+ \(.*%\), ", said(page))
    rows = page.locator(".column.here .answer.end").all_text_contents()
    assert all(re.fullmatch(r"[<>]?\d+%", share) for share in rows)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_fault_and_the_page_does_not_scroll_sideways(
    stranger: Page, server: str, theme: str, width: int
) -> None:
    stranger.set_viewport_size({"width": width, "height": 860})
    visit(stranger, server, model="names-deep", text="Giovanni", view=ALL, __theme=theme)
    expect(stranger.locator(".input-box")).to_have_attribute("data-drawn", "0")
    for part in ("#stepper", "#states-model"):
        found = Axe().run(stranger, context=part)
        assert found.violations_count == 0, found.generate_report()
    assert stranger.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_the_cell_and_the_explanation_stand_right_under_the_picture(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    try:
        visit(page, server, model="names", text="Giovanni", view="cell")
        order = [".stage", ".under .cell", ".explains", ".tools", ".reads", ".legend", ".acting"]
        tops = [box["y"] for name in order if (box := page.locator(f"#stepper {name}").first.bounding_box())]
        assert len(tops) == len(order)
        assert tops == sorted(tops)
        expect(page.locator("#stepper .explains")).to_contain_text("Watch the row h")
        tools = page.locator("#stepper .tools > :is(button, select, div):visible")
        few = tools.count()
        assert few <= 3
        assert len({round(box["y"]) for box in (tools.nth(k).bounding_box() for k in range(few)) if box}) == 1
        page.locator("#stepper .more-tools").click()
        expect(page.locator("#stepper [data-do=fold]")).to_be_visible()
        assert tools.count() > few
        gutter = page.locator("#stepper .gutter .paper").bounding_box()
        assert gutter
        assert gutter["width"] < 80
    finally:
        page.set_viewport_size({"width": 1280, "height": 860})
    expect(page.locator("#states-words")).to_contain_text("Watch the row h")  # it is back at its place
