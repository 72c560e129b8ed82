"""Clipping: the same training twice, with gradients clipped and unclipped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from rnn_demo.data.wording import listed, rounded
from rnn_demo.experiments.clipping import WITH, WITHOUT, Clipping, ClippingStep, headline
from rnn_demo.experiments.gradient_study import Divergence
from rnn_demo.figures.figure import curve, dress
from rnn_demo.figures.palette import NAMED, TEXT
from rnn_demo.network.cells import CELLS

COLOURS = {WITH: NAMED[0], WITHOUT: NAMED[1]}
# What the axes show at most: a network that guesses among eight letters has a loss of about 2, and one of 0.001 is as
# good as none. What is further out is drawn at the edge.
LEAST, MOST = 1e-3, 1e4
NAN = "from here on NaN"


class Extent(NamedTuple):
    """The ends of a logarithmic axis, whole powers of ten, and the values that lie beyond them."""

    low: float
    high: float
    below: list[float]
    above: list[float]

    @classmethod
    def of(cls, values: Sequence[float]) -> Extent:
        """The powers of ten around these values, within what an axis can show."""
        inside = [value for value in values if LEAST <= value <= MOST] or [1.0]
        below, above = [v for v in values if v < LEAST], [v for v in values if v > MOST]
        low = LEAST if below else 10.0 ** math.floor(math.log10(min(inside)))
        high = MOST if above else 10.0 ** math.ceil(math.log10(max(inside)))
        return cls(low, max(high, 10 * low), below, above)

    def place(self, value: float) -> float | None:
        """The value, or the edge that it is beyond; None where it is not a number."""
        return None if math.isnan(value) else min(max(value, self.low), self.high)

    @property
    def edges(self) -> str:
        """What is written at the ends of the axis where values lie beyond them: "≤ 0.001, ≥ 10⁴"."""
        low, high = (rounded(end).removeprefix("1 × ") for end in (self.low, self.high))
        return ", ".join(filter(None, [f"≤ {low}" if self.below else "", f"≥ {high}" if self.above else ""]))

    @property
    def axis(self) -> dict[str, Any]:
        """The axis: powers of ten; those at an edge say so if there are values beyond it."""
        powers = range(round(math.log10(self.low)), round(math.log10(self.high)) + 1)
        names = [f"{10.0**power:g}" if -4 < power < 3 else f"10<sup>{power}</sup>" for power in powers]
        names[0] = f"≤ {names[0]}" if self.below else names[0]
        names[-1] = f"≥ {names[-1]}" if self.above else names[-1]
        ends = [math.log10(self.low) - 0.25, math.log10(self.high) + 0.35]
        return {"type": "log", "range": ends, "tickvals": [10.0**power for power in powers], "ticktext": names}


def clipping(events: Sequence[ClippingStep | Divergence], config: Clipping) -> go.Figure:
    """The loss and the norm of the gradient at every step, one chart above the other, on logarithmic axes.

    Values beyond an axis are drawn at its edge, and the title says how far they go; a cross at the upper edge marks the
    step at which a loss becomes NaN.
    """
    clipping_steps = [event for event in events if isinstance(event, ClippingStep)]
    diverged = {event.network for event in events if isinstance(event, Divergence)}
    figure = go.Figure()
    extents = {}
    for name, axis in (("loss", "y"), ("norm", "y2")):
        extent = extents[axis] = Extent.of([getattr(step, name) for step in clipping_steps])
        for who, colour in COLOURS.items():
            own = [step for step in clipping_steps if step.network == who]
            line = curve(
                [step.step for step in own],
                [extent.place(getattr(step, name)) for step in own],
                f"{who} gradients",
                colour,
                "lines",
                yaxis=axis,
                legendgroup=who,
                showlegend=axis == "y",
                customdata=[getattr(step, name) for step in own],
                hovertemplate=f"step %{{x}}: {name} %{{customdata:.3g}}<extra>%{{fullData.name}}</extra>",
            )
            figure.add_trace(line)
            if name == "loss" and who in diverged and own:
                figure.add_trace(end_of_numbers(own[-1].step, extent, colour))
    steps = max((step.steps for step in clipping_steps), default=1)
    limit, dashed = [config.clip_norm] * 2, {"dash": "dash", "width": 1.5}
    name = f"limit: a norm of {config.clip_norm:g}"
    figure.add_trace(curve([1, steps], limit, name, TEXT, "lines", yaxis="y2", hoverinfo="skip", line=dashed))
    about = f"{CELLS[config.cell].title}, W<sub>hh</sub> × {config.factor:g}, SGD with momentum"
    about = "; ".join(filter(None, [about, beyond(extents["y"], extents["y2"])]))
    dress(figure, "<br>".join([*headline(events), f"<sup>{about}</sup>"]), "step", "loss", height=560)
    return figure.update_layout(
        xaxis={"anchor": "y2"},
        yaxis={**extents["y"].axis, "domain": [0.55, 1]},
        yaxis2={
            **figure.layout.yaxis.to_plotly_json(),
            **extents["y2"].axis,
            "domain": [0, 0.45],
            "title": "gradient norm before clipping",
        },
        legend={"y": -0.17},
        margin={"t": 90},
    )


def end_of_numbers(step: int, extent: Extent, colour: str) -> go.Scatter:
    """A cross at the upper edge, one step after the last loss that was a number."""
    mark = {"symbol": "x", "size": 11, "color": colour}
    return go.Scatter(x=[step + 1], y=[extent.high], name=NAN, mode="markers", marker=mark, hoverinfo="name")


def beyond(loss: Extent, norm: Extent) -> str:
    """What is at the edges, and how far it really goes; "" where nothing is beyond them."""
    parts = []
    if high := [f"{name} up to {rounded(max(e.above))}" for name, e in (("losses", loss), ("norms", norm)) if e.above]:
        parts.append(listed(high))
    if low := [f"{name} down to {rounded(min(e.below))}" for name, e in (("losses", loss), ("norms", norm)) if e.below]:
        parts.append(listed(low))
    return f"at the edges: {', '.join(parts)}" if parts else ""
