"""Hidden states in a browser: figures, links, files, bad input; the cell has a file of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.page.pictures import YOUNG, save_picture
from helpers.page.states_page import said, visit
from playwright.sync_api import Page, expect

from rnn_demo.analysis.trace import record
from rnn_demo.zoo import checkpoint

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def page(shared_page: Page) -> Page:
    """One tab for all: each test opens the page in it anew, which is quicker than in a new one."""
    return shared_page


def test_a_finished_example_is_there_at_once(page: Page, server: str) -> None:
    page.goto(server)
    page.get_by_role("tab", name="Hidden states").click()
    expect(page.locator("#stepper .column")).to_have_count(4)
    assert said(page).startswith("step 1 of 4, token h, next letter: e (")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_never_scrolls_sideways(page: Page, server: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 860})
    text = "I expected to hate it, and I was wonderfully surprised."
    visit(page, server, model="sentiment", text=text, view="cell,unit")
    expect(page.locator(".unit")).to_have_attribute("data-drawn", re.compile("."))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".under").is_visible() == (width == 390)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_fault_in_the_visualizer(page: Page, server: str, theme: str) -> None:
    visit(page, server, model="names-deep", text="Ivan", view="cell,unit", __theme=theme)
    expect(page.locator(".unit")).to_have_attribute("data-drawn", re.compile("."))
    found = Axe().run(page, context="#stepper")
    assert found.violations_count == 0, found.generate_report()


# --- the whole sequence -----------------------------------------------------------------------------------------


def test_plotly_comes_when_it_is_asked_for_and_follows_the_step(page: Page, server: str) -> None:
    visit(page, server, model="names", text="Ivan")
    assert not page.evaluate("Boolean(window.Plotly)")
    page.get_by_text("The whole sequence").click()
    expect(page.locator("#states-plot .js-plotly-plot")).to_be_visible()
    marked = "() => document.querySelector('#states-plot .js-plotly-plot').layout.shapes[0].x0"
    page.wait_for_function(f"({marked})() === -0.5")
    page.locator(".stepper").focus()
    page.keyboard.press("End")
    page.wait_for_function(f"({marked})() === 2.5")
    expect(page.locator("#states-plot .js-plotly-plot")).to_have_attribute(
        "aria-label", re.compile("Hidden state h.*“ivan”")
    )


def test_a_link_opens_its_figure_and_the_figure_stands_in_the_link(page: Page, server: str) -> None:
    visit(page, server, model="names", text="Ivan", figure="path")
    expect(page.locator("#states-plot .gtitle")).to_contain_text("its path")
    page.locator("#states-view").get_by_text("updates").click()
    page.wait_for_url(re.compile("figure=updates"))


def test_what_is_explained_is_the_answer_after_the_last_step_or_the_present_one(page: Page, server: str) -> None:
    visit(page, server, model="names", text="Giovanni", figure="tokens", step=3)
    title = page.locator("#states-plot .gtitle")
    expect(title).to_contain_text("by its gradient")
    expect(title).not_to_contain_text("after step")
    page.locator("#states-after").get_by_text("the current step").click()
    expect(title).to_contain_text("after step 3")
    page.locator(".stepper").focus()
    page.keyboard.press("ArrowRight")
    expect(title).to_contain_text("after step 4")


# --- links and files --------------------------------------------------------------------------------------------


def test_a_link_restores_what_it_names_and_is_kept_up_to_date(page: Page, server: str) -> None:
    visit(page, server, model="names-gru", text="Hiroshi", step=3, unit=7, view="cell,unit", notation="textbook")
    assert said(page).startswith("step 3 of 7")
    expect(page.locator(".unit")).to_have_attribute("data-drawn", "0/7/2/textbook")
    expect(page.locator("#states-text textarea")).to_have_value("Hiroshi")
    page.locator(".stepper").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("step=4"))
    page.reload()
    expect(page.locator("#stepper p.now")).to_contain_text("step 4 of 7")


def test_wrong_values_of_a_link_fall_back_and_are_said(page: Page, server: str) -> None:
    visit(page, server, model="nobody", text="Ivan", step=99, unit="<b>", view="all", figure="pie")
    expect(page.locator("#states-trouble")).to_contain_text("“nobody”")
    for wrong in ("step=99", "unit=<b>", "view=all", "figure=pie"):
        expect(page.locator("#stepper .note").first).to_contain_text(wrong)
    assert said(page).startswith("step 1 of 4")


def test_the_saved_svg_opens_alone_and_carries_the_numbers(page: Page, server: str, tmp_path: Path) -> None:
    visit(page, server, model="names", text="Ivan", step=2, view="cell")
    path = save_picture(page, "#stepper", "SVG", tmp_path)
    assert path.name == "names-step-2.svg"
    root = ElementTree.parse(path).getroot()
    assert not YOUNG.search(path.read_text(encoding="utf-8"))
    texts = " ".join("".join(node.itertext()) for node in root.iter(f"{SVG}text"))
    assert "names (LSTM) reads “ivan”, step 2 of 4" in texts
    found = {
        (node.get("data-quantity"), int(node.get("data-step", 0))): [
            np.array(node.get(name, "").split(), float) for name in ("data-units", "data-values")
        ]
        for node in root.iter(f"{SVG}rect")
        if node.get("data-values")
    }
    quantities = record(checkpoint.open_checkpoint("names"), "Ivan").layers[0].quantities
    for name, t in [("h", 0), ("h", 2), ("h", 3), *((name, 1) for name in quantities)]:
        units, values = found[name, t + 1]
        assert len(units) == 32
        np.testing.assert_allclose(values, quantities[name][t][units.astype(int)], rtol=1e-6)


def test_a_large_state_is_summarised_by_its_liveliest_units_and_whole_on_demand(page: Page, server: str) -> None:
    visit(page, server, model="names", text="Ivan")
    h = record(checkpoint.open_checkpoint("names"), "Ivan").layers[0].quantities["h"]
    change = (np.diff(h, axis=0, prepend=0) ** 2).sum(0)
    drawn = "() => document.querySelector('.column.here .frame').vector.units"
    assert page.evaluate(drawn) == sorted(np.argsort(-change)[:32].tolist())
    expect(page.locator(".gutter")).to_contain_text("32 of 128 units")
    page.click("[data-do=all]")
    assert page.evaluate(drawn) == list(range(128))
    page.wait_for_url(re.compile("view=whole"))
    quiet = int(np.argmin(change))
    page.click("[data-do=all]")
    page.click("[data-do=unit]")
    page.fill(".which-unit", str(quiet + 1))
    page.press(".which-unit", "Enter")
    expect(page.locator(".unit")).to_have_attribute("data-drawn", f"0/{quiet}/0/pytorch")
    assert quiet in page.evaluate(drawn)


def test_the_share_of_the_attention_is_that_of_the_model(page: Page, server: str) -> None:
    visit(page, server, model="names-deep", text="Giovanni", step=5)
    scores = record(checkpoint.open_checkpoint("names-deep"), "Giovanni").attention
    assert scores is not None
    shares = np.exp(scores[:5]) / np.exp(scores[:5]).sum()
    heights = page.locator(".attention").evaluate_all("all => all.map(bar => Number(bar.getAttribute('height')) / 30)")
    np.testing.assert_allclose(heights, [*shares, 0, 0, 0], atol=1e-5)


def test_control_characters_show_as_signs_and_can_be_saved(page: Page, server: str, tmp_path: Path) -> None:
    visit(page, server, model="names", text="a\x01b c", view="cell,unit")
    expect(page.locator(".unit")).to_have_attribute("data-drawn", re.compile("."))
    for kind in ("SVG", "PNG"):
        save_picture(page, "#stepper", f"{kind} for a slide", tmp_path)
    root = ElementTree.parse(tmp_path / "names-step-1.svg").getroot()
    texts = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    assert {"␁", "␣"} <= set(texts)
    assert any("deepest colour" in text for text in texts)


# --- bad input --------------------------------------------------------------------------------------------------


def test_another_tab_opens_its_text_here(page: Page, server: str) -> None:
    page.goto(server)
    page.get_by_role("tab", name="Sentiment").click()
    page.fill("#sentiment-text textarea", "What a mess")
    page.click("#sentiment-show")
    expect(page.locator("#stepper p.now")).to_contain_text("step 1 of 3, token what")
    assert json.loads(page.locator(".stepper .slider").get_attribute("max") or "0") == 3
