"""A classroom at once: python tests/load/visitors.py [--visitors 50] [--seconds 300]

Starts the app, lets many visitors ask, read sentiment and fetch traces, each with time to think, while one trains a
network in the lab; then sends 300 calls at once. Every answer is compared with what the model says by itself.
Prints a table, and ends with 1 if a promise was not kept.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))
from browser.conftest import running_browser
from helpers.serving import serving

from rnn_demo.analysis.trace import record
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import build, checkpoint, recipes

THINK = (1.0, 9.0)  # seconds between two calls of a visitor
BURST = 300
REFUSED = "queue is full"


@dataclass(frozen=True)
class Call:
    """One call of the API and what must come back."""

    endpoint: str
    data: list[Any]
    expected: Callable[[Any], bool]


@dataclass
class Log:
    """What happened: seconds of each call that was answered, by endpoint; refusals; errors in words."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: int = 0
    errors: list[str] = field(default_factory=list)


def calls() -> list[Call]:
    """Questions, texts and names with the answers of the same models in this process."""
    found = []
    qa, sentiment, names = (checkpoint.open_checkpoint(name) for name in ("qa", "sentiment", "names"))
    questions = random.Random(0).sample([e.text for e in build.read_examples(recipes.RECIPES["qa"], None)], 60)
    for question, answer in zip(questions, (TASKS["qa"].predict(qa, [q])[0] for q in questions), strict=True):
        found.append(Call("ask", [question], same("answer", answer)))
    small = Path(__file__).parents[2] / "rnn_demo" / "data" / "files" / "sentiment_sentences.csv"
    texts = [e.text for e in TASKS["sentiment"].read(small)][:60]
    for text, verdict in zip(texts, (TASKS["sentiment"].predict(sentiment, [t])[0] for t in texts), strict=True):
        found.append(Call("sentiment", [text], same("label", verdict)))
    for name in ("Ivan", "Hiroshi", "Pierre", "Giovanni", "O'Brien", "Müller", "Nguyen", "Papadopoulos") * 7:
        tokens = list(record(names, name).tokens)
        found.append(Call("trace", ["names", name], same("tokens", {"tokens": tokens})))
    return found


def same(key: str, expected: dict[str, Any]) -> Callable[[Any], bool]:
    return lambda answer: isinstance(answer, dict) and answer.get(key) == expected[key]


async def answer(client: httpx.AsyncClient, call: Call, log: Log, session: str) -> None:
    """Make one call as Gradio's own client would, in a visitor's session, and note how it went."""
    started = time.perf_counter()
    try:
        posted = await client.post(
            f"/gradio_api/call/{call.endpoint}", json={"data": call.data, "session_hash": session}
        )
        if posted.status_code in (429, 503) or REFUSED in posted.text.lower():
            log.refused += 1
            return
        posted.raise_for_status()
        event = posted.json()["event_id"]
        told = (await client.get(f"/gradio_api/call/{call.endpoint}/{event}")).text
    except (httpx.HTTPError, KeyError, ValueError) as error:
        log.errors.append(f"{call.endpoint}: {type(error).__name__} {error}")
        return
    if REFUSED in told.lower():
        log.refused += 1
        return
    kind, _, data = told.strip().rpartition("event: ")[2].partition("\ndata: ")
    if kind != "complete":
        log.errors.append(f"{call.endpoint} {call.data}: {told[:200]}")
    elif not call.expected(json.loads(data)[0]):
        log.errors.append(f"{call.endpoint} {call.data}: another answer, {data[:200]}")
    else:
        log.seconds[call.endpoint].append(time.perf_counter() - started)


async def visitor(client: httpx.AsyncClient, every: list[Call], seed: int, until: float, log: Log) -> None:
    dice = random.Random(seed)
    await asyncio.sleep(dice.uniform(0, THINK[1]))
    while time.perf_counter() < until:
        await answer(client, dice.choice(every), log, f"visitor{seed}")
        await asyncio.sleep(dice.uniform(*THINK))


async def watch_memory(pid: int, until: float, found: list[tuple[float, int]]) -> None:
    """Resident bytes of the server, every second."""
    while time.perf_counter() < until:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        found.append((time.perf_counter(), int(status.partition("VmRSS:")[2].split()[0]) * 1024))
        await asyncio.sleep(1)


async def classroom(address: str, pid: int, visitors: int, seconds: float, every: list[Call]) -> dict[str, Any]:
    """Everybody at once, then the burst, then a look whether all is well again."""
    log, burst, after, memory = Log(), Log(), Log(), []
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        until = time.perf_counter() + seconds
        people = (visitor(client, every, seed, until, log) for seed in range(visitors))
        await asyncio.gather(*people, watch_memory(pid, until, memory))
        dice = random.Random(1)
        await asyncio.gather(*(answer(client, dice.choice(every), burst, f"burst{n}") for n in range(BURST)))
        await asyncio.sleep(5)
        for _ in range(20):
            await answer(client, dice.choice(every), after, "after")
    late = [size for moment, size in memory if moment > until - seconds * 0.8]
    tenth = max(1, len(late) // 10)
    growth = statistics.mean(late[-tenth:]) / statistics.mean(late[:tenth]) - 1
    minutes = [size for _, size in memory[59::60]]
    return {"log": log, "burst": burst, "after": after, "growth": growth, "minutes": minutes}


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0] if seconds else float("inf")


def report(found: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """A line for each promise: what, how much, whether it was kept."""
    log, burst, after = found["log"], found["burst"], found["after"]
    for endpoint, seconds in sorted(log.seconds.items()):
        told = f"{len(seconds):5d} answers, median {statistics.median(seconds):.3f} s, p95 {p95(seconds):.3f} s"
        yield f"/{endpoint}", told, p95(seconds) < 1
    yield "errors or wrong answers", f"{len(log.errors)} {log.errors[:2] or ''}", not log.errors
    yield "refused", str(log.refused), log.refused == 0
    yield (
        "memory, last four fifths",
        f"{found['growth']:+.1%}; after each minute {', '.join(f'{m / 2**20:.0f}' for m in found['minutes'])} MiB",
        found["growth"] < 0.05,
    )
    answered = sum(map(len, burst.seconds.values()))
    told = f"{answered} answered, {burst.refused} refused, {len(burst.errors)} errors {burst.errors[:2] or ''}"
    yield f"{BURST} calls at once", told, not burst.errors and answered > 0
    all_after = [s for seconds in after.seconds.values() for s in seconds]
    yield (
        "5 s later",
        f"{len(all_after)} of 20 answered, p95 {p95(all_after):.3f} s",
        len(all_after) == 20 and p95(all_after) < 1,
    )


def train_meanwhile(address: str, busy: Callable[[], bool]) -> int:
    """Somebody trains in the lab, again and again, as long as the others are `busy`; how often it was started."""
    started = 0
    with running_browser() as browser:
        page = browser.new_page()
        page.goto(f"{address}/?tab=lab")
        page.locator("#lab-start").wait_for()
        while busy():
            if page.locator("#lab-start").is_visible():
                page.locator("#lab-start").click()
                started += 1
            page.wait_for_timeout(1_000)
    return started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--no-training", action="store_true", help="nobody trains meanwhile; needs no browser")
    asked = parser.parse_args()
    every = calls()
    trained = 0
    with serving() as (address, pid), ThreadPoolExecutor(1) as aside:
        visit = aside.submit(asyncio.run, classroom(address, pid, asked.visitors, asked.seconds, every))
        if not asked.no_training:
            trained = train_meanwhile(address, lambda: not visit.done())
        found = visit.result()
    kept = asked.no_training or trained > 0
    print(f"{asked.visitors} visitors, {asked.seconds:.0f} s, {trained} trainings in the lab meanwhile")
    for what, told, good in report(found):
        print(f"  {what:26s} {told}{'' if good else '   NOT KEPT'}")
        kept &= good
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
