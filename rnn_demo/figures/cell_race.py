"""Cell race: accuracy against distance, a line for each cell with the spread of its seeds as a band."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from rnn_demo.experiments.cell_race import REMEMBERS, Race, Score, headline
from rnn_demo.figures.figure import curve, dashes, dress
from rnn_demo.figures.palette import OF_CELLS, TEXT, faint
from rnn_demo.network.cells import CELLS
from rnn_demo.tasks import MEMORY

CHANCE = "baseline: always the most common answer"


def cell_race(scores: Sequence[Score], config: Race) -> go.Figure:
    """The mean over seeds as a line, from the lowest to the highest seed as a band, chance as a dashed line."""
    figure = go.Figure()
    cells = list(dict.fromkeys(score.cell for score in scores))
    means = [[(score.distance, 100 * score.mean) for score in scores if score.cell == cell] for cell in cells]
    # A line that lies on others is dashed and its marks are smaller, so that it hides none of them.
    for cell, dash, size in zip(cells, dashes(means), range(7 + 2 * len(cells), 7, -2), strict=True):
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
            marker={"size": size},
            line={"dash": dash},
            customdata=[[100 * s.low, 100 * s.high, s.seeds] for s in own],
            hovertemplate="over %{x} steps: %{y:.1f}%, between %{customdata[0]:.1f} and %{customdata[1]:.1f} "
            "for %{customdata[2]} seeds<extra>%{fullData.name}</extra>",
        )
        figure.add_trace(mean)
    chance = {score.distance: 100 * score.chance for score in scores}
    x, y, dashed = list(chance), list(chance.values()), {"dash": "dash", "width": 1.5}
    figure.add_trace(curve(x, y, CHANCE, TEXT, "lines", line=dashed, hoverinfo="skip"))
    seeds = "one seed" if config.seeds == 1 else f"mean and range of {config.seeds} seeds"
    about = f"{MEMORY[config.task].title}; {config.hidden_size} units; forget-gate bias +{config.keep_bias:g}; {seeds}"
    about += f"; remembered: {REMEMBERS:.0%} correct"
    heading = "<br>".join([*headline(scores), f"<sup>{about}</sup>"])
    dress(figure, heading, "steps to remember", "accuracy on new texts (%)", height=430)
    figure.update_layout(legend={"y": -0.24}, margin={"t": 90}).update_yaxes(range=[-3, 108])
    return figure.update_xaxes(
        type="log", tickvals=list(chance), ticktext=[str(d) for d in chance], minor={"ticks": ""}
    )
