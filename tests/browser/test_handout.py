"""A handout opened from a disk, with no server and no network: the numbers of torch, own texts, a phone, one sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from rnn_demo.analysis.surgery import Edit, operate
from rnn_demo.analysis.trace import record
from rnn_demo.data.wording import percent
from rnn_demo.ui.viewer.handout import save_handout
from rnn_demo.zoo import checkpoint

BAD = "</script><img src=x onerror=document.title='hit'>"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("handout") / "names.html"
    assert save_handout("names", "Ivanov", out) < 1_500_000
    return out


@pytest.fixture
def offline(browser: Browser, file: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True, color_scheme="dark")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(file.as_uri())
    yield page
    context.close()
    assert not faults


def test_a_network_reads_what_is_typed_with_the_network_off(offline: Page) -> None:
    page = offline
    expect(page.locator(".now")).to_contain_text("step 1 of 6, token i")
    assert page.evaluate("document.documentElement.classList.contains('dark')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390  # the stage scrolls, and not the page
    expect(page.locator(".cell .part")).not_to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".now")).to_contain_text("step 2 of 6, token v")
    expect(page.locator("[data-do=link], .pass:visible")).to_have_count(0)
    page.get_by_label("A text of your own").fill("Dvořák")
    page.keyboard.press("Enter")
    expect(page.locator(".now")).to_contain_text("step 1 of 6, token d")
    page.locator(".stepper").focus()
    page.keyboard.press("End")  # a phone has no button for it
    trace = record(checkpoint.open_checkpoint("names"), "Dvořák")
    expect(page.locator(".now")).to_contain_text(trace.labels[int(trace.logits[-1].argmax())])
    page.get_by_role("button", name="More …").click()  # the tools that a phone hides at first
    page.locator("[data-do=unit]").click()
    expect(page.locator(".unit .line")).not_to_have_count(0)
    h = trace.layers[0].quantities["h"]
    unit = int(page.locator(".which-unit").input_value()) - 1
    assert unit == int(np.abs(h[-1] - h[-2]).argmax())
    printed = page.locator(".unit [data-of=h] .line").last.inner_text().rsplit("=", 1)[-1].strip().replace("−", "-")
    assert float(printed) == pytest.approx(float(h[-1, unit]), abs=0.0051)

    page.get_by_label("A text of your own").fill("  ")
    page.get_by_role("button", name="Read").click()
    expect(page.locator("#notice")).to_have_text("The text is empty; write at least one word or letter.")
    expect(page.locator(".now")).to_contain_text("step 6 of 6")  # the last good picture stays
    page.get_by_label("A text of your own").fill(BAD)
    page.get_by_role("button", name="Read").click()
    expect(page.locator(".now")).to_contain_text("token <")
    expect(page.locator(".stepper .note").first).to_contain_text("Not in the vocabulary")
    assert page.locator("img").count() == 0
    assert page.title() != "hit"


def test_a_unit_is_held_with_the_network_off(offline: Page) -> None:
    page = offline
    page.get_by_role("button", name="More …").click()
    page.locator("[data-do=knife]").click()
    expect(page.locator(".knife[data-drawn]")).to_be_visible()
    for field, value in (("unit", "8"), ("first", "3"), ("value", "2.5")):
        page.locator(f"[data-field={field}]").fill(value)
    page.locator("[data-act=hold]").click()
    effect = operate(checkpoint.open_checkpoint("names"), "Ivanov", [Edit("c", 7, 2.5, first=2)]).effect
    expect(page.locator(".knife-effect")).to_contain_text(f"becomes {percent(effect.becomes, 1)}")
    expect(page.locator(".knife-detect")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_handout_is_printed_on_one_sheet(offline: Page) -> None:
    expect(offline.locator(".now")).to_contain_text("step 1 of 6")
    assert len(re.findall(rb"/Type\s*/Page[^s]", offline.pdf(prefer_css_page_size=True))) == 1
