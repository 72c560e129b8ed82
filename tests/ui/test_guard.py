"""What the guard refuses, and what it lets through: uploads, texts, and faults that are not the sender's."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from helpers.serving import API, send
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from rnn_demo.ui import guard
from rnn_demo.ui.guard import SERVER

ADDRESSES = (
    "http://example.com/a.csv",
    "HTTPS://example.com/a.csv",
    "ftp://example.com/a.csv",
    "file:///etc/passwd",
    "//example.com/a.csv",
    "\\\\example.com\\a.csv",
    " http://127.0.0.1:1/a.csv",
    "http:/example.com/a.csv",
    "https://user@example.com@127.0.0.1/",
)
ROUTES = ("/file=", "/file/", "/proxy=", "/stream/")


@pytest.fixture
def host(server: str) -> str:
    return server.removeprefix("http://")


def refused(status: int, answer: bytes) -> bool:
    return status == 403 and "upload the file itself" in json.loads(answer)["error"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("route", ROUTES)
def test_a_path_that_is_an_address_is_refused_however_it_is_encoded(host: str, route: str, address: str) -> None:
    encoded = address
    for _ in range(4):
        encoded = quote(encoded, safe="")
        for prefix in (API, ""):
            assert refused(*send(host, "GET", prefix + route + encoded)), (prefix, route, encoded)


def test_encodings_without_end_are_refused(host: str) -> None:
    assert refused(*send(host, "GET", f"{API}/file=/uploads/{'%25' + '25' * 1_000}41"))


@pytest.mark.parametrize("address", [*ADDRESSES, quote(ADDRESSES[0], safe=""), quote(quote(ADDRESSES[4]), safe="")])
@pytest.mark.parametrize("route", ["call/ask", "call/v2/ask", "run/ask", "queue/join", "component_server"])
def test_a_file_that_is_an_address_is_refused_in_every_body(host: str, route: str, address: str) -> None:
    meta = {"_type": "gradio.FileData"}
    for file in ({"path": address, "meta": meta}, {"path": "uploads/a.csv", "url": address, "meta": meta}):
        for data in ([file], [[{"deep": file}]]):
            body = {"data": data, "question": data, "session_hash": "x", "fn_index": 0}
            assert refused(*send(host, "POST", f"{API}/{route}", json.dumps(body).encode())), (route, file)


def test_a_text_that_is_an_address_is_read_as_a_text(host: str) -> None:
    status, _ = send(host, "POST", f"{API}/call/ask", json.dumps({"data": [ADDRESSES[0]]}).encode())
    assert status == 200


def test_a_file_that_was_uploaded_is_given_out_and_taken_in(host: str) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a b.csv"\r\n\r\ntext\n\r\n--x--\r\n'
    path = json.loads(send(host, "POST", f"{API}/upload", part, kind)[1])[0]
    assert send(host, "GET", f"{API}/file={quote(path)}")[0] == 200
    file = {"path": path, "url": f"http://{host}{API}/file={quote(path)}", "meta": {"_type": "gradio.FileData"}}
    body = json.dumps({"data": [file], "session_hash": "x"}).encode()
    assert send(host, "POST", f"{API}/call/ask", body)[0] == 200


def answer_of(broken: Exception | None, path: str) -> int:
    """The status for a page with a route that fails: with our own fault, where one is given, or with Gradio's."""

    def fail(request: Request) -> Response:
        if broken is not None:
            evaluate(broken)
        return JSONResponse({}["secret"])

    app = Starlette(routes=[Route(path, fail)], middleware=SERVER["middleware"])
    return TestClient(app, raise_server_exceptions=False).get(path).status_code


def evaluate(error: Exception) -> None:
    """Fail inside the package, as a handler of ours would."""
    code = compile("raise error", str(Path(guard.__file__).parent / "qa" / "tab.py"), "exec")
    exec(code, {"error": error})


def test_a_server_fault_is_never_reported_as_a_client_error() -> None:
    assert answer_of(KeyError("secret"), f"{API}/component_server") == 500
    assert answer_of(TypeError("a"), f"{API}/run/ask") == 500
    assert answer_of(None, f"{API}/theme.css") == 500
    assert answer_of(None, f"{API}/call/v2/nothing") == 400
