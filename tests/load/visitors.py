"""A class of two hundred: python tests/load/visitors.py [--quiet-class | --full | --hostile] [--restart] [--help]

Starts the app and lets many visitors ask, read sentiment and fetch traces, each in its own page and with time to
think. In a full class some train, teach and upload meanwhile; in a hostile one some try to bring the server down. Then
it sends many calls at once. Every answer is compared with what the model says by itself. It prints a line for each
promise, writes the server's memory and files as CSV and SVG, and ends with 1 if a promise was not kept.

The visitors come as if through a proxy on this machine, which names the address of each (docs/deploy.md); with
--one-address the class shares one, as in a school, and only the attackers have others.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))
from load import curves, people, watch
from load.options import options
from load.page import Layout, Page
from load.report import Result, lines
from load.scene import Habit, Log, Scene, attend
from load.server import Leftovers, Server, serving

SPREAD = 20.0  # seconds within which everybody comes
PATIENCE = 300.0  # seconds that a visitor waits for the next word of the server: a lesson waits in the queue
CALM, LATER = 5.0, 20  # seconds after the calls at once, and how many calls follow one by one
SIGNALS = {"TERM": 1 / 3, "KILL": 2 / 3}  # the share of the class after which the server is stopped


def addresses(one_address: bool) -> Iterator[str]:
    """An address for each visitor, out of those that are meant for measurements (RFC 2544)."""
    number = 0
    while True:
        yield f"198.18.{number // 250}.{number % 250 + 1}"
        number += not one_address


def habits(asked: argparse.Namespace) -> list[Habit]:
    """What each visitor does."""
    several = [people.train] * int(asked.training) + [people.teach] * int(asked.teaching)
    return [people.ask] * int(asked.visitors) + several + [people.upload] * int(asked.uploading)


async def hold(server: Server, asked: argparse.Namespace) -> Result:
    """The class from its beginning to its end, then the calls at once, then a look whether all is well again."""
    limits, samples = httpx.Limits(max_connections=None), list[watch.Sample]()
    async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE, limits=limits) as client:
        layout = Layout((await client.get("/config")).json())
        await open_first(server, client, layout)
        until = time.perf_counter() + asked.seconds
        scene = Scene(server, client, layout, until, asked.rate)
        places = addresses(asked.one_address)
        delay = min(SPREAD, asked.seconds / 4)
        everybody = [
            attend(scene, place, seed, habit, delay)
            for seed, (habit, place) in enumerate(zip(habits(asked), places, strict=False))
        ]
        watching = watch.watch(lambda: server.process.pid, server.folder, until, asked.every, samples)
        stopping = stop_and_start(server, asked.seconds) if asked.restart else asyncio.sleep(0, [])
        outcomes, leftovers, *_ = await asyncio.gather(attackers(server, asked), stopping, watching, *everybody)
        burst, after = await afterwards(scene, layout, int(asked.burst))
    return Result(scene.log, burst, after, samples, server.restarts, leftovers, outcomes)


async def open_first(server: Server, client: httpx.AsyncClient, layout: Layout) -> None:
    """Open the page and use it once, as a teacher does before the class: the models are loaded then."""
    page = Page(client, layout, "198.18.254.1")
    await page.load()
    for call in {call.name: call for call in people.calls()}.values():
        await page.call(call.name, call.data)


async def stop_and_start(server: Server, seconds: float) -> list[str]:
    """Stop the server by each signal when it is time; what is wrong with the temporary files afterwards."""
    started, leftovers = time.perf_counter(), None
    for name, share in SIGNALS.items():
        await asyncio.sleep(max(0.0, started + share * seconds - time.perf_counter()))
        leftovers = leftovers or Leftovers.written(server)
        await server.restart(name)
    return await leftovers.faults(server) if leftovers else []


async def attackers(server: Server, asked: argparse.Namespace) -> dict[str, Counter[str]]:
    """Let them attack in a process of their own; what came back, by attack."""
    if not asked.attackers:
        return {}
    command = [Path(__file__).with_name("hostile.py"), server.address, str(asked.seconds), str(int(asked.attackers))]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    return {name: Counter(counts) for name, counts in json.loads(output).items()}


async def afterwards(scene: Scene, layout: Layout, number: int) -> tuple[Log, Log]:
    """So many calls at once, and some more a little later, one by one; a log of each."""
    logs, dice = [], random.Random(1)
    for at_once in (True, False):
        now = Scene(scene.server, scene.client, layout, scene.until, scene.rate)
        logs.append(now.log)
        if not number:
            continue
        pages = [Page(scene.client, layout, "198.18.255.1") for _ in range(number if at_once else LATER)]
        acts = [people.answer(now, page, dice) for page in pages]
        if at_once:
            await asyncio.gather(*acts)
            await asyncio.sleep(CALM)
        else:
            for act in acts:
                await act
    return logs[0], logs[1]


def main() -> None:
    asked = options()
    people.prepare()
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    with asked.output.with_suffix(".log").open("wb") as log, serving(log, int(asked.keep)) as server:
        started = time.perf_counter()
        result = asyncio.run(hold(server, asked))
    stops = [restart.moment - started for restart in result.restarts]
    title = f"A {asked.kind} of {asked.visitors:.0f}, {asked.seconds:.0f} s at a rate of {asked.rate:g}"
    limits = (asked.limits.memory, asked.limits.temporary)
    watch.save(result.samples, asked.output.with_suffix(".csv"))
    watch.save_answers([(moment - started, *rest) for moment, *rest in result.log.moments], asked.output)
    picture = curves.picture(title, result.samples, limits, stops)
    asked.output.with_suffix(".svg").write_text(picture, encoding="utf-8")
    told = ", ".join(
        f"{getattr(asked, name):.0f} {name}" for name in ("training", "teaching", "uploading", "attackers")
    )
    print(f"{title}; {told}")
    kept = True
    for line in lines(result, asked.limits):
        verdict = {True: "kept", False: "NOT KEPT", None: ""}[line.kept]
        print(f"  {verdict:8s}  {line.what:24s} {line.measured}")
        kept &= line.kept is not False
    print(f"samples in {asked.output.with_suffix('.csv')}, curves in {asked.output.with_suffix('.svg')}")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
