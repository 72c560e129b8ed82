"""The headers of every answer, and the hashes of the page's own scripts."""

from __future__ import annotations

import base64
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from rnn_demo.ui.guard import server
from rnn_demo.ui.server.headers import route_path

PAGE = "<script>window.a = 1</script><script src='b.js'></script><script type='x'>\n2\n</script><p onclick='c()'>"


def page(request: Request) -> Response:
    return HTMLResponse(PAGE)


@pytest.fixture
def client() -> TestClient:
    routes = [Route(path, page) for path in ("/", "/other", "/gradio_api/file=a.html")]
    return TestClient(Starlette(routes=routes, middleware=server()["middleware"]), raise_server_exceptions=False)


@pytest.mark.parametrize(
    "path", ["/", "/other", "/nothing", "/gradio_api/file=a.html", "/gradio_api/process_recording"]
)
def test_every_answer_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")
    assert "default-src" in headers["Content-Security-Policy"]


def test_the_pages_own_scripts_may_run_and_no_other(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.text == PAGE
    policy = answer.headers["Content-Security-Policy"]
    for script in ("window.a = 1", "\n2\n"):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f" 'sha256-{digest}'" in policy
    assert policy.count("sha256-") == 2
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts


def test_html_that_is_not_the_page_runs_nothing(client: TestClient) -> None:
    for path in ("/other", "/gradio_api/file=a.html"):
        assert client.get(path).headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "sandbox" in client.get("/gradio_api/file=a.html").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "root", "below"),
    [("/a", "", "/a"), ("/demo/a", "/demo", "/a"), ("/demo", "/demo", "/"), ("/demos/a", "/demo", "/demos/a")],
)
def test_a_path_is_taken_below_the_one_of_a_proxy(path: str, root: str, below: str) -> None:
    assert route_path({"path": path, "root_path": root}) == below
