"""Runs: the curves of several trainings in one figure, each named by what sets it apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from rnn_demo.data.writing import shortened
from rnn_demo.figures.figure import curve, dress, plain
from rnn_demo.figures.palette import NAMED

Curves = Mapping[str, Sequence[tuple[int, float]]]  # by name, as (step, value)
MEASURES = {
    "loss": ("loss (nats)", ("loss", "validation_loss")),
    "accuracy": ("accuracy (%)", ("accuracy", "validation_accuracy")),
    "gradient norm": ("gradient norm", ("norm",)),
}
LONGEST = 60  # characters of a name


def runs(named: Mapping[str, Curves], measure: str) -> go.Figure:
    """One measure of each run over its steps; a dashed line is the same on the validation examples."""
    axis, parts = MEASURES[measure]
    figure = go.Figure()
    for k, (name, curves) in enumerate(named.items()):
        for part, dash in zip(parts, ("solid", "dash"), strict=False):
            points = curves.get(part, ())
            if not points:
                continue
            line = curve(
                [step for step, _ in points],
                [100 * y if measure == "accuracy" else y for _, y in points],
                plain(shortened(name, LONGEST)),
                NAMED[k % len(NAMED)],
                "lines",
                legendgroup=name,
                showlegend=dash == "solid",
                line={"dash": dash},
                hovertemplate=f"%{{y:.3g}} at step %{{x}}{', validation' if dash == 'dash' else ''}<extra></extra>",
            )
            figure.add_trace(line)
    dashed = any(len(curves.get(parts[-1], ())) for curves in named.values()) and len(parts) > 1
    about = "solid: training; dashed: validation" if dashed else "training"
    dress(figure, f"{measure.capitalize()}<br><sup>{about}</sup>", "step", axis)
    return figure.update_yaxes(type="log") if measure == "gradient norm" else figure
