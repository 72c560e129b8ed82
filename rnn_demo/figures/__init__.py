"""Figures: from a trace to a Plotly figure, for any cell and any length. `VIEWS` are those of a trace."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rnn_demo.analysis.gradient_flow import Flows
from rnn_demo.figures import gradient_arrival, gradient_flow
from rnn_demo.figures.answers import answers
from rnn_demo.figures.figure import Subject
from rnn_demo.figures.heatmap import heatmap
from rnn_demo.figures.influence import integrated, memory, tokens
from rnn_demo.figures.path import path
from rnn_demo.figures.updates import updates


@dataclass(frozen=True)
class View:
    """A figure to choose, and what of its subject a reader chooses with it: a layer, a quantity, a label to explain."""

    draw: Callable[[Subject], go.Figure]
    of_layer: bool = False
    of_quantity: bool = False
    of_label: bool = False
    of_answers: bool = False  # does it need labels, which a network that forecasts does not have?

    def __call__(self, subject: Subject) -> go.Figure:
        return self.draw(subject)


VIEWS = {
    "heat map": View(heatmap, of_layer=True, of_quantity=True),
    "answers": View(answers, of_answers=True),
    "path": View(path, of_layer=True),
    "updates": View(updates, of_layer=True),
    "memory": View(memory, of_label=True, of_answers=True),
    "tokens": View(tokens, of_label=True, of_answers=True),
    "integrated gradients": View(integrated, of_label=True, of_answers=True),
}

# Gradient through time: from the flows of the cells, the tokens and the moment to a figure.
FLOW_VIEWS: dict[str, Callable[[Flows, Sequence[str], str], go.Figure]] = {
    "what arrives": gradient_arrival.arrival,
    "gradient": gradient_flow.gradient,
    "what survives to the end": gradient_flow.reach,
    "singular values": gradient_flow.singular_values,
}
