"""Measuring fairly: two things that are compared take turns, so that a busy machine weighs on both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def in_turns(rounds: int, *actions: Callable[[], float]) -> list[float]:
    """The median of what each action returns, when they take turns."""
    taken = [[action() for action in actions] for _ in range(rounds)]
    return [statistics.median(times) for times in zip(*taken, strict=True)]


def row(measured: float, unit: str, promise: str, detail: str) -> dict[str, Any]:
    """What a bench found: a figure, what was promised, and in a sentence what was compared."""
    return {"measured": measured, "unit": unit, "promise": promise, "detail": detail}
