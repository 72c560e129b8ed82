"""Some who mean harm: python tests/load/hostile.py ADDRESS SECONDS NUMBER

They send, again and again, what once brought a server of this kind down or filled it up. No answer is right or wrong;
what counts is that the others do not notice. They have a process of their own, which gives way to all others: what it
takes to write an attack must not count as the server's. At the end it prints what came back, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers.hostile import MARKUP, ODD
from load.page import API, Layout, file_value

PATIENCE = 60.0  # seconds that an answer is waited for
PAUSE = 0.5  # seconds between two attacks
FLOOD = 100  # calls at once, each of a new session
HEAVY = 8  # costly calls at once
BAD_ROWS = 1_000_000
FIELD_BYTES, PATH_BYTES, PIECE_BYTES = 200 * 2**20, 64 * 2**20, 2**16
MULTIPART = {"Content-Type": "multipart/form-data; boundary=bb"}
NICE = 10
ELSEWHERE = ("http://127.0.0.1:1/x.png", "https://example.invalid/x.png", "//example.invalid/x", "ftp://127.0.0.1/x")
Outcomes = Counter[str]


@dataclass(eq=False)
class Attacker:
    """An address, and what it got so far: how often each status or error, by attack."""

    client: httpx.AsyncClient
    layout: Layout
    address: str
    dice: random.Random
    act: str = ""  # the attack that is under way
    outcomes: dict[str, Outcomes] = field(default_factory=dict)

    async def send(self, method: str, path: str, **options: Any) -> None:
        """Send a request, and note its status or the name of the error."""
        self.note("begun")
        headers = {"X-Forwarded-For": self.address} | options.pop("headers", {})
        try:
            answer = await self.client.request(method, path, headers=headers, timeout=PATIENCE, **options)
        except httpx.HTTPError as error:
            self.note(type(error).__name__)
        else:
            self.note(str(answer.status_code))

    def note(self, what: str) -> None:
        self.outcomes.setdefault(self.act, Counter())[what] += 1

    async def join(self, number: int, data: list[Any], session: str = "") -> None:
        """Call a function of the page, in a session of its own unless one is given; nobody fetches the answer."""
        body = {"fn_index": number, "data": data, "session_hash": session or secrets.token_hex(6)}
        await self.send("POST", f"{API}/queue/join", json=body)

    async def path_of(self, name: str, content: bytes) -> str:
        """Where the server put a file, or where it is not if it did not take it."""
        files, headers = {"files": (name, content, "text/csv")}, {"X-Forwarded-For": self.address}
        try:
            answer = await self.client.post(f"{API}/upload", files=files, headers=headers)
        except httpx.HTTPError as error:
            self.note(type(error).__name__)
            return name
        self.note(str(answer.status_code))
        return str(answer.json()[0]) if answer.status_code == 200 else name

    @cached_property
    def unknown(self) -> list[str]:
        """Random words of five letters."""
        return ["".join(self.dice.choices("abcdefghijklmnopqrstuvwxyz", k=5)) for _ in range(10_000)]

    def words(self, number: int) -> str:
        """A text of so many words, of which none is known."""
        return " ".join(self.dice.sample(self.unknown, number))

    def function(self, elem_id: str, event: str) -> int:
        return self.layout.set_off_by(self.layout.ids[elem_id], event)[0]


Attack = Callable[[Attacker], Awaitable[Any]]


async def addresses_as_files(one: Attacker) -> None:
    """Name files by addresses on other servers, in paths and in values."""
    for address in ELSEWHERE:
        for route in ("file", "proxy"):
            await one.send("GET", f"{API}/{route}={address}")
        await one.join(one.function("qa-upload", "upload"), [file_value(address, "x.csv", 1)])


async def long_questions(one: Attacker) -> None:
    """Ask questions of 50,000 characters, in which no word is known."""
    questions = [one.words(8_300) for _ in range(HEAVY)]
    await asyncio.gather(*(one.join(one.layout.named("ask"), [question]) for question in questions))


async def long_texts(one: Attacker) -> None:
    """Have long texts judged and traced, and never fetch the answers."""
    sentiment, trace = (one.layout.named(name) for name in ("sentiment", "trace"))
    texts = [one.words(8_300) for _ in range(HEAVY)]
    await asyncio.gather(*(one.join(sentiment, [text]) for text in texts))
    await asyncio.gather(*(one.join(trace, ["sentiment", text]) for text in texts))


async def broken_file(one: Attacker) -> None:
    """Upload a CSV file with a complaint in each of a million rows, and have it read in several sessions."""
    content = b"question,answer\n" + b"a,b,c\n" * BAD_ROWS
    value = file_value(await one.path_of("broken.csv", content), "broken.csv", len(content))
    judges = one.layout.after(one.function("sentiment-upload", "upload"))
    for number in [one.function("qa-upload", "upload")] * 3 + judges:
        await one.join(number, [value])


async def flood(one: Attacker) -> None:
    """Fill the queues of lessons, of files to be judged and of trainings, each call in a session of its own."""
    rows = "\n".join(f"Question {k}?; {k % 7}" for k in range(2_000))
    content = b"text\n" + b"a dull film\n" * 10_000
    value = file_value(await one.path_of("many.csv", content), "many.csv", len(content))
    judges = one.layout.after(one.function("sentiment-upload", "upload"))
    lessons = [one.join(one.function("qa-start", "click"), [rows, None, None]) for _ in range(FLOOD)]
    files = [one.join(number, [value]) for number in judges for _ in range(FLOOD)]
    await asyncio.gather(*lessons, *files, *(start_training(one) for _ in range(FLOOD)))


async def start_training(one: Attacker) -> None:
    """Press Start in the lab, in a new session."""
    number, session = one.function("lab-start", "click"), secrets.token_hex(6)
    await one.join(number, [one.layout.values[k] for k in one.layout.functions[number]["inputs"]], session)
    for after in one.layout.after(number):
        await one.join(after, [], session)


async def endless_field(one: Attacker) -> None:
    """Upload 200 MiB that are no file, and 64 MiB to a path that only ends like an upload."""
    head = b'--bb\r\nContent-Disposition: form-data; name="x"\r\n\r\n'
    await one.send("POST", f"{API}/upload", content=pieces(head, FIELD_BYTES), headers=MULTIPART)
    json_kind = {"Content-Type": "application/json"}
    await one.send("POST", f"{API}/run/upload", content=pieces(b'{"data": "', PATH_BYTES), headers=json_kind)


async def pieces(head: bytes, size: int) -> AsyncIterator[bytes]:
    """A body that is sent piece by piece."""
    yield head
    for _ in range(size // PIECE_BYTES):
        yield b"a" * PIECE_BYTES


async def past_the_queue(one: Attacker) -> None:
    """Call functions where Gradio has no queue: `/run`, `/api`, and what parts of the page ask."""
    text = one.words(8_300)
    bodies = [(f"{API}/{route}/{name}", {"data": [text]}) for route in ("run", "api") for name in ("sentiment", "ask")]
    numbers = [number for number, function in one.layout.functions.items() if function["backend_fn"]]
    bodies += [(f"{API}/run/predict", {"fn_index": number, "data": [text], "session_hash": "x"}) for number in numbers]
    question = {"text": one.words(2_900), "how": "omission"}
    asked = {"component_id": one.layout.ids["sentiment-view"], "fn_name": "explain", "data": question}
    bodies += [(f"{API}/component_server", asked | {"session_hash": secrets.token_hex(6)})] * HEAVY
    await asyncio.gather(*(one.send("POST", path, json=body) for path, body in bodies))


async def odd_values(one: Attacker) -> None:
    """Send markup and odd texts, as JSON can hold them, to every function of the page."""
    values = [text for text in (*MARKUP, *ODD) if text.isprintable()]
    for number, function in one.layout.functions.items():
        if function["backend_fn"] and function["queue"]:
            await one.join(number, [one.dice.choice(values) for _ in function["inputs"]])


async def broken_uploads(one: Attacker) -> None:
    """Begin uploads and hang up in the middle."""
    head = b'--bb\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'

    async def half() -> AsyncIterator[bytes]:
        yield head + b"a" * 2**20
        raise httpx.WriteError("hung up")

    for _ in range(HEAVY):
        await one.send("POST", f"{API}/upload", content=half(), headers=MULTIPART)


ATTACKS: tuple[Attack, ...] = (
    addresses_as_files,
    long_questions,
    long_texts,
    broken_file,
    flood,
    endless_field,
    past_the_queue,
    odd_values,
    broken_uploads,
)


async def attack(one: Attacker, until: float) -> None:
    """One attack after the other, in an order of one's own, until then."""
    while True:
        for act in one.dice.sample(ATTACKS, len(ATTACKS)):
            if (left := until - time.perf_counter()) <= 0:
                return
            one.act = act.__name__
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, PATIENCE)):
                    await act(one)
            await asyncio.sleep(PAUSE)


async def everybody(address: str, seconds: float, number: int) -> dict[str, Outcomes]:
    """So many attackers for so long; how often each status or error came back, by attack."""
    until = time.perf_counter() + seconds
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, limits=limits) as client:
        layout = Layout((await client.get("/config")).json())
        people = [Attacker(client, layout, f"198.19.0.{k + 1}", random.Random(k)) for k in range(number)]
        await asyncio.gather(*(attack(one, until) for one in people))
    outcomes: dict[str, Outcomes] = {}
    for one in people:
        for act, counts in one.outcomes.items():
            outcomes.setdefault(act, Counter()).update(counts)
    return outcomes


if __name__ == "__main__":
    os.nice(NICE)
    print(json.dumps(asyncio.run(everybody(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))))
