"""Markup in any text that is shown is text: nothing of it runs, nothing of it becomes an element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from helpers.hostile import MARKUP
from helpers.page.pictures import save_picture
from helpers.page.states_page import show, visit
from playwright.sync_api import Dialog, Page, Request, expect

from rnn_demo.analysis.trace import record
from rnn_demo.zoo.checkpoint import open_checkpoint

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
def harmless(shared_page: Page) -> Iterator[Callable[[], None]]:
    """A check that nothing of the texts ran, became an element, opened a dialog or asked another machine."""
    alarms: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        alarms.append(dialog.message)
        dialog.dismiss()

    def notice(request: Request) -> None:
        if "//example.org" in request.url[:20]:
            alarms.append(request.url)

    def check() -> None:
        shared_page.mouse.move(600, 500)  # over what may listen to it
        assert shared_page.evaluate(FOREIGN) == []
        assert alarms == []

    shared_page.on("dialog", dismiss)
    shared_page.on("request", notice)
    yield check
    shared_page.remove_listener("dialog", dismiss)
    shared_page.remove_listener("request", notice)


@pytest.fixture
def chat(shared_page: Page, server: str) -> Page:
    """The shared page, with a link's question full of markup in its conversation."""
    if shared_page.url == "about:blank":
        shared_page.goto(f"{server}/?{urlencode({'tab': 'qa', 'text': PARTS[0]})}")
    expect(shared_page.locator("#qa-chat")).to_contain_text(MARKUP[0], timeout=LONG)
    return shared_page


def test_markup_in_the_conversation_is_shown_as_text(chat: Page, harmless: Callable[[], None]) -> None:
    for part in PARTS[1:]:
        turns = chat.locator(".qa-turn").count()
        chat.fill("#qa-question [data-testid=textbox]", part)
        chat.press("#qa-question [data-testid=textbox]", "Enter")
        expect(chat.locator(".qa-turn")).to_have_count(turns + 1)
    harmless()


def test_in_what_is_taught_and_in_the_names_of_files(chat: Page, harmless: Callable[[], None], tmp_path: Path) -> None:
    chat.locator("#qa-teach > button").click()
    texts = [payload.replace(";", ",") for payload in MARKUP]
    rows = [f"What is {k} {' '.join(texts[k::5])}?;{texts[k][:60]}" for k in range(5)]
    chat.fill("#qa-rows textarea", "\n".join([*rows, f"{MARKUP[0]};", f";{MARKUP[1]}"]))
    chat.click("#qa-start")
    expect(chat.locator("#qa-lesson .qa-result")).to_be_visible(timeout=LONG)
    harmless()
    chat.fill("#qa-question [data-testid=textbox]", f"What is 0 {MARKUP[0]}?")
    chat.press("#qa-question [data-testid=textbox]", "Enter")
    expect(chat.locator(".qa-turn").last).to_contain_text(f"What is 0 {MARKUP[0]}?")
    expect(chat.locator("#qa-near")).to_contain_text("<", timeout=LONG)
    harmless()
    odd = tmp_path / "<img src=x onerror=window.__hit=1>.csv"
    odd.write_text(f"<b>,{MARKUP[1].replace(',', '')}\n")
    for button in ("#qa-upload", "#qa-load"):
        with chat.expect_file_chooser() as chooser:
            chat.click(button)
        chooser.value.set_files(odd)
        expect(chat.locator("#qa-lesson")).to_contain_text("img src=x" if button == "#qa-upload" else "zip")
        harmless()


def test_the_check_finds_markup_that_became_an_element(chat: Page) -> None:
    chat.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.__hit=1>')")
    expect(chat.locator("img[src=x]")).to_have_count(1)
    assert len(chat.evaluate(FOREIGN)) == 1  # its handler did not run: the page's policy forbids that
    chat.evaluate("window.__hit = 1")
    assert len(chat.evaluate(FOREIGN)) == 2
    chat.evaluate("() => { document.querySelector('img[src=x]').remove(); delete window.__hit; }")


def test_in_a_reading_a_comparison_and_a_file_of_texts(
    shared_page: Page, server: str, harmless: Callable[[], None], tmp_path: Path
) -> None:
    shared_page.goto(f"{server}/?{urlencode({'tab': 'sentiment', 'text': ALL})}")
    expect(shared_page.locator("#sentiment-view .rnn-label")).to_be_visible()
    shared_page.locator(".rnn-segment[value=omission]").check(force=True)
    shared_page.get_by_role("button", name="Edit and compare").click()
    shared_page.fill("#sentiment-changed textarea", f"good {ALL}")
    shared_page.click("#sentiment-compare-read")
    expect(shared_page.locator("#sentiment-compare-view .rnn-word").first).to_be_visible()
    harmless()
    shared_page.get_by_role("button", name="A file of texts").click()
    odd = tmp_path / "<svg onload=window.__hit=1>.csv"
    rows = ['"' + payload.replace('"', '""') + '",<b>' for payload in MARKUP]
    odd.write_text("\n".join(["text,label", *rows, f'"{MARKUP[0]}']), encoding="utf-8")
    shared_page.locator("#sentiment-upload input[type=file]").set_input_files(odd)
    expect(shared_page.locator("#sentiment-file-view tbody tr").first).to_be_visible()
    expect(shared_page.locator("#sentiment-histogram .main-svg").first).to_be_visible()
    harmless()


def test_in_the_unrolled_network_its_figures_and_its_export(
    shared_page: Page, page: Page, server: str, harmless: Callable[[], None], tmp_path: Path
) -> None:
    text, figures = ALL[:240], {"sentiment": "tokens", "names": "heat map"}
    visit(shared_page, server, model="sentiment", text=text, view="cell,unit,<b>", unit="<i>", figure="tokens")
    for model, figure in figures.items():
        if model != "sentiment":
            show(shared_page, model, text)
            shared_page.locator(f"#states-view input[value='{figure}']").check()
        steps = len(record(open_checkpoint(model), text).tokens)
        drawn = f"of the model {model}, unrolled over {steps} steps"
        expect(shared_page.locator(".unrolled > title")).to_contain_text(drawn)
        plot = shared_page.locator("#states-plot .js-plotly-plot")
        expect(plot).to_contain_text(f"{model} (", timeout=LONG)  # in its title
        expect(plot.locator(".main-svg").first).to_be_visible(timeout=LONG)
        harmless()
        svg = save_picture(shared_page, "#stepper", "SVG", tmp_path)
        kinds = {node.tag.rpartition("}")[2] for node in ElementTree.parse(svg).iter()}
        assert kinds <= {"svg", "g", "rect", "text", "tspan", "title", "path", "line", "circle", "polygon", "polyline"}
        assert not [line for line in ("onload=window", "<script", "<img") if line in svg.read_text()]
        page.goto(svg.as_uri())
        assert page.evaluate("window.__hit") is None


@pytest.mark.parametrize("name", [MARKUP[0], MARKUP[3], MARKUP[9]])
def test_in_the_name_of_a_model_that_a_link_asks_for(
    shared_page: Page, server: str, harmless: Callable[[], None], name: str
) -> None:
    visit(shared_page, server, model=name, step=name, layer=name, direction=name, notation=name)
    expect(shared_page.locator("#states-trouble")).to_contain_text(name[:40])
    harmless()
