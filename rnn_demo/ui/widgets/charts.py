"""What `lines_view.js` draws: axes and lines as plain values, ready for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

Points = Sequence[tuple[float, float]]


def line(name: str, colour: str, points: Points, dashed: bool = False, marked: bool = False) -> dict[str, Any]:
    """A line; where a value is no number it is broken."""
    shown = [(x, y if math.isfinite(y) else None) for x, y in points]
    return {"name": name, "colour": colour, "points": shown, "dashed": dashed, "marked": marked}


def plain_axis(name: str, low: float, high: float, steps: int = 4) -> dict[str, Any]:
    """An axis from `low` to `high` with `steps` equal parts."""
    values = [low + (high - low) * k / steps for k in range(steps + 1)]
    return {"name": name, "low": low, "high": high, "log": False, "ticks": [(v, f"{v:g}") for v in values]}


def counted_axis(name: str, high: int) -> dict[str, Any]:
    """An axis of whole numbers from 0 to `high`, at most about eight of them named."""
    every = next(step * 10**k for k in range(9) for step in (1, 2, 5) if high <= 8 * step * 10**k)
    ticks = [(value, str(value)) for value in range(0, high + 1, every)]
    return {"name": name, "low": 0, "high": max(1, high), "log": False, "ticks": ticks}


def named_axis(name: str, values: Sequence[int]) -> dict[str, Any]:
    """A logarithmic axis on which these values alone are named."""
    ticks = [(value, str(value)) for value in values]
    return {"name": name, "low": min(values), "high": max(values), "log": True, "ticks": ticks}


def powers_axis(name: str, values: Iterable[float]) -> dict[str, Any]:
    """A logarithmic axis of whole powers of ten around all values that it has a place for."""
    shown = [value for value in values if value > 0 and math.isfinite(value)] or [1.0]
    low, high = math.floor(math.log10(min(shown))), math.ceil(math.log10(max(shown)))
    high = max(high, low + 2)
    every = -(-(high - low) // 6)
    ticks = [(10.0**power, power_of_ten(power)) for power in range(low, high + 1, every)]
    return {"name": name, "low": 10.0**low, "high": 10.0**high, "log": True, "ticks": ticks}


def power_of_ten(power: int) -> str:
    """Ten to a power as it is written: 1, 10, 10⁻³."""
    small = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return {0: "1", 1: "10"}.get(power, f"10{small}")
