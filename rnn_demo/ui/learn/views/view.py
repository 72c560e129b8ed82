"""A picture: what the page draws, and the numbers in it that a lesson may speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_demo.analysis.trace import Trace
from rnn_demo.network.arrays import Array
from rnn_demo.ui.contracts import Axis, Chart, ChartLine, Points
from rnn_demo.ui.learn.contracts import (
    BarsView,
    ChainView,
    ChartView,
    Column,
    GridView,
    MapView,
    TableView,
    View,
)
from rnn_demo.ui.learn.words import Words

COLOURS = ("var(--rnn-positive)", "var(--rnn-negative)", "var(--body-text-color)", "var(--body-text-color-subdued)")


@dataclass(frozen=True, eq=False)
class Picture:
    """A view and its `facts`: words and numbers by the names that a lesson gives them."""

    view: View
    facts: Mapping[str, str] = field(default_factory=dict)


def visible(token: str) -> str:
    """A token that can be seen: a space becomes ␣."""
    return token if token.strip() else "␣"


def columns(trace: Trace, words: Words, answers: bool = True) -> list[Column]:
    """A column for each token, with the most probable answer after it where there is one."""
    tops = [""] * len(trace.tokens)
    if answers and trace.labels:
        best = trace.probabilities.argmax(axis=1)
        tops = [
            f"{visible(words.label(trace.labels[k]))} {words.percent(float(p[k]))}"
            for k, p in zip(best, trace.probabilities, strict=True)
        ]
    return [{"name": visible(token), "top": top} for token, top in zip(trace.tokens, tops, strict=True)]


def grid(
    words: Words,
    label: str,
    heads: Sequence[Column],
    rows: Sequence[str],
    values: NDArray[Any],
    scale: float = 1.0,
    digits: int | None = 2,
    outlined: int | None = None,
) -> GridView:
    """values (R, T) as coloured cells; `outlined` is the column of which is spoken."""
    return {
        "kind": "grid",
        "label": label,
        "columns": list(heads),
        "tops": words("picture.so_far"),
        "rows": list(rows),
        "values": np.asarray(values, dtype=float).round(4).tolist(),
        "scale": scale,
        "digits": digits,
        "outlined": outlined,
    }


def bars(label: str, parts: Sequence[tuple[str, float, str]], high: float = 1.0, mark: float | None = None) -> BarsView:
    return {"kind": "bars", "label": label, "bars": list(parts), "high": high, "mark": mark}


def table(label: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> TableView:
    return {"kind": "table", "label": label, "head": list(head), "rows": [list(row) for row in rows]}


def chain(label: str, tokens: Sequence[str], states: Sequence[str]) -> ChainView:
    return {"kind": "chain", "label": label, "tokens": list(tokens), "states": list(states)}


def plane(label: str, points: Sequence[tuple[str, float, float, int]]) -> MapView:
    return {"kind": "map", "label": label, "points": list(points)}


def line(name: str, points: Points, colour: int, dashed: bool = False, marked: bool = False) -> ChartLine:
    return {"name": name, "colour": COLOURS[colour], "points": points, "dashed": dashed, "marked": marked}


def charts(label: str, x: Axis, y: Axis, lines: Sequence[ChartLine]) -> ChartView:
    chart: Chart = {"label": label, "x": x, "y": y, "lines": list(lines)}
    return {"kind": "charts", "label": label, "charts": [chart]}


def most_active(values: Array, count: int) -> list[int]:
    """The `count` units of (T, H) that change most over the steps, in their own order."""
    spread = np.ptp(np.vstack([np.zeros_like(values[:1]), values]), axis=0)
    return sorted(np.argsort(-spread, kind="stable")[:count].tolist())
