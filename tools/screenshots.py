"""Take the README's pictures of the page again: python -m tools.screenshots

They are .images/tab-*.png, a picture of each tab, and .images/states.png, the unrolled network as the page saves it.
The app runs for it, and a Chromium (requirements-dev.txt has Playwright; CHROMIUM names another browser).
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from rnn_demo.bench.footprint import running_server
from rnn_demo.bench.page import browser

IMAGES = Path(__file__).parents[1] / ".images"
WIDTH, HEIGHT = 1280, 860
PATIENCE = 120_000  # milliseconds, on a busy machine
QUESTIONS = (
    "What is the capital of France?",
    "who painted the mona lisa",
    "What is the capital of Wakanda?",
    "which lunar explorer walked on the moon before anyone else",
)
REVIEW = "A clever idea, but the film is not good."
LEARNT = 400  # steps of the lab's first run after which its picture is taken


def open_page(page: Page, url: str, **link: str) -> None:
    page.goto(f"{url}?{urlencode({'__theme': 'light', **link})}")


def take(page: Page, name: str) -> None:
    """Save the whole page, with nothing in focus and the pointer out of the way."""
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=IMAGES / f"{name}.png", full_page=True, animations="disabled")
    print(f".images/{name}.png")


def chat(page: Page, url: str) -> None:
    open_page(page, url, tab="qa")
    for turn, question in enumerate(QUESTIONS, 1):
        page.fill("#qa-question [data-testid=textbox]", question)
        page.press("#qa-question [data-testid=textbox]", "Enter")
        expect(page.locator("#qa-chat .qa-turn")).to_have_count(turn)
        page.wait_for_timeout(500)
    expect(page.locator("#qa-view .rnn-bars")).to_be_visible()
    page.wait_for_timeout(3000)  # the nearest question comes after the answer, where there is one
    take(page, "tab-qa")


def learn(page: Page, url: str) -> None:
    open_page(page, url, tab="learn", lesson="7", step="2")
    expect(page.locator(".learn[data-shown^='7/2/']")).to_be_visible()
    take(page, "tab-learn")


def sentiment(page: Page, url: str) -> None:
    open_page(page, url, tab="sentiment", text=REVIEW)
    expect(page.locator("#sentiment-view .rnn-label")).to_be_visible(timeout=30_000)
    take(page, "tab-sentiment")


def states(page: Page, url: str) -> None:
    open_page(page, url, tab="states", model="names", text="Ivan", step="3", view="cell")
    expect(page.locator("#stepper .column.here")).to_be_visible(timeout=30_000)
    take(page, "tab-states")
    page.click("#stepper .rnn-save")
    with page.expect_download() as download:
        page.click("#stepper .rnn-menu >> text=PNG for a slide")
    download.value.save_as(IMAGES / "states.png")
    print(".images/states.png")


def beside(page: Page, url: str) -> None:
    others = ",".join(f"sentiment-small-{name}" for name in ("bag", "rnn", "lstm"))
    open_page(page, url, tab="states", model="sentiment", text="It is not a good film", step="6", beside=others)
    expect(page.locator(".beside-says")).to_contain_text("Their answers part at step")
    take(page, "tab-beside")


def lab(page: Page, url: str) -> None:
    open_page(page, url, tab="lab")
    page.click("#lab-start")
    step = f"() => Number(document.querySelector('.lab-facts')?.innerText.match(/step (\\d+)/)?.[1]) > {LEARNT}"
    page.wait_for_function(step)
    page.click("#lab-pause")
    expect(page.locator(".lab-status")).to_contain_text("Paused")
    take(page, "tab-lab")


if __name__ == "__main__":
    expect.set_options(timeout=PATIENCE)
    with running_server([sys.executable, "app.py"]) as (url, _), browser() as chromium:
        for picture in (chat, learn, sentiment, states, beside, lab):
            page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.set_default_timeout(PATIENCE)
            picture(page, url)
            page.close()
