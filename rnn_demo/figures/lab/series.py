"""A series: what came, what was forecast one step ahead and by both baselines, and the error over the horizon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from rnn_demo.analysis.forecasts import Comparison, Rolling
from rnn_demo.experiments.lab.series_run import SeriesEnd, SeriesRun, headline
from rnn_demo.figures.figure import curve, dress, plain
from rnn_demo.figures.palette import NAMED, TEXT
from rnn_demo.network.cells import CELLS

TRUTH, NETWORK, NAIVE, SEASONAL = "truth", "network", "naive: as it was", "seasonal naive: as a season ago"
COLOURS = {TRUTH: TEXT, NETWORK: NAMED[0], NAIVE: NAMED[1], SEASONAL: NAMED[2]}
MOST = 160  # values drawn: of more, the last


def series_figure(end: SeriesEnd, config: SeriesRun) -> go.Figure:
    """Four lines over the test part, and below them three errors over the steps that a forecast runs freely."""
    first = end.start + max(0, len(end.comparison.truth) - MOST)  # of the values that are drawn, counted from 0
    steps = list(range(first + 1, len(config.series.values) + 1))
    dates = list(config.series.dates[first:]) or [f"value {step}" for step in steps]
    figure = go.Figure([*forecast_lines(end.comparison, steps, dates), *error_lines(end.rolling)])
    settings = f"{CELLS[config.cell].title}, {config.hidden_size} units, {config.epochs} epochs, seed {config.seed}"
    about = f"{config.series.name}; {settings}; free runs from {end.rolling.origins} origins"
    dress(figure, "<br>".join([*headline(end), f"<sup>{plain(about)}</sup>"]), "", "value", height=640)
    span = f"the test part, one step ahead: {plain(dates[0])} to {plain(dates[-1])}"
    return figure.update_layout(
        xaxis={"title": {"text": span}, "anchor": "y"},
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


def forecast_lines(comparison: Comparison, steps: Sequence[int], dates: Sequence[str]) -> Iterator[go.Scatter]:
    """The truth and the forecasts one step ahead of it, of the last values, at these steps and dates."""
    lines = {
        TRUTH: comparison.truth,
        SEASONAL: comparison.seasonal,
        NAIVE: comparison.naive,
        NETWORK: comparison.model,
    }
    for name, values in lines.items():
        yield curve(
            steps,
            values[-len(steps) :],
            name,
            COLOURS[name],
            "lines",
            line={"dash": "dot"} if name in (NAIVE, SEASONAL) else {},
            customdata=dates,
            legendgroup=name,
            hovertemplate="%{customdata}: %{y:.4g}<extra>%{fullData.name}</extra>",
        )


def error_lines(free: Rolling) -> Iterator[go.Scatter]:
    """The mean absolute errors over the steps that a forecast runs freely, on the lower axes."""
    ahead = range(1, len(free.model) + 1)
    for name, errors in {SEASONAL: free.seasonal, NAIVE: free.naive, NETWORK: free.model}.items():
        yield curve(
            list(ahead),
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
