"""The headers of every answer, which say what a browser may do with it.

Gradio compiles templates and our scripts with `new Function`, so the page needs 'unsafe-eval', and it styles elements
one by one, so it needs inline styles. It does not need inline handlers: of the scripts in its HTML each is allowed by
its hash, so that markup which slipped through would not run. Any site may show the page in a frame, as a course's or a
Space's does; there are no accounts with which a frame could do harm.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
PAGE = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors *"
)
FILE = "default-src 'none'; sandbox"  # of a visitor, wherever it is opened
OTHER = "default-src 'none'; frame-ancestors *"
INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


class Headers:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        if path == "/" and scope["method"] == "GET":
            send = once_complete(send, allow_scripts)
        await self.app(scope, receive, with_headers(send, policy(path)))


def route_path(scope: Scope) -> str:
    """The path below the one that a proxy gave to the app."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] or "/" if root and f"{path}/".startswith(f"{root}/") else path


def policy(path: str) -> str:
    """The Content-Security-Policy of an answer at this path."""
    if path == "/":
        return PAGE.format(scripts="")
    return FILE if re.match(r"(?:/gradio_api)?/file[=/]", path) else OTHER


def with_headers(send: Send, content_security_policy: str) -> Send:
    """Send an answer on with the headers, but for those that it has."""

    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in {**ALWAYS, "Content-Security-Policy": content_security_policy}.items():
                headers.setdefault(name, value)
        await send(message)

    return send_on


def once_complete(send: Send, change: Callable[[MutableHeaders, bytes], bytes]) -> Send:
    """Send an answer on once it is complete: `change` may alter its headers, and gives its body."""
    start: Message = {}
    body = bytearray()

    async def send_on(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        body.extend(message.get("body", b""))
        if not message.get("more_body"):
            changed = change(MutableHeaders(scope=start), bytes(body))
            await send(start)
            await send({"type": "http.response.body", "body": changed})

    return send_on


def allow_scripts(headers: MutableHeaders, page: bytes) -> bytes:
    """The page itself, with the hashes of its own scripts in its policy."""
    headers["Content-Security-Policy"] = PAGE.format(scripts=hashes(page))
    return page


def hashes(page: bytes) -> str:
    """The hashes of a page's inline scripts, each with a blank before it."""
    digests = dict.fromkeys(b64encode(sha256(script).digest()).decode() for script in INLINE.findall(page))
    return "".join(f" 'sha256-{digest}'" for digest in digests)
