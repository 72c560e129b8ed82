"""The page under its Content-Security-Policy: everything that it does is allowed, and markup cannot run a script."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers.page.traffic import settle
from helpers.serving import API, send
from playwright.sync_api import ConsoleMessage, Page, expect

from rnn_demo.ui.page import TABS

pytestmark = pytest.mark.browser
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
    window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
"""


@pytest.fixture
def open_page(shared_page: Page, server: str) -> Page:
    """The shared page, which collects violations of its policy from its first moment on."""
    if shared_page.url == "about:blank":
        shared_page.add_init_script(VIOLATIONS)
        shared_page.goto(server)
    return shared_page


@pytest.fixture
def complaints(shared_page: Page, request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What the browser complains of; the test fails if there is something at its end."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            found.append(message.text)

    shared_page.on("console", note)  # before the page is opened
    request.getfixturevalue("open_page")
    yield found
    shared_page.remove_listener("console", note)
    assert [*found, *shared_page.evaluate("window.violations")] == []


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_works_under_the_policy(complaints: list[str], open_page: Page, tab: str) -> None:
    open_page.get_by_role("tab", name=TABS[tab].TITLE).click()
    expect(open_page.get_by_role("tab", name=TABS[tab].TITLE)).to_have_attribute("aria-selected", "true")
    settle(open_page)


def test_questions_texts_and_figures_work_under_the_policy(complaints: list[str], open_page: Page) -> None:
    open_page.get_by_role("tab", name="QA chat").click()
    open_page.fill("#qa-question [data-testid=textbox]", "What is the capital of France?")
    open_page.press("#qa-question [data-testid=textbox]", "Enter")
    expect(open_page.locator("#qa-chat")).to_contain_text("Paris")
    open_page.get_by_role("tab", name="Sentiment").click()
    expect(open_page.locator("#sentiment-view .rnn-label")).to_be_visible()
    open_page.get_by_role("tab", name="Hidden states").click()
    expect(open_page.locator("#stepper .column.here")).to_be_visible()
    open_page.locator("#states-figures button").first.click()
    expect(open_page.locator("#states-plot .js-plotly-plot .main-svg").first).to_be_visible()
    open_page.get_by_role("tab", name="Training lab").click()
    settle(open_page)


def test_a_file_that_is_given_out_is_downloaded(complaints: list[str], open_page: Page, server: str) -> None:
    """A policy that says `sandbox` must not keep the browser from saving it."""
    form = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\ntext\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    path = json.loads(send(server.removeprefix("http://"), "POST", f"{API}/upload", form, kind)[1])[0]
    with open_page.expect_download() as download:
        open_page.evaluate(
            """(address) => {
                const link = document.createElement("a");
                Object.assign(link, { href: address, download: "a.csv" });
                link.click();
            }""",
            f"{API.lstrip('/')}/file={path}",
        )
    assert download.value.path().read_bytes() == b"text"


def test_a_handler_in_markup_does_not_run(open_page: Page) -> None:
    """Were there a way to bring markup onto the page, its script would still not run."""
    settle(open_page)
    open_page.evaluate("""() => {
        const mark = document.createElement("div");
        mark.innerHTML = '<img src="data:," onerror="window.ran = 1"><a href="javascript:window.ran = 1">x</a>';
        document.body.append(mark);
        mark.querySelector("a").click();
        const script = document.createElement("script");
        script.textContent = "window.ran = 1";
        document.body.append(script);
    }""")
    open_page.wait_for_timeout(300)
    assert open_page.evaluate("window.ran") is None
    open_page.evaluate("window.violations = []")


def test_another_site_may_show_the_page_in_a_frame(page: Page, server: str, tmp_path: Path) -> None:
    (tmp_path / "course.html").write_text(f'<iframe src="{server}" width="900"></iframe>')
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as course:
        threading.Thread(target=course.serve_forever, daemon=True).start()
        page.goto(f"http://localhost:{course.server_port}/course.html")
        course.shutdown()
    expect(page.frame_locator("iframe").get_by_role("tab", name="QA chat")).to_be_visible()
