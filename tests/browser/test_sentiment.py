"""Sentiment in a browser: colours, changes, the comparison, long texts, files, links, markup, keyboard, contrast."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from helpers.page.themes import each_theme
from helpers.page.widgets import drawn_anew, styles_of
from playwright.sync_api import Locator, Page, Request, expect

from rnn_demo.analysis.review import by_omission, by_pooling, large_changes, signed
from rnn_demo.tasks import TASKS
from rnn_demo.ui.sentiment.tab import EXAMPLES
from rnn_demo.zoo.checkpoint import open_checkpoint

pytestmark = pytest.mark.browser
TEXT = "Despite a great cast, it is a failure."
PANELS = {"Edit and compare": "#sentiment-changed", "A file of texts": "#sentiment-upload"}  # and what is inside
TINTS = """words => words.map((word) => {
  const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (...colours) => {
    for (const colour of colours) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); }
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = [];
  for (let node = word; node; node = node.parentElement) grounds.unshift(getComputedStyle(node).backgroundColor);
  const style = getComputedStyle(word), [a, b] = [light(rgb(...grounds)), light(rgb(...grounds, style.color))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
})"""

PATIENCE = 90_000  # milliseconds for a file, which is read by a process that gives way to everything


def visit(page: Page, server: str, **link: str) -> Locator:
    """Open the tab by a link, and wait for its reading."""
    page.goto(f"{server}/?{urlencode({'tab': 'sentiment', **link})}")
    view = page.locator("#sentiment-view")
    expect(view.locator(".rnn-label")).to_be_visible()
    return view


def read(page: Page, text: str, key: str | None = None) -> None:
    """Read a text, by the button or by a key, and wait until the picture is drawn anew."""
    with drawn_anew(page.locator("#sentiment-view .rnn-widget")):
        page.fill("#sentiment-text textarea", text)
        if key:
            page.press("#sentiment-text textarea", key)
        else:
            page.click("#sentiment-read")


def view_of(page: Page, text: str) -> Locator:
    """Read a text on the open tab."""
    read(page, text)
    return page.locator("#sentiment-view")


def colour_by(page: Page, how: str) -> None:
    page.locator(f".rnn-segment[value={how}]").check(force=True)  # its label is what is seen
    expect(page.locator("#sentiment-view .rnn-text")).to_have_attribute("data-colour", how)


def open_panel(page: Page, name: str) -> None:
    """Open one of PANELS if it is closed."""
    if not page.locator(PANELS[name]).is_visible():
        page.get_by_role("button", name=name).click()
    expect(page.locator(PANELS[name])).to_be_visible()


@pytest.fixture
def tab(shared_page: Page, server: str) -> Page:
    """The tab in the shared page, with the reading of its first example, drawn anew."""
    if shared_page.url == "about:blank":
        visit(shared_page, server)
    elif shared_page.input_value("#sentiment-text textarea") != EXAMPLES[0].text:
        read(shared_page, EXAMPLES[0].text)
    return shared_page


# --- one text -----------------------------------------------------------------------------------------------------


def test_the_biggest_changes_are_named_on_the_curve_and_in_a_sentence(tab: Page) -> None:
    view = view_of(tab, TEXT)
    everything = TASKS["sentiment"].predict(open_checkpoint("sentiment"), [TEXT])[0]["words"]
    expected = {f"“{everything[one['step']]['word']}” {signed(one['by'])}" for one in large_changes(everything)}
    assert expected
    expect(view.locator(".rnn-turn")).to_have_count(len(expected))  # drawn once the page is laid out
    assert set(view.locator(".rnn-turn").all_text_contents()) == expected
    largest = large_changes(everything)[0]
    expect(view.locator(".rnn-turns")).to_contain_text(signed(largest["by"]))


@pytest.mark.parametrize("width", [1280, 390])
def test_change_labels_stay_inside_the_chart_and_do_not_overlap(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 860})
    view = view_of(tab, "Great, awful, great, awful, great, but bad, and great, and terrible, and lovely.")
    expect(view.locator(".rnn-turn").first).to_be_visible()
    frame = view.locator(".rnn-curve").bounding_box()
    boxes = [label.bounding_box() for label in view.locator(".rnn-turn").all()]
    assert frame
    for k, box in enumerate(boxes):
        assert box
        assert box["x"] >= frame["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
        for other in boxes[:k]:
            assert other
            apart_x = box["x"] >= other["x"] + other["width"] or other["x"] >= box["x"] + box["width"]
            halo = 4  # of the page's colour around the letters; two halos may touch
            apart_y = abs(box["y"] - other["y"]) >= box["height"] - halo
            assert apart_x or apart_y


def test_the_words_are_coloured_anew_only_when_asked(tab: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "component_server" in request.url:
            asked.append(request.url)

    tab.on("request", note)
    view = view_of(tab, TEXT)
    word = view.locator(".rnn-word").nth(2)
    tints = styles_of(view, ".rnn-word")
    assert asked == []
    colour_by(tab, "gradients")
    expect(view.locator(".rnn-note")).to_contain_text("The contributions add up to")
    assert tints != styles_of(view, ".rnn-word")
    colour_by(tab, "omission")
    found = by_omission(open_checkpoint("sentiment"), TEXT)
    expect(view.locator(".rnn-note")).to_contain_text(found.note)
    word.hover()
    expect(view.locator(".rnn-detail")).to_contain_text(f"{signed(found.values[2])} in log odds (leave one out)")
    colour_by(tab, "running")
    assert tints == styles_of(view, ".rnn-word")
    assert len(asked) == 2
    colour_by(tab, "gradients")
    assert len(asked) == 2  # what was once asked for is kept
    tab.remove_listener("request", note)


def test_where_the_head_looks_is_told_in_shares_and_in_neither_colour(tab: Page) -> None:
    view = view_of(tab, TEXT)
    colour_by(tab, "pooling")
    values = by_pooling(open_checkpoint("sentiment"), TEXT).values
    expect(view.locator(".rnn-dot-share")).to_have_count(len(values))
    view.locator(".rnn-word").nth(2).hover()
    expect(view.locator(".rnn-detail")).to_contain_text(f"{100 * values[2]:.0f}% of the units")
    expect(view.locator(".rnn-dot-positive, .rnn-dot-negative")).to_have_count(0)
    colour_by(tab, "running")


def test_how_often_a_verdict_is_right_is_one_click_away(tab: Page) -> None:
    tab.get_by_role("button", name="How often is that right?").click()
    expect(tab.locator("#sentiment-calibration-words")).to_be_in_viewport()
    expect(tab.locator("#sentiment-calibration > button")).to_be_focused()
    tab.locator("#sentiment-calibration > button").click()


def test_the_last_line_leads_into_hidden_states(tab: Page) -> None:
    tab.locator("#sentiment-next").get_by_role("link").click()
    expect(tab.get_by_role("tab", name="Hidden states")).to_have_attribute("aria-selected", "true")
    expect(tab.locator("#stepper p.now")).to_be_in_viewport()
    tab.get_by_role("tab", name="Sentiment").click()


def test_the_switch_and_the_words_are_walked_with_the_keyboard(tab: Page) -> None:
    view = view_of(tab, TEXT)
    view.locator(".rnn-segment:checked").focus()
    tab.keyboard.press("ArrowRight")
    expect(view.locator(".rnn-text")).to_have_attribute("data-colour", "gradients")
    tab.keyboard.press("Tab")
    expect(view.locator(".rnn-word").first).to_be_focused()
    for key, word in (("ArrowRight", 2), ("End", 10), ("ArrowRight", 10), ("ArrowLeft", 9), ("Home", 1)):
        tab.keyboard.press(key)
        expect(view.locator(".rnn-word").nth(word - 1)).to_be_focused()
        expect(view.locator(".rnn-detail")).to_contain_text(f"Word {word} of 10, ")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_pointing_at_the_curve_tells_of_the_nearest_word(tab: Page) -> None:
    view = view_of(tab, TEXT)
    view.locator(".rnn-curve").scroll_into_view_if_needed()
    box = view.locator(".rnn-curve").bounding_box()
    assert box
    tab.mouse.move(box["x"] + box["width"] - 20, box["y"] + 40)
    expect(view.locator(".rnn-detail")).to_contain_text("Word 10 of 10")
    expect(view.locator(".rnn-word").nth(9)).to_have_class(re.compile("rnn-here"))


def test_every_word_is_readable_on_its_tint(tab: Page) -> None:
    view = view_of(tab, "Wonderful, superb, and I loved it. Awful, terrible, and I hated it.")
    for theme in each_theme(tab):
        for how in ("running", "gradients", "omission", "pooling"):
            colour_by(tab, how)
            assert min(view.locator(".rnn-word").evaluate_all(TINTS)) >= 4.5, (theme, how)
            assert min(view.locator(".rnn-label, .rnn-quiet, .rnn-sure").evaluate_all(TINTS)) >= 4.5, (theme, how)


def test_unknown_words_are_marked_and_give_no_false_certainty(tab: Page) -> None:
    view = view_of(tab, "zxqv blorp gnarf")
    expect(view.locator(".rnn-unknown")).to_have_count(3)
    expect(view.locator(".rnn-label")).to_have_text("no verdict")
    expect(view.locator(".rnn-caution")).to_contain_text("knows none of these words")
    read(tab, "Dieser Film ist eine Katastrophe, ich habe geschlafen.")
    expect(view.locator(".rnn-caution")).to_contain_text("looks like German")
    read(tab, "<br>")
    expect(view.locator(".rnn-caution")).to_contain_text("no word in this text")


def test_a_sample_says_what_a_person_would_say(tab: Page) -> None:
    view = tab.locator("#sentiment-view")
    tab.get_by_role("button", name="Where it fails: irony").click()
    expect(tab.locator("#sentiment-text textarea")).to_have_value(re.compile("end credits"))
    expect(view.locator(".rnn-truth")).to_contain_text("would say negative")
    verdict = view.locator(".rnn-label").inner_text()
    expect(view.locator(".rnn-truth")).to_contain_text("too" if verdict == "negative" else "the network is wrong")


def test_the_last_picture_stays_when_a_text_cannot_be_read(tab: Page) -> None:
    view = view_of(tab, "I hate it.")
    for text, says in (("  ", "The text is empty"), ("word " * 20_000, "at most 50,000 are read")):
        tab.fill("#sentiment-text textarea", text)
        tab.click("#sentiment-read")
        expect(tab.locator("#sentiment-notice [role=alert]")).to_contain_text(says)
        expect(view.locator(".rnn-word")).to_have_count(4)


# --- links --------------------------------------------------------------------------------------------------------


def test_the_address_follows_the_reading_and_a_link_is_kept(page: Page, server: str) -> None:
    visit(page, server, text="I hate it & more")
    assert parse_qs(urlsplit(page.url).query)["text"] == ["I hate it & more"]
    read(page, "Not bad + good?", key="Enter")
    assert parse_qs(urlsplit(page.url).query) == {"tab": ["sentiment"], "text": ["Not bad + good?"]}
    page.reload()
    expect(page.locator("#sentiment-text textarea")).to_have_value("Not bad + good?")
    expect(page.locator("#sentiment-view .rnn-word")).to_have_count(5)
    read(page, "A very long text. " * 200)
    assert parse_qs(urlsplit(page.url).query) == {"tab": ["sentiment"]}


def test_of_an_example_nobody_asked_for_the_address_names_the_tab_alone(page: Page, server: str) -> None:
    page.goto(server)
    page.get_by_role("tab", name="Sentiment").click()
    expect(page.locator("#sentiment-view .rnn-label")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?tab=sentiment$"))
    page.get_by_role("tab", name="QA chat").click()
    expect(page).to_have_url(re.compile(r"\?tab=qa$"))
    page.reload()
    expect(page.get_by_role("tab", name="QA chat")).to_have_attribute("aria-selected", "true")


# --- two texts ----------------------------------------------------------------------------------------------------


def test_a_changed_word_is_compared_from_where_the_readings_part(tab: Page) -> None:
    read(tab, "The story is dull.")
    open_panel(tab, "Edit and compare")
    changed = tab.locator("#sentiment-changed textarea")
    expect(changed).to_have_value("The story is dull.")
    changed.fill("The story is not dull.")
    changed.press("Enter")
    view = tab.locator("#sentiment-compare-view")
    expect(view.locator(".rnn-parting")).to_contain_text("at word 4: “dull” became “not”.")
    assert view.locator(".rnn-parts").all_inner_texts() == ["dull", "not"]
    expect(view.locator(".rnn-line")).to_have_count(3)  # the first is broken where only the other text has a word
    expect(view.locator(".rnn-parted")).to_have_count(1)
    model = open_checkpoint("sentiment")
    p, q = (
        read["probability"] for read in TASKS["sentiment"].predict(model, ["The story is dull.", changed.input_value()])
    )
    expect(view.locator(".rnn-parting")).to_contain_text(f"by {signed(q - p)}")
    changed.fill("the STORY is dull.")
    changed.press("Enter")
    expect(view.locator(".rnn-parting")).to_contain_text("the same words in both")
    changed.fill(" ")
    changed.press("Enter")
    expect(tab.locator("#sentiment-compare-notice [role=alert]")).to_contain_text("The text is empty")
    expect(view.locator(".rnn-reading")).to_have_count(2)


def test_a_new_reading_starts_a_new_comparison(tab: Page) -> None:
    read(tab, "The story is dull.")
    open_panel(tab, "Edit and compare")
    tab.fill("#sentiment-changed textarea", "The story is great.")
    tab.click("#sentiment-compare-read")
    expect(tab.locator("#sentiment-compare-view .rnn-reading")).to_have_count(2)
    tab.fill("#sentiment-text textarea", "  ")
    tab.click("#sentiment-read")
    expect(tab.locator("#sentiment-notice [role=alert]")).to_be_visible()
    expect(tab.locator("#sentiment-compare-view .rnn-reading")).to_have_count(2)
    read(tab, "I hate it.")
    expect(tab.locator("#sentiment-changed textarea")).to_have_value("I hate it.")
    expect(tab.locator("#sentiment-compare-view .rnn-reading")).to_have_count(0)


# --- long texts ---------------------------------------------------------------------------------------------------


def test_a_text_of_two_thousand_words_is_folded_and_stays_usable(tab: Page) -> None:
    view = tab.locator("#sentiment-view")
    read(tab, "It was a long and quiet film . " * 250)
    shown = view.locator(".rnn-word").count()
    assert shown < 200
    expect(view.locator(".rnn-curve")).to_be_visible()
    view.get_by_role("button", name="Show all 2,000 words").click()
    expect(view.locator(".rnn-word")).to_have_count(2000)
    expect(view.locator(".rnn-word").nth(shown)).to_be_focused()
    strip = view.locator(".rnn-words")
    assert strip.evaluate("strip => strip.clientHeight < 400 && strip.scrollHeight > strip.clientHeight")
    tab.mouse.move(0, 0)  # off the words, which move under it
    tab.keyboard.press("End")
    expect(view.locator(".rnn-detail")).to_contain_text("Word 2000 of 2,000")


def test_on_a_phone_nothing_is_wider_than_the_screen(tab: Page, tmp_path: Path) -> None:
    tab.set_viewport_size({"width": 390, "height": 860})
    view = view_of(tab, "Unbelievably" * 12 + " not bad at all, but " * 20)
    colour_by(tab, "omission")
    open_panel(tab, "Edit and compare")
    tab.click("#sentiment-compare-read")
    expect(tab.locator("#sentiment-compare-view .rnn-reading")).to_have_count(2)
    open_panel(tab, "A file of texts")
    give(tab, csv_file(tmp_path, "text,label", *["a great and unbelievably long film,1"] * 3))
    expect(tab.locator("#sentiment-histogram .main-svg").first).to_be_visible(timeout=PATIENCE)
    for _ in each_theme(tab):
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert view.locator(".rnn-curve").evaluate("curve => curve.getBoundingClientRect().right") <= 390


# --- a file of texts ----------------------------------------------------------------------------------------------


def csv_file(folder: Path, *lines: str, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def give(page: Page, path: Path) -> None:
    """Upload a file, in the place of an earlier one."""
    if page.locator("#sentiment-upload").get_by_label("Clear").count():
        with drawn_anew(page.locator("#sentiment-file-view .rnn-widget")):
            page.locator("#sentiment-upload").get_by_label("Clear").click()
    page.set_input_files("#sentiment-upload input[type=file]", str(path))


def test_a_file_gets_a_table_a_histogram_and_a_download(tab: Page, tmp_path: Path) -> None:
    open_panel(tab, "A file of texts")
    rows = ["I loved it.,1", ",1", "<img src=x onerror=alert(1)>,0", '"a lone quote,1', "I hate it.,0"] + [
        "Fine.,1"
    ] * 120
    give(tab, csv_file(tmp_path, "Review,Sentiment", *rows))
    view = tab.locator("#sentiment-file-view")
    expect(view.locator(".rnn-scroll tbody tr")).to_have_count(100, timeout=PATIENCE)
    expect(view.locator(".rnn-facts")).to_contain_text("123")
    expect(view.locator(".rnn-confusion td")).to_have_count(4)
    assert sum(int(cell) for cell in view.locator(".rnn-confusion td").all_inner_texts()) == 123
    assert [re.split(":", row)[0] for row in view.locator(".rnn-problems li").all_inner_texts()] == ["line 3", "line 5"]
    expect(view.locator(".rnn-scroll tbody tr").nth(1)).to_contain_text("<img src=x onerror=alert(1)>")
    assert tab.locator("img[src=x]").count() == 0
    expect(tab.locator("#sentiment-histogram .main-svg").first).to_be_visible(timeout=PATIENCE)
    with tab.expect_download() as download:
        tab.click("#sentiment-download")
    assert download.value.suggested_filename == "mine-verdicts.csv"
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert len(written) == 123
    assert [row["verdict"] for row in written[:3:2]] == ["positive", "negative"]


def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(tab: Page, tmp_path: Path) -> None:
    open_panel(tab, "A file of texts")
    give(tab, csv_file(tmp_path, "a,b", "1,2"))
    expect(tab.locator("#sentiment-file-view [role=status]")).to_contain_text(
        "mine.csv has the columns a, b", timeout=PATIENCE
    )
    expect(tab.locator("#sentiment-download")).to_have_count(0)


def test_a_file_over_the_limit_is_not_even_sent(tab: Page, tmp_path: Path) -> None:
    open_panel(tab, "A file of texts")
    path = csv_file(tmp_path, "text")
    with path.open("r+b") as file:
        file.truncate(200 * 2**20)
    give(tab, path)
    expect(tab.get_by_text("exceed the maximum allowed size of 32")).to_be_visible()
