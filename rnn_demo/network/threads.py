"""Several small pieces of work at once: a thread of torch for each is faster than all threads for one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it, torch computes in the calling thread alone."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


Item = TypeVar("Item")
Result = TypeVar("Result")


def parallel_map(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What `work` makes of each item, in order; as many at once as torch has threads, and one that waits in line."""

    def alone(item: Item) -> Result:
        with one_thread():
            return work(item)

    with ThreadPoolExecutor(torch.get_num_threads() + 1) as workers:
        yield from workers.map(alone, items)
