"""The page's scripts are served as they are in their folder, and nothing else is."""

from __future__ import annotations

import re

import gradio as gr
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from rnn_demo.ui.page import LAUNCH
from rnn_demo.ui.scripts import PREFIX, PRELOAD, ROUTES, WHEN_ASKED_FOR, calling, script_url
from rnn_demo.ui.viewer.static_files import SCRIPTS, VERSION, script
from rnn_demo.ui.widgets.widget import widget

CLIENT = TestClient(Starlette(routes=ROUTES))


@pytest.mark.parametrize("name", ["core/dom.js", "stepper/stepper.js", "widgets/qa/conversation.js"])
def test_a_script_comes_as_it_is_and_may_be_kept(name: str) -> None:
    answer = CLIENT.get(f"/{script_url(name)}")
    assert answer.text == script(name)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


def test_a_page_older_than_the_server_gets_the_present_script_and_does_not_keep_it() -> None:
    answer = CLIENT.get(f"/{PREFIX}/000000000000/core/dom.js")
    assert (answer.text, answer.headers["cache-control"]) == (script("core/dom.js"), "no-cache")


@pytest.mark.parametrize(
    "path", ["core/none.js", "../page.py", "..%2f..%2fpage.py", "core/../../css/page.css", "", "core", "/etc/passwd"]
)
def test_nothing_else_is_to_be_had_and_no_path_is_named(path: str) -> None:
    answer = CLIENT.get(f"/{PREFIX}/{VERSION}/{path}")
    assert answer.status_code == 404
    assert "/" not in answer.text


@pytest.mark.filterwarnings("ignore:The `root_path` parameter is deprecated")  # by FastAPI; Gradio passes it on
def test_gradio_serves_the_scripts_under_its_own_prefix_whatever_the_root_path() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        gr.HTML("")
    for root in ("", "/demo"):
        app = gr.routes.App.create_app(page, app_kwargs={"routes": LAUNCH["app_kwargs"]["routes"], "root_path": root})
        client = TestClient(app)
        for prefix in {"", root}:
            assert client.get(f"{prefix}/{script_url('core/dom.js')}").text == script("core/dom.js")


def test_addresses_are_relative_to_the_page_and_name_modules_that_are_there() -> None:
    code = str(widget("qa/nearest", "x").js_on_load) + calling("widgets/qa/conversation.js", "emptyAnswered") + PRELOAD
    addresses = re.findall(r'"(gradio_api[^"]*)"', code)
    assert len(addresses) >= 3 + sum(not name.startswith(WHEN_ASKED_FOR) for name in SCRIPTS) - 1
    assert {one.removeprefix(f"{PREFIX}/{VERSION}/") for one in addresses} <= set(SCRIPTS)
    assert ", document.baseURI" in code
