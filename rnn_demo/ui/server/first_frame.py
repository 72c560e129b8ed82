"""The page's HTML begins with its first frame, so that a visitor sees it before a script has run.

Gradio's own page is empty until half a megabyte of scripts has built it.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from rnn_demo.ui.server.headers import once_complete, route_path

BEFORE = b"<gradio-app"  # where the page that Gradio builds will be
THEMES = ("light", "dark")
View = tuple[str, str]  # the tab that an address names, and its theme


def view_of(query: bytes, tabs: tuple[str, ...]) -> View:
    """What the first frame depends on: one of the tabs, the first unless the address names another, and the theme."""
    parameters = {key.removeprefix("amp;"): values[-1] for key, values in parse_qs(query.decode("latin-1")).items()}
    tab, theme = parameters.get("tab", "").strip().lower(), parameters.get("__theme", "")
    return tab if tab in tabs else tabs[0], theme if theme in THEMES else ""


class FirstFrame:
    """Inserts `frame(tab, theme)` into the page; an answer that is no page goes on as it is."""

    def __init__(self, app: ASGIApp, tabs: tuple[str, ...], frame: Callable[[str, str], str]) -> None:
        self.app, self.tabs, self.frame = app, tabs, frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or route_path(scope) != "/":
            await self.app(scope, receive, send)
            return

        def insert(headers: MutableHeaders, page: bytes) -> bytes:
            before, place, after = page.partition(BEFORE)
            if not place:
                return page
            body = before + self.frame(*view_of(scope["query_string"], self.tabs)).encode() + place + after
            headers["Content-Length"] = str(len(body))
            return body

        await self.app(scope, receive, once_complete(send, insert))
