"""Gradient through time: how much of it is left at each step back, for every cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnn_demo.analysis.gradient_flow import Flows
from rnn_demo.figures.figure import curve, dress, recall_caption, token_ticks
from rnn_demo.figures.palette import OF_CELLS
from rnn_demo.network.cells import CELLS

EXACT = 1e-6  # of the largest singular value: anything smaller is 0 up to rounding


def gradient(flows: Flows, tokens: Sequence[str], moment: str) -> go.Figure:
    """|dL/ds_t| of each state s of each cell: where a line falls to the left, the gradient vanishes."""
    figure = go.Figure()
    for cell, flow in flows.items():
        for state, norms in flow.gradients.items():
            state_line = line(cell, norms[-1])
            if state != "h":
                state_line.update(name=f"{state_line.name}, through {state}", line_dash="dash")
            figure.add_trace(state_line)
    return through_time(figure, tokens, "Gradient norm |dL/dh<sub>t</sub>|", "|dL/dh<sub>t</sub>|", moment)


def reach(flows: Flows, tokens: Sequence[str], moment: str) -> go.Figure:
    """How much of a nudge to the state after each step survives to the end, at most."""
    figure = go.Figure([line(cell, flow.reach) for cell, flow in flows.items()])
    return through_time(figure, tokens, "How much of a nudge survives to the end, at most", "factor", moment)


def singular_values(flows: Flows, tokens: Sequence[str], moment: str) -> go.Figure:
    """The largest singular value of each step's Jacobian as a line, the smallest as dots."""
    figure = go.Figure([line(cell, flow.largest) for cell, flow in flows.items()])
    for cell, flow in flows.items():
        figure.add_trace(line(cell, np.where(flow.smallest > EXACT * flow.largest, flow.smallest, 0), dotted=True))
    heading = "Singular values of each step's Jacobian: the largest (solid) and the smallest (dotted)"
    return through_time(figure, tokens, heading, "factor", moment)


def line(cell: str, values: np.ndarray, dotted: bool = False) -> go.Scatter:
    """Values (T,) of one cell; the line breaks at 0, for which a logarithmic axis has no place."""
    positive = np.where(np.isfinite(values) & (values > 0), values, np.nan)
    return curve(
        np.arange(len(values)),
        positive,
        CELLS[cell].title,
        OF_CELLS[cell],
        "lines" if dotted else "lines+markers",
        legendgroup=cell,
        showlegend=not dotted,
        marker={"size": 5},
        line={"width": 1.5, "dash": "dot"} if dotted else {},
        hovertemplate="%{y:.2e}<extra>%{fullData.name}</extra>",
    )


def through_time(figure: go.Figure, tokens: Sequence[str], heading: str, y: str, moment: str) -> go.Figure:
    """Label the steps with their tokens, and say which text and which moment of the training is drawn."""
    dress(figure, f"{heading}<br><sup>{recall_caption(tokens, moment)}</sup>", "token", y, height=420)
    return token_ticks(figure, tokens).update_yaxes(type="log", exponentformat="power")
