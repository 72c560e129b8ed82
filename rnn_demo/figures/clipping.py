"""Clipping: the same training twice, with gradients clipped and unclipped."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from rnn_demo.experiments.clipping import WITH, WITHOUT, Clipping, ClippingStep
from rnn_demo.figures.figure import curve, dress
from rnn_demo.figures.palette import NAMED, TEXT
from rnn_demo.network.cells import CELLS

COLOURS = {WITH: NAMED[0], WITHOUT: NAMED[1]}


def clipping(clipping_steps: Sequence[ClippingStep], config: Clipping) -> go.Figure:
    """The loss and the norm of the gradient at every step, one chart above the other, on logarithmic axes."""
    figure = go.Figure()
    for who, colour in COLOURS.items():
        own = [step for step in clipping_steps if step.network == who]
        for name, axis in (("loss", "y"), ("norm", "y2")):
            line = curve(
                [s.step for s in own],
                [on_log_axis(getattr(s, name)) for s in own],
                f"{who} gradients",
                colour,
                "lines",
                yaxis=axis,
                legendgroup=who,
                showlegend=axis == "y",
                hovertemplate=f"step %{{x}}: {name} %{{y:.3g}}<extra>%{{fullData.name}}</extra>",
            )
            figure.add_trace(line)
    steps = max((step.steps for step in clipping_steps), default=1)
    limit, dashed = [config.clip_norm] * 2, {"dash": "dash", "width": 1.5}
    name = f"clipped at {config.clip_norm:g}"
    figure.add_trace(curve([1, steps], limit, name, TEXT, "lines", yaxis="y2", hoverinfo="skip", line=dashed))
    about = f"{CELLS[config.cell].title}, W<sub>hh</sub> × {config.factor:g}, SGD with momentum"
    dress(figure, f"What clipping does<br><sup>{about}</sup>", "step", "loss (nats)", height=520)
    log = {"type": "log", "exponentformat": "power"}
    return figure.update_layout(
        xaxis={"anchor": "y2"},
        yaxis={**log, "domain": [0.55, 1]},
        yaxis2={**figure.layout.yaxis.to_plotly_json(), **log, "domain": [0, 0.45], "title": "gradient norm"},
        legend={"y": -0.16},
    )


def on_log_axis(value: float) -> float | None:
    """The value, or None where a logarithmic axis has no place for it."""
    return value if value > 0 and math.isfinite(value) else None
