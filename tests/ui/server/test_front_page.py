"""The page is made once for all who come to the same address, and nothing else is kept."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from helpers import asynchronous
from starlette.types import Receive, Scope, Send

from rnn_demo.ui.server.front_page import MOST_PAGES, FrontPage, key_of
from rnn_demo.ui.server.warm_up import WarmUp

HERE = {"host": "here.example"}


class Maker:
    """An application that takes a moment, and counts how often it is asked."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.asked, self.status, self.headers = 0, status, headers or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        number = self.asked
        await asyncio.sleep(0.01)
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"page %d" % number})


def scope(headers: dict[str, str], query: str = "", path: str = "/", method: str = "GET") -> dict[str, Any]:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    asked = {"scheme": "http", "path": path, "method": method, "query_string": query.encode(), "headers": raw}
    return {"type": "http", **asked}


async def get(page: FrontPage, asked: dict[str, Any]) -> bytes:
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    await page(asked, None, send)  # type: ignore[arg-type]
    assert [message["type"] for message in messages] == ["http.response.start", "http.response.body"]
    return bytes(messages[1]["body"])


def answers(maker: Maker, *asked: dict[str, Any], at_once: bool = False) -> list[bytes]:
    async def story() -> list[bytes]:
        page = FrontPage(maker)
        if at_once:
            return list(await asyncio.gather(*(get(page, one) for one in asked)))
        return [await get(page, one) for one in asked]

    return asynchronous.run(story())


@pytest.mark.parametrize("at_once", [False, True])
def test_a_class_gets_the_page_that_was_made_once(at_once: bool) -> None:
    links = [scope(HERE, f"tab=sentiment&text={k}") for k in range(200)]
    assert set(answers(Maker(), *links, at_once=at_once)) == {b"page 1"}


@pytest.mark.parametrize("name", ["host", "x-forwarded-host", "x-forwarded-proto", "accept-encoding", "origin"])
def test_another_address_or_packing_is_another_page(name: str) -> None:
    there = scope(HERE | {name: "gzip, other"})
    assert answers(Maker(), scope(HERE), there, scope(HERE), there) == [b"page 1", b"page 2", b"page 1", b"page 2"]


def test_however_packing_is_asked_for_there_are_two_pages() -> None:
    kinds = [scope(HERE | {"accept-encoding": kind}) for kind in ("gzip", "gzip, br;q=1", "gzip;q=0.5", "", "br", "x")]
    assert answers(Maker(), *kinds) == [b"page 1"] * 3 + [b"page 2"] * 3


@pytest.mark.parametrize(
    "other",
    [scope(HERE, "deep_link=x"), scope(HERE, "page="), scope(HERE, path="/config"), scope(HERE, method="HEAD")],
    ids=["a deep link", "another page", "another path", "another method"],
)
def test_anything_else_is_made_each_time(other: dict[str, Any]) -> None:
    assert answers(Maker(), other, other) == [b"page 1", b"page 2"]
    assert key_of(other) is None


@pytest.mark.parametrize("maker", [Maker(500), Maker(headers={"set-cookie": "a=b"})], ids=["a fault", "a cookie"])
def test_what_is_no_page_for_everybody_is_not_kept(maker: Maker) -> None:
    assert answers(maker, scope(HERE), scope(HERE)) == [b"page 1", b"page 2"]


def test_addresses_that_are_made_up_push_out_neither_memory_nor_the_page_that_is_used() -> None:
    made_up = [scope({"host": f"{k}.example"}) for k in range(2 * MOST_PAGES)]
    asked = [one for other in made_up for one in (scope(HERE), other)]
    maker = Maker()

    async def story() -> tuple[set[bytes], int]:
        page = FrontPage(maker)
        got = [await get(page, one) for one in asked]
        return set(got[::2]), len(page.pages)

    assert asynchronous.run(story()) == ({b"page 1"}, MOST_PAGES)
    assert key_of(scope({"host": "a" * 5_000})) is None


def test_what_is_prepared_begins_once_somebody_has_the_page() -> None:
    prepared = threading.Event()
    warm_up = WarmUp()
    warm_up()  # nothing is to be prepared yet
    warm_up.set_work(prepared.set)
    page = FrontPage(Maker(), then=warm_up)
    asynchronous.run(get(page, scope(HERE, path="/other")))
    assert not prepared.is_set()
    asynchronous.run(get(page, scope(HERE)))
    assert prepared.wait(20)
    prepared.clear()
    asynchronous.run(get(page, scope(HERE)))
    assert warm_up._work is None
