"""Lines and axes of the charts that `widgets/curves.js` draws."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rnn_demo.ui.contracts import Axis, Chart, ChartLine


def line(
    name: str, colour: str, points: Sequence[tuple[float, float | None]], dashed: bool = False, marked: bool = False
) -> ChartLine:
    """A line; where a value is not a number it is broken."""
    finite = [(x, y if y is not None and math.isfinite(y) else None) for x, y in points]
    return {"name": name, "colour": colour, "points": finite, "dashed": dashed, "marked": marked}


def chart(label: str, x: Axis, y: Axis, lines: list[ChartLine]) -> Chart:
    """A chart; `label` says in words what it shows."""
    return {"label": label, "x": x, "y": y, "lines": lines}


def counted_axis(name: str, high: int) -> Axis:
    """An axis of whole numbers from 0 to `high`."""
    return {"name": name, "scale": "count", "high": high}


def percent_axis(name: str) -> Axis:
    """An axis from 0 to 100."""
    return {"name": name, "scale": "even", "low": 0, "high": 100}


def named_axis(name: str, values: Sequence[int]) -> Axis:
    """A logarithmic axis on which these values alone are named."""
    return {"name": name, "scale": "named", "values": list(values)}


def powers_axis(name: str) -> Axis:
    """A logarithmic axis of whole powers of ten around all values of the lines."""
    return {"name": name, "scale": "powers"}


def loss_axis(name: str, values: Sequence[float | None]) -> Axis:
    """An axis from 0 to a round number above all values."""
    largest = max((value for value in values if value is not None and math.isfinite(value)), default=1.0) or 1.0
    unit = 10.0 ** math.floor(math.log10(largest))
    high = next(
        step * unit for step in (1, 1.2, 1.6, 2, 2.4, 2.8, 3.2, 4, 6, 8, 10) if step * unit >= largest * (1 - 1e-9)
    )
    return {"name": name, "scale": "even", "low": 0, "high": high}
