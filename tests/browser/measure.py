"""How fast the visualizer is, in a real browser: python tests/browser/measure.py

Prints a line for each promise. Nothing here decides a build: a busy machine is slow, not wrong.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))
from browser.conftest import running_browser
from gradio_client import Client
from helpers.serving import running_app
from playwright.sync_api import Page

from rnn_demo.analysis.trace import record
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.ui.viewer.payload import payload

TEXTS = {"names": "Abdurrahmano", "sentiment": "I expected to hate it but I was wonderfully surprised by"}
FRAMES = """async () => {
  const box = document.querySelector('.stepper'), frame = () => new Promise(requestAnimationFrame), counts = [];
  const idle = performance.now(); for (let k = 0; k < 20; k++) await frame();
  const length = (performance.now() - idle) / 20;
  for (let k = 0; k < 38; k++) {
    await frame();
    const start = performance.now();
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await frame(); await frame();  // the second frame begins when the first has been painted
    counts.push((performance.now() - start) / length);
  }
  return counts;
}"""

SWEEP = """() => {
  const button = document.querySelector('[data-act=sweep]'), times = [];
  for (let k = 0; k < 7; k++) {
    const start = performance.now();
    button.click();  // every unit is cut, and the list drawn, before this comes back
    times.push(performance.now() - start);
  }
  return times;
}"""
NEXT = """() => new Promise(done => {
  const place = () => document.querySelector(".learn[data-shown]")?.dataset.shown;
  const before = place(), start = performance.now();
  const look = () => place() !== before && place() ? done(performance.now() - start) : requestAnimationFrame(look);
  [...document.querySelectorAll('.learn button.learn-main')].at(-1).click();
  look();
})"""

LONG = 120_000  # milliseconds that a training may take on a busy machine
START = """() => new Promise(done => {
  const before = document.querySelector('.lab-chart'), start = performance.now();
  document.querySelector('#lab-start').click();
  const look = () => {
    const chart = document.querySelector('.lab-chart');
    if (chart && chart !== before) done(performance.now() - start);
    else requestAnimationFrame(look);
  };
  look();
})"""


def visit(page: Page, server: str, model: str, text: str, **link: str) -> None:
    page.goto(f"{server}/?{urlencode({'tab': 'states', 'model': model, 'text': text, **link})}")
    page.wait_for_selector("#stepper .column.here")
    page.wait_for_timeout(1500)


def step_frames(page: Page, server: str, **link: str) -> str:
    """Frames from a key press to the painted step, and the requests it makes, over 38 steps of 40 tokens."""
    visit(page, server, "names", "abcdefghij" * 4, **link)
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(1000)  # the address of the page follows its steps a moment later
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    frames = page.evaluate(FRAMES)
    said = ", the cell open and a unit chosen" if "unit" in link else ", the cell open" if link else ""
    return (
        f"a step, 40 tokens, LSTM of 128 units{said}: {statistics.median(frames):.2f} frames in the median "
        f"(promised: at most 3), {len(requests)} requests (promised: 0)"
    )


def first_step(page: Page, server: str, client: Client, model: str) -> str:
    """Milliseconds from Enter to the drawn picture, and of the bare request, in turns."""
    visit(page, server, model, "Anna")
    drawn, bare = [], []
    for k in range(7):
        text = TEXTS[model][k:] + TEXTS[model][:k] if model == "names" else f"{TEXTS[model]} {k}"
        page.fill("#states-text textarea", text)
        started = time.perf_counter()
        page.press("#states-text textarea", "Enter")
        page.wait_for_function(
            "n => document.querySelectorAll('#stepper .column').length === n && !window.seen?.isConnected",
            arg=12,
            polling="raf",
        )
        drawn.append(1000 * (time.perf_counter() - started))
        page.evaluate("() => { window.seen = document.querySelector('#stepper .column') }")
        started = time.perf_counter()
        client.predict(model, text, api_name="/trace")
        bare.append(1000 * (time.perf_counter() - started))
    ours, theirs = statistics.median(drawn[1:]), statistics.median(bare[1:])
    return (
        f"text to first drawn step, {model}, 12 tokens: {ours:.0f} ms; bare /trace {theirs:.0f} ms "
        f"(promised: at most 1.5 times that and 150 ms, {1.5 * theirs + 150:.0f} ms)"
    )


def first_picture(page: Page, server: str) -> str:
    """Milliseconds from a click on Start in the lab to the first drawn curve, once its processes are warm."""
    page.goto(f"{server}/?tab=lab")
    times = []
    for _ in range(8):
        page.locator("#lab-start").wait_for(timeout=LONG)
        page.wait_for_timeout(1000)
        times.append(page.evaluate(START))
        page.locator("#lab-stop").dispatch_event("click")
    return (
        f"Start to first picture in the lab: {statistics.median(times[1:]):.0f} ms, at most {max(times[1:]):.0f} "
        "(promised: at most 1000)"
    )


def sweep(page: Page, server: str) -> str:
    """Milliseconds in which every unit of an LSTM is cut in turn and the units are listed by what that does."""
    visit(page, server, "names", TEXTS["names"], knife="c.7")
    page.locator("[data-act=sweep]").wait_for()
    times = page.evaluate(SWEEP)
    return f"every one of 128 units cut, 12 tokens: {statistics.median(times):.0f} ms (promised: under 300)"


def lesson_steps(page: Page, server: str) -> str:
    """Milliseconds from *Next* to the drawn step, its picture and its question, over all lessons."""
    times = {}
    for lesson in range(1, 15):
        page.goto(f"{server}/?tab=learn&lesson={lesson}&step=1")
        page.locator(f".learn[data-shown^='{lesson}/1/']").wait_for(timeout=LONG)
        for step in range(2, page.locator(".learn-marks button").count() + 1):
            times[f"{lesson}/{step}"] = page.evaluate(NEXT)
    slowest = max(times, key=lambda place: times[place])
    return (
        f"a step of a lesson, {len(times)} steps: {statistics.median(times.values()):.0f} ms in the median, at most "
        f"{times[slowest]:.0f} ({slowest}; promised: at most 500)"
    )


def trace_size() -> str:
    """Kilobytes that the page gets for 40 tokens of an LSTM with 64 units."""
    vocabulary = Vocabulary.build(["abcdefghij"], "characters")
    model = SequenceModel(Architecture("lstm", 64, embedding_size=64), vocabulary, ("a", "b")).eval()
    size = len(strict_json(payload(record(model, "abcdefghij" * 4), "model", model)).encode()) / 1000
    return f"a trace as sent, 40 tokens, LSTM of 64 units: {size:.0f} KB (promised: under 400)"


if __name__ == "__main__":
    with running_app() as server, running_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        print(step_frames(page, server), flush=True)
        print(step_frames(page, server, view="cell"), flush=True)
        print(step_frames(page, server, view="cell", unit="3"), flush=True)
        client = Client(server, verbose=False)
        for model in TEXTS:
            print(first_step(page, server, client, model), flush=True)
        print(first_picture(page, server), flush=True)
        print(sweep(page, server), flush=True)
        print(lesson_steps(page, server), flush=True)
        print(trace_size())
