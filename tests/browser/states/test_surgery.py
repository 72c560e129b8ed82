"""Surgery in Hidden states: a unit is dragged, everything after it follows, and a link opens it as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rnn_demo.analysis.surgery import Edit, operate
from rnn_demo.data.wording import percent
from rnn_demo.zoo import checkpoint

pytestmark = pytest.mark.browser
LINK = "/?tab=states&model=names&text=Giovanni&step=3&knife=c.7;c.7@3-5=2.5;h@2-2~Ivanov.4;!Yamamoto"


def open_link(page: Page, server: str, link: str) -> None:
    page.goto(server + link)
    expect(page.locator(".knife[data-drawn]")).to_be_visible()


def test_a_link_opens_surgery_as_it_was_with_the_numbers_of_python(page: Page, server: str) -> None:
    open_link(page, server, LINK)
    expect(page.locator(".knife-edits li")).to_have_count(2)
    edits = [Edit("c", 7, 2.5, first=2, last=4), Edit("h", source="Ivanov", source_first=3, first=1, last=1)]
    result = operate(checkpoint.open_checkpoint("names"), "Giovanni", edits)
    effect = page.locator(".knife-effect")
    expect(effect).to_contain_text(result.effect.before)
    expect(effect).to_contain_text(percent(result.effect.probability, 1))
    expect(effect).to_contain_text(percent(result.effect.becomes, 1))
    expect(page.locator(".knife-control-says")).to_contain_text("Japanese")
    expect(page.locator(".knife-grip.held")).to_have_count(3)  # of the unit; h of every unit is another quantity
    assert "knife=" in page.url


def test_a_unit_is_dragged_let_go_and_taken_back(page: Page, server: str) -> None:
    open_link(page, server, "/?tab=states&model=names&text=Giovanni&knife=c.7")
    page.locator("[data-do=last]").click()
    untouched = page.locator(".stepper .now").inner_text()
    target = page.locator(".knife-grip").nth(2)
    target.scroll_into_view_if_needed()
    box = target.locator(".target").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=3)
    page.mouse.up()
    expect(page.locator(".knife-edits li")).to_have_count(1)
    expect(page.locator(".stepper .now")).not_to_have_text(untouched)  # the steps above show the patched run
    page.locator("[data-act=undo]").click()
    expect(page.locator(".knife-edits li")).to_have_count(0)
    expect(page.locator(".stepper .now")).to_have_text(untouched)
    grip = page.locator(".knife-grip").nth(2)
    grip.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".knife-edits li")).to_have_count(1)
    page.keyboard.press("Delete")
    expect(page.locator(".knife-edits li")).to_have_count(0)
    page.locator("[data-do=knife]").click()
    expect(page.locator(".knife")).to_be_hidden()


@pytest.mark.parametrize(
    ("field", "text", "button", "sentence"),
    [
        ("value", "NaN", "hold", "A value must be a number"),
        ("value", "1e999", "hold", "A value must be a number"),
        ("last", "40", "hold", "Step 40 lies beyond the text’s end; its steps are 1 to 8."),
        ("source", "", "take", "The text is empty"),
        ("source", "Li", "take", "The other text has 2 steps"),
    ],
)
def test_what_cannot_be_held_is_a_sentence_and_the_picture_stays(
    page: Page, server: str, field: str, text: str, button: str, sentence: str
) -> None:
    open_link(page, server, LINK)
    page.locator("[data-field=sourceFirst]").fill("3")
    page.locator(f"[data-field={field}]").fill(text)
    page.locator(f"[data-act={button}]").click()
    expect(page.locator(f".bar:has([data-act={button}]) + .knife-note")).to_contain_text(sentence)
    expect(page.locator(".knife-edits li")).to_have_count(2)


def test_every_unit_in_turn_and_what_is_saved(page: Page, server: str) -> None:
    open_link(page, server, LINK)
    page.locator("[data-act=sweep]").click()
    expect(page.locator(".knife-found li")).to_have_count(12)
    page.locator("[data-act=freeze]").click()
    expect(page.locator(".knife-edits li")).to_have_count(4)
    page.locator(".knife .rnn-save").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="As a Python script").click()
    assert "from rnn_demo.analysis.surgery import Edit, operate" in Path(saved.value.path()).read_text(encoding="utf-8")
    page.locator(".knife .rnn-save").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="SVG for a slide").click()
    assert "Giovanni" in Path(saved.value.path()).read_text(encoding="utf-8")
