"""What the training lab promises about speed: a race costs little more than its runners one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import torch

from rnn_demo.bench.stopwatch import in_turns, row, seconds
from rnn_demo.experiments import cell_race
from rnn_demo.network.threads import one_thread

SETTING = cell_race.Race(distances=(20,), seeds=1, epochs=6)


def race_on_one_core() -> dict[str, Any]:
    """The time of a race of four cells in one thread over the sum of the times of the four alone."""
    return compared(1, "at most 1.2")


def race_on_two_cores() -> dict[str, Any]:
    """The time of a race of four cells in two threads over the sum of the times of the four alone in one."""
    return compared(2, "under 1")


def compared(workers: int, promise: str) -> dict[str, Any]:
    torch.optim.SGD([torch.zeros(1)], lr=1.0)  # torch's first optimizer imports its compiler, which takes a second
    alone, together = in_turns(5, lambda: seconds(one_after_the_other), lambda: seconds(at_once(workers)))
    return row(
        together / alone, "times", promise,
        f"{', '.join(SETTING.cells)} at once in {together:.2f} s, one after the other in {alone:.2f} s "
        f"({SETTING.task} over {SETTING.distances[0]} steps, {SETTING.epochs} epochs)",
    )  # fmt: skip


def one_after_the_other() -> None:
    with one_thread():
        for cell in SETTING.cells:
            deque(cell_race.run_cell(SETTING, cell, SETTING.distances[0], seed=0), maxlen=0)


def at_once(workers: int) -> Callable[[], object]:
    return lambda: deque(cell_race.race(SETTING, workers), maxlen=0)
