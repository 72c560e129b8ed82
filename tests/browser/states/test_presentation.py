"""Presentation mode in a browser: what was open, in large type, over the whole screen."""

from __future__ import annotations

import pytest
from helpers.page.states_page import SMALLEST, show, show_unit, visit
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def enter(cell: Page) -> None:
    cell.keyboard.press("p")
    expect(cell.locator(".stepper.presenting")).to_be_visible()
    cell.wait_for_function("document.fullscreenElement !== null")


def leave(cell: Page) -> None:
    """Back to the page; until the window has its own size again, Chromium refuses to change it."""
    cell.keyboard.press("p")
    expect(cell.locator(".presenting")).to_have_count(0)
    cell.wait_for_function("document.fullscreenElement === null")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("model", ["names", "names-gru", "names-rnn"])
def test_presentation_mode_is_one_picture_in_large_type(cell: Page, model: str, size: tuple[int, int]) -> None:
    show(cell, model, "Ivan")
    show_unit(cell, False)
    cell.set_viewport_size({"width": size[0], "height": size[1]})
    cell.evaluate("document.activeElement.blur()")
    enter(cell)
    expect(cell.locator(".stepper.presenting .cell")).to_be_visible()
    assert cell.evaluate(SMALLEST) >= 14.3
    stage, inside = cell.evaluate(
        """() => { const box = document.querySelector('.stage');
             return [[box.clientWidth, box.clientHeight], [box.scrollWidth, box.scrollHeight]]; }"""
    )
    assert inside[0] <= stage[0] or cell.locator(".more.right").is_visible()  # more columns than have room
    assert inside[1] <= stage[1]
    assert not cell.locator(".tools, .legend, .head > :not(.now)").filter(visible=True).count()
    cell.keyboard.press("Home")
    cell.keyboard.press("ArrowRight")
    expect(cell.locator(".opened .cell")).to_be_visible()
    leave(cell)
    expect(cell.locator(".tools")).to_be_visible()


def test_a_presentation_keeps_what_was_open_and_fills_the_screen(cell: Page) -> None:
    show(cell, "hello", "hell")
    show_unit(cell, False)
    cell.set_viewport_size({"width": 1280, "height": 900})
    cell.evaluate("document.activeElement.blur()")
    for is_open in (False, True):
        if (cell.locator(".opened .cell").count() > 0) != is_open:
            cell.locator("[data-do=cell]").click()
        enter(cell)
        assert (cell.locator(".opened .cell").count() > 0) == is_open
        expect(cell.locator(".start", has_text="h0 = 0")).to_be_visible()
        drawing = cell.locator(".unrolled").bounding_box()
        assert drawing
        assert drawing["y"] + drawing["height"] > 880
        leave(cell)


def test_in_a_presentation_every_gate_has_its_name(cell: Page) -> None:
    present(cell, "Giovanni", unit=False)
    words = cell.locator(".opened .cell .symbol .small").all_text_contents()
    assert {"forget", "input", "new", "output"} <= {word.strip() for word in words}
    expect(cell.locator(".more.right")).to_contain_text("more")
    leave(cell)


CUT = """() => {
  const box = name => document.querySelector(name).getBoundingClientRect(), stage = box('.stage');
  const [left, right] = [box('.gutter .paper').right, Math.min(stage.right, box('.margin .paper').left)];
  return [...document.querySelectorAll('#stepper .column')]
    .filter(column => getComputedStyle(column).visibility !== 'hidden')
    .map(column => column.querySelector('.present').getBoundingClientRect())
    .filter(column => column.left < left - 12 || column.right > right + 8).length;
}"""


TOUCHING = """() => {
  const texts = [...document.querySelectorAll('.opened .cell :is(.value, .symbol)')].filter(text => text.textContent);
  const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()]);
  return boxes.flatMap(([one, a], k) => boxes.slice(k + 1)
    .filter(([, b]) => a.left < b.right && b.left < a.right && a.top + 4 < b.bottom - 4 && b.top + 4 < a.bottom - 4)
    .map(([other]) => `${one} ${other}`));
}"""


def present(cell: Page, text: str, unit: bool) -> None:
    """What names has read, as a slide of 1280 x 720."""
    show(cell, "names", text)
    show_unit(cell, unit)
    cell.set_viewport_size({"width": 1280, "height": 720})
    cell.evaluate("document.activeElement.blur()")
    enter(cell)
    expect(cell.locator(".stepper.presenting .cell")).to_be_visible()


def test_in_a_presentation_no_number_touches_another_or_a_name(cell: Page) -> None:
    present(cell, "Giovanni", unit=True)
    for key in ("Home", *["ArrowRight"] * 7):
        cell.keyboard.press(key)
        assert cell.evaluate(TOUCHING) == []
    leave(cell)


def test_a_presentation_shows_whole_columns_only(cell: Page) -> None:
    present(cell, "Abdurrahmano", unit=False)
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "End"):
        cell.keyboard.press(key)
        assert cell.evaluate(CUT) == 0
        expect(cell.locator(".column.here")).to_be_visible()
    leave(cell)
    assert cell.locator("#stepper .column[visibility=hidden]").count() == 0


def test_full_screen_that_comes_late_is_left_with_the_presentation(cell: Page) -> None:
    show(cell, "names", "Ivan")
    cell.evaluate(
        """() => {
          const enter = Element.prototype.requestFullscreen;
          Element.prototype.requestFullscreen = async function () {
            Element.prototype.requestFullscreen = enter;
            await new Promise(resolve => setTimeout(resolve, 300));
            await enter.call(this);
            document.body.dataset.late = "was entered";
          };
        }"""
    )
    cell.evaluate("document.activeElement.blur()")
    cell.keyboard.press("p")
    cell.keyboard.press("p")
    expect(cell.locator(".presenting")).to_have_count(0)
    expect(cell.locator("body[data-late]")).to_have_count(1)
    cell.wait_for_function("document.fullscreenElement === null")


def test_where_full_screen_is_refused_the_picture_covers_the_page_until_escape(cell: Page) -> None:
    show(cell, "names", "Ivan")
    cell.evaluate("() => { Element.prototype.requestFullscreen = () => Promise.reject(new Error('refused')); }")
    cell.locator("[data-do=present]").click()
    box = cell.locator(".stepper.presenting").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 1280, "height": 1300}
    cell.keyboard.press("Escape")
    expect(cell.locator(".presenting")).to_have_count(0)


def test_on_a_phone_the_steps_their_speed_and_the_presentation_share_a_row(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, server, model="names", text="Ivan")
    bar = page.locator(".stepper .bar").first
    boxes = [box for part in bar.locator("> *").all() if (box := part.bounding_box())]
    middles = [box["y"] + box["height"] / 2 for box in boxes]
    assert len(boxes) == 6
    assert max(middles) - min(middles) < 4
    expect(bar.get_by_role("button", name="Present")).to_be_visible()
