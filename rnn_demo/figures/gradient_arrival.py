"""How much of the gradient at the last step arrives at the earlier ones: a line for each path back, and a sentence."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnn_demo.analysis.gradient_flow import Flows
from rnn_demo.figures.figure import curve, dashes, dress, plain, recall_caption, token_ticks
from rnn_demo.figures.palette import OF_CELLS
from rnn_demo.network.cells import CELLS

LEAST, MOST = -8, 6  # powers of ten that the axis shows: a line below has vanished, whatever is left of it
LETTERS = 36  # of a line of the title, which must fit a phone
THOUSANDS = [("", 1), (" thousand", 10**3), (" million", 10**6), (" billion", 10**9), (" trillion", 10**12)]
GROWN = 1.05  # a share from which on the gradient has grown
DIGITS = 4  # of a number in a film
FOOT = 22  # pixels from the upper edge to the foot of the first line of the title


class GradientPath(NamedTuple):
    """A path back through time: the state of a cell's last layer, and the share of the last step's gradient, (T,)."""

    cell: str
    state: str
    shares: np.ndarray

    @property
    def name(self) -> str:
        return CELLS[self.cell].title + ("" if self.state == "h" else f", through {self.state}")


def gradient_paths(flows: Flows) -> Iterator[GradientPath]:
    """Every path back: h of each cell, and where it has one its memory c. 1 at the last step, by definition."""
    for cell, flow in flows.items():
        for state, norms in flow.gradients.items():
            with np.errstate(divide="ignore", invalid="ignore"):  # where no gradient begins there is no share
                yield GradientPath(cell, state, norms[-1] / norms[-1][-1])


def arrival(flows: Flows, tokens: Sequence[str], moment: str) -> go.Figure:
    """|dL/ds_t| of each state s of each cell, as a share of that at the last step; the title says what is left."""
    figure = go.Figure()
    paths = list(gradient_paths(flows))
    for path, dash in zip(paths, _dashes(paths), strict=True):
        has_place = np.isfinite(path.shares) & (path.shares > 0)  # 0 has no place on a logarithmic axis
        figure.add_trace(
            curve(
                np.arange(len(tokens)),
                np.where(has_place, path.shares, np.nan),
                path.name,
                OF_CELLS[path.cell],
                marker={"size": 5},
                line={"dash": dash},
                hovertemplate="%{y:.2%}<extra>%{fullData.name}</extra>",
            )
        )
    heading = title(flows, tokens, moment)
    height = 440 + 18 * heading.count("<br>")
    dress(figure, heading, "token", "share of the gradient at the last step", height=height)
    # Plotly puts the foot of the first of several lines at `y`, although the anchor is at the top.
    figure.update_layout(
        margin_t=34 + 21 * heading.count("<br>"), title_y=1 - FOOT / height, title_yanchor="top", title_font_size=16
    )
    token_ticks(figure, tokens).update_xaxes(zeroline=False)
    return figure.update_yaxes(type="log", exponentformat="power", range=axis_range([figure]))


def _dashes(paths: Sequence[GradientPath]) -> list[str]:
    """A path through a memory is dashed, and so is a line that lies on others, which it would hide."""
    with np.errstate(divide="ignore"):
        heights = [[(float(t), 10 * float(y)) for t, y in enumerate(np.log10(path.shares))] for path in paths]
    return [pattern if path.state == "h" else "dash" for path, pattern in zip(paths, dashes(heights), strict=True)]


def title(flows: Flows, tokens: Sequence[str], moment: str) -> str:
    """The sentence in lines that fit a phone, and below it what was read and when."""
    lines = textwrap.wrap(sentence(flows), LETTERS, break_long_words=False)
    about = recall_caption(tokens, moment)
    if any(path.shares[0] > GROWN for path in _contrast(flows)):
        about += "; over 100%: the gradient has grown on the way back"
    return "<br>".join([*(f"<b>{plain(line)}</b>" for line in lines), f"<sup>{about}</sup>"])


def sentence(flows: Flows) -> str:
    """How much of the gradient at the last step arrives at the first, without gates and with, each by its best path."""
    parts: list[str] = []
    for cell, state, shares in _contrast(flows):
        arrives = "" if parts else " of the gradient is left"
        through = f" (through {state})" if len(flows[cell].gradients) > 1 else ""
        parts.append(f"{share_in_words(shares[0])}{arrives} in the {CELLS[cell].title}{through}")
    return f"After {len(shares) - 1} steps {', '.join(parts)}."


def _contrast(flows: Flows) -> list[GradientPath]:
    """The first cell without a gate that keeps its state, and the one with one in which the gradient changes least.

    Of the latter, those whose gates see the state come first: they are what a student has met.
    """
    best = _best_paths(flows)
    plain = [path for cell, path in best.items() if not CELLS[cell].keep_gate]
    gated = [path for cell, path in best.items() if CELLS[cell].keep_gate]
    gated.sort(key=lambda path: (not CELLS[path.cell].gates_see_state, _change(path.shares[0])))
    return [*plain[:1], *gated[:1]] if plain and gated else [*plain, *gated][:2]


def _change(share: float) -> float:
    """By how many powers of e a share differs from 1."""
    return abs(math.log(share)) if math.isfinite(share) and share > 0 else math.inf


def _best_paths(flows: Flows) -> dict[str, GradientPath]:
    """By cell, the path on which most arrives."""
    best: dict[str, GradientPath] = {}
    for path in gradient_paths(flows):
        if path.cell not in best or not path.shares[0] <= best[path.cell].shares[0]:
            best[path.cell] = path
    return best


def share_in_words(share: float) -> str:
    """A share in percent, a small one as a part: 98%, 310%, 0.2%, one part in 3 million."""
    if not math.isfinite(share):
        return "an unknown part"
    if share < 1e-12:
        return "nothing"
    percent = 100 * share
    if percent >= 0.095:
        return f"{percent:,.{0 if percent >= 1 else 1}f}%"
    power = math.floor(math.log10(1 / share) + 1e-9)
    parts = round(1 / share / 10**power) * 10**power
    name, thousands = [(name, size) for name, size in THOUSANDS if parts >= size][-1]
    return f"one part in {round(parts / thousands):,}{name}"


def axis_range(figures: Sequence[go.Figure]) -> list[float]:
    """Whole powers of ten around all the lines of these figures, within bounds."""
    values = np.array([value for figure in figures for line in figure.data for value in line.y], dtype=float)
    powers = np.log10(values[np.isfinite(values) & (values > 0)])
    low, high = (math.floor(powers.min()), math.ceil(powers.max() + 0.05)) if len(powers) else (-1, 1)
    return [max(LEAST, min(low, -1)) - 0.1, min(MOST, max(high, 0)) + 0.1]


def film(figures: Mapping[int, go.Figure], shown: int) -> go.Figure:
    """One of the figures of a training, by epoch, which carries the others: `charts/film.js` plays them in the page.

    All have the same lines, one axis, and room for the longest title, so that only the lines and the words change.
    """
    frames = [
        {
            "epoch": epoch,
            "title": figure.layout.title.text,
            "lines": [[_rounded(value) for value in line.y] for line in figure.data],
        }
        for epoch, figure in figures.items()
    ]
    room = max((figure.layout for figure in figures.values()), key=lambda layout: layout.height)
    figure = figures[shown].update_layout(
        meta={"frames": frames}, height=room.height, margin_t=room.margin.t, title_y=room.title.y
    )
    return figure.update_yaxes(range=axis_range(list(figures.values())))


def _rounded(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
