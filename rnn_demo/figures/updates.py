"""Updates: how far the hidden state moves at each step, and how open each gate is on average."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnn_demo.figures.figure import Subject, before, curve, finite, frame, moves_most, over_time
from rnn_demo.figures.palette import NAMED


def updates(subject: Subject) -> go.Figure:
    """|h_t - h_{t-1}| as bars; the mean over units of every quantity that lies between 0 and 1 as lines."""
    layer = subject.layer_trace
    with np.errstate(invalid="ignore"):  # of infinite states
        distance = finite(np.linalg.norm(layer.quantities["h"] - before(layer, "h"), axis=1))  # (T,)
    x = np.arange(len(distance))
    previous = "h<sub>t+1</sub>" if layer.direction == "backward" else "h<sub>t-1</sub>"
    figure = go.Figure(
        go.Bar(x=x, y=distance, name=f"|h<sub>t</sub> - {previous}|", marker={"color": NAMED[5], "opacity": 0.55})
    )
    gates = [quantity for quantity in subject.cell.quantities if quantity.bounds == (0, 1)]
    for k, gate in enumerate(gates):
        mean = finite(layer.quantities[gate.name].mean(axis=1))
        figure.add_trace(curve(x, mean, f"{gate.title} {gate.name}, mean", NAMED[(1, 2, 3, 6)[k % 4]], yaxis="y2"))
    title = moves_most(subject, "h", int(np.nan_to_num(distance).argmax()))
    title += ": its updates, and the mean of each gate" if gates else ": its updates"
    frame(figure, subject, title, "token", "norm of the update")
    if gates:
        figure.update_layout(
            margin={"r": 60},
            yaxis2={
                "title": "mean of a gate",
                "overlaying": "y",
                "side": "right",
                "range": [0, 1.02],
                "showgrid": False,
            },
        )
    return over_time(figure, subject)
