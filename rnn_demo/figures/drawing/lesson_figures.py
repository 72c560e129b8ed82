"""Figures for a lesson: each has one thing to show, and says it in its title with its own numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnn_demo.data.wording import percent
from rnn_demo.experiments.shipped import ShippedStudy
from rnn_demo.experiments.shipped.learning_curves import CurveEpoch
from rnn_demo.figures.figure import Subject, curve, dress, frame, plain, token_name, token_ticks
from rnn_demo.figures.palette import LIGHT, NAMED, OF_LABELS, TEXT, faint
from rnn_demo.network.arrays import Array

TRAINING, VALIDATION = LIGHT[-1], LIGHT[0]  # as in the lab


def gates(subject: Subject) -> go.Figure:
    """Every gate of the unit that jumps at the present step and hardly anywhere else; without gates, its h alone."""
    quantities, t = subject.layer_trace.quantities, subject.step
    kinds = [quantity for quantity in subject.cell.quantities if quantity.bounds == (0, 1)]
    curves = kinds or [quantity for quantity in subject.cell.quantities if quantity.name == "h"]
    most, unit = jumping_unit(np.array([quantities[q.name] for q in curves]), t)
    figure = go.Figure(
        [
            curve(np.arange(len(subject.trace.tokens)), quantities[q.name][:, unit], f"{q.title} {q.name}", NAMED[k])
            for k, q in enumerate(curves)
        ]
    )
    values = quantities[curves[most].name][:, unit]
    was, now = values[max(0, t - 1)], values[t]
    moves = ("opens" if now > was else "closes") if kinds else "goes"
    change = f"{moves} from {was:.2f} to {now:.2f}".replace("-", "−")
    title = f"At “{token_name(subject.trace.tokens[t])}” the {curves[most].title} of unit {unit + 1} {change}"
    frame(figure, subject, title, "token", "how open the gate is" if kinds else "h")
    if kinds:
        figure.update_yaxes(range=[-0.03, 1.03])
    return _marked(figure, subject, t)


def jumping_unit(values: Array, t: int) -> tuple[int, int]:
    """Of values (G, T, H), the quantity and the unit whose change at step t exceeds its others most.

    The steps beside t do not count: a unit that jumps has to come back.
    """
    jumps = np.nan_to_num(np.abs(np.diff(values, axis=1, prepend=values[:, :1])))  # (G, T, H)
    elsewhere = np.abs(np.arange(values.shape[1]) - t) > 1
    others = jumps[:, elsewhere].max(axis=(0, 1), initial=0.0)  # (H,): of all quantities, so that all are calm
    most, unit = np.unravel_index((jumps[:, t] - others).argmax(), jumps[:, t].shape)
    return int(most), int(unit)


def _marked(figure: go.Figure, subject: Subject, t: int) -> go.Figure:
    token_ticks(figure, subject.trace.tokens).update_xaxes(range=[-0.5, len(subject.trace.tokens) - 0.5])
    return figure.add_vrect(x0=t - 0.5, x1=t + 0.5, line={"color": TEXT, "width": 2})


def turns(probabilities: Array) -> int:
    """The step at which a probability (T,) crossed one half, or else changed at all, by most; not the first one."""
    if len(probabilities) < 2:
        return 0
    crosses = np.diff(probabilities > 0.5)
    moves = np.abs(np.diff(probabilities)) * (crosses if crosses.any() else 1)
    return int(moves.argmax()) + 1


def verdict(subject: Subject) -> go.Figure:
    """The probability of one label after each token; the title names the token that changed it most.

    What is positive has the colour of positive, and what is not that of negative, as on the page.
    """
    trace = subject.trace
    name = "positive" if "positive" in trace.labels else trace.labels[int(trace.probabilities[-1].argmax())]
    p = trace.probabilities[:, trace.labels.index(name)]  # (T,)
    t = turns(p)
    before, after = p[max(0, t - 1)], p[t]
    middle = curve([-0.5, len(p) - 0.5], [50, 50], "undecided", TEXT, "lines", line={"dash": "dash", "width": 1.2})
    lines = two_sided(p) if name in OF_LABELS else [curve(np.arange(len(p)), 100 * p, plain(name), NAMED[0])]
    does = "turns the verdict" if (before - 0.5) * (after - 0.5) < 0 else "moves the verdict most"
    change = f"from {percent(before)} to {percent(after)} {plain(name)}"
    title = f"“{token_name(trace.tokens[t])}” {does}: {change}"
    figure = frame(go.Figure([middle, *lines]), subject, title, "token", f"probability of {plain(name)} (%)")
    figure.update_yaxes(range=[-2, 102])
    return _marked(figure, subject, t)


def two_sided(p: Array) -> list[go.Scatter]:
    """The probability of positive (T,) as a line; what lies above one half and what below it is coloured."""
    x, y = np.arange(len(p)), 100 * p
    parts = []
    for label in ("positive", "negative"):
        corners, colour = between(y, 50, label == "positive"), OF_LABELS[label]
        area = curve([x for x, _ in corners], [y for _, y in corners], label, colour, "lines", line={"width": 0})
        parts.append(area.update(fill="toself", fillcolor=faint(colour), hoverinfo="skip", showlegend=False))
    parts.append(curve(x, y, "probability", TEXT, "lines", showlegend=False))
    for label, side in (("positive", p >= 0.5), ("negative", p < 0.5)):
        marker = {"size": 11, "color": OF_LABELS[label]}
        parts.append(curve(x, np.where(side, y, np.nan), label, OF_LABELS[label], "markers", marker=marker))
    return parts


def between(y: Array, middle: float, above: bool) -> list[tuple[float, float]]:
    """The corners of what lies between a line (T,) and the middle, on one side of it."""
    corners = [(0.0, middle)]
    for k, value in enumerate(y.tolist()):
        before = float(y[max(0, k - 1)])
        if (before - middle) * (value - middle) < 0:
            corners.append((k - (value - middle) / (value - before), middle))
        corners.append((float(k), max(value, middle) if above else min(value, middle)))
    return [*corners, (len(y) - 1.0, middle)]


def attention(subject: Subject) -> go.Figure:
    """The share of each step in what the head reads at the end; ValueError for a model without attention."""
    scores = subject.trace.attention
    if scores is None:
        raise ValueError(
            f"{subject.checkpoint} does not pool by attention; choose a checkpoint that does, for example names-deep"
        )
    shares = np.exp(scores - scores.max())
    shares = shares / shares.sum()  # (T,)
    colours = [LIGHT[-1] if k == int(shares.argmax()) else LIGHT[3] for k in range(len(shares))]
    figure = go.Figure(go.Bar(x=np.arange(len(shares)), y=100 * shares, marker={"color": colours}, showlegend=False))
    token = token_name(subject.trace.tokens[int(shares.argmax())])
    answer = plain(subject.trace.labels[int(subject.trace.probabilities[-1].argmax())])
    title = f"Attention: {percent(shares.max())} of what the head reads for “{answer}” is the state after “{token}”"
    frame(figure, subject, title, "token", "share of the attention (%)")
    return token_ticks(figure, subject.trace.tokens).update_xaxes(range=[-0.5, len(shares) - 0.5])


def rows_of(study: ShippedStudy, recipe: str) -> list[CurveEpoch]:
    return [row for row in study.of(CurveEpoch) if row.recipe == recipe]


def _points(rows: Sequence[CurveEpoch], name: str, factor: float = 1) -> tuple[list[int], list[float]]:
    points = [(row.epoch, factor * value) for row in rows if (value := getattr(row, name)) is not None]
    return [x for x, _ in points], [y for _, y in points]


def progress(study: ShippedStudy) -> go.Figure:
    """Accuracy over the epochs on what is learnt and on what is not."""
    rows = rows_of(study, study.setting.recipes[0])
    figure = go.Figure(
        [
            curve(*_points(rows, "accuracy", 100), "training", TRAINING, "lines"),
            curve(*_points(rows, "validation_accuracy", 100), "validation", VALIDATION, "lines"),
        ]
    )
    first, last = rows[0], rows[-1]
    words = f"Learning: from {percent(first.accuracy)} after one epoch to {percent(last.accuracy)} after {last.epoch}"
    if last.validation_accuracy is not None:
        words += f", {percent(last.validation_accuracy)} on its validation names"
    return _dressed(figure, words, rows[0].recipe, study.setting.seed, "accuracy (%)")


def overfitting(study: ShippedStudy) -> go.Figure:
    """The loss on what is learnt falls on, while that on the validation text has its best epoch behind it."""
    rows = rows_of(study, study.setting.recipes[1])
    epochs, held = _points(rows, "validation_loss")
    best = int(np.argmin(held))
    figure = go.Figure(
        [
            curve(*_points(rows, "loss"), "training", TRAINING, "lines"),
            curve(epochs, held, "validation", VALIDATION, "lines"),
            curve([epochs[best]], [held[best]], "best epoch", VALIDATION, "markers", marker={"size": 14}),
        ]
    )
    words = (
        f"Overfitting: after epoch {epochs[best]} the validation loss rises from {held[best]:.2f} to {held[-1]:.2f}, "
        f"while the training loss falls to {rows[-1].loss:.2f}"
    )
    return _dressed(figure, words, rows[0].recipe, study.setting.seed, "loss per character")


def forcing(study: ShippedStudy) -> go.Figure:
    """The loss of a network that writes, once reading the truth, once its own predictions."""
    rows = rows_of(study, study.setting.recipes[1])
    figure = go.Figure(
        [
            curve(*_points(rows, "forced"), "teacher forcing: it reads the truth", TRAINING),
            curve(*_points(rows, "free"), "free running: it reads its own predictions", VALIDATION),
        ]
    )
    forced, free = _points(rows, "forced")[1][-1], _points(rows, "free")[1][-1]
    words = (
        f"Teacher forcing flatters: a loss of {forced:.1f} when it reads the truth, of {free:.1f} when it reads itself"
    )
    return _dressed(figure, words, rows[0].recipe, study.setting.seed, "validation loss per character")


def _dressed(figure: go.Figure, words: str, recipe: str, seed: int, y: str) -> go.Figure:
    about = f"python -m rnn_demo train {recipe} --seed {seed}"
    dress(figure, f"{words}<br><sup>{about}</sup>", "epoch", y)
    return figure.update_yaxes(range=[0, 1.05 * max(max(line.y) for line in figure.data)])
