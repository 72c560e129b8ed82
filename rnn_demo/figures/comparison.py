"""Comparisons: what several models, trained on the same data, were measured to be worth."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from rnn_demo.data.wording import percent
from rnn_demo.experiments.comparison import gates_in_words, measured, order_in_words
from rnn_demo.figures.figure import dress, plain
from rnn_demo.figures.palette import NAMED, TEXT

ANSWERS, REFUSALS = NAMED[0], NAMED[2]
TESTS = {"imdb_test": "on long reviews", "sst2_dev": "on short sentences"}
WIDEST = 42  # letters of a title

Rows = Sequence[Mapping[str, Any]]


def gates(rows: Rows) -> go.Figure:
    """For each model, the questions that it answers correctly and those that it refuses correctly, as bars."""
    figure = go.Figure()
    parts = {
        "answered_right": ("answered correctly, of those with an answer", ANSWERS),
        "refused": ("refused, of those without an answer", REFUSALS),
    }
    for key, (name, colour) in parts.items():
        shares = measured(rows, key)
        figure.add_bar(
            x=[100 * share for share in shares.values()],
            y=[plain(model) for model in shares],
            orientation="h",
            name=name,
            marker={"color": colour},
            text=[percent(share, 1) for share in shares.values()],
            textposition="auto",
            hovertemplate="%{y}: %{x:.1f}%<extra>%{fullData.name}</extra>",
        )
    title, _ = gates_in_words(rows)
    dress(figure, _in_lines(title or "What each model answers and refuses"), "questions (%)", "", height=400)
    figure.update_layout(barmode="group", bargap=0.3, legend={"y": -0.36, "traceorder": "normal"}, margin={"t": 80})
    return figure.update_yaxes(autorange="reversed").update_xaxes(range=[0, 104])


def order(rows: Rows, sentences: int | None = None) -> go.Figure:
    """For each model, how far its accuracy falls when the words are shuffled: a line from the one to the other."""
    figure = go.Figure()
    for (test, _), axis in zip(TESTS.items(), ("", "2"), strict=True):
        in_order, shuffled = measured(rows, test), measured(rows, f"{test}_shuffled")
        both = [model for model in in_order if model in shuffled]
        axes = {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}
        figure.add_scatter(
            x=[x for model in both for x in (100 * shuffled[model], 100 * in_order[model], None)],
            y=[plain(model) for model in both for _ in range(3)],
            line={"color": TEXT, "width": 2},
            showlegend=False,
            hoverinfo="skip",
            mode="lines",
            **axes,
        )
        for name, values, marker in (
            ("words shuffled", shuffled, {"symbol": "circle-open", "size": 12, "color": TEXT, "line": {"width": 2}}),
            ("as written", in_order, {"symbol": "circle", "size": 9, "color": ANSWERS}),
        ):
            figure.add_scatter(
                x=[100 * values[model] for model in both],
                y=[plain(model) for model in both],
                name=name,
                marker=marker,
                legendgroup=name,
                showlegend=not axis,
                hovertemplate="%{y}: %{x:.1f}%<extra>%{fullData.name}</extra>",
                mode="markers",
                **axes,
            )
    title, _ = order_in_words(rows, sentences)
    dress(figure, _in_lines(title or "What a model loses with its words shuffled"), "", "", height=580)
    look = figure.layout.xaxis.to_plotly_json(), figure.layout.yaxis.to_plotly_json()
    for panel, top in zip(TESTS.values(), (1.0, 0.4), strict=True):  # to the left of its end, so that it fits a phone
        place = {"x": 1, "xref": "paper", "xanchor": "right", "y": top, "yref": "paper", "yanchor": "bottom"}
        figure.add_annotation(text=panel, showarrow=False, **place)
    return figure.update_layout(
        xaxis={"title": "accuracy (%)"},
        yaxis={"domain": [0.6, 1], "autorange": "reversed"},
        xaxis2={**look[0], "title": "accuracy (%)", "anchor": "y2", "matches": "x"},
        yaxis2={**look[1], "domain": [0, 0.4], "autorange": "reversed", "anchor": "x2"},
        legend={"y": -0.15},
        margin={"t": 80},
    )


def _in_lines(title: str) -> str:
    """A title in lines that are short enough for a phone; broken after a colon where that is enough."""
    start, colon, rest = title.partition(": ")
    lines = [start + colon.strip(), rest] if rest else [title]
    if max(map(len, lines)) > WIDEST:
        lines = textwrap.wrap(title, WIDEST)
    return "<br>".join(map(plain, lines))
