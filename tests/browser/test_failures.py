"""What it gets wrong, in a browser: stored counts, a template of one's own, bad ones, markup, width and contrast."""

from __future__ import annotations

import pytest
from helpers.page.themes import each_theme
from helpers.page.widgets import drawn_anew
from playwright.sync_api import Locator, Page, expect

from rnn_demo.analysis.stress import stored
from rnn_demo.ui.sentiment.failures import LISTS, TEMPLATE, TITLE
from rnn_demo.ui.sentiment.findings import capabilities
from rnn_demo.zoo import checkpoint

pytestmark = pytest.mark.browser
CONTRAST = """nodes => nodes.map((node) => {
  const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const light = (...colours) => {
    for (const colour of colours) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = [];
  for (let one = node; one; one = one.parentElement) grounds.unshift(getComputedStyle(one).backgroundColor);
  const [a, b] = [light(...grounds), light(...grounds, getComputedStyle(node).color)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
})"""


@pytest.fixture
def panel(shared_page: Page, server: str) -> Page:
    """The open panel in the shared page, with the template that it comes with."""
    if shared_page.url == "about:blank":
        shared_page.goto(f"{server}/?tab=sentiment")
        expect(shared_page.locator("#sentiment-view .rnn-label")).to_be_visible()
        shared_page.get_by_role("button", name=TITLE).click()
        expect(shared_page.locator("#sentiment-wrong-view .rnn-capability").first).to_be_visible()
    write(shared_page, TEMPLATE, LISTS)
    return shared_page


def write(page: Page, template: str, lists: str) -> None:
    page.fill("#sentiment-template textarea", template)
    page.fill("#sentiment-lists textarea", lists)


def judge(page: Page, template: str, lists: str = "") -> Locator:
    """The rows of the fillings of a template, judged by the button."""
    write(page, template, lists)
    with drawn_anew(page.locator("#sentiment-fillings .rnn-widget")):
        page.click("#sentiment-fill")
    return page.locator("#sentiment-fillings tbody tr")


def test_the_findings_are_shown_with_the_worst_failure_of_each(panel: Page) -> None:
    report = stored(checkpoint.metrics(checkpoint.find("sentiment")))
    assert report
    shown = capabilities(report)
    view = panel.locator("#sentiment-wrong-view")
    expect(view).to_contain_text(shown["summary"])
    areas, lines = view.locator(".rnn-area"), view.locator(".rnn-capability")
    expect(lines).to_have_count(len(report["capabilities"]))
    for number, area in enumerate(shown["areas"]):
        words = areas.nth(number).locator(".rnn-finding")
        expect(words).to_contain_text(area["finding"])
        for text in area["example"]["texts"] if area["example"] else ():
            expect(words).to_contain_text(text)
    rows = [row for area in shown["areas"] for row in area["rows"]]
    for number in (0, len(rows) - 1):
        row, line = rows[number], lines.nth(number)
        expect(line.locator("summary")).to_contain_text(f"{row['failures']} of {row['cases']}")
        line.locator("summary").focus()
        panel.keyboard.press("Enter")
        expect(line.get_by_text(f"Here, {row['rule']}.")).to_be_visible()
        if row["example"]:
            expect(line.locator("q").first).to_have_text(row["example"]["texts"][0])
            expect(line).to_contain_text(row["example"]["expected"])
        panel.keyboard.press("Enter")
        expect(line.get_by_text(f"Here, {row['rule']}.")).not_to_be_visible()


def test_the_bars_are_short_and_those_of_an_area_begin_below_each_other(panel: Page) -> None:
    for width in (390, 1280):
        panel.set_viewport_size({"width": width, "height": 860})
        for area in panel.locator(".rnn-area").all():
            boxes = [box for bar in area.locator(".rnn-failed").all() if (box := bar.bounding_box())]
            assert len({(round(box["x"]), round(box["width"])) for box in boxes}) == 1
            assert boxes[0]["width"] < 0.2 * width


def test_a_template_is_filled_and_judged(panel: Page) -> None:
    rows = judge(panel, TEMPLATE, LISTS)
    expect(rows).to_have_count(16)
    expect(rows.first).to_contain_text("The film was not good.")
    expect(panel.locator("#sentiment-fillings")).to_contain_text("16 fillings, from")
    with drawn_anew(panel.locator("#sentiment-fillings .rnn-widget")):
        panel.get_by_label("not said").check()
    expect(panel.locator("#sentiment-fillings thead th")).to_have_count(2)
    with drawn_anew(panel.locator("#sentiment-fillings .rnn-widget")):
        panel.get_by_label("negative", exact=True).check()
    expect(panel.locator("#sentiment-fillings thead th")).to_have_count(3)


def test_enter_judges_and_a_bad_template_is_answered_in_a_sentence(panel: Page) -> None:
    judge(panel, "It is {good|bad}.")
    write(panel, "The {thing was {good}.", "")
    panel.press("#sentiment-template textarea", "Enter")
    notice = panel.locator("#sentiment-template-notice")
    expect(notice).to_contain_text("A brace has no partner in “The {thing was {good}.”")
    expect(panel.locator("#sentiment-fillings tbody tr")).to_have_count(0)
    write(panel, "The {thing}.", "thing: " + ", ".join(f"word{n}" for n in range(65)))
    panel.press("#sentiment-template textarea", "Enter")
    expect(notice).to_contain_text("at most 64 are judged, so shorten a list")
    judge(panel, "It is {good|bad}.")
    expect(notice).not_to_be_visible()


def test_markup_in_a_template_is_text(panel: Page) -> None:
    nasty = "<img src=x onerror=\"document.title='taken'\">"
    rows = judge(panel, "One {x} <b>film</b>.", f"x: {nasty}")
    expect(rows.first).to_contain_text(f"One {nasty} <b>film</b>.")
    expect(panel.locator("#sentiment-fillings :is(img, b)")).to_have_count(0)
    write(panel, f"{{x {nasty}", "")
    panel.click("#sentiment-fill")
    expect(panel.locator("#sentiment-template-notice")).to_contain_text("<img")
    expect(panel.locator("#sentiment-template-notice img")).to_have_count(0)
    assert panel.title() != "taken"


def test_the_panel_fits_a_phone_and_can_be_read_in_both_themes(panel: Page) -> None:
    judge(panel, TEMPLATE, LISTS)
    panel.set_viewport_size({"width": 390, "height": 860})
    line = panel.locator(".rnn-capability").nth(3)
    line.locator("summary").click()
    for theme in each_theme(panel):
        assert panel.evaluate("document.documentElement.scrollWidth") <= 390
        for part in (".rnn-capability summary", "#sentiment-fillings td", "#sentiment-template textarea"):
            for box in panel.locator(part).all()[:8]:
                assert box.evaluate("node => node.getBoundingClientRect().right") <= 390, part
        parts = "#sentiment-wrong-view :is(span, q, p, h2), #sentiment-fillings td, #sentiment-fillings th"
        texts = panel.locator(parts).filter(has_text=" ")
        assert min(texts.evaluate_all(CONTRAST)) >= 4.5, theme
    line.locator("summary").click()
