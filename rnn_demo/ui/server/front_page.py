"""The page's HTML, made once and not for every visitor.

It is the same for all who come to the same address. Gradio copies the description of all components to make it, which
takes a third of a second of the processor: a class that opens the page at once would wait for a minute.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rnn_demo.ui.server.fairness import Call, Gate, address_of
from rnn_demo.ui.server.headers import route_path

HEADERS = ("host", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server", "origin")
MOST_PAGES = 64  # of different addresses; then the one that was asked for least recently goes
LONGEST_KEY = 1_000  # characters
MAKES_ANOTHER = {"page", "deep_link"}  # parameters for which Gradio makes another page
Key = tuple[str, ...]


class FrontPage:
    """Answers a request for the page with what was sent before to another who came to the same address."""

    def __init__(
        self, app: ASGIApp, view: Callable[[bytes], Key] = lambda query: (), then: Callable[[], None] = lambda: None
    ) -> None:
        """`view` is what the page depends on of the address's parameters; `then` is called once a page was sent."""
        self.app, self.view, self.then = app, view, then
        self.pages: OrderedDict[Key, list[Message]] = OrderedDict()
        self.making = Gate(1, refuses=False)  # of those who came together, all but the first find it made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = key_of(scope, self.view)
        if key is None:
            await self.app(scope, receive, send)
            return
        messages = self.pages.get(key)
        if messages is None:
            async with self.making.passing(Call(address_of(scope.get("client")), str(scope.get("client")))):
                messages = self.pages.get(key) or await self._make(key, scope, receive)
        if key in self.pages:
            self.pages.move_to_end(key)
        for message in messages:
            await send(message)
        self.then()

    async def _make(self, key: Key, scope: Scope, receive: Receive) -> list[Message]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        start = messages[0]
        if start["status"] == 200 and "set-cookie" not in Headers(raw=start["headers"]):
            self.pages[key] = messages
            while len(self.pages) > MOST_PAGES:
                self.pages.popitem(last=False)
        return messages


def key_of(scope: Scope, view: Callable[[bytes], Key] = lambda query: ()) -> Key | None:
    """What the page depends on, of a request for it; None for any other request."""
    if scope["type"] != "http" or scope["method"] != "GET" or route_path(scope) != "/":
        return None
    if MAKES_ANOTHER & parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).keys():
        return None
    headers = Headers(scope=scope)
    encoding = "gzip" if "gzip" in headers.get("accept-encoding", "") else ""
    place = (scope["scheme"], str(scope.get("root_path", "")), encoding, *view(scope["query_string"]))
    key = (*place, *(headers.get(name, "") for name in HEADERS))
    return key if sum(map(len, key)) <= LONGEST_KEY else None
