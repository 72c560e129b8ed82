"""Markup in any text that is shown is text: nothing of it runs, nothing of it becomes an element."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from helpers.hostile import MARKUP
from helpers.states_page import visit
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ALL = " ".join(MARKUP)
PARTS = [" ".join(MARKUP[:6]), " ".join(MARKUP[6:11]), " ".join(MARKUP[11:])]  # a question has 500 letters at most
LONG = 120_000  # milliseconds that a lesson may take on a busy machine
FOREIGN = """() => [
  ...document.querySelectorAll(
    "img[src='x'], iframe[srcdoc], a[href^='javascript:'], [onerror*=__hit], [onload*=__hit], [onmouseover*=__hit]"),
  ...[...document.scripts].filter((script) => script.textContent.includes('window.__hit=1') && !script.src &&
    !script.textContent.includes('gradio_config')),
  ...(window.__hit === undefined ? [] : [document.body]),
].map((node) => node.outerHTML.slice(0, 200))"""


@pytest.fixture
def harmless(page: Page) -> Callable[[], None]:
    """A check that nothing of the texts ran, became an element, opened a dialog or asked another machine."""
    alarms: list[str] = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: alarms.append(request.url) if "//example.org" in request.url[:20] else None)

    def check() -> None:
        page.mouse.move(600, 500)  # over what may listen to it
        assert page.evaluate(FOREIGN) == []
        assert alarms == []

    return check


def test_the_check_finds_markup_that_became_an_element(page: Page, server: str) -> None:
    page.goto(server)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.__hit=1>')")
    expect(page.locator("img[src=x]")).to_have_count(1)
    assert len(page.evaluate(FOREIGN)) == 1  # its handler did not run: the page's policy forbids that
    page.evaluate("window.__hit = 1")
    assert len(page.evaluate(FOREIGN)) == 2


def test_markup_in_the_conversation_is_shown_as_text(page: Page, server: str, harmless: Callable[[], None]) -> None:
    page.goto(f"{server}/?{urlencode({'tab': 'qa', 'text': PARTS[0]})}")
    expect(page.locator("#qa-chat")).to_contain_text(MARKUP[0], timeout=LONG)
    for part in PARTS[1:]:
        turns = page.locator(".qa-turn").count()
        page.fill("#qa-question [data-testid=textbox]", part)
        page.press("#qa-question [data-testid=textbox]", "Enter")
        expect(page.locator(".qa-turn")).to_have_count(turns + 1)
    harmless()


def test_in_what_is_taught_and_in_the_names_of_files(
    page: Page, server: str, harmless: Callable[[], None], tmp_path: Path
) -> None:
    page.goto(f"{server}/?tab=qa")
    page.locator("#qa-teach > button").click()
    rows = [
        f"What is {k} {payload.replace(';', ',')}?;{payload[:60].replace(';', ',')}" for k, payload in enumerate(MARKUP)
    ]
    page.fill("#qa-rows textarea", "\n".join([*rows, f"{MARKUP[0]};", f";{MARKUP[1]}"]))
    page.click("#qa-start")
    expect(page.locator("#qa-lesson .qa-result")).to_be_visible(timeout=LONG)
    harmless()
    page.fill("#qa-question [data-testid=textbox]", f"What is 0 {MARKUP[0]}?")
    page.press("#qa-question [data-testid=textbox]", "Enter")
    expect(page.locator(".qa-turn").last).to_contain_text(MARKUP[0])
    expect(page.locator("#qa-near")).to_contain_text("<", timeout=LONG)
    harmless()
    odd = tmp_path / "<img src=x onerror=window.__hit=1>.csv"
    odd.write_text(f"<b>,{MARKUP[1].replace(',', '')}\n")
    for button in ("#qa-upload", "#qa-load"):
        with page.expect_file_chooser() as chooser:
            page.click(button)
        chooser.value.set_files(odd)
        expect(page.locator("#qa-lesson")).to_contain_text("img src=x" if button == "#qa-upload" else "zip")
        harmless()


def test_in_a_reading_a_comparison_and_a_file_of_texts(
    page: Page, server: str, harmless: Callable[[], None], tmp_path: Path
) -> None:
    page.goto(f"{server}/?{urlencode({'tab': 'sentiment', 'text': ALL})}")
    expect(page.locator("#sentiment-view .rnn-label")).to_be_visible()
    page.locator(".rnn-segment[value=omission]").check(force=True)
    page.get_by_role("button", name="Edit and compare").click()
    page.fill("#sentiment-changed textarea", f"good {ALL}")
    page.click("#sentiment-compare-read")
    expect(page.locator("#sentiment-compare-view .rnn-word").first).to_be_visible()
    harmless()
    page.get_by_role("button", name="A file of texts").click()
    odd = tmp_path / "<svg onload=window.__hit=1>.csv"
    rows = ['"' + payload.replace('"', '""') + '",<b>' for payload in MARKUP]
    odd.write_text("\n".join(["text,label", *rows, f'"{MARKUP[0]}']), encoding="utf-8")
    page.locator("#sentiment-upload input[type=file]").set_input_files(odd)
    expect(page.locator("#sentiment-file-view tbody tr").first).to_be_visible()
    expect(page.locator("#sentiment-histogram .main-svg").first).to_be_visible()
    harmless()


@pytest.mark.parametrize("model", ["sentiment", "names"])
def test_in_the_unrolled_network_its_figures_and_its_export(
    page: Page, server: str, harmless: Callable[[], None], tmp_path: Path, model: str
) -> None:
    figure = {"sentiment": "tokens", "names": "heat map"}[model]
    visit(page, server, model=model, text=ALL[:240], view="cell,unit,<b>", unit="<i>", figure=figure)
    expect(page.locator("#states-plot .main-svg").first).to_be_visible(timeout=LONG)
    harmless()
    with page.expect_download() as download:
        page.select_option(".stepper .save", "SVG")
    download.value.save_as(tmp_path / "one.svg")
    kinds = {node.tag.rpartition("}")[2] for node in ElementTree.parse(tmp_path / "one.svg").iter()}
    assert kinds <= {"svg", "g", "rect", "text", "tspan", "title", "path", "line", "circle", "polygon", "polyline"}
    assert not [line for line in ("onload=window", "<script", "<img") if line in (tmp_path / "one.svg").read_text()]
    page.goto((tmp_path / "one.svg").as_uri())
    assert page.evaluate("window.__hit") is None


@pytest.mark.parametrize("name", [MARKUP[0], MARKUP[3], MARKUP[9]])
def test_in_the_name_of_a_model_that_a_link_asks_for(
    page: Page, server: str, harmless: Callable[[], None], name: str
) -> None:
    visit(page, server, model=name, step=name, layer=name, direction=name, notation=name)
    expect(page.locator("#states-trouble")).to_contain_text(name[:40])
    harmless()
