"""The training lab in a browser: one click and it learns; pause, stop, compare, keep; and what must not go wrong."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds that a training may take on a busy machine


@pytest.fixture
def page(shared_page: Page) -> Page:
    """One tab for all: each test opens the page in it anew, which is quicker than in a new one."""
    return shared_page


def open_lab(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=lab")
    expect(page.locator("#lab-start")).to_be_visible()
    page.wait_for_function("() => document.fonts.ready")


def start(page: Page, epochs: int) -> None:
    page.fill("#lab-epochs input", str(epochs))
    page.locator("#lab-epochs input").blur()
    page.click("#lab-start")


def test_one_click_shows_a_network_that_learns_to_write(page: Page, server: str) -> None:
    open_lab(page, server)
    page.click("#lab-start")
    expect(page.locator(".lab-chart")).to_have_count(4, timeout=LONG)
    first = page.locator(".lab-written").inner_text()
    expect(page.locator(".lab-written")).not_to_have_text(first, timeout=LONG)
    page.click("#lab-stop")
    expect(page.locator(".lab-runs tbody tr")).to_have_count(1, timeout=LONG)


def test_a_run_is_paused_goes_on_is_stopped_and_seen_in_hidden_states(page: Page, server: str) -> None:
    open_lab(page, server)
    start(page, 1000)
    page.click("#lab-pause")
    expect(page.locator(".lab-status")).to_contain_text("Paused", timeout=LONG)
    facts = page.locator(".lab-facts").inner_text()
    page.fill("#lab-asked input", "the ")
    page.press("#lab-asked input", "Enter")
    expect(page.locator(".lab-written b")).to_have_text("the ")
    assert page.locator(".lab-facts").inner_text() == facts
    page.click("#lab-resume")
    expect(page.locator(".lab-facts")).not_to_have_text(facts, timeout=LONG)
    page.click("#lab-stop")
    expect(page.locator(".lab-runs tbody tr")).to_have_count(1, timeout=LONG)
    expect(page.locator("#lab-start")).to_have_text("Start")
    page.click("#lab-show")
    expect(page.get_by_role("tab", name="Hidden states")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#states-model option:checked")).to_contain_text("run 1: ")
    group = page.locator("#states-model optgroup").first
    expect(group).to_have_attribute("label", "Your runs in the lab")


def test_runs_are_drawn_together_and_saved(page: Page, server: str) -> None:
    open_lab(page, server)
    for number, cell in enumerate(("GRU", "LSTM"), 1):
        page.get_by_label(cell, exact=True).check()
        start(page, 5)
        expect(page.locator(".lab-runs tbody tr")).to_have_count(number, timeout=LONG)
    names = page.locator("#lab-plot .rnn-names li")
    expect(names).to_have_text(["run 1: GRU", "run 2: LSTM"])
    page.locator(".lab-runs input").last.uncheck()
    expect(names).to_have_text(["run 2"])
    page.locator("#lab-script-drawer > button").click()
    expect(page.locator("#lab-script textarea")).to_have_value(re.compile("'cell': 'lstm'"))
    for button, holds in (("#lab-save", "my-run/model.safetensors"), ("#lab-again", "my-run/train.py")):
        with page.expect_download() as download:
            page.click(button)
        assert holds in zipfile.ZipFile(download.value.path()).namelist()


def test_an_error_stands_at_its_control(page: Page, server: str) -> None:
    open_lab(page, server)
    page.fill("#lab-hidden_size input", "0")
    expect(page.locator("#lab-hidden_size")).to_contain_text(
        "Hidden units must be a whole number from 1 to 4096 (you entered 0)."
    )
    page.click("#lab-start")
    expect(page.locator("#lab-view [role=alert]")).to_contain_text("must be a whole number")
    page.fill("#lab-hidden_size input", "8")
    expect(page.locator("#lab-hidden_size")).not_to_contain_text("whole number")
    page.fill("#lab-text textarea", "<")
    page.click("#lab-start")
    expect(page.locator("#lab-text")).to_contain_text("The text has 1 character; at least 2 are needed")


def test_a_link_opens_the_lab_with_its_settings_and_a_run_writes_one(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=lab&recipe=surnames&hidden_size=9&cell=lstm&epochs=3")
    expect(page.locator("#lab-hidden_size input")).to_have_value("9")
    expect(page.get_by_label("LSTM", exact=True)).to_be_checked()
    page.fill("#lab-hidden_size input", "7")
    page.click("#lab-start")
    expect(page.locator(".lab-runs tbody tr")).to_contain_text("LSTM, 7 hidden units, 3 epochs", timeout=LONG)
    written = {key: value for key, (value,) in parse_qs(urlsplit(page.url).query).items()}
    assert written == {"tab": "lab", "recipe": "surnames", "cell": "lstm", "hidden_size": "7", "epochs": "3"}


def test_an_experiment_is_predicted_trained_and_told(page: Page, server: str) -> None:
    open_lab(page, server)
    page.get_by_role("button", name="Learnt by heart").click()
    expect(page.locator("#lab-experiments")).to_contain_text("What will happen on the new lines?")
    page.get_by_role("button", name="It gets better, and then worse again.").click()
    expect(page.locator(".lab-outcome")).to_contain_text("watch the curves")
    expect(page.locator(".lab-outcome")).to_contain_text("As you predicted. It knows its text", timeout=LONG)
    expect(page.locator(".lab-judgement")).to_contain_text("since then it overfits")
    expect(page.locator(".lab-runs tbody tr")).to_have_count(1)


def test_settings_that_mean_nothing_here_are_disabled_and_say_why(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=lab&recipe=facts")
    expect(page.locator("#lab-pooling input")).to_be_enabled()
    page.goto(f"{server}/?tab=lab")
    expect(page.locator("#lab-pooling")).to_contain_text("Not here: it answers after every step")
    expect(page.locator("#lab-pooling input")).to_be_disabled()


def test_a_link_of_a_ready_picture_opens_it_and_start_trains_it(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=lab&recipe=characters&picture=overfitting")
    expect(page.locator("#lab-view .rnn-said, #lab-view .lab-status")).to_contain_text("Overfitting: after epoch")
    expect(page.locator("#lab-view .lab-chart")).to_have_count(2)
    expect(page.locator("#lab-view .lab-kept")).to_have_count(2)
    start(page, 3)
    expect(page.locator(".lab-runs tbody tr")).to_have_count(1, timeout=LONG)
    expect(page.locator("#lab-view")).not_to_contain_text("Overfitting: after epoch")


def test_a_batch_is_shown_with_its_padding_and_mask(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=lab&recipe=surnames")
    expect(page.locator("#lab-recipe input")).to_have_value(re.compile("Surnames of eight languages"))
    page.locator("#lab-batch > button").click()
    expect(page.locator("#lab-batch-view")).to_contain_text("of the batch is padding")
    padding = page.locator("#lab-batch-view .lab-padding")
    expect(padding.first).to_be_visible()
    before = page.locator("#lab-batch-view .rnn-said").inner_text() + page.locator(".lab-grid").first.inner_text()
    page.click("#lab-batch-next")
    expect(page.locator("#lab-batch-view .rnn-widget")).not_to_have_attribute("data-drawn", "2")
    assert (
        page.locator("#lab-batch-view .rnn-said").inner_text() + page.locator(".lab-grid").first.inner_text() != before
    )


def test_on_a_phone_start_is_in_the_first_screen(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, server)
    box = page.locator("#lab-start").bounding_box()
    assert box
    assert box["y"] + box["height"] < 844
    expect(page.locator("#lab-hidden_size")).to_contain_text("How many numbers", use_inner_text=True)


def test_each_part_has_a_link_of_its_own(page: Page, server: str) -> None:
    page.goto(f"{server}/?tab=lab&part=gradient")
    expect(page.locator("#gradient-start")).to_be_visible()
    expect(page.locator("#lab-start")).to_be_hidden()
    page.get_by_role("tab", name="Race", exact=True).click()
    expect(page.locator("#race-start")).to_be_visible()
    page.wait_for_url("**/?tab=lab&part=race")
    page.get_by_role("tab", name="Train", exact=True).click()
    page.wait_for_url("**/?tab=lab")
    page.goto(f"{server}/?tab=lab&part=nothing")
    expect(page.locator("#lab-start")).to_be_visible()


def test_a_text_of_ones_own_is_shown_as_text(page: Page, server: str) -> None:
    alarms: list[str] = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    open_lab(page, server)
    page.fill("#lab-text textarea", "<img src=x onerror=alert(1)>${alert(1)}{{alert(1)}}" * 9)
    start(page, 30)
    expect(page.locator(".lab-written b")).to_have_text("<img s", timeout=LONG)
    expect(page.locator(".lab-runs tbody tr")).to_have_count(1, timeout=LONG)
    assert page.locator("img[src=x]").count() == 0
    assert alarms == []


def test_two_visitors_train_at_once_and_a_closed_page_ends_its_run(
    new_visitor: Callable[[], Page], server: str
) -> None:
    first, second = new_visitor(), new_visitor()
    for page in (first, second):
        open_lab(page, server)
    start(first, 1000)
    expect(first.locator(".lab-facts")).to_be_visible(timeout=LONG)
    start(second, 5)
    first.close()
    expect(second.locator(".lab-runs tbody tr")).to_have_count(1, timeout=LONG)
    second.close()
