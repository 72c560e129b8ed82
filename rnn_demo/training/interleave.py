"""Several generators at the same time: each computes its next event in a thread of a pool."""

from __future__ import annotations

import itertools
import os
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from rnn_demo.network.threads import threads_kept, use_one_thread

Event = TypeVar("Event")


def interleave(
    generators: Iterable[Iterator[Event]], workers: int | None = None, at_once: int | None = None
) -> Generator[Event]:
    """The events of all generators, those of each in its own order; `workers` of them compute at a time.

    By default there is a worker for each processor, and at most four. Each computes in a single thread of torch: small
    networks gain nothing from a second one. At most `at_once` generators have begun and not ended, by default all of
    them; the next one begins when one ends. Closing the iterator stops every generator after its current event.
    """
    rest = iter(generators)
    with threads_kept():
        pool = ThreadPoolExecutor(workers or min(4, processors()), initializer=use_one_thread)
        try:
            waiting: dict[Future[Event | None], Iterator[Event]] = {
                pool.submit(next, g, None): g for g in itertools.islice(rest, at_once)
            }
            while waiting:
                ready = wait(waiting, return_when=FIRST_COMPLETED).done
                for future in [future for future in waiting if future in ready]:  # that has waited longest first
                    generator, event = waiting.pop(future), future.result()
                    following = generator if event is not None else next(rest, None)
                    if following is not None:
                        waiting[pool.submit(next, following, None)] = following
                    if event is not None:
                        yield event
        finally:
            pool.shutdown(cancel_futures=True)


def processors() -> int:
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
