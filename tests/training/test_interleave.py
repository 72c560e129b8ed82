"""Generators take turns in threads: each keeps its own order, all come to an end, and so does whoever is left."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator

import pytest
import torch

from rnn_demo.training.interleave import interleave, processors


def counting(name: str, upto: int) -> Iterator[tuple[str, int]]:
    for number in range(upto):
        yield name, number


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_all_events_come_each_generators_in_its_order(workers: int) -> None:
    events = list(interleave([counting("a", 5), counting("b", 2), counting("c", 0)], workers))
    assert sorted(events) == [*(("a", k) for k in range(5)), ("b", 0), ("b", 1)]
    assert [number for name, number in events if name == "a"] == list(range(5))


def test_with_one_worker_they_go_round() -> None:
    events = list(interleave([counting("a", 3), counting("b", 3)], workers=1))
    assert [name for name, _ in events] == ["a", "b"] * 3


def test_no_more_are_begun_at_once_than_were_asked_for() -> None:
    events = list(interleave([counting(name, 2) for name in "abc"], workers=1, at_once=2))
    assert [name for name, _ in events] == ["a", "b", "a", "b", "c", "c"]
    assert sorted(interleave([counting("a", 0), counting("b", 1)], at_once=1)) == [("b", 0)]


def test_each_works_in_one_thread_of_torch_and_the_number_is_given_back() -> None:
    threads, threads_of_work = torch.get_num_threads(), []

    def look() -> Iterator[int]:
        threads_of_work.append((threading.current_thread().name, torch.get_num_threads()))
        yield 1

    list(interleave([look(), look()], workers=2))
    assert [count for _, count in threads_of_work] == [1, 1]
    assert threading.main_thread().name not in {name for name, _ in threads_of_work}
    assert torch.get_num_threads() == threads


def test_closing_the_iterator_stops_all_generators() -> None:
    ended = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            ended.set()

    events = interleave([endless()], workers=1)
    assert next(events) == 1
    events.close()
    del events
    gc.collect()
    assert ended.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]


def test_an_error_of_one_is_an_error_of_the_whole() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("it broke")

    with pytest.raises(ValueError, match="it broke"):
        list(interleave([failing(), iter(range(1, 9))], workers=2))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot confine a program to a processor")
def test_processors_that_this_program_may_not_use_do_not_count() -> None:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert processors() == 1
    finally:
        os.sched_setaffinity(0, allowed)
