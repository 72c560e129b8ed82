"""Heat map: one quantity of one layer over time, a row for each unit."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnn_demo.figures.figure import Subject, finite, frame, largest_move, moves_most, over_time, token_name
from rnn_demo.figures.palette import SCALE
from rnn_demo.network.arrays import Array, principal_directions


def heatmap(subject: Subject) -> go.Figure:
    """The chosen quantity, (T, H), with units in their own order or with similar ones side by side."""
    values, quantity = finite(subject.layer_trace.quantities[subject.quantity]), subject.description
    order = by_similarity(values) if subject.grouped else np.arange(values.shape[1])
    largest = max(map(abs, quantity.bounds)) if quantity.bounds else float(np.nan_to_num(np.abs(values)).max()) or 1.0
    tokens = [token_name(token) for token in subject.trace.tokens]
    figure = go.Figure(
        go.Heatmap(
            z=values[:, order].T,
            zmin=-largest,
            zmax=largest,
            colorscale=SCALE,
            colorbar={"title": {"text": quantity.name}, "thickness": 12, "outlinewidth": 0},
            customdata=np.tile(order[:, None] + 1, (1, len(values))),  # the page counts units from 1
            text=[tokens] * len(order),
            hovertemplate="step %{x}, token %{text}, unit %{customdata}: %{z:.4f}<extra></extra>",
        )
    )
    title = moves_most(subject, f"{quantity.title.capitalize()} {quantity.name}", largest_move(values))
    frame(figure, subject, title, "token", "unit", height=min(560, 300 + 3 * len(order)))
    places = np.unique(np.linspace(0, len(order) - 1, min(len(order), 9)).round().astype(int))
    figure.update_yaxes(
        tickvals=places, ticktext=[str(order[k] + 1) for k in places], autorange="reversed", showgrid=False
    )
    return over_time(figure, subject)


def by_similarity(values: Array) -> np.ndarray:
    """An order of the units that puts those that move together side by side.

    Units are sorted by their angle in the plane of the two principal components of the values (T, H); rows that are
    not finite are left out.
    """
    directions = principal_directions(values[np.isfinite(values).all(axis=1)])[1]
    if len(directions) < 2:
        return np.argsort(np.nan_to_num(values[0]), kind="stable")
    return np.argsort(np.arctan2(directions[1], directions[0]), kind="stable")
