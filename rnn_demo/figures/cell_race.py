"""Cell race: accuracy against distance, a line for each cell with the spread of its seeds as a band."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from rnn_demo.experiments.cell_race import Race, Score
from rnn_demo.figures.figure import curve, dress
from rnn_demo.figures.palette import OF_CELLS, TEXT, faint
from rnn_demo.network.cells import CELLS
from rnn_demo.tasks import MEMORY


def cell_race(scores: Sequence[Score], config: Race) -> go.Figure:
    """The mean over seeds as a line, from the lowest to the highest seed as a band, chance as a dashed line."""
    figure = go.Figure()
    for cell in dict.fromkeys(score.cell for score in scores):
        own = [score for score in scores if score.cell == cell]
        x, colour = [score.distance for score in own], OF_CELLS[cell]
        figure.add_scatter(
            x=x + x[::-1],
            y=[100 * s.high for s in own] + [100 * s.low for s in own[::-1]],
            fill="toself",
            mode="lines",
            fillcolor=faint(colour),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            legendgroup=cell,
        )
        mean = curve(
            x,
            [100 * s.mean for s in own],
            CELLS[cell].title,
            colour,
            legendgroup=cell,
            marker={"size": 7},
            customdata=[[100 * s.low, 100 * s.high, s.seeds] for s in own],
            hovertemplate="over %{x} steps: %{y:.1f}%, between %{customdata[0]:.1f} and %{customdata[1]:.1f} "
            "for %{customdata[2]} seeds<extra>%{fullData.name}</extra>",
        )
        figure.add_trace(mean)
    chance = {score.distance: 100 * score.chance for score in scores}
    x, y, dashed = list(chance), list(chance.values()), {"dash": "dash", "width": 1.5}
    figure.add_trace(curve(x, y, "always the most frequent answer", TEXT, "lines", line=dashed, hoverinfo="skip"))
    runs = f"{config.seeds} seed{'s' if config.seeds > 1 else ''}, {config.hidden_size} units"
    heading = f"{MEMORY[config.task].title}: which forget?<br><sup>{runs}, at most {config.epochs} epochs each</sup>"
    dress(figure, heading, "steps to remember over", "accuracy (%)", height=400)
    figure.update_layout(legend={"y": -0.34}).update_yaxes(range=[-2, 104])
    return figure.update_xaxes(
        type="log", tickvals=list(chance), ticktext=[str(d) for d in chance], minor={"ticks": ""}
    )
