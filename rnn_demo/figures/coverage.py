"""Coverage: the more questions a network answers, the more of its answers are wrong. Where should it draw the line?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from rnn_demo.data.wording import percent
from rnn_demo.figures.figure import dress, plain
from rnn_demo.figures.palette import NAMED, TEXT

AXES = ("questions answered (%)", "accuracy of the answers (%)")


def coverage(
    points: Sequence[dict[str, Any]], threshold: float, name: str = "qa", answerable: float | None = None
) -> go.Figure:
    """The share of questions answered and the accuracy of those answers, at every threshold.

    `points` are those of `tasks.qa.coverage`; the one nearest to `threshold` is marked. `name` is the model's.
    `answerable`, the share of questions that have an answer, is a line with the best place at its top.
    """
    curve_points = [point for point in points if point["right"] is not None]  # without answers there is no accuracy
    figure = go.Figure()
    if not curve_points:
        return dress(figure, f"{plain(name)} answered no question", *AXES)
    here = min(curve_points, key=lambda point: abs(point["threshold"] - threshold))
    figure.add_scatter(
        x=[100 * point["answered"] for point in curve_points],
        y=[100 * point["right"] for point in curve_points],
        customdata=[point["threshold"] for point in curve_points],
        mode="lines+markers",
        showlegend=False,
        line={"color": NAMED[0], "width": 2},
        marker={"size": 5},
        hovertemplate="threshold %{customdata:.2f}: %{x:.1f}% answered, %{y:.1f}% of them correct<extra></extra>",
    )
    figure.add_scatter(
        x=[100 * here["answered"]],
        y=[100 * here["right"]],
        mode="markers",
        hoverinfo="skip",
        name=f"current threshold {threshold:.2f}",
        showlegend=True,
        marker={"size": 18, "color": "rgba(0,0,0,0)", "line": {"color": NAMED[1], "width": 3}},
    )
    answered, right = percent(here["answered"]), percent(here["right"], 1)
    heading = f"{answered} answered, {right} of those correct"  # short enough for a phone
    about = f"{plain(name)} at the threshold {threshold:.2f}, on questions that it has not seen"
    if answerable is not None:
        heading += f";<br>{percent(answerable)} have an answer, so {percent(1 - answerable)} should be refused"
        best = 100 * answerable
        low = min(100 * point["right"] for point in curve_points)
        dashed = {"dash": "dash", "width": 1.5, "color": TEXT}
        figure.add_scatter(
            x=[best, best],
            y=[low, 100],
            mode="lines",
            line=dashed,
            hoverinfo="skip",
            name=f"{percent(answerable)} have an answer",
        )
        mark = {"symbol": "star", "size": 15, "color": NAMED[2]}
        figure.add_scatter(x=[best], y=[100], mode="markers", marker=mark, hoverinfo="name", name="perfect")
    dress(figure, f"{heading}<br><sup>{about}</sup>", *AXES, height=400)
    return figure.update_layout(margin={"t": 90})
