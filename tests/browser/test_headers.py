"""The page under its Content-Security-Policy: everything that it does is allowed, and markup cannot run a script."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers.serving import API, send
from helpers.traffic import settle
from playwright.sync_api import Page, expect

from rnn_demo.ui.page import TABS

pytestmark = pytest.mark.browser
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
    window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
"""


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains of; the test fails if there is something at its end."""
    found: list[str] = []
    page.on(
        "console", lambda message: found.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.add_init_script(VIOLATIONS)
    yield found
    assert [*found, *page.evaluate("window.violations")] == []


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_works_under_the_policy(page: Page, server: str, complaints: list[str], tab: str) -> None:
    page.goto(f"{server}/?tab={tab}")
    expect(page.get_by_role("tab", name=TABS[tab].TITLE)).to_have_attribute("aria-selected", "true")
    settle(page)


def test_questions_texts_and_figures_work_under_the_policy(page: Page, server: str, complaints: list[str]) -> None:
    page.goto(server)
    page.fill("#qa-question [data-testid=textbox]", "What is the capital of France?")
    page.press("#qa-question [data-testid=textbox]", "Enter")
    expect(page.locator("#qa-chat")).to_contain_text("Paris")
    page.get_by_role("tab", name="Sentiment").click()
    expect(page.locator("#sentiment-view .rnn-label")).to_be_visible()
    page.get_by_role("tab", name="Hidden states").click()
    expect(page.locator("#stepper .column.here")).to_be_visible()
    page.locator("#states-figures button").first.click()
    expect(page.locator("#states-plot .js-plotly-plot .main-svg").first).to_be_visible()
    page.get_by_role("tab", name="Training lab").click()
    settle(page)


def test_a_handler_in_markup_does_not_run(page: Page, server: str) -> None:
    """Were there a way to bring markup onto the page, its script would still not run."""
    page.goto(server)
    settle(page)
    page.evaluate("""() => {
        const mark = document.createElement("div");
        mark.innerHTML = '<img src="data:," onerror="window.ran = 1"><a href="javascript:window.ran = 1">x</a>';
        document.body.append(mark);
        mark.querySelector("a").click();
        const script = document.createElement("script");
        script.textContent = "window.ran = 1";
        document.body.append(script);
    }""")
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None


def test_a_file_that_is_given_out_is_downloaded(page: Page, server: str, complaints: list[str]) -> None:
    """A policy that says `sandbox` must not keep the browser from saving it."""
    form = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\ntext\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    path = json.loads(send(server.removeprefix("http://"), "POST", f"{API}/upload", form, kind)[1])[0]
    page.goto(server)
    with page.expect_download() as download:
        page.evaluate(
            """(address) => {
                const link = document.createElement("a");
                Object.assign(link, { href: address, download: "a.csv" });
                link.click();
            }""",
            f"{API.lstrip('/')}/file={path}",
        )
    assert download.value.path().read_bytes() == b"text"


def test_another_site_may_show_the_page_in_a_frame(page: Page, server: str, tmp_path: Path) -> None:
    (tmp_path / "course.html").write_text(f'<iframe src="{server}" width="900"></iframe>')
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as course:
        threading.Thread(target=course.serve_forever, daemon=True).start()
        page.goto(f"http://localhost:{course.server_port}/course.html")
        course.shutdown()
    expect(page.frame_locator("iframe").get_by_role("tab", name="QA chat")).to_be_visible()
