"""Figures: from a trace to a Plotly figure, for any cell and any length. Those in `VIEWS` a reader can choose."""

from collections.abc import Callable

import plotly.graph_objects as go

from rnn_demo.figures.figure import Subject
from rnn_demo.figures.heatmap import heatmap
from rnn_demo.figures.influence import integrated, memory, tokens
from rnn_demo.figures.path import path
from rnn_demo.figures.probabilities import probabilities
from rnn_demo.figures.updates import updates

VIEWS: dict[str, Callable[[Subject], go.Figure]] = {
    "heat map": heatmap,
    "answers": probabilities,
    "path": path,
    "updates": updates,
    "memory": memory,
    "tokens": tokens,
    "integrated gradients": integrated,
}
