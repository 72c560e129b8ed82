"""What the guard refuses, and what it lets through: uploads, texts, and faults that are not the sender's."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from helpers import asynchronous
from helpers.serving import API, send
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from rnn_demo.limits import MAX_CALLS_OF_SESSION
from rnn_demo.ui import guard
from rnn_demo.ui.gradio_compat import READS_REQUESTS
from rnn_demo.ui.guard import server
from rnn_demo.ui.server.fair_queue import LONG_BYTES

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


def answer_of(fail: Callable[[], None], path: str) -> Response:
    """The answer of a page with a route that fails."""

    def route(request: Request) -> Response:
        fail()
        raise AssertionError("it did not fail")

    app = Starlette(routes=[Route(path, route, methods=["GET", "POST"])], middleware=server()["middleware"])
    return TestClient(app, raise_server_exceptions=False).get(path)


def evaluate(error: Exception, file: str) -> Callable[[], None]:
    """A function that fails in this file."""

    def fail() -> None:
        exec(compile("raise error", file, "exec"), {"error": error})

    return fail


OURS = str(Path(guard.__file__).parent / "qa" / "tab.py")


@pytest.mark.parametrize(
    "error", [KeyError("secret"), TypeError("secret"), AttributeError("secret"), OSError("secret")]
)
@pytest.mark.parametrize("file", [OURS, "fastapi/encoders.py", "anyio/to_thread.py"])
@pytest.mark.parametrize("path", [f"{API}/component_server", f"{API}/run/ask", f"{API}/call/ask", "/"])
def test_a_server_fault_is_never_reported_as_a_client_error(
    error: Exception, file: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = answer_of(evaluate(error, file), path)
    assert answer.status_code == 500
    told = answer.json()["error"]
    (number,) = re.findall(r"\d{6}", told)
    assert "secret" not in told
    assert f"fault {number}: {type(error).__name__}" in caplog.text


def test_a_request_that_gradio_cannot_read_is_the_senders_mistake_in_plain_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = answer_of(evaluate(KeyError("/nothing"), str(READS_REQUESTS)), f"{API}/call/v2/nothing")
    assert (answer.status_code, answer.json()["error"]) == (400, guard.NOT_UNDERSTOOD)
    assert caplog.text == ""


def test_a_fault_in_one_of_our_functions_that_gradio_calls_is_ours() -> None:
    assert not guard.is_bad_call(caught(lambda: evaluate(KeyError("a"), OURS)()))
    assert guard.is_bad_call(caught(evaluate(KeyError("a"), str(READS_REQUESTS))))


def caught(fail: Callable[[], None]) -> Exception:
    try:
        fail()
    except Exception as error:
        return error
    raise AssertionError("it did not fail")


def test_many_questions_of_one_part_of_the_page_wait_and_others_do_not_wait_for_them() -> None:
    """Only a few are computed at once; one that is sent by another address comes next."""
    running, most, order = 0, 0, []

    async def compute(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        order.append(scope["client"][0])
        await asyncio.sleep(0.01)
        running -= 1
        await Response("done")(scope, receive, send)

    async def story() -> list[int]:
        app = guard.Guard(compute)
        return await asyncio.gather(*[ask(app, "192.0.2.1", n // 10) for n in range(60)], ask(app, "192.0.2.2", 0))

    assert set(asynchronous.run(story())) == {200}
    assert most == guard.COMPONENTS_AT_ONCE
    assert order.index("192.0.2.2") <= 2 * guard.COMPONENTS_AT_ONCE


def test_a_visitor_with_too_many_questions_at_once_reads_so() -> None:
    async def compute(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.01)
        await Response("done")(scope, receive, send)

    async def story() -> list[int]:
        app = guard.Guard(compute)
        return await asyncio.gather(*[ask(app, "192.0.2.1", 0) for _ in range(MAX_CALLS_OF_SESSION + 3)])

    statuses = asynchronous.run(story())
    assert sorted(statuses)[-3:] == [429] * 3
    assert statuses.count(200) == MAX_CALLS_OF_SESSION


@pytest.mark.parametrize("path", [f"{API}/queue/join", "/call/ask"])
def test_whoever_sends_hundreds_of_calls_at_once_holds_up_nobody(path: str) -> None:
    order: list[str] = []

    async def join(scope: Scope, receive: Receive, send: Send) -> None:
        order.append(scope["client"][0])
        await asyncio.sleep(0.001)
        await Response("done")(scope, receive, send)

    async def story() -> list[int]:
        app = guard.Guard(join)
        flood = [ask(app, "192.0.2.1", 0, path) for _ in range(200)]  # as a proxy passes them on: without ports
        return await asyncio.gather(*flood, ask(app, "192.0.2.2", 0, path))

    assert set(asynchronous.run(story())) == {200}
    assert order.index("192.0.2.2") <= 2 * guard.JOINING_AT_ONCE


def test_long_questions_of_a_part_of_the_page_leave_room_for_short_ones() -> None:
    lengths: list[int] = []

    async def compute(scope: Scope, receive: Receive, send: Send) -> None:
        lengths.append(len((await receive())["body"]))
        await asyncio.sleep(0.01)
        await Response("done")(scope, receive, send)

    async def story() -> list[int]:
        app = guard.Guard(compute)
        long = [ask(app, f"192.0.2.{n}", 0, text="a" * LONG_BYTES) for n in range(40)]
        return await asyncio.gather(*long, ask(app, "192.0.2.99", 0))

    assert set(asynchronous.run(story())) == {200}
    assert next(place for place, length in enumerate(lengths) if length < LONG_BYTES) <= 2


async def ask(
    app: guard.Guard, address: str, session: int, path: str = f"{API}/component_server", text: str = ""
) -> int:
    """Ask as a part of the page does; the status."""
    body = json.dumps({"data": text, "session_hash": str(session)}).encode()
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": path, "client": (address, session)}
    status = []

    async def receive() -> Any:
        return messages.pop()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    await app({**scope, "headers": headers, "query_string": b""}, receive, send)
    return status[0]
