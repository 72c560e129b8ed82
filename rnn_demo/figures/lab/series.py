"""A series: what came, what was forecast one step ahead and by both baselines, and the error over the horizon."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnn_demo.experiments.lab.series_run import SeriesEnd, SeriesRun, headline
from rnn_demo.figures.figure import curve, dress, plain
from rnn_demo.figures.palette import NAMED, TEXT
from rnn_demo.network.cells import CELLS

TRUTH, NETWORK, NAIVE, SEASONAL = "truth", "network", "naive: as it was", "seasonal naive: as a season ago"
COLOURS = {TRUTH: TEXT, NETWORK: NAMED[0], NAIVE: NAMED[1], SEASONAL: NAMED[2]}
MOST = 160  # values drawn: of more, the last


def series_figure(end: SeriesEnd, config: SeriesRun) -> go.Figure:
    """Four lines over the test part, and below them three errors over the steps that a forecast runs freely."""
    c, free = end.comparison, end.rolling
    shown = slice(max(0, len(c.truth) - MOST), None)
    steps = np.arange(end.start + 1, end.start + 1 + len(c.truth))[shown]
    dates = list(config.series.dates[end.start :][shown]) or [f"value {step}" for step in steps]
    figure = go.Figure()
    lines = {TRUTH: c.truth, SEASONAL: c.seasonal, NAIVE: c.naive, NETWORK: c.model}
    for name, values in lines.items():
        dash = {"dash": "dot"} if name in (NAIVE, SEASONAL) else {}
        figure.add_trace(
            curve(
                steps,
                values[shown],
                name,
                COLOURS[name],
                "lines",
                line=dash,
                customdata=dates,
                legendgroup=name,
                hovertemplate="%{customdata}: %{y:.4g}<extra>%{fullData.name}</extra>",
            )
        )
    ahead = np.arange(1, len(free.model) + 1)
    for name, errors in {SEASONAL: free.seasonal, NAIVE: free.naive, NETWORK: free.model}.items():
        figure.add_trace(
            curve(
                ahead,
                errors,
                name,
                COLOURS[name],
                "lines+markers" if len(ahead) < 40 else "lines",
                xaxis="x2",
                yaxis="y2",
                legendgroup=name,
                showlegend=False,
                hovertemplate="%{x} steps ahead: %{y:.4g}<extra>%{fullData.name}</extra>",
            )
        )
    settings = f"{CELLS[config.cell].title}, {config.hidden_size} units, {config.epochs} epochs, seed {config.seed}"
    about = f"{config.series.name}; {settings}; free runs from {free.origins} origins"
    dress(figure, "<br>".join([*headline(end), f"<sup>{plain(about)}</sup>"]), "", "value", height=640)
    return figure.update_layout(
        xaxis={"title": {"text": place_of(dates, steps)}, "anchor": "y"},
        yaxis={"domain": [0.5, 1]},
        xaxis2={
            **figure.layout.xaxis.to_plotly_json(),
            "title": {"text": "steps ahead, running freely"},
            "anchor": "y2",
        },
        yaxis2={
            **figure.layout.yaxis.to_plotly_json(),
            "domain": [0, 0.36],
            "title": "mean absolute error",
            "rangemode": "tozero",
        },
        legend={"y": -0.14},
        margin={"t": 95},
    )


def place_of(dates: list[str], steps: np.ndarray) -> str:
    """What stands below the first axis: from when to when."""
    span = f"{plain(dates[0])} to {plain(dates[-1])}"
    return f"the test part, one step ahead: {span}" if len(steps) else "the test part"
