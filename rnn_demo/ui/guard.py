"""A middleware in front of Gradio: requests that are too large, or wrong, are refused with a sentence.

Left alone, Gradio reads a body of any size, fetches a file that is named by its address on another server, and answers
a call of an endpoint that does not exist as if the server were broken (500).
"""

from __future__ import annotations

import json
import re
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rnn_demo.limits import MAX_REQUEST_BYTES
from rnn_demo.ui.gradio_compat import UnknownEndpoint

UPLOADS = ("/gradio_api/upload", "/upload")  # Gradio holds these to MAX_UPLOAD_BYTES while they arrive
TOO_LARGE = f"a request may have at most {MAX_REQUEST_BYTES // 2**20} MiB; send less"
NO_ADDRESS = "the file is given as an address on another server; this server fetches nothing, so upload the file itself"
# A scheme, or two slashes before a host. A single letter before a colon is a Windows drive.
_ADDRESS = r"[\s\0]*(?:[a-z][a-z0-9+.-]+:|[/\\][\s\0]*[/\\])"
ADDRESS = re.compile(_ADDRESS, re.IGNORECASE)
FILE_AT_ADDRESS = re.compile(rf".*/(?:file=|proxy=|file/|stream/){_ADDRESS}", re.DOTALL | re.IGNORECASE)
MAX_ENCODINGS = 8  # times that a path is percent-encoded
PACKAGE = str(Path(__file__).parents[1])
CALLS = re.compile(r"/(?:call|run|api|queue/join|component_server|upload)\b")  # where Gradio reads what a client sent


class Guard:
    """Refuses a body that is too large (413), a file on another server (403) and a call of nothing (400)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_upload = scope["path"].rstrip("/").endswith(UPLOADS)
        try:
            if is_address(scope["path"], FILE_AT_ADDRESS):
                raise HTTPException(403, NO_ADDRESS)
            if scope["method"] == "POST" and not is_upload:
                body = await read_body(Request(scope, receive))
                if holds_address(body):
                    raise HTTPException(403, NO_ADDRESS)
                receive = replay_body(body, receive)
            await self.app(scope, receive, send)
        except ClientDisconnect:
            return
        except HTTPException as refusal:
            await JSONResponse({"error": refusal.detail}, refusal.status_code)(scope, receive, send)
        except (UnknownEndpoint, KeyError, TypeError, AttributeError) as error:
            if not is_bad_call(error, scope["path"]):
                raise
            reason = f"the request cannot be understood ({type(error).__name__}: {str(error)[:200]}); see /?view=api"
            await JSONResponse({"error": reason}, 400)(scope, receive, send)


def is_bad_call(error: Exception, path: str) -> bool:
    """Is it the request that is wrong, which names an endpoint, argument or component that does not exist?

    Gradio then fails itself, on a route that reads a body. Where one of our functions failed, the fault is ours.
    """
    if isinstance(error, UnknownEndpoint):
        return True
    files = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = any(file.startswith(PACKAGE) and file != __file__ for file in files)
    return CALLS.search(path) is not None and not ours


async def read_body(request: Request) -> bytes:
    """The body of a request, which is refused as soon as it is too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_REQUEST_BYTES:
            raise HTTPException(413, TOO_LARGE)
    return bytes(body)


def replay_body(body: bytes, receive: Receive) -> Receive:
    """Give the application a body that was read already, and after it whatever the client sends."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return messages.pop() if messages else await receive()

    return next_message


def holds_address(body: bytes) -> bool:
    """Does a JSON body name a file by an address, at whatever depth? A body that is no JSON holds nothing."""
    try:
        values = [json.loads(body)]
    except (ValueError, RecursionError):
        return False
    while values:
        value = values.pop()
        if isinstance(value, list):
            values += value
        elif isinstance(value, dict):
            values += value.values()
            if isinstance(path := value.get("path"), str) and (is_address(path) or not is_link_to(value, path)):
                return True
    return False


def is_address(path: str, address: re.Pattern[str] = ADDRESS) -> bool:
    """Is it an address, however often it is percent-encoded, rather than the path of a file?"""
    for _ in range(MAX_ENCODINGS):
        if address.match(path):
            return True
        path, before = unquote(path), path
        if path == before:
            return False
    return True


def is_link_to(file: dict[str, Any], path: str) -> bool:
    """Is the `url` of a file, where it has one, that at which this server gives out the file at `path`?"""
    url = file.get("url")
    return url is None or (isinstance(url, str) and (not is_address(url) or f"/file={path}" in unquote(url)))


# Gradio compresses its scripts, but neither the page nor what the page fetches later.
SERVER: dict[str, Any] = {
    "middleware": [Middleware(Guard), Middleware(GZipMiddleware, minimum_size=2_000, compresslevel=6)]
}
