"""Probabilities: what the head would answer after each step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnn_demo.figures.figure import Subject, frame, over_time, plain
from rnn_demo.figures.palette import NAMED

MOST = len(NAMED)  # lines that can be told apart


def probabilities(subject: Subject) -> go.Figure:
    """A line for each label; of many labels those that were ever the most probable, or came near."""
    p = 100 * subject.trace.probabilities  # (T, C), percent
    chosen = np.argsort(-p.max(axis=0), kind="stable")[:MOST]
    figure = go.Figure(
        [
            go.Scatter(
                x=np.arange(len(p)),
                y=p[:, c],
                mode="lines+markers",
                name=plain(subject.trace.labels[c]),
                line={"color": NAMED[k], "width": 2},
                marker={"size": 6},
                hovertemplate="%{y:.1f} %<extra>%{fullData.name}</extra>",
            )
            for k, c in enumerate(chosen)
        ]
    )
    shown = "" if len(chosen) == p.shape[1] else f", {len(chosen)} of {p.shape[1]} labels"
    frame(figure, subject, f"What the head answers after each step{shown}", "token", "probability (%)")
    figure.update_yaxes(range=[-2, 102])
    return over_time(figure, subject)
