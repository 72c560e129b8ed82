"""Several generators at the same time: each does its next piece of work in a thread whenever its turn comes."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

import torch

Event = TypeVar("Event")


def take_turns(generators: Iterable[Iterator[Event]], workers: int | None = None) -> Generator[Event]:
    """All their events, those of each in its order, as many at work at once as there are `workers`.

    By default that is one for each processor, at most four. Each computes in a single thread of torch, for small
    networks gain nothing by a second one. Who stops asking ends all of them once the present pieces are done.
    """
    threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(workers or min(4, processors()), initializer=torch.set_num_threads, initargs=(1,))
    try:
        waiting: dict[Future[Event | None], Iterator[Event]] = {pool.submit(next, g, None): g for g in generators}
        while waiting:
            done = wait(waiting, return_when=FIRST_COMPLETED).done
            for future in [future for future in waiting if future in done]:  # the one that has waited longest first
                generator, event = waiting.pop(future), future.result()
                if event is not None:
                    waiting[pool.submit(next, generator, None)] = generator
                    yield event
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)  # the number for new threads, which those of the pool have changed


def processors() -> int:
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
