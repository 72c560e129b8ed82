"""What an answer rests on: gradients over the steps, and what each token added to the answer."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnn_demo.analysis.attribution import Influence, Integrated, influence, integrated_gradients
from rnn_demo.figures.figure import Subject, frame, layer_name, over_time, plain
from rnn_demo.figures.palette import LIGHT, NAMED
from rnn_demo.network.arrays import Array

MORE, LESS = LIGHT[3], LIGHT[1]  # for the answer, against it


def memory(subject: Subject) -> go.Figure:
    """|dL/dh_t| of every layer, on a logarithmic axis: a line that falls to the left is a memory that fades."""
    found = influence(subject.model, subject.trace.tokens, subject.label, subject.explained)
    figure = go.Figure()
    for k, (layer, grad) in enumerate(zip(subject.trace.layers, found.grad_h, strict=True)):
        size = np.linalg.norm(grad, axis=1)
        figure.add_scatter(
            x=np.arange(len(size)),
            y=np.where(size > 0, size, np.nan),
            mode="lines+markers",
            name=f"h, {layer_name(subject.trace, layer)}",
            line={"color": NAMED[k % len(NAMED)], "width": 2},
        )
    title = f"How far back {_answer(subject, found)} reaches: |dL/dh<sub>t</sub>|"
    frame(figure, subject, title, "token", "length of the gradient")
    figure.update_yaxes(type="log", exponentformat="power")
    return over_time(figure, subject)


def tokens(subject: Subject) -> go.Figure:
    """Gradient times input of each token as bars, and the length of its gradient as a line."""
    found = influence(subject.model, subject.trace.tokens, subject.label, subject.explained)
    figure = _bars(found.times_input, "gradient × input")
    figure.add_scatter(
        x=np.arange(len(found.grad_x)),
        y=np.linalg.norm(found.grad_x, axis=1),
        name="length of the gradient",
        mode="lines+markers",
        line={"color": NAMED[7], "width": 1.5},
    )
    title = f"What each token does to {_answer(subject, found)}, by its gradient"
    frame(figure, subject, title, "token", "change of the log odds")
    return over_time(figure, subject)


def integrated(subject: Subject) -> go.Figure:
    """Integrated gradients of each token; together they make the whole difference, but for the gap that is named."""
    found = integrated_gradients(subject.model, subject.trace.tokens, subject.label, subject.explained)
    figure = _bars(found.attributions, "integrated gradients")
    title = (
        f"What each token adds to {_answer(subject, found)}: "
        f"{found.attributions.sum():.2f} of {found.difference:.2f} (gap {found.gap:.3f})"
    )
    frame(figure, subject, title, "token", "share of the log odds")
    return over_time(figure, subject)


def _answer(subject: Subject, found: Influence | Integrated) -> str:
    """The label in quotes, and the step after which it is the answer, unless that is the last."""
    last = found.step == len(subject.trace.tokens) - 1
    return f"“{plain(found.label)}”" + ("" if last else f" after step {found.step + 1}")


def _bars(values: Array, name: str) -> go.Figure:
    colours = [MORE if value >= 0 else LESS for value in values]
    return go.Figure(go.Bar(x=np.arange(len(values)), y=values, name=name, marker={"color": colours}))
