"""Clipping: the same training twice, with gradients clipped and unclipped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from rnn_demo.experiments.clipping import WITH, WITHOUT, Clipping, ClippingStep, headline
from rnn_demo.experiments.gradient_study import Divergence
from rnn_demo.figures.figure import curve, dress
from rnn_demo.figures.palette import NAMED, TEXT
from rnn_demo.network.cells import CELLS

COLOURS = {WITH: NAMED[0], WITHOUT: NAMED[1]}


def clipping(events: Sequence[ClippingStep | Divergence], config: Clipping) -> go.Figure:
    """The loss and the norm of the gradient at every step, one chart above the other, on logarithmic axes.

    A value of 0 stands at the lower end of its axis, which says so; a cross marks where a loss becomes NaN.
    """
    clipping_steps = [event for event in events if isinstance(event, ClippingStep)]
    diverged = {event.network for event in events if isinstance(event, Divergence)}
    figure = go.Figure()
    axes = {}
    for name, axis in (("loss", "y"), ("norm", "y2")):
        values = [getattr(step, name) for step in clipping_steps]
        floor = floor_of(values)
        axes[axis] = {"type": "log", **ticks(values, floor)}
        for who, colour in COLOURS.items():
            own = [step for step in clipping_steps if step.network == who]
            line = curve(
                [step.step for step in own],
                [on_log_axis(getattr(step, name), floor) for step in own],
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
                figure.add_trace(end_of_numbers(own[-1].step, on_log_axis(own[-1].loss, floor), colour))
    steps = max((step.steps for step in clipping_steps), default=1)
    limit, dashed = [config.clip_norm] * 2, {"dash": "dash", "width": 1.5}
    name = f"limit: a norm of {config.clip_norm:g}"
    figure.add_trace(curve([1, steps], limit, name, TEXT, "lines", yaxis="y2", hoverinfo="skip", line=dashed))
    about = f"{CELLS[config.cell].title}, W<sub>hh</sub> × {config.factor:g}, SGD with momentum"
    dress(figure, "<br>".join([*headline(events), f"<sup>{about}</sup>"]), "step", "loss (nats)", height=560)
    return figure.update_layout(
        xaxis={"anchor": "y2"},
        yaxis={**axes["y"], "domain": [0.55, 1]},
        yaxis2={
            **figure.layout.yaxis.to_plotly_json(),
            **axes["y2"],
            "domain": [0, 0.45],
            "title": "gradient norm before clipping",
        },
        legend={"y": -0.17},
        margin={"t": 90},
    )


def end_of_numbers(step: int, loss: float | None, colour: str) -> go.Scatter:
    """A cross at the last loss that was a number."""
    mark = {"symbol": "x", "size": 11, "color": colour}
    return go.Scatter(x=[step], y=[loss], name="from here on NaN", mode="markers", marker=mark, hoverinfo="name")


def floor_of(values: Sequence[float]) -> float:
    """Where 0 stands on a logarithmic axis: a power of ten below the smallest of the other values."""
    return 10.0 ** (math.floor(math.log10(min((v for v in values if 0 < v < math.inf), default=1.0))) - 1)


def on_log_axis(value: float, floor: float) -> float | None:
    """The value, `floor` for 0, or None where it is not a number."""
    return max(value, floor) if math.isfinite(value) else None


def ticks(values: Sequence[float], floor: float) -> dict[str, Any]:
    """Whole powers of ten around the values, at most seven; 0 is named at `floor` where it occurs."""
    top = max((value for value in values if math.isfinite(value)), default=1.0)
    low, high = round(math.log10(floor)), math.ceil(math.log10(max(top, floor)))
    powers = list(range(low + 1, high + 1, max(1, -(-(high - low) // 6))))
    places = [10.0**power for power in powers]
    names = [f"10<sup>{power}</sup>" if power not in (0, 1) else str(10**power) for power in powers]
    if min(values, default=1.0) == 0:
        places, names = [floor, *places], ["0", *names]
    return {"tickvals": places, "ticktext": names}
