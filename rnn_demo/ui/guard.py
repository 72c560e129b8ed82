"""A middleware in front of Gradio: requests that are too large, too many, or wrong, are refused with a sentence.

Left alone, Gradio reads a body of any size, fetches a file that is named by its URL on another server, keeps routes
open that this page does not use, and answers a call of an endpoint that does not exist as if the server were broken
(500).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rnn_demo.limits import (
    MAX_CALLS_OF_ADDRESS,
    MAX_COMPONENT_BYTES,
    MAX_PENDING_BYTES_OF_ADDRESS,
    MAX_REQUEST_BYTES,
    MAX_UPLOAD_BYTES,
)
from rnn_demo.ui.gradio_compat import READS_REQUESTS, UnknownEndpoint
from rnn_demo.ui.server import temp_files
from rnn_demo.ui.server.fair_queue import LONG_AT_ONCE, LONG_BYTES, SIZE
from rnn_demo.ui.server.fairness import SMALL, TOO_MUCH, Busy, Call, Gate, address_busy, address_of
from rnn_demo.ui.server.faults import QUOTE, codes_of, is_ours, report
from rnn_demo.ui.server.front_page import FrontPage
from rnn_demo.ui.server.headers import Headers, route_path
from rnn_demo.ui.server.landing_frame import LandingFrame, view_of

UPLOADS = ("/gradio_api/upload", "/upload")
MAX_UPLOAD_REQUEST = MAX_UPLOAD_BYTES + 2**16  # one file and what the form adds to it
TOO_LARGE = "a request may have at most {most} MiB; send less"
NO_URL = "the file is given as an address on another server; this server fetches nothing, so upload the file itself"
NOT_UNDERSTOOD = "the request cannot be understood; /?view=api shows what can be asked"
INVALID = 422
NOT_JSON = "this takes JSON only; say so in the header Content-Type"
# A scheme, or two slashes before a host. A single letter before a colon is a Windows drive.
_URL = r"[\s\0]*(?:[a-z][a-z0-9+.-]+:|[/\\][\s\0]*[/\\])"
URL = re.compile(_URL, re.IGNORECASE)
FILE_AT_URL = re.compile(rf".*/(?:file=|proxy=|file/|stream/){_URL}", re.DOTALL | re.IGNORECASE)
MAX_ENCODINGS = 8  # times that a path is percent-encoded
# What Gradio can do and this page does not: recording, editing the page by a language model, watching and reloading it,
# logging in, streams, other servers, and sessions that are kept for a link.
UNUSED = re.compile(
    r"(?:/gradio_api)?/(?:process_recording|(?:undo-)?vibe-(?:edit|code|starter-queries)|monitoring|profiling|dev|login"
    r"|logout|token|user|runs|run-history|deep_link|stream|custom_component|proxy=.*|pwa_icon)(?:/.*)?",
    re.DOTALL,
)
# What is computed outside Gradio's queue: the questions of a part of the page, and the events without a queue.
COMPONENT = re.compile(r"(?:/gradio_api)?/component_server/?")
QUEUED = re.compile(r"(?:/gradio_api)?/(?:queue/join|call/.+)", re.DOTALL)  # who sends hundreds waits for others
DIRECT = re.compile(r"(?:/gradio_api)?/(?:run|api)/.+", re.DOTALL)
COMPONENTS_AT_ONCE, DIRECT_AT_ONCE, JOINING_AT_ONCE = 4, 16, 2


class Guard:
    """Refuses what is too large (413), too much at once (429), a file elsewhere (403) and a call of nothing (400).

    A fault of ours is a 500 with a number, under which the log has the traceback.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.components, self.long, self.direct, self.joining = (
            Gate(most) for most in (COMPONENTS_AT_ONCE, LONG_AT_ONCE, DIRECT_AT_ONCE, JOINING_AT_ONCE)
        )
        self.uploads: Counter[str] = Counter()  # under way, by address
        self.arriving: Counter[str] = Counter()  # bytes of bodies that are being read, by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if DIRECT.fullmatch(route_path(scope)):
            send = with_true_status(send)
        started = invalid = False

        async def note(message: Message) -> None:
            nonlocal started, invalid
            invalid = invalid or message.get("status") == INVALID  # the answer would repeat what was sent
            if not invalid:
                started = True
                await send(message)

        try:
            async with AsyncExitStack() as gates:
                await self.app(scope, await self.admit(scope, receive, gates), note)
            if invalid:
                await JSONResponse({"error": NOT_UNDERSTOOD}, INVALID)(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as error:
            if not started:
                status, reason = refusal(error)
                await JSONResponse({"error": reason}, status)(scope, receive, send)
            elif isinstance(error.__cause__, HTTPException):  # of a stream of events that is not there
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                report(error)  # the answer breaks off

    async def admit(self, scope: Scope, receive: Receive, gates: AsyncExitStack) -> Receive:
        """What the application is to read of a request, once it is its turn; an error if it is refused."""
        path = route_path(scope)
        if is_url(path, FILE_AT_URL):
            raise HTTPException(403, NO_URL)
        if UNUSED.fullmatch(path):
            raise HTTPException(404, "there is nothing here")
        if scope["method"] != "POST":
            return receive
        address = address_of(scope.get("client"))
        if path in UPLOADS:
            if self.uploads[address] >= MAX_CALLS_OF_ADDRESS:
                raise Busy(address_busy(MAX_CALLS_OF_ADDRESS))
            self.uploads[address] += 1
            gates.callback(self.forget_upload, address)
            return counted(receive, MAX_UPLOAD_REQUEST)
        request = Request(scope, receive)
        is_component = COMPONENT.fullmatch(path) is not None
        if is_component and not is_json(request):
            raise HTTPException(415, NOT_JSON)
        body = await self.read(request, address, MAX_COMPONENT_BYTES if is_component else MAX_REQUEST_BYTES)
        async with AsyncExitStack() as joining:
            call = Call(address, str(id(scope)), len(body))  # behind a proxy a client has no port, and no session yet
            await joining.enter_async_context(self.joining.passing(call))
            value = parsed(body)
            if holds_url(value):
                raise HTTPException(403, NO_URL)
            if QUEUED.fullmatch(path):
                gates.push_async_exit(joining.pop_all())
        scope[SIZE] = len(body)
        if is_component or DIRECT.fullmatch(path):
            session = value.get("session_hash") if isinstance(value, dict) else None
            call = Call(address, session if isinstance(session, str) else "", len(body))
            of_component = self.long if len(body) > LONG_BYTES else self.components
            await gates.enter_async_context((of_component if is_component else self.direct).passing(call))
        return replay_body(body, receive)

    def forget_upload(self, address: str) -> None:
        self.uploads[address] -= 1
        if not self.uploads[address]:
            del self.uploads[address]

    async def read(self, request: Request, address: str, most: int) -> bytes:
        """The body of a request, which is refused as soon as it is too large, or too many arrive from its address."""
        body = bytearray()
        try:
            async for part in request.stream():
                body += part
                self.arriving[address] += len(part)
                if len(body) > most:
                    raise too_large(most)
                if len(body) > SMALL and self.arriving[address] > MAX_PENDING_BYTES_OF_ADDRESS:
                    raise Busy(TOO_MUCH)
        finally:
            self.arriving[address] -= len(body)
            if not self.arriving[address]:
                del self.arriving[address]
        return bytes(body)


def refusal(error: Exception) -> tuple[int, str]:
    """The status and the sentence for an error: of the request, or of ours, which is logged."""
    if isinstance(error, HTTPException):
        return error.status_code, error.detail
    if isinstance(error, Busy):
        return 429, str(error)
    if is_bad_call(error):
        return 400, NOT_UNDERSTOOD
    return 500, report(error)


async def refused(_: Request, error: Exception) -> Response:
    """The answer to a request that Gradio refuses, in the shape of all refusals: {"error"}, not {"detail"}."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


def with_true_status(send: Send) -> Send:
    """Send an answer on, with 400 where Gradio's `/run` says 500 of a call that was refused with a sentence."""
    failed_start: Message | None = None

    async def send_on(message: Message) -> None:
        nonlocal failed_start
        if message.get("status") == 500:
            failed_start = message
            return
        if failed_start is not None:  # the whole body, since it is JSON
            is_fault = QUOTE.encode() in message["body"]
            await send({**failed_start, "status": 500 if is_fault else 400})
            failed_start = None
        await send(message)

    return send_on


def is_bad_call(error: Exception) -> bool:
    """Is it the request that is wrong, which names an endpoint, argument or component that does not exist?

    Gradio then fails itself while it reads the request. Where one of our functions failed, or what it returned cannot
    be sent, the fault is ours.
    """
    if isinstance(error, UnknownEndpoint):
        return True
    reads = any(Path(code.co_filename) == READS_REQUESTS for code in codes_of(error))
    return reads and not is_ours(error) and isinstance(error, (KeyError, TypeError, AttributeError))


def is_json(request: Request) -> bool:
    """Does a request say that it holds JSON? Of anything else Gradio writes parts into files."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def too_large(most: int) -> HTTPException:
    return HTTPException(413, TOO_LARGE.format(most=most // 2**20))


def counted(receive: Receive, most: int) -> Receive:
    """Pass a body on while it arrives, until it is too large."""
    size = 0

    async def next_message() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise too_large(most)
        return message

    return next_message


def parsed(body: bytes) -> Any:
    """The parsed body, or None if it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def replay_body(body: bytes, receive: Receive) -> Receive:
    """Give the application a body that was read already, and after it whatever the client sends."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return messages.pop() if messages else await receive()

    return next_message


def holds_url(body: Any) -> bool:
    """Does the JSON of a body name a file by a URL, at whatever depth?"""
    values = [body]
    while values:
        value = values.pop()
        if isinstance(value, list):
            values += value
        elif isinstance(value, dict):
            values += value.values()
            if isinstance(path := value.get("path"), str) and (is_url(path) or not is_link_to(value, path)):
                return True
    return False


def is_url(path: str, pattern: re.Pattern[str] = URL) -> bool:
    """Is it a URL, however often it is percent-encoded, rather than the path of a file?"""
    for _ in range(MAX_ENCODINGS):
        if pattern.match(path):
            return True
        path, before = unquote(path), path
        if path == before:
            return False
    return True


def is_link_to(file: dict[str, Any], path: str) -> bool:
    """Is the `url` of a file, where it has one, that at which this server gives out the file at `path`?"""
    url = file.get("url")
    return url is None or (isinstance(url, str) and (not is_url(url) or f"/file={path}" in unquote(url)))


def server(
    tabs: tuple[str, ...] = (),
    frame: Callable[[str, str], str] | None = None,
    then: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """The middleware in front of Gradio; with a `frame`, by tab and theme, before the HTML of the page.

    `then` is called whenever the page was sent.
    """
    view = partial(view_of, tabs=tabs)
    landing_frame = [Middleware(LandingFrame, tabs=tabs, frame=frame)] if frame else []
    return {
        "middleware": [
            Middleware(FrontPage, view=view, then=then) if frame else Middleware(FrontPage),
            # Gradio compresses its scripts, but neither the page nor what the page fetches later.
            Middleware(GZipMiddleware, minimum_size=2_000, compresslevel=6),
            *landing_frame,
            Middleware(Headers),
            Middleware(Guard),
        ],
        "lifespan": temp_files.sweeping,
        "exception_handlers": {HTTPException: refused},
    }
