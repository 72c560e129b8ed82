"""What all figures share: their subject, their frame, and how they are handed to the page.

A figure must make sense by itself: its title names the quantity, the model and the text. It has no background and
grey letters, so that it can be read on a light and on a dark page.
"""

from __future__ import annotations

import html
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnn_demo.analysis.trace import LayerTrace, Trace
from rnn_demo.data.wording import shortened
from rnn_demo.figures.palette import FONT, GRID, NAMED, TEXT
from rnn_demo.network.arrays import Array
from rnn_demo.network.cells import Cell, Quantity
from rnn_demo.network.model import SequenceModel

MAX_TITLE = 60  # characters of the text that a title shows

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "responsive": True,
    "displayModeBar": False,  # it would cover the title; the page has a menu of its own, a double click resets a zoom
}


@dataclass(frozen=True, eq=False)
class Subject:
    """What a figure is about: what a checkpoint's model computed, and the part of it that the reader looks at.

    `step` is marked; the answer after the step `explained`, by default the last, is the one that is explained.
    """

    trace: Trace
    checkpoint: str
    model: SequenceModel
    step: int
    layer: int = 0  # an index into trace.layers
    quantity: str = "h"
    grouped: bool = False
    label: str | None = None  # the label that is explained; None: the answer
    explained: int | None = None

    def __post_init__(self) -> None:
        T = len(self.trace.tokens)
        for name, size in (("step", T), ("layer", len(self.trace.layers)), ("explained", T)):
            value = getattr(self, name)
            if value is not None and not 0 <= value < size:
                raise ValueError(f"{name} must be from 0 to {size - 1}, got {value}")
        if self.quantity not in self.layer_trace.quantities:
            raise ValueError(
                f"unknown quantity {self.quantity!r}; choose one of {', '.join(self.layer_trace.quantities)}"
            )

    @property
    def cell(self) -> type[Cell]:
        return self.model.cell

    @property
    def layer_trace(self) -> LayerTrace:
        return self.trace.layers[self.layer]

    @property
    def description(self) -> Quantity:
        return next(quantity for quantity in self.cell.quantities if quantity.name == self.quantity)

    @property
    def where(self) -> str:
        """The layer and direction in words, or nothing where there is only one."""
        return f", {layer_name(self.trace, self.layer_trace)}" if len(self.trace.layers) > 1 else ""


def layer_name(trace: Trace, layer: LayerTrace) -> str:
    """ "layer 2", or "layer 2 backward" where there are two directions."""
    both = any(other.direction != layer.direction for other in trace.layers)
    return f"layer {layer.layer + 1}" + (f" {layer.direction}" if both else "")


def before(layer: LayerTrace, name: str) -> Array:
    """The state each step starts from, (T, H): h_{t-1}, or h_{t+1} in the backward direction."""
    values, first = layer.quantities[name], layer.initial[name][None]
    return np.concatenate([values[1:], first] if layer.direction == "backward" else [first, values[:-1]])


def finite(values: Array) -> Array:
    """The values with NaN, which Plotly draws as a gap, for those that are infinite."""
    return np.where(np.isfinite(values), values, np.float32(np.nan))


_SIGNS = {code: 0x2400 + code for code in range(0x20)}  # control characters, which are not allowed in SVG


def plain(text: str) -> str:
    """A text that Plotly shows literally, without reading tags in it; control characters become visible symbols."""
    return html.escape(text.translate(_SIGNS), quote=False)


def token_name(token: str) -> str:
    """A token as a tick or a hover label shows it: a blank one becomes a visible symbol."""
    name = plain(token)
    return name if name.strip() else "␣"


def curve(x: Any, y: Any, name: str, colour: str, mode: str = "lines+markers", **options: Any) -> go.Scatter:
    """A line of the width that lines have in all figures."""
    line = {"color": colour, "width": 2} | options.pop("line", {})
    return go.Scatter(x=x, y=y, name=name, mode=mode, line=line, **options)


Line = Sequence[tuple[float, float]]
DASHES = ("solid", "9px,9px", "4px,14px", "2px,16px")  # of a line on which none, one, two, ... others lie
BESIDE = 0.5  # percent: lines that are nearer to each other than that cover each other


def dashes(lines: Sequence[Line]) -> list[str]:
    """A dash for each line, so that it lets through those before it with which it shares a stretch."""
    patterns = []
    for number, line in enumerate(lines):
        beneath = sum(_share_a_stretch(line, other) for other in lines[:number])
        patterns.append(DASHES[min(beneath, len(DASHES) - 1)])
    return patterns


def _share_a_stretch(line: Line, other: Line) -> bool:
    """Do two lines have neighbouring points at the same places?"""
    values = dict(other)
    same = [x in values and abs(y - values[x]) <= BESIDE for x, y in line]
    return any(pair == (True, True) for pair in itertools.pairwise(same)) or (len(same) == 1 and same[0])


def frame(figure: go.Figure, subject: Subject, title: str, x: str, y: str, height: int = 380) -> go.Figure:
    """Give a figure its title, its axes and the look that all figures share."""
    tokens = subject.trace.tokens
    text = ("" if all(len(token) == 1 for token in tokens) else " ").join(tokens)
    about = f"{subject.checkpoint} ({subject.cell.title}) reads “{shortened(text, MAX_TITLE)}”"
    return dress(figure, f"{title}<br><sup>{plain(about)}</sup>", x, y, height)


def largest_move(values: Array) -> int | None:
    """The step of (T, K) to which the values move furthest from the one before; None where none moves, or T is 1."""
    distances = np.linalg.norm(np.diff(np.nan_to_num(values, posinf=0.0, neginf=0.0), axis=0), axis=1)
    return int(distances.argmax()) + 1 if distances.any() else None


def moves_most(subject: Subject, name: str, step: int | None) -> str:
    """A title that says at which token something moves most: "h, layer 1, moves most at “v”"; its name for no step."""
    name += subject.where
    if step is None:
        return name
    return f"{name}{',' if subject.where else ''} moves most at “{token_name(subject.trace.tokens[step])}”"


def moment_of(epoch: int, keep_bias: float | None = None) -> str:
    """At which moment of its training a network is drawn, for a caption, and with which bias its forget gates began."""
    moment = f"after epoch {epoch}" if epoch else "before training"
    return moment if keep_bias is None else f"{moment}, forget-gate bias +{keep_bias:g}"


def recall_caption(tokens: Sequence[str], moment: str) -> str:
    """What the cells of the recall task have read, and at which moment of their training, for a title."""
    return f"recall “{plain(tokens[0])}” from “{plain(''.join(tokens))}”, {moment}"


_AXIS = {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": GRID, "automargin": True}
# The look of every figure, in one place: the page's font, one grey for all lines, a legend below.
RNN = go.layout.Template(
    layout={
        "font": {"family": ", ".join(FONT), "color": TEXT, "size": 12},
        "title": {"x": 0.01, "xanchor": "left", "font": {"size": 15}},
        "margin": {"l": 60, "r": 20, "t": 70, "b": 50},
        "legend": {"orientation": "h", "y": -0.26, "yanchor": "top"},
        "colorway": NAMED,
        "xaxis": {**_AXIS, "zeroline": False, "title": {"standoff": 10}},  # the legend is below it, also on a phone
        "yaxis": _AXIS,
    }
)


def dress(figure: go.Figure, heading: str, x: str, y: str, height: int = 380) -> go.Figure:
    """Give a figure the shared look under a finished heading; without a background, so that it suits any page."""
    return figure.update_layout(
        template=RNN,
        title={"text": heading},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=height,
        xaxis={"title": x},
        yaxis={"title": y},
    )


def log_axis(figure: go.Figure, values: Array, name: str) -> go.Figure:
    """A logarithmic y axis around `values` with few, round labels; it says that it is logarithmic."""
    numbers = values[np.isfinite(values) & (values > 0)]
    low, high = (np.log10(numbers.min()), np.log10(numbers.max())) if len(numbers) else (0.0, 1.0)
    axis: dict[str, Any] = {"type": "log", "title": f"{name}, logarithmic", "exponentformat": "power"}
    if high - low >= 1.5:
        return figure.update_yaxes(**axis, dtick=max(1, int((high - low) // 5)))
    powers = range(int(np.floor(low)) - 1, int(np.ceil(high)) + 1)
    near = [
        m * 10.0**p for p in powers for m in (1, 1.5, 2, 3, 5, 7) if low - 0.05 <= np.log10(m * 10.0**p) <= high + 0.05
    ]
    return figure.update_yaxes(**axis, tickvals=near, ticktext=[f"{value:g}" for value in near])


def over_time(figure: go.Figure, subject: Subject) -> go.Figure:
    """Label the steps along x with their tokens and mark the current one; the page moves this mark while stepping."""
    T, t = len(subject.trace.tokens), subject.step
    token_ticks(figure, subject.trace.tokens).update_xaxes(range=[-0.5, T - 0.5])
    figure.add_vrect(x0=t - 0.5, x1=t + 0.5, line={"color": TEXT, "width": 2}, layer="above")
    return figure.update_layout(meta={"mark": "step"})


def token_ticks(figure: go.Figure, tokens: Sequence[str]) -> go.Figure:
    """Label the steps along x with their tokens, or with every second, third, ... of very many."""
    ticks = list(range(0, len(tokens), max(1, -(-len(tokens) // 40))))  # more than 40 labels are unreadable
    return figure.update_xaxes(tickvals=ticks, ticktext=[token_name(tokens[k]) for k in ticks], showgrid=False)


def plot_json(figure: go.Figure) -> str:
    """A figure as JSON, with Plotly's settings, which a `go.Figure` cannot carry."""
    return json.dumps({**json.loads(figure.to_json()), "config": CONFIG})
