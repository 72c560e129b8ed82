"""The page's HTML begins with its first frame, so that a visitor sees it before a script has run.

Gradio's own page is empty until half a megabyte of scripts has built it. Its head also holds the description of all
components, which the first frame would have to wait for, and a link to styles, until which a browser paints nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from rnn_demo.ui.server.headers import once_complete, route_path

BEFORE = b"<gradio-app"  # where the page that Gradio builds will be
FIRST_SCRIPT, END_OF_HEAD = b"<script>window.gradio_config", b"</head>"  # what lies between comes after the first frame
STYLES = re.compile(rb'<link rel="stylesheet"([^>]*)>')
LATER = rb'<link rel="preload" as="style" class="later"\1>'  # landing/styles.js makes it a stylesheet
THEMES = ("light", "dark")
View = tuple[str, str]  # the tab that an address names, and its theme


def view_of(query: bytes, tabs: tuple[str, ...]) -> View:
    """What the first frame depends on: one of the tabs, the first unless the address names another, and the theme."""
    parameters = {key.removeprefix("amp;"): values[-1] for key, values in parse_qs(query.decode("latin-1")).items()}
    tab, theme = parameters.get("tab", "").strip().lower(), parameters.get("__theme", "")
    return tab if tab in tabs else tabs[0], theme if theme in THEMES else ""


class LandingFrame:
    """Inserts `frame(tab, theme)` into the page; a response that is not the page is passed through."""

    def __init__(self, app: ASGIApp, tabs: tuple[str, ...], frame: Callable[[str, str], str]) -> None:
        self.app, self.tabs, self.frame = app, tabs, frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or route_path(scope) != "/":
            await self.app(scope, receive, send)
            return

        def insert(headers: MutableHeaders, page: bytes) -> bytes:
            body = with_frame(page, self.frame(*view_of(scope["query_string"], self.tabs)).encode())
            headers["Content-Length"] = str(len(body))
            return body

        await self.app(scope, receive, once_complete(send, insert))


def with_frame(page: bytes, frame: bytes) -> bytes:
    """The page with its frame as early as can be: what it need not wait for comes after it."""
    before, place, after = page.partition(BEFORE)
    if not place:
        return page
    head, script, rest = before.partition(FIRST_SCRIPT)
    scripts, end, body = rest.partition(END_OF_HEAD)
    if not end:
        return before + frame + place + after
    links = b"".join(link.expand(LATER) for link in STYLES.finditer(scripts))
    return head + links + end + body + frame + script + STYLES.sub(b"", scripts) + place + after
