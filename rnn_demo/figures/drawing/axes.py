"""The axes of a Plotly figure as places on paper: the range, the ticks, and where a value is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

PARTS = 6  # of an axis, about


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` (of logarithms where `log`), laid from `start` to `end` on paper."""

    low: float
    high: float
    log: bool
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def place(self, value: Any) -> float:
        """Where a value is; NaN for one that has no place."""
        if value is None or not isinstance(value, (int, float, np.number)) or not math.isfinite(value):
            return math.nan
        if self.log:
            if value <= 0:
                return math.nan
            value = math.log10(value)
        return self.start + (float(value) - self.low) / ((self.high - self.low) or 1) * (self.end - self.start)


def scale(axis: Any, values: Sequence[float], start: float, end: float, room: float, zero: bool = False) -> Scale:
    """The scale of an axis of Plotly's layout around the `values` that are drawn on it.

    `room` is the length that a label needs; `zero` says that bars stand on it.
    """
    log = axis.type == "log"
    numbers = [float(v) for v in values if v is not None and math.isfinite(v) and (v > 0 or not log)]
    if log:
        numbers = [math.log10(value) for value in numbers]
    if axis.range:
        low, high = (float(end_) for end_ in axis.range)
    else:
        low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
        if zero and not log:
            low, high = min(low, 0.0), max(high, 0.0)
        pad = 0.05 * (high - low) or (0.5 if not log else 0.3)
        low, high = (low if zero and low == 0 else low - pad), (high if zero and high == 0 else high + pad)
    if axis.autorange == "reversed":
        start, end = end, start
    most = max(2, min(PARTS + 2, int(abs(end - start) // room)))
    return Scale(low, high, log, start, end, tuple(ticks(axis, low, high, log, most)))


def ticks(axis: Any, low: float, high: float, log: bool, most: int) -> list[tuple[float, str]]:
    """Values with their labels, at most about `most`: those that the figure names, else round ones."""
    if axis.tickvals is not None:
        texts = axis.ticktext if axis.ticktext is not None else [short(value) for value in axis.tickvals]
        pairs = list(zip((float(value) for value in axis.tickvals), map(str, texts), strict=False))
        return [
            pair for pair in pairs if low - 1e-9 <= (math.log10(pair[0]) if log and pair[0] > 0 else pair[0]) <= high
        ]
    if log:
        return powers(low, high, most)
    step = float(axis.dtick) if axis.dtick else round_step((high - low) / most)
    first = math.ceil(low / step - 1e-9)
    return [(k * step, short(k * step)) for k in range(first, math.floor(high / step + 1e-9) + 1)]


def powers(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Powers of ten between two powers; where there is hardly one, their halves and fifths, too."""
    step = max(1, math.ceil((high - low) / most))
    whole = [power for power in range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1) if power % step == 0]
    if len(whole) >= 2:
        return [(10.0**power, power_of_ten(power)) for power in whole]
    mantissas = (1, 2, 5) if high - low > 0.8 else (1, 1.5, 2, 3, 5, 7)
    parts = [(m * 10.0**p) for p in range(math.floor(low), math.ceil(high) + 1) for m in mantissas]
    return [(value, short(value)) for value in parts if low - 1e-9 <= math.log10(value) <= high + 1e-9]


def power_of_ten(power: int) -> str:
    return str(10**power) if power in (0, 1, 2) else f"10<sup>{str(power).replace('-', '−')}</sup>"


def round_step(least: float) -> float:
    """The smallest of ... 0.1, 0.2, 0.5, 1, 2, 5, 10 ... that is at least this much."""
    unit = 10.0 ** math.floor(math.log10(max(least, 1e-12)))
    return next(step * unit for step in (1, 2, 5, 10) if step * unit >= least * (1 - 1e-9))


def short(value: float) -> str:
    """A number in few digits, with a real minus sign."""
    text = f"{value:,.0f}" if abs(value) >= 1000 and value == int(value) else f"{value:.4g}"
    return text.replace("-", "−")
