"""The server of a class: it is stopped by a signal in the middle, and what it left behind is looked at.

It has a folder for temporary files to itself, in which nothing else writes, so all of its bytes are the server's.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from helpers.serving import free_port, start, wait_until_it_answers
from load.watch import tree

from rnn_demo.zoo import checkpoint

LONGEST_END = 20.0  # seconds that the processes of a server which was stopped may take to end
SWEEP = 60  # seconds between two sweeps of the temporary folder


@dataclass(frozen=True)
class Restart:
    """What came of one: the signal, the seconds until the server answered again, and what is not as it should be."""

    name: str
    moment: float  # by time.perf_counter
    seconds: float
    faults: tuple[str, ...]


@dataclass(eq=False)
class Server:
    """The app at work. `life` counts its starts; `up` is set while it answers."""

    process: subprocess.Popen[bytes]
    address: str
    folder: Path  # for its temporary files
    keep: int  # seconds that it keeps them
    log: IO[bytes]
    life: int = 0
    up: asyncio.Event = field(default_factory=asyncio.Event)
    restarts: list[Restart] = field(default_factory=list)

    async def restart(self, name: str) -> None:
        """Stop it by a signal, "TERM" or "KILL", start it again, and note what came of it."""
        before, processes = checkpoints(), tree(self.process.pid)
        self.up.clear()
        moment = time.perf_counter()
        self.process.send_signal(getattr(signal, f"SIG{name}"))
        await asyncio.to_thread(self.process.wait, 60)
        faults = await asyncio.to_thread(processes_left, processes)
        port = int(self.address.rpartition(":")[2])
        self.process, _ = launch(self.log, port, self.folder, self.keep)
        await asyncio.to_thread(wait_until_it_answers, self.process, self.address)
        self.life += 1
        seconds = time.perf_counter() - moment
        faults += await asyncio.to_thread(checkpoint_faults, before)
        self.restarts.append(Restart(name, moment, seconds, tuple(faults)))
        self.up.set()


def launch(log: IO[bytes], port: int, folder: Path, keep: int) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app behind what it takes for a proxy on this machine, with temporary files in `folder`."""
    return start(
        log,
        port,
        "tests/load/app_that_forgets.py",
        TMPDIR=str(folder),
        KEEP_SECONDS=str(keep),
        FORWARDED_ALLOW_IPS="127.0.0.1",
    )


@contextmanager
def serving(log: IO[bytes], keep: int) -> Iterator[Server]:
    """A server that answers; it has ended, and its files are gone, when the block ends."""
    with TemporaryDirectory(prefix="class-") as folder:
        process, address = launch(log, free_port(), Path(folder), keep)
        server = Server(process, address, Path(folder), keep, log)
        try:
            wait_until_it_answers(process, address)
            server.up.set()
            yield server
        finally:
            processes = tree(server.process.pid)
            server.process.terminate()
            server.process.wait(30)
            processes_left(processes)


def checkpoints() -> dict[Path, float]:
    """When each file of the checkpoints was written."""
    return {path: path.stat().st_mtime for path in checkpoint.FOLDER.rglob("*")}


def checkpoint_faults(before: dict[Path, float]) -> list[str]:
    """What is wrong with the checkpoints after a restart: one that changed, or cannot be read whole."""
    faults = [] if checkpoints() == before else ["the files of the checkpoints changed"]
    for name in sorted({path.parent.name for path in before if path.name == "model.safetensors"}):
        try:
            checkpoint.open_checkpoint(name)
        except ValueError as error:
            faults.append(f"checkpoint {name}: {error}")
    return faults


def processes_left(numbers: list[int]) -> list[str]:
    """A sentence if one of these processes still runs after a while."""
    end = time.monotonic() + LONGEST_END
    while left := [number for number in numbers if runs(number)]:
        if time.monotonic() > end:
            return [f"{len(left)} processes of the old server still run"]
        time.sleep(0.1)
    return []


def runs(number: int) -> bool:
    """Is there a process with this number that has not ended?"""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@dataclass(frozen=True)
class Leftovers:
    """Two files in the temporary folder as a killed server leaves them, one of which must go and one stay."""

    old: Path
    young: Path

    @classmethod
    def written(cls, server: Server) -> Leftovers:
        """Leave the one that grows old while the class goes on."""
        folder = next(server.folder.glob("gradio-*"))
        old = folder / "left behind" / "old.csv"
        old.parent.mkdir()
        old.write_bytes(os.urandom(1_000))
        return cls(old, old.with_name("young.csv"))

    async def faults(self, server: Server) -> list[str]:
        """Wait until the old one is due; what is wrong then."""
        age = time.time() - self.old.stat().st_mtime if self.old.exists() else server.keep
        await asyncio.sleep(max(0.0, server.keep - age))
        self.old.parent.mkdir(exist_ok=True)
        self.young.write_bytes(os.urandom(1_000))
        for _ in range(2 * SWEEP):
            if not self.old.exists():
                return [] if self.young.exists() else ["a young file was swept away"]
            await asyncio.sleep(1)
        return [f"a file of a killed server was there after {server.keep + 2 * SWEEP} seconds"]
