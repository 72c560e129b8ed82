"""Fair timing: actions that are compared take turns, so that a busy machine weighs on all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Measurement = dict[str, Any]
TimedAction = tuple[str, Callable[[], float]]  # what is done, and an action that returns how many seconds it took
Result = TypeVar("Result")


class Timed(Generic[Result]):
    """An action that is timed as a whole: a call returns the seconds it took, and adds what it made to `results`."""

    def __init__(self, action: Callable[[], Result]) -> None:
        self.action, self.results, self.seconds = action, list[Result](), list[float]()

    def __call__(self) -> float:
        started = time.perf_counter()
        self.results.append(self.action())
        self.seconds.append(time.perf_counter() - started)
        return self.seconds[-1]


def medians_in_turns(rounds: int, *actions: Callable[[], float]) -> list[float]:
    """The median of what each action returns over several rounds; every action is called once in a round."""
    results = [[action() for action in actions] for _ in range(rounds)]
    return [statistics.median(times) for times in zip(*results, strict=True)]


def measurement(measured: float, unit: str, promise: str, detail: str) -> Measurement:
    """The result of a benchmark: a figure, its unit, the promise, and a sentence on what was compared."""
    return {"measured": measured, "unit": unit, "promise": promise, "detail": detail}


def ratio(promise: str, rounds: int, longer: TimedAction, shorter: TimedAction) -> Measurement:
    """How many times the time of one action is that of the other."""
    times = medians_in_turns(rounds, longer[1], shorter[1])
    parts = [f"{name} {three_digits(time)}" for (name, _), time in zip((longer, shorter), times, strict=True)]
    return measurement(times[0] / times[1], "times", promise, ", ".join(parts))


def three_digits(seconds: float) -> str:
    """A time to three digits, in seconds or milliseconds."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
