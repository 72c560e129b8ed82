"""Path: the hidden state as a point that moves through a plane, step by step."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnn_demo.data.wording import percent
from rnn_demo.figures.figure import Subject, frame, largest_move, moves_most, token_name
from rnn_demo.figures.palette import LIGHT, NAMED, PALE, TEXT
from rnn_demo.network.arrays import Array, principal_directions


def path(subject: Subject) -> go.Figure:
    """h of one layer in the two directions in which it varies most; the first step is pale, the last one dark."""
    layer, t = subject.layer_trace, subject.step
    points, share = principal_plane(layer.quantities["h"])
    tokens = [token_name(token) for token in subject.trace.tokens]
    few = len(points) <= 60
    figure = go.Figure(
        [
            go.Scatter(
                x=points[:, 0].tolist(),
                y=points[:, 1].tolist(),
                text=tokens,
                mode="lines+markers+text" if few else "lines+markers",
                textposition=places_of_labels(points),
                line={"color": NAMED[7], "width": 1.5},
                showlegend=False,
                marker={
                    "color": np.arange(len(points)),
                    "colorscale": [[0, PALE], [1, LIGHT[-1]]],
                    "size": 9,
                    "line": {"color": LIGHT[-1], "width": 1},  # the first ones are pale
                },
                hovertemplate="token %{text}<extra></extra>",
            ),
            go.Scatter(
                x=[float(points[t, 0])],
                y=[float(points[t, 1])],
                mode="markers",
                name="current step",
                hoverinfo="skip",
                marker={"size": 18, "color": "rgba(0,0,0,0)", "line": {"color": NAMED[1], "width": 3}},
            ),
        ]
    )
    one, two = (f"component {k + 1} ({percent(share[k])} of the variance)" for k in (0, 1))
    title = f"{moves_most(subject, 'h', largest_move(points))}: its path, from pale to dark"
    frame(figure, subject, title, one, two, height=460)
    figure.update_layout(meta={"mark": "point"}, legend={"font": {"color": TEXT}})
    return figure.update_layout(annotations=arrows(points) if few else [])


def arrows(points: Array) -> list[dict[str, Any]]:
    """An arrow from each step to the next, (T, 2); where two steps are at the same place there is none."""
    look = {"showarrow": True, "arrowhead": 2, "arrowwidth": 1.5, "arrowcolor": NAMED[7], "standoff": 6, "text": ""}
    axes = {"xref": "x", "yref": "y", "axref": "x", "ayref": "y"}
    ends = zip(points[:-1].tolist(), points[1:].tolist(), strict=True)
    return [
        {"ax": a[0], "ay": a[1], "x": b[0], "y": b[1], **axes, **look}
        for a, b in ends
        if np.isfinite([*a, *b]).all() and a != b
    ]


def places_of_labels(points: Array) -> list[str]:
    """On which side of each point its label is: away from the lines to its neighbours."""
    names = ["middle right", "top right", "top center", "top left", "middle left", "bottom left", "bottom center"]
    names.append("bottom right")
    size = np.nanmax(points, axis=0) - np.nanmin(points, axis=0) if np.isfinite(points).any() else np.ones(2)
    flat = np.nan_to_num(points / np.where(size > 0, size, 1))
    sides = []
    for k, point in enumerate(flat):
        ways = [flat[j] - point for j in (k - 1, k + 1) if 0 <= j < len(flat)]
        ways = [way / np.linalg.norm(way) for way in ways if np.linalg.norm(way) > 0]
        away = -sum(ways, np.zeros(2))
        angle = np.arctan2(away[1], away[0]) if np.linalg.norm(away) > 1e-6 else np.pi / 2
        sides.append(names[round(angle / (np.pi / 4)) % 8])
    return sides


def principal_plane(h: Array) -> tuple[Array, Array]:
    """h (T, H) in its first two principal components, (T, 2), and the share of variance of each, (2,).

    The sign of a component is arbitrary; here its largest weight is positive, so that a picture is always the same.
    Steps with a number that is not finite have no place, and NaN for one.
    """
    finite = np.isfinite(h).all(axis=1)
    centred, directions, variance = principal_directions(h[finite])
    signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)])
    points, share = np.full((len(h), 2), np.nan, np.float32), np.zeros(2, np.float32)
    count = min(2, len(directions))
    points[finite] = 0
    points[finite, :count] = centred @ (directions * signs[:, None])[:count].T
    if variance.sum() > 0:
        share[:count] = (variance / variance.sum())[:count]
    return points, share
