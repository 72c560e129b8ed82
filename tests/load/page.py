"""The app's page as a browser holds it: a session, a heartbeat, and events that set off other events.

Nothing is drawn. What a browser would send is sent: the values that stand in the components, to the function of a
button by its number; the events that follow are those that Gradio's own client would send next.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from gradio_client.utils import apply_diff

API = "/gradio_api"
REFUSED = "queue is full"
TLS = ssl.create_default_context()  # is not used, but takes long to make


class Refused(Exception):
    """The server has too much to do, and says so."""


class Failed(Exception):
    """The server did not do what was asked; the message says what it answered."""


class Layout:
    """What `/config` says of the page: its components, and the functions that its events call."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.values = {part["id"]: part["props"].get("value") for part in config["components"]}
        boxes = (part["id"] for part in config["components"] if part["type"] == "textbox")
        self.values |= {box: self.values[box] or "" for box in boxes}
        self.functions = {function["id"]: function for function in config["dependencies"]}
        self.ids = {
            part["props"]["elem_id"]: part["id"] for part in config["components"] if part["props"].get("elem_id")
        }

    def named(self, name: str) -> int:
        """The function of the public API with this name."""
        return next(k for k, function in self.functions.items() if function["api_name"] == name)

    def set_off_by(self, component: int | None, event: str) -> list[int]:
        """The functions that an event of a component, or of whatever has such an event (None), calls."""
        return [
            k
            for k, function in self.functions.items()
            if any(name == event and component in (at, None) for at, name in function["targets"])
        ]

    def after(self, number: int) -> list[int]:
        """The functions that are called once this one has ended."""
        return [k for k, function in self.functions.items() if function["trigger_after"] == number]


class Page:
    """One open page, of its own session and address."""

    def __init__(self, client: httpx.AsyncClient, layout: Layout, address: str) -> None:
        # Connections of its own, as a browser has: a pool that all share looks through all of them at each request.
        self.client = httpx.AsyncClient(base_url=client.base_url, timeout=client.timeout, verify=TLS)
        self.layout = layout
        self.session, self.values = secrets.token_hex(6), dict(layout.values)
        self.headers = {"X-Forwarded-For": address}

    async def press(self, elem_id: str, event: str = "click", **typed: Any) -> list[Any]:
        """Set off an event after something was typed into other components; what its function returned.

        `typed` has values by the ids of the elements, with "_" for "-". What the event sets off is done, too.
        """
        for name, value in typed.items():
            self.values[self.layout.ids[name.replace("_", "-")]] = value
        results: list[Any] = []
        for number in self.layout.set_off_by(self.layout.ids[elem_id], event):
            results += await self.follow(number)
        return results

    async def follow(self, number: int) -> list[Any]:
        """Call a function, put what it returns into the components, and call those that follow; its last values."""
        function, changed, data = self.layout.functions[number], list[int](), list[Any]()
        if not function["backend_fn"]:
            return data  # a script of the page
        async for output in self.outputs(number, [self.values[k] for k in function["inputs"]]):
            data, changed = output["data"], changed + (output.get("changed_state_ids") or [])
            for component, value in zip(function["outputs"], data, strict=False):
                if not isinstance(value, dict) or value.get("__type__") != "update":
                    self.values[component] = value
                elif "value" in value:
                    self.values[component] = value["value"]
        following = [other for state in dict.fromkeys(changed) for other in self.layout.set_off_by(state, "change")]
        for other in [*self.layout.after(number), *following]:
            await self.follow(other)
        return data

    async def call(self, name: str, data: list[Any]) -> Any:
        """What a function of the public API answers; `Refused`, `Failed` or httpx.HTTPError."""
        async for output in self.outputs(self.layout.named(name), data):
            answer = output["data"][0]
        return answer

    async def outputs(self, number: int, data: list[Any]) -> AsyncIterator[dict[str, Any]]:
        """What a function returns, {"data", "changed_state_ids", ...}: once, or several times from a generator."""
        body = {"fn_index": number, "data": data, "session_hash": self.session, "event_data": None}
        if not self.layout.functions[number]["queue"]:
            yield (await self.post("/run/predict", body)).json()
            return
        event = (await self.post("/queue/join", body)).json()["event_id"]
        values, is_over = list[Any](), False
        async for message in self.messages():
            kind, output = message["msg"], message.get("output") or {}
            if kind == "unexpected_error":
                raise Failed(message["message"])
            if message.get("event_id") != event or kind not in ("process_generating", "process_completed"):
                continue
            if not message["success"]:
                raise (Refused if REFUSED in str(output).lower() else Failed)(str(output)[:200])
            if kind == "process_generating" and values:  # each value then comes as what changed in it
                output["data"] = [apply_diff(*pair) for pair in zip(values, output["data"], strict=True)]
            values, is_over = output["data"], kind == "process_completed"
            yield output
        if not is_over:
            raise Failed("the stream ended without an answer")

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """What the server says in this session until nothing is under way."""
        url = f"{API}/queue/data"
        async with self.client.stream(
            "GET", url, params={"session_hash": self.session}, headers=self.headers
        ) as answer:
            check(answer)
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    message = json.loads(line[len("data: ") :])
                    if message["msg"] == "close_stream":
                        return
                    yield message

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        answer = await self.client.post(API + path, json=body, headers=self.headers)
        check(answer)
        return answer

    async def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Upload a file; its value for a component that takes one."""
        files = {"files": (name, content, "text/csv")}
        answer = await self.client.post(f"{API}/upload", files=files, headers=self.headers)
        check(answer)
        return file_value(answer.json()[0], name, len(content))

    async def load(self) -> bool:
        """Fetch the page and do what it does first; True."""
        check(await self.client.get("/", headers=self.headers))
        for number in self.layout.set_off_by(None, "load"):
            await self.follow(number)
        return True

    @asynccontextmanager
    async def open_until_left(self) -> AsyncIterator[None]:
        """Hold the connection that tells the server that the page is open."""
        heart = asyncio.create_task(self.beat())
        try:
            yield
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart
            await self.client.aclose()

    async def beat(self) -> None:
        with suppress(httpx.HTTPError):
            url = f"{API}/heartbeat/{self.session}"
            async with self.client.stream("GET", url, headers=self.headers, timeout=None) as answer:
                async for _ in answer.aiter_raw():
                    pass


def file_value(path: str, name: str, size: int) -> dict[str, Any]:
    """A file that was uploaded, as Gradio's client names it."""
    return {"path": path, "orig_name": name, "size": size, "meta": {"_type": "gradio.FileData"}}


def check(answer: httpx.Response) -> None:
    """Raise `Refused` for an answer of too much at once, and httpx.HTTPStatusError for any other that is none."""
    if answer.status_code in (429, 503):
        raise Refused(f"{answer.status_code}")
    answer.raise_for_status()
