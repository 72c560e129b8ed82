"""What a server and its processes take: memory and temporary files, every few seconds, as rows of a CSV file."""

from __future__ import annotations

import asyncio
import csv
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

FIRST_NEEDED = 4  # samples for a slope


@dataclass(frozen=True)
class Sample:
    """The server at one moment, all its processes together; memory and files in bytes."""

    seconds: float  # since the class began
    processes: int
    memory: int  # its share of what is resident (PSS): pages of several processes are counted once
    private: int  # what is resident and of one process alone
    temporary: int  # files in its folder for uploads and downloads


def tree(root: int) -> list[int]:
    """The numbers of a process and of all that descend from it."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError, IndexError, ValueError):
                children[int((folder / "stat").read_text().rpartition(")")[2].split()[1])].append(int(folder.name))
    numbers, waiting = [], [root]
    while waiting:
        number = waiting.pop()
        numbers.append(number)
        waiting += children[number]
    return numbers


def memory(number: int) -> tuple[int, int]:
    """The resident bytes of a process: its share (PSS), and what it has alone. Zeros where it has ended."""
    sizes: dict[str, int] = defaultdict(int)
    with suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()[1:]:
            name, _, rest = line.partition(":")
            sizes[name] = int(rest.split()[0]) * 1024
    return sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"]


def folder_bytes(folder: Path) -> int:
    """The bytes of all files in a folder and those below."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total


def look(number: int, folder: Path, seconds: float) -> Sample:
    """The server whose first process has this number, as it is now."""
    numbers = tree(number)
    shares, private = zip(*(memory(process) for process in numbers), strict=True)
    return Sample(seconds, len(numbers), sum(shares), sum(private), folder_bytes(folder))


async def watch(number: Callable[[], int], folder: Path, until: float, every: float, samples: list[Sample]) -> None:
    """Add a sample every few seconds until then (time.perf_counter); none while the server is being started."""
    started = time.perf_counter()
    while (now := time.perf_counter()) < until:
        sample = await asyncio.to_thread(look, number(), folder, now - started)
        if sample.memory:
            samples.append(sample)
        await asyncio.sleep(max(0.0, every - (time.perf_counter() - now)))


def slope(samples: Sequence[Sample], part: float = 0.5) -> float:
    """By how many bytes a second memory grows over the last part of the samples, at an equal number of processes.

    Jobs come and go, and each takes the memory of a process. A least-squares fit over the seconds and the number of
    processes tells growth from one job more.
    """
    last = samples[int(len(samples) * (1 - part)) :]
    if len(last) < FIRST_NEEDED:
        return 0.0
    causes = np.array([(1.0, sample.seconds, sample.processes) for sample in last])
    return float(np.linalg.lstsq(causes, np.array([float(sample.memory) for sample in last]))[0][1])


def save(samples: Sequence[Sample], file: Path) -> None:
    """Write the samples as CSV."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [name.name for name in fields(Sample)])
        writer.writeheader()
        writer.writerows(asdict(sample) for sample in samples)


def save_answers(answers: Sequence[tuple[float, str, float]], file: Path) -> None:
    """Write when each answer came, to what, and its seconds, as CSV beside the samples."""
    with file.with_name(f"{file.stem}-answers.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["at", "what", "seconds"])
        writer.writerows((f"{at:.2f}", what, f"{seconds:.4f}") for at, what, seconds in sorted(answers))
