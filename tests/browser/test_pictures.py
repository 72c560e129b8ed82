"""Pictures for slides: every picture has the menu, and what it saves is drawn alike by other programs."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from helpers.page.pictures import YOUNG, save_picture
from helpers.page.renderers import MISSING, RENDERERS, by_chromium, difference
from helpers.page.states_page import visit
from playwright.sync_api import Page, expect

from rnn_demo.figures.drawing.ready import LESSON_PICTURES

SVG = "{http://www.w3.org/2000/svg}"
STEPPER = "#stepper"
PLOT = "#states-plot"


@pytest.fixture
def page(shared_page: Page) -> Page:
    """One tab for all: each test opens the page in it anew, which is quicker than in a new one."""
    return shared_page


@pytest.fixture(scope="module")
def saved(browser, server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The stepper with everything open, a Plotly figure and the curve, saved from a dark page."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="dark")
    page.set_default_timeout(60_000)
    visit(page, server, model="names", text="Ivan", step=3, view="cell,unit", figure="path", __theme="dark")
    expect(page.locator(".unit")).to_have_attribute("data-drawn", re.compile(r"0/\d+/2/pytorch"), timeout=60_000)
    expect(page.locator(f"{PLOT} .rnn-save")).to_be_visible(timeout=60_000)
    files = {}
    for name, scope in {"stepper": STEPPER, "plot": PLOT}.items():
        files[name] = save_picture(page, scope, "SVG", tmp_path_factory.mktemp(name))
    page.goto(
        f"{server}/?{urlencode({'tab': 'sentiment', 'text': 'this is not a good film at all', '__theme': 'dark'})}"
    )
    expect(page.locator(".rnn-curve")).to_be_visible()
    files["curve"] = save_picture(page, "#sentiment", "SVG", tmp_path_factory.mktemp("curve"))
    page.close()
    return files


@pytest.mark.parametrize("name", ["stepper", "plot", "curve"])
def test_a_saved_picture_is_light_and_needs_nothing_young(saved: dict[str, Path], name: str) -> None:
    text = saved[name].read_text(encoding="utf-8")
    assert not YOUNG.search(text)
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 1920 1080"
    assert root.find(f"{SVG}rect").get("fill") == "#ffffff"
    words = ["".join(node.itertext()) for node in root.findall(f"{SVG}text")]
    assert words[0], "a title"
    assert any("rnn_demo" in line for line in words[1:]), "a source line"
    assert "#f1f5f9" not in text, "the ink of the dark page"


@pytest.mark.parametrize("name", ["stepper", "plot", "curve"])
@pytest.mark.parametrize("program", RENDERERS)
def test_other_programs_draw_it_as_the_browser_does(
    saved: dict[str, Path], page: Page, name: str, program: str
) -> None:
    if MISSING[program]:
        pytest.skip(MISSING[program])
    most, mean = difference(by_chromium(page, saved[name]), RENDERERS[program](saved[name]))
    assert most < 0.35, "something is missing, or black"
    assert mean < 0.01


def test_the_menu_is_used_with_the_keyboard_and_says_what_it_did(page: Page, server: str) -> None:
    page.goto(f"{server}/?{urlencode({'tab': 'sentiment', 'text': 'not bad at all'})}")
    button = page.locator("#sentiment .rnn-save").first
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("menuitem", name="PNG for a slide")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="PNG for a slide")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    page.get_by_role("menuitem", name="Copy link").click()
    expect(page.locator("#sentiment .rnn-menu-status").first).to_have_text("Copied.")
    assert "text=not+bad+at+all" in page.evaluate("navigator.clipboard.readText()")
    expect(page.locator("#sentiment .rnn-menu-status").first).to_have_text("")
    button.click()
    page.get_by_role("menuitem", name="Copy picture").click()
    expect(page.locator("#sentiment .rnn-menu-status").first).to_have_text("Copied.")
    types = page.evaluate("async () => (await navigator.clipboard.read()).flatMap((item) => item.types)")
    assert types == ["image/png"]


def test_parts_can_be_left_out_and_the_last_one_stays(page: Page, server: str, tmp_path: Path) -> None:
    visit(page, server, model="names", text="Ivan", step=3, view="cell")
    whole = save_picture(page, STEPPER, "SVG", tmp_path).read_text(encoding="utf-8")
    page.locator(f"{STEPPER} .rnn-save").click()
    page.get_by_role("menuitemcheckbox", name="steps").click()
    page.get_by_role("menuitemcheckbox", name="opened cell").click()
    expect(page.get_by_role("menuitemcheckbox", name="opened cell")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Escape")
    cell = save_picture(page, STEPPER, "SVG", tmp_path).read_text(encoding="utf-8")
    assert 'data-quantity="f"' in cell
    assert cell.count('data-quantity="x"') < whole.count('data-quantity="x"')


def test_numbers_are_saved_as_a_table(page: Page, server: str, tmp_path: Path) -> None:
    page.goto(f"{server}/?{urlencode({'tab': 'sentiment', 'text': 'not bad at all'})}")
    file = save_picture(page, "#sentiment", "Data as CSV", tmp_path)
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 5
    assert all(0 <= float(row[-1]) <= 1 for row in rows[1:])


def test_every_ready_picture_is_a_card_with_a_thumbnail_a_link_and_a_menu(
    page: Page, server: str, tmp_path: Path
) -> None:
    page.goto(f"{server}/?tab=teachers")
    cards = page.locator(".rnn-ready-card")
    expect(cards).to_have_count(len(LESSON_PICTURES))
    for card in cards.all():
        card.scroll_into_view_if_needed()
        expect(card.locator("img")).to_have_js_property("naturalWidth", 1920)
        assert card.locator("h2 a").get_attribute("href").startswith(f"{server}/?tab=")
    file = save_picture(page, "[data-picture=gates]", "PNG", tmp_path)
    assert file.name == "gates.png"
    assert [int.from_bytes(file.read_bytes()[k : k + 4], "big") for k in (16, 20)] == [1920, 1080]


def test_a_figure_that_arrives_while_its_tab_is_hidden_has_the_right_width(page: Page, server: str) -> None:
    visit(page, server, model="names", text="Ivan", figure="answers")
    expect(page.locator(f"{PLOT} .rnn-save")).to_be_visible()
    page.get_by_role("tab", name="QA chat").click()
    page.evaluate(
        """() => {
            const figure = document.querySelector("#states-plot .js-plotly-plot");
            window.Plotly.relayout(figure, { width: 700, autosize: false });
        }"""
    )
    page.get_by_role("tab", name="Hidden states").click()
    page.wait_for_function(
        """() => {
            const figure = document.querySelector("#states-plot .js-plotly-plot");
            return Math.abs(figure._fullLayout.width - figure.parentElement.clientWidth) < 4;
        }"""
    )
