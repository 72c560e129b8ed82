"""Answers: what the head would answer after each step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnn_demo.data.wording import percent
from rnn_demo.figures.figure import Subject, curve, frame, over_time, token_name
from rnn_demo.figures.palette import NAMED, OF_LABELS

MAX_LINES = len(NAMED)  # that can be told apart


def answers(subject: Subject) -> go.Figure:
    """A line for each label; of many labels, those that reached the highest probabilities."""
    p = 100 * subject.trace.probabilities  # (T, C), percent
    labels = np.argsort(-p.max(axis=0), kind="stable")[:MAX_LINES]
    figure = go.Figure(
        [
            curve(
                np.arange(len(p)),
                p[:, c],
                token_name(subject.trace.labels[c]),
                OF_LABELS.get(subject.trace.labels[c], NAMED[k]),
                marker={"size": 6},
                hovertemplate="%{y:.1f}%<extra>%{fullData.name}</extra>",
            )
            for k, c in enumerate(labels)
        ]
    )
    count = "" if len(labels) == p.shape[1] else f"; {len(labels)} of {p.shape[1]} labels are drawn"
    frame(figure, subject, f"{in_words(subject)}{count}", "token", "probability (%)")
    figure.update_yaxes(range=[-2, 102])
    return over_time(figure, subject)


def in_words(subject: Subject) -> str:
    """From which token on the last answer is the most probable one, and how probable it is in the end."""
    p, tokens = np.nan_to_num(subject.trace.probabilities), subject.trace.tokens
    best = p.argmax(axis=1)
    answer = token_name(subject.trace.labels[int(best[-1])])
    others = np.flatnonzero(best != best[-1])
    since = f"From “{token_name(tokens[others[-1] + 1])}” on" if len(others) else "From the first token on"
    return f"{since} the answer is “{answer}”, {percent(p[-1].max())} in the end"
