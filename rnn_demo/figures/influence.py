"""What an answer rests on: gradients over the steps, and what each token added to the answer."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnn_demo.analysis.attribution import Influence, Integrated, influence, integrated_gradients
from rnn_demo.figures.figure import Subject, curve, frame, layer_name, log_axis, over_time, plain
from rnn_demo.figures.palette import LIGHT, NAMED
from rnn_demo.network.arrays import Array

MORE, LESS = LIGHT[3], LIGHT[1]  # for the answer, against it


def memory(subject: Subject) -> go.Figure:
    """|dL/dh_t| of every layer, on a logarithmic axis: where a line falls to the left, the memory fades."""
    answer = influence(subject.model, subject.trace.tokens, subject.label, subject.explained)
    figure = go.Figure()
    for k, (layer, grad) in enumerate(zip(subject.trace.layers, answer.grad_h, strict=True)):
        size = np.linalg.norm(grad, axis=1)
        name, colour = f"h, {layer_name(subject.trace, layer)}", NAMED[k % len(NAMED)]
        figure.add_trace(curve(np.arange(len(size)), np.where(size > 0, size, np.nan), name, colour))
    title = f"How far back {_name(subject, answer)} reaches: |dL/dh<sub>t</sub>|"
    frame(figure, subject, title, "token", "gradient norm")
    norms = np.concatenate([np.linalg.norm(grad, axis=1) for grad in answer.grad_h])
    return over_time(log_axis(figure, norms, "gradient norm"), subject)


def tokens(subject: Subject) -> go.Figure:
    """Gradient times input of each token as bars, and its gradient norm as a line."""
    answer = influence(subject.model, subject.trace.tokens, subject.label, subject.explained)
    figure = _bars(answer.times_input, "gradient × input")
    norms = np.linalg.norm(answer.grad_x, axis=1)
    figure.add_trace(curve(np.arange(len(norms)), norms, "gradient norm", NAMED[7], line={"width": 1.5}))
    title = f"What each token does to {_name(subject, answer)}, by its gradient"
    frame(figure, subject, title, "token", "change of the log odds")
    return over_time(figure, subject)


def integrated(subject: Subject) -> go.Figure:
    """Integrated gradients of each token; they add up to the whole difference, except for the gap in the title."""
    answer = integrated_gradients(subject.model, subject.trace.tokens, subject.label, subject.explained)
    figure = _bars(answer.attributions, "integrated gradients")
    title = (
        f"What each token adds to {_name(subject, answer)}: "
        f"{answer.attributions.sum():.2f} of {answer.difference:.2f} (gap {answer.gap:.3f})"
    )
    frame(figure, subject, title, "token", "contribution to the log odds")
    return over_time(figure, subject)


def _name(subject: Subject, answer: Influence | Integrated) -> str:
    """The label in quotes, and the step after which it is the answer, unless that is the last."""
    last = answer.step == len(subject.trace.tokens) - 1
    return f"“{plain(answer.label)}”" + ("" if last else f" after step {answer.step + 1}")


def _bars(values: Array, name: str) -> go.Figure:
    colours = [MORE if value >= 0 else LESS for value in values]
    return go.Figure(go.Bar(x=np.arange(len(values)), y=values, name=name, marker={"color": colours}))
