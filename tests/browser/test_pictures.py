"""Pictures for slides: every picture has the menu, and what it saves is drawn alike by other programs."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from helpers.pictures import YOUNG, save_picture
from helpers.renderers import MISSING, RENDERERS, by_chromium, difference
from helpers.states_page import visit
from playwright.sync_api import Page, expect

SVG = "{http://www.w3.org/2000/svg}"
STEPPER = "#stepper"
PLOT = "#states-plot"
CURVE = "#sentiment-view"


@pytest.fixture(scope="module")
def saved(browser, server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The stepper with everything open, a Plotly figure and the curve, saved from a dark page."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="dark")
    page.set_default_timeout(60_000)
    visit(page, server, model="names", text="Ivan", step=3, view="cell,unit", figure="path", __theme="dark")
    expect(page.locator(".unit")).to_have_attribute("data-drawn", "0/113/2/pytorch", timeout=60_000)
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
    assert most < 0.25, "something is missing, or black"
    assert mean < 0.01
