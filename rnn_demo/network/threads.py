"""Several small pieces of work at once: a thread of torch for each is faster than all threads for one after another.

Torch's number of threads is each thread's own, but setting it also sets it for every thread that starts later.
So the number to return to is read once, by the first of those at work at the same time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch

from rnn_demo.network.denormals import flush_denormals

_lock = threading.Lock()
_usual = 0  # torch's threads outside all blocks
_blocks = 0  # that are open, in all threads
_here = threading.local()  # .depth: how many of them are open in this thread


@contextmanager
def threads_kept() -> Iterator[int]:
    """After the block torch has the threads that it had before, also where several threads have such a block open.

    Gives that number.
    """
    global _usual, _blocks
    depth, here = getattr(_here, "depth", 0), torch.get_num_threads()
    with _lock:
        if _blocks == 0:
            _usual = here
        _blocks += 1
        before = here if depth else _usual  # a thread that started meanwhile has the number of another's block
    _here.depth = depth + 1
    try:
        yield before
    finally:
        _here.depth = depth
        with _lock:
            _blocks -= 1
            torch.set_num_threads(before)


def use_one_thread() -> None:
    """From now on torch computes in the calling thread alone, whatever other threads set; denormal numbers are zero."""
    flush_denormals()
    torch.get_num_threads()  # where a thread asks for the first time, torch gives it the number that was set last
    torch.set_num_threads(1)


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it, torch computes in the calling thread alone."""
    with threads_kept():
        use_one_thread()
        yield


Item = TypeVar("Item")
Result = TypeVar("Result")


def parallel_map(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What `work` makes of each item, in order; as many at once as torch has threads, and one that waits in line."""

    def alone(item: Item) -> Result:
        with one_thread():
            return work(item)

    with threads_kept() as threads, ThreadPoolExecutor(threads + 1) as workers:
        yield from workers.map(alone, items)
