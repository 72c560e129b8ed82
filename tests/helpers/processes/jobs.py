"""Jobs for the tests of processes: they must be at the top of a module that a new process can import."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Generator
from typing import Any

import torch
from helpers.systems.denormals import lost_numbers

from rnn_demo.experiments.workers import WAIT, Run
from rnn_demo.training import Diverged


def process_of(run: Run) -> int:
    """The number of the process that does a job."""
    return run._worker.process.pid or 0


def is_gone(process: int, seconds: float = 20) -> bool:
    """Has the process ended? One that was killed takes a moment to go, longer on a busy machine."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def count(numbers: int) -> Generator[int]:
    yield from range(numbers)


def random_numbers(seed: int) -> Generator[tuple[int, list[float]]]:
    """Ten times: the number of threads, and three numbers of torch's own generator."""
    torch.manual_seed(seed)
    for _ in range(10):
        yield torch.get_num_threads(), torch.rand(3).tolist()


def echo() -> Generator[Any, tuple[Any, ...], None]:
    """Whatever is sent, until that is None."""
    messages = yield WAIT
    while None not in messages:
        messages = (yield messages) or (yield WAIT)
    yield messages


def endless() -> Generator[int]:
    """Compute without an end, and say the number of the process first."""
    yield os.getpid()
    while True:
        pass


def count_until_stopped() -> Generator[Any, tuple[Any, ...] | None, None]:
    """0, 1, 2, ... until the message "stop"."""
    number, messages = 0, None
    while "stop" not in (messages or ()):
        messages = yield number
        number += 1
    yield "stopped"


def refuse_at_once() -> Generator[int]:
    yield from refuse("seeds must be at most 10, got 11")


def refuse(sentence: str) -> Generator[int]:
    yield 1
    raise ValueError(sentence)


def diverge() -> Generator[int]:
    yield 1
    raise Diverged("the loss became nan at step 3")


def fail() -> Generator[int]:
    yield 1
    raise KeyError("ı")


def die() -> Generator[int]:
    """As if the system had killed the process."""
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)


def halved(number: int) -> int:
    if number % 2 == 0:
        raise ValueError("odd numbers only")
    return number // 2


def process() -> int:
    return os.getpid()


def vanish() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def span(seconds: float) -> tuple[float, float]:
    """When it began and when it ended, by a clock that all processes share."""
    began = time.monotonic()
    time.sleep(seconds)
    return began, time.monotonic()


def vanishing() -> Generator[int]:
    """How many of the denormal products are zero in the process of a job."""
    yield lost_numbers()


def left_alone() -> int:
    """How many objects a search for garbage does not touch, of those that a process begins with."""
    return gc.get_freeze_count()
