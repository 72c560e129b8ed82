"""The pictures that a command draws: every view of a trace, and those that a lesson needs ready-made.

Example:

    draw("unrolled", "names", "Giovanni").svg()
    draw("race").svg()                       # of a study whose results come with the package
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
import plotly.graph_objects as go

from rnn_demo.analysis.trace import record
from rnn_demo.data.wording import percent, shortened
from rnn_demo.experiments import shipped
from rnn_demo.experiments.cell_race import Finish, scores
from rnn_demo.experiments.gradient_study import FlowEpoch
from rnn_demo.figures import VIEWS
from rnn_demo.figures.cell_race import cell_race
from rnn_demo.figures.clipping import clipping
from rnn_demo.figures.drawing import cell, lesson_figures, network, svg
from rnn_demo.figures.drawing.chart import chart
from rnn_demo.figures.drawing.slide import Drawing, Slide
from rnn_demo.figures.figure import Subject, moment_of, plain
from rnn_demo.figures.gradient_arrival import arrival
from rnn_demo.network.cells import CELLS, Cell, Quantity
from rnn_demo.zoo.checkpoint import open_checkpoint

THREE_CELLS = ("names-rnn", "names-gru", "names")  # networks that learnt the same
Content = tuple[str, str, Drawing]  # a title, what it is about, and the drawing


@dataclass(frozen=True)
class Picture:
    """A picture of a trace, with the checkpoint and the text that show its point best.

    `draw` gets the subject, `figure` makes a Plotly figure of it where the picture is one. `present` is the token whose
    step is looked at; without it, the last one.
    """

    draw: Callable[[Subject], Content] | None = None
    figure: Callable[[Subject], go.Figure] | None = None
    checkpoint: str = "names"
    text: str = "Giovanni"
    present: str = ""


def _unrolled(subject: Subject) -> Content:
    answer = _answer(subject)
    title = f"Unrolled: one {subject.cell.title}, the same at each of {len(subject.trace.tokens)} steps{answer}"
    return title, _about(subject), network.unrolled(subject.trace)


def _folded(subject: Subject) -> Content:
    title = f"Folded and unrolled: the same W<sub>ih</sub> and W<sub>hh</sub> at every step of the {subject.cell.title}"
    return title, _about(subject), network.folded_and_unrolled(subject.trace)


def _cell(subject: Subject) -> Content:
    title = f"The {subject.cell.title} cell, with its numbers at step {subject.step + 1}"
    return title, _about(subject), cell.cell(subject.trace, subject.step, subject.layer)


def _cells(subject: Subject) -> Content:
    """The cells of three networks that learnt the same, at the same step and of the same size."""
    text = "".join(subject.trace.tokens)
    traces = [record(open_checkpoint(name), text) for name in THREE_CELLS]
    drawings = [cell.cell(trace, subject.step, equations_too=False) for trace in traces]
    kinds = [CELLS[trace.cell] for trace in traces]
    # The two smaller ones in a column; the LSTM, the largest, beside them, and under it what each of them has.
    left = max(drawing.width for drawing in drawings[:2]) + 16
    places = [(0.0, 0.0), (0.0, drawings[0].height), (left, 0.0)]
    parts = []
    for kind, drawing, (x, y) in zip(kinds, drawings, places, strict=True):
        parts.append(svg.text(x + 78, y + 24, kind.title, 24, weight=600))
        parts.append(svg.moved(x, y + 26, drawing.content))
    below = drawings[2].height + 96
    for row, kind in enumerate(kinds):
        parts.append(svg.text(left + 78, below + 74 * row, kind.title, 22, weight=600))
        parts.append(svg.text(left + 78, below + 28 + 74 * row, parts_in_words(kind), 20))
    whole = Drawing("".join(parts), left + drawings[2].width, drawings[0].height + drawings[1].height)
    title = f"{_three(kinds)} (step {subject.step + 1} of “{plain(text)}”)"
    return title, f"{', '.join(THREE_CELLS)} read “{plain(text)}”", whole


def gates_of(kind: type[Cell]) -> list[Quantity]:
    """The gates of a cell: what lies between 0 and 1."""
    return [quantity for quantity in kind.quantities if quantity.bounds == (0, 1)]


def parts_in_words(kind: type[Cell]) -> str:
    """The gates and the states of a cell: "2 gates (reset gate r, update gate z); carries h"."""
    gates = gates_of(kind)
    names = ", ".join(f"{quantity.title.removesuffix(' gate')} {quantity.name}" for quantity in gates)
    count = f"{len(gates) or 'no'} gate{'s' * (len(gates) != 1)}"
    return f"{count}{f' ({names})' if gates else ''}; carries {' and '.join(kind.state)}"


def _three(kinds: list[type[Cell]]) -> str:
    """What tells cells apart, in a sentence."""
    first, *others = kinds
    counts = [f"The {first.title} has {len(gates_of(first)) or 'no'} gates"]
    counts += [f"the {kind.title} {len(gates_of(kind)) or 'none'}" for kind in others]
    most = max(kinds, key=lambda kind: len(kind.state))
    more = [name for name in most.state if any(name not in kind.state for kind in kinds)]
    second = f"; only the {most.title} carries a second state, {' and '.join(more)}" if more else ""
    return f"{', '.join(counts)}{second}"


def _answer(subject: Subject) -> str:
    trace = subject.trace
    if not trace.labels:
        return ""
    best = int(np.nan_to_num(trace.probabilities[-1]).argmax())
    return f"; at the end {plain(trace.labels[best])} {percent(float(trace.probabilities[-1, best]))}"


def _about(subject: Subject) -> str:
    tokens = subject.trace.tokens
    text = ("" if all(len(token) == 1 for token in tokens) else " ").join(tokens)
    return f"{subject.checkpoint} ({subject.cell.title}) reads “{plain(shortened(text, 60))}”"


NOT_GOOD = "I wanted to love it, but this film is not good"
PICTURES = {
    **{name: Picture(figure=view) for name, view in VIEWS.items()},
    "unrolled": Picture(draw=_unrolled),
    "folded": Picture(draw=_folded, checkpoint="hello", text="hell"),
    "cell": Picture(draw=_cell, present="v"),
    "cells": Picture(draw=_cells, present="v"),
    "gates": Picture(figure=lesson_figures.gates, checkpoint="sentiment", text=NOT_GOOD, present="not"),
    "verdict": Picture(figure=lesson_figures.verdict, checkpoint="sentiment", text="this film is not good at all"),
    "attention": Picture(figure=lesson_figures.attention, checkpoint="names-deep", text="Giovanni"),
}


def _vanishing() -> go.Figure:
    study = shipped.load("gradient")
    flows = {row.cell: row.flow for row in study.of(FlowEpoch) if row.epoch == 0}
    example = next(row.example for row in study.of(FlowEpoch) if row.epoch == 0)
    return arrival({cell: flows[cell] for cell in CELLS}, tuple(example.text), moment_of(0, study.setting.keep_bias))


def _race() -> go.Figure:
    study = shipped.load("race")
    return cell_race(scores(study.of(Finish)), study.setting)


def _clipping() -> go.Figure:
    study = shipped.load("clipping")
    return clipping(study.results, study.setting)


STUDY_PICTURES: dict[str, Callable[[], go.Figure]] = {
    "gradient": _vanishing,
    "race": _race,
    "clipping": _clipping,
    "progress": lambda: lesson_figures.progress(shipped.load("curves")),
    "overfitting": lambda: lesson_figures.overfitting(shipped.load("curves")),
    "forcing": lambda: lesson_figures.forcing(shipped.load("curves")),
}
NAMES = (*PICTURES, *STUDY_PICTURES)

# Those of a course, with the place of the page where each comes alive, in the order of the lessons.
LESSON_PICTURES: dict[str, dict[str, str]] = {
    "unrolled": {"tab": "states", "model": "names", "text": "Giovanni", "step": "1"},
    "folded": {"tab": "states", "model": "hello", "text": "hell", "step": "1"},
    "cells": {"tab": "states", "model": "names", "text": "Giovanni", "step": "4", "view": "cell"},
    "gates": {"tab": "states", "model": "sentiment", "text": NOT_GOOD, "step": "11", "view": "cell", "unit": "33"},
    "verdict": {"tab": "sentiment", "text": "this film is not good at all"},
    "gradient": {"tab": "lab", "part": "gradient"},
    "race": {"tab": "lab", "part": "race"},
    "clipping": {"tab": "lab", "part": "clipping"},
    "progress": {"tab": "lab", "recipe": "surnames", "picture": "progress"},
    "overfitting": {"tab": "lab", "recipe": "characters", "picture": "overfitting"},
    "forcing": {"tab": "lab", "recipe": "characters", "picture": "forcing"},
    "attention": {"tab": "states", "model": "names-deep", "text": "Giovanni", "step": "8"},
}


# Where a picture shows several networks: a link to each, by its title.
FURTHER_LINKS: dict[str, dict[str, dict[str, str]]] = {
    "cells": {
        title: {**LESSON_PICTURES["cells"], "model": name}
        for title, name in zip(("RNN", "GRU", "LSTM"), THREE_CELLS, strict=True)
    }
}


def figure_of(name: str, checkpoint: str | None = None, text: str | None = None) -> go.Figure | None:
    """The Plotly figure behind a picture; None where it is a drawing of another kind."""
    if name in STUDY_PICTURES:
        return _study(name, checkpoint)
    make = PICTURES[_known(name)].figure
    return make(_subject(name, checkpoint, text)) if make else None


def draw(name: str, checkpoint: str | None = None, text: str | None = None) -> Slide:
    """A picture by its name; ValueError for an unknown one, and for a text or a model that it cannot be drawn of."""
    source = " ".join(
        ["python -m rnn_demo figure", _quoted(_known(name)), *map(_quoted, filter(None, (checkpoint, text)))]
    )
    figure = figure_of(name, checkpoint, text)
    if figure is not None:
        title, about = title_of(figure)
        content = (title, about, chart(figure))
    else:
        make = PICTURES[name].draw
        assert make is not None, "a picture is a figure or a drawing"
        content = make(_subject(name, checkpoint, text))
    title, about, drawing = content
    return Slide(title, f"{about} · rnn_demo: {source}" if about else f"rnn_demo: {source}", drawing)


def title_of(figure: go.Figure) -> tuple[str, str]:
    """A figure's heading, and what is written in small letters below it."""
    lines = figure.layout.title.text.split("<br>")
    about = [line.removeprefix("<sup>").removesuffix("</sup>") for line in lines if line.startswith("<sup>")]
    heading = " ".join(line for line in lines if not line.startswith("<sup>"))
    return re.sub("</?b>", "", heading), " ".join(about)


def page_link(name: str) -> str:
    """The link to the place of the page where a picture of a lesson comes alive."""
    return "?" + urlencode(LESSON_PICTURES[name])


def _known(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"there is no picture {name!r}; choose one of {', '.join(NAMES)}")
    return name


def _study(name: str, checkpoint: str | None) -> go.Figure:
    if checkpoint is not None:
        raise ValueError(f"{name} shows a study that comes with the package, so it takes no checkpoint and no text")
    return STUDY_PICTURES[name]()


def _subject(name: str, checkpoint: str | None, text: str | None) -> Subject:
    picture = PICTURES[_known(name)]
    if checkpoint is not None and text is None and checkpoint != picture.checkpoint:
        raise ValueError(f"give a text for {checkpoint} to read: python -m rnn_demo figure {name} {checkpoint} TEXT")
    checkpoint = checkpoint or picture.checkpoint
    model = open_checkpoint(checkpoint, hub=True)
    trace = record(model, picture.text if text is None else text)
    tokens = list(trace.tokens)
    step = tokens.index(picture.present) if picture.present in tokens else len(tokens) - 1
    return Subject(trace, checkpoint.rstrip("/").rpartition("/")[2], model, step)


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word or not word.isascii() else word
