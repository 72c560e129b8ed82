"""Verdicts: how sure the network was about many texts, as a histogram of its probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnn_demo.figures.figure import dress, plain
from rnn_demo.figures.palette import LIGHT, TEXT
from rnn_demo.network.arrays import Array
from rnn_demo.tasks.sentiment import LABELS

BINS = 20
_EDGES = np.linspace(0, 1, BINS + 1)


def verdicts(positive: Array, labels: Sequence[str], name: str) -> go.Figure:
    """Probabilities of positive (N,) in 20 bins; where there are labels, the wrong verdicts are hatched, on top."""
    truth = np.array([LABELS.index(label) if label else -1 for label in labels])
    wrong = (truth >= 0) & (truth != (positive >= 0.5))
    colours = [LIGHT[1] if middle < 0.5 else LIGHT[3] for middle in (_EDGES[1:] + _EDGES[:-1]) / 2]
    figure = go.Figure()
    parts = [(positive[~wrong], "correct" if (truth >= 0).any() else "texts", "")]
    if (truth >= 0).any():
        parts.append((positive[wrong], "wrong", "/"))
    for values, title, pattern in parts:
        figure.add_bar(
            x=100 * (_EDGES[1:] + _EDGES[:-1]) / 2,
            y=np.histogram(values, _EDGES)[0],
            name=title,
            width=100 / BINS,
            marker={"color": colours, "pattern": {"shape": pattern, "fgcolor": TEXT}},
            hovertemplate="%{x:.1f}% ± 2.5: %{y} texts<extra>%{fullData.name}</extra>",
        )
    dress(
        figure,
        f"How positive each text is<br><sup>{len(positive):,} texts of {plain(name[:60])}</sup>",
        "probability of positive (%)",
        "texts",
    )
    figure.update_layout(barmode="stack", bargap=0.05, showlegend=len(parts) > 1, legend={"y": -0.32})
    return figure.update_xaxes(range=[0, 100], dtick=25)
