"""The stepper in a browser, on one page: stepping, saving, other texts and models, bad input."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.page.pictures import save_picture
from helpers.page.states_page import choose, listen, read, said, show, visit
from helpers.page.traffic import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(shared_page: Page, server: str) -> Page:
    """The shared page with the tab open; each test has a model read a text there."""
    if shared_page.url == "about:blank":
        visit(shared_page, server, model="names", text="Ivan")
    return shared_page


def test_keys_step_while_the_picture_has_the_focus_and_no_request_is_made(page: Page) -> None:
    show(page, "names", "Ivan")
    settle(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.locator(".stepper").focus()
    for key, step in (("Home", 1), ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("End", 4)):
        page.keyboard.press(key)
        assert said(page).startswith(f"step {step} of 4")
    assert requests == []


def test_keys_elsewhere_do_nothing_and_tab_is_not_captured(page: Page) -> None:
    show(page, "names", "Ivan")
    page.locator(".column[data-t='0'] .pick").click()
    page.locator("#states-text textarea").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("step 1 of 4")
    page.evaluate("document.activeElement.blur()")  # nothing has the focus, as when the tab was opened by a link
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("step 2 of 4")
    page.keyboard.press("End")  # scrolls the page
    assert said(page).startswith("step 2 of 4")
    page.locator(".stepper").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.parentElement.closest('.stepper') !== null")  # on, within it


def test_play_steps_to_the_end_and_a_click_goes_to_its_token(page: Page) -> None:
    show(page, "hello", "hell")
    page.select_option(".stepper .speed", "fast")
    page.locator(".stepper").focus()
    page.keyboard.press("End")  # from where play begins again
    listen(page)
    page.keyboard.press("Space")
    page.wait_for_function("() => window.heard.at(-1) === 'step 4 of 4'")
    steps = list(dict.fromkeys(page.evaluate("window.heard")))
    assert steps == [f"step {t} of 4" for t in (1, 2, 3, 4)]
    page.locator(".column[data-t='1'] .pick").click()
    assert said(page).startswith("step 2 of 4, token e")


def test_screen_readers_hear_the_step_and_pictures_have_a_text(page: Page) -> None:
    show(page, "sentiment", "not bad at all")
    assert page.locator("#stepper p.now").get_attribute("aria-live") == "polite"
    slider = page.locator(".stepper .slider")
    assert slider.get_attribute("aria-valuetext") == "step 1 of 4, token not"
    assert "unrolled over 4 steps" in (page.locator(".unrolled > title").text_content() or "")
    assert page.locator(".stepper button:not([aria-label])").evaluate_all("all => all.every(b => b.textContent.trim())")


def smallest_type(svg: Path) -> float:
    """The smallest letters of a saved picture, in pixels of the slide."""
    root, sizes = ElementTree.parse(svg).getroot(), []
    for group in root.findall("{http://www.w3.org/2000/svg}g"):
        scale = float((re.search(r"scale\(([\d.]+)\)", group.get("transform") or "") or [0, 1])[1])
        for node in group.iter("{http://www.w3.org/2000/svg}text"):
            size = re.search(r"font-size:([\d.]+)px", node.get("style") or "")
            if size and "".join(node.itertext()).strip():
                sizes.append(scale * float(size[1]))
    return min(sizes)


def test_a_saved_slide_has_large_type_and_the_names_of_its_wires(page: Page, tmp_path: Path) -> None:
    show(page, "hello", "hell")
    picture = save_picture(page, "#stepper", "SVG for a slide", tmp_path)
    assert smallest_type(picture) >= 22
    words = "".join(ElementTree.parse(picture).getroot().itertext())
    assert "W_xh, on x" in words
    assert "h0 = 0" in words
    show(page, "names", "Giovanni")
    page.click("[data-do=cell]")
    page.click("[data-do=unit]")
    try:
        expect(page.locator(".unit .line").first).to_be_visible()
        whole = save_picture(page, "#stepper", "SVG for a slide", tmp_path)
        assert smallest_type(whole) >= 18  # with the cell, its numbers and its equations
        png = save_picture(page, "#stepper", "Opened cell only", tmp_path)
        assert [int.from_bytes(png.read_bytes()[k : k + 4], "big") for k in (16, 20)] == [1920, 1080]
        expect(page.locator(".opened .cell")).to_be_visible()  # the page is as before
    finally:
        page.click("[data-do=unit]")
        page.click("[data-do=cell]")


def test_answers_are_named_in_full(page: Page) -> None:
    show(page, "names", "Schneider")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 860})
        settle(page)
        names = page.locator(".answer.best").evaluate_all("all => all.map(text => text.textContent).filter(Boolean)")
        assert names
        assert not [name for name in names if "…" in name]


def test_all_steps_are_a_zip_and_a_png_fills_a_slide(page: Page, tmp_path: Path) -> None:
    show(page, "hello", "hell")
    with zipfile.ZipFile(save_picture(page, "#stepper", "All steps", tmp_path)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"step-00{k}.svg" for k in (1, 2, 3, 4)]
        assert ElementTree.fromstring(archive.read("step-001.svg")).get("viewBox") == "0 0 1920 1080"
    header = save_picture(page, "#stepper", "PNG", tmp_path).read_bytes()[:24]
    assert header[1:4] == b"PNG"
    assert [int.from_bytes(header[k : k + 4], "big") for k in (16, 20)] == [1920, 1080]


def test_bad_text_gets_a_sentence_and_the_last_good_picture_stays(page: Page) -> None:
    show(page, "names", "Ivan")
    page.locator(".column[data-t='2'] .pick").click()
    read(page, "   ")
    expect(page.locator("#states-trouble")).to_contain_text("The text is empty")
    assert said(page).startswith("step 3 of 4")
    read(page, "Hanna")
    expect(page.locator("#stepper p.now")).to_contain_text("step 1 of 5, token h")
    expect(page.locator("#states-trouble")).to_have_count(0)


def test_unknown_words_are_marked_and_named(page: Page) -> None:
    show(page, "sentiment", "good <b>a`b\\u</b> 😀 zzxqv")
    expect(page.locator("#stepper .note").first).to_contain_text("zzxqv")
    assert page.locator("#stepper .unknown").count() >= 1


def test_a_long_text_is_cut_and_one_token_is_enough(page: Page) -> None:
    show(page, "sentiment", "good")
    assert said(page).startswith("step 1 of 1")
    read(page, "good bad " * 1000)
    expect(page.locator("#stepper .note").first).to_contain_text("first 256 tokens are shown; 1744 more were cut.")
    expect(page.locator("#stepper .column")).to_have_count(256)


def test_examples_and_models_are_a_click_away(page: Page) -> None:
    show(page, "names", "Ivan")
    page.locator("#states-examples").get_by_text("Hiroshi").click()
    expect(page.locator("#stepper p.now")).to_contain_text("step 1 of 7, token h, answer so far: ")
    expect(page.locator("#states-text textarea")).to_have_value("Hiroshi")
    choose(page, "hello")
    expect(page.locator("#stepper p.now")).to_contain_text("step 1 of 4, token h, next letter: ")
    expect(page.locator("#states-examples")).to_contain_text("hell")
    expect(page.locator("#states-text textarea")).to_have_value("hell")


def test_the_text_stays_when_a_model_of_the_same_task_is_chosen(page: Page) -> None:
    show(page, "names", "Zoltan")
    choose(page, "names-gru")
    expect(page.locator(".unrolled > title")).to_contain_text("names-gru")
    expect(page.locator("#states-text textarea")).to_have_value("Zoltan")
    expect(page.locator("#stepper .column")).to_have_count(6)


def test_hello_stands_beside_its_numpy_twin(page: Page) -> None:
    show(page, "hello", "hell")
    page.get_by_text("From scratch:").click()
    tiny = re.compile(r"the largest difference in any h or score is \d\.\de-(0[6-9]|\d\d)\.")
    expect(page.locator("#states-scratch-table")).to_contain_text(tiny)
    found = Axe().run(page, context="#states-scratch")
    assert found.violations_count == 0, found.generate_report()
