"""The race, gradient through time and clipping in a browser: pictures that keep up, refusals, a page that is closed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from helpers.page.traffic import settle
from playwright.sync_api import Page, expect

from rnn_demo.network.cells import CELLS

pytestmark = pytest.mark.browser
LONG = 200_000  # milliseconds that a training may take on a busy machine


def open_panel(page: Page, server: str, name: str) -> None:
    """Open the page by a link to a panel, or the panel on a page that is open already."""
    if page.url == "about:blank":
        page.goto(f"{server}/?tab=lab&part={name}")
        settle(page)
    else:
        page.get_by_role("tab", name=name.title(), exact=True).click()
    expect(page.locator(f"#{name}-start")).to_be_visible()


def set_number(page: Page, name: str, value: int) -> None:
    """Write a value beside a slider."""
    page.fill(f"#{name} input[type=number]", str(value))
    page.press(f"#{name} input[type=number]", "Tab")


def test_each_study_opens_with_the_picture_of_a_real_run_and_asks_the_server_for_nothing(
    shared_page: Page, server: str
) -> None:
    page = shared_page
    open_panel(page, server, "clipping")
    expect(page.locator("#clipping-shipped .js-plotly-plot")).to_contain_text("Unclipped, the loss is NaN after")
    expect(page.locator("#clipping-shipped-about")).to_contain_text("by python -m rnn_demo studies clipping")
    questions: list[str] = []
    page.on("request", lambda request: questions.append(request.url) if request.method == "POST" else None)
    page.get_by_role("tab", name="Gradient").click()
    first = page.locator("#gradient-shipped .js-plotly-plot")
    expect(first).to_contain_text("After 20 steps ")
    expect(first).to_contain_text("before training")
    expect(page.locator("#gradient-shipped-about")).to_contain_text("by python -m rnn_demo studies gradient")
    film = page.locator("#gradient-shipped-film")
    film.get_by_role("button", name="Play its training").click()
    expect(first).to_contain_text("after epoch 1")
    film.get_by_role("button", name="Pause").click()
    film.get_by_role("slider").fill("10")
    expect(film.locator("output")).to_have_text("after epoch 10")
    expect(first).to_contain_text("after epoch 10")
    expect(first).to_contain_text(re.compile(r"in the RNN \(tanh\), \d+%\s*in the\s*GRU"))
    expect(page.locator("#gradient-shipped-about")).to_contain_text("Gradients can also explode: ")
    page.get_by_role("tab", name="Race").click()
    expect(page.locator("#race-shipped .js-plotly-plot")).to_contain_text("remember over 40 steps")
    expect(page.locator("#race-shipped-about")).to_contain_text("Accuracy on new texts over 40 steps: ")
    expect(page.locator("#race-shipped-about")).to_contain_text("by python -m rnn_demo studies race")
    assert not questions


def test_a_race_is_stopped_and_another_one_can_start(shared_page: Page, server: str) -> None:
    page = shared_page
    open_panel(page, server, "race")
    page.fill("#race-distances textarea, #race-distances input", "60")
    page.click("#race-start")
    expect(page.locator("#race-view .rnn-drawn[points*=' ']").first).to_be_attached(timeout=LONG)
    page.click("#race-stop")
    expect(page.locator("#race-view .rnn-said")).to_contain_text("Stopped after", timeout=LONG)
    expect(page.locator("#race-start")).to_be_visible()


def run_short_race(page: Page) -> None:
    page.fill("#race-distances textarea, #race-distances input", "3, 2")
    set_number(page, "race-seeds", 1)
    page.locator("#race").get_by_text("More settings").click()
    set_number(page, "race-epochs", 3)
    page.click("#race-start")


def test_a_race_is_refused_then_watched_and_ends_with_a_figure(shared_page: Page, server: str) -> None:
    page = shared_page
    open_panel(page, server, "race")
    page.fill("#race-distances textarea, #race-distances input", "<b>near</b>, far")
    page.click("#race-start")
    expect(page.locator("#race-view [role=alert]")).to_contain_text("got “<b>near</b>, far”")
    run_short_race(page)
    expect(page.locator("#race-view .rnn-chart")).to_have_count(2)
    expect(page.locator("#race-view .rnn-names li")).to_have_count(1 + len(CELLS))
    expect(page.locator("#race-plot .js-plotly-plot")).to_be_visible(timeout=LONG)
    expect(page.locator("#race-view [role=alert]")).to_have_count(0)
    said = rf"{2 * len(CELLS)} runs in [\d.]+ s\. Accuracy on new texts over 3 steps: .*most common answer"
    expect(page.locator("#race-view .rnn-said")).to_have_text(re.compile(said), timeout=LONG)
    expect(page.locator("#race-plot")).to_contain_text(
        "Recall the first symbol; 32 units; forget-gate bias +5; one seed"
    )
    expect(page.locator("#race-shipped .js-plotly-plot")).to_be_visible()  # the shipped one, to compare
    expect(page.locator("#race-start")).to_be_visible()


def test_no_panel_is_wider_than_its_window(shared_page: Page, server: str) -> None:
    page = shared_page
    page.set_viewport_size({"width": 390, "height": 860})
    open_panel(page, server, "race")
    if not page.locator("#race-plot .js-plotly-plot").is_visible():
        run_short_race(page)
    expect(page.locator("#race-plot .js-plotly-plot")).to_be_visible(timeout=LONG)
    for part in ("Race", "Gradient", "Clipping", "Train"):
        page.get_by_role("tab", name=part, exact=True).click()
        for width in (390, 1280, 390):
            page.set_viewport_size({"width": width, "height": 860})
            page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)


def test_gradients_are_watched_and_looked_at_again_before_learning(shared_page: Page, server: str) -> None:
    page = shared_page
    open_panel(page, server, "gradient")
    set_number(page, "gradient-distance", 5)
    set_number(page, "gradient-epochs", 2)
    page.click("#gradient-start")
    expect(page.locator("#gradient-plot")).to_contain_text("After 5 steps", timeout=LONG)
    expect(page.locator("#gradient-plot")).to_contain_text("before training")
    expect(page.locator("#gradient-plot")).to_contain_text("LSTM, through c")
    expect(page.locator("#gradient-table tbody tr")).to_have_count(len(CELLS))
    table = page.locator("#gradient-table").inner_text()
    page.click("#gradient-play")
    expect(page.locator("#gradient-plot")).to_contain_text("after epoch 1")
    expect(page.locator("#gradient-plot")).to_contain_text("after epoch 2")
    expect(page.locator("#gradient-table")).not_to_have_text(table)
    assert page.input_value("#gradient-epoch input[type=number]") == "2"
    set_number(page, "gradient-epoch", 0)
    expect(page.locator("#gradient-plot")).to_contain_text("before training")
    page.locator("#gradient-picture").get_by_text("singular values").click()
    expect(page.locator("#gradient-plot")).to_contain_text("Singular values")
    set_number(page, "gradient-scale", 2)
    expect(page.locator("#gradient-plot")).to_contain_text("Whh × 2")


def test_clipping_is_shown_beside_none(shared_page: Page, server: str) -> None:
    page = shared_page
    open_panel(page, server, "clipping")
    page.click("#clipping-start")
    expect(page.locator("#clipping-plot .js-plotly-plot")).to_be_visible(timeout=LONG)
    expect(page.locator("#clipping-view .rnn-said")).to_contain_text("Without clipping the loss is NaN after")


def test_two_races_run_at_once_and_a_closed_page_ends_its_own(
    new_visitor: Callable[[], Page], page: Page, server: str
) -> None:
    first = new_visitor()
    open_panel(first, server, "race")
    first.fill("#race-distances textarea, #race-distances input", "60, 62, 64, 66, 68, 70")
    first.click("#race-start")
    expect(first.locator("#race-view .rnn-drawn[points*=' ']").first).to_be_attached(timeout=LONG)
    open_panel(page, server, "race")
    run_short_race(page)
    first.close()
    expect(page.locator("#race-plot .js-plotly-plot")).to_be_visible(timeout=LONG)
