"""Fair timing: actions that are compared take turns, so that a busy machine weighs on all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any


def seconds(action: Callable[[], object]) -> float:
    """The seconds that an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def in_turns(rounds: int, *actions: Callable[[], float]) -> list[float]:
    """The median of what each action returns over several rounds, in each of which every action is called once."""
    taken = [[action() for action in actions] for _ in range(rounds)]
    return [statistics.median(times) for times in zip(*taken, strict=True)]


def row(measured: float, unit: str, promise: str, detail: str) -> dict[str, Any]:
    """The result of a benchmark: a figure, its unit, the promise, and a sentence on what was compared."""
    return {"measured": measured, "unit": unit, "promise": promise, "detail": detail}
