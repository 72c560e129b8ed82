"""Exhibits in the page: a click on one starts its run, and two lines say what to look for."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

import gradio as gr

from rnn_demo.experiments.lab.exhibits import EXHIBITS, ExhibitRun, Observation, Point, exhibit
from rnn_demo.figures.palette import NAMED
from rnn_demo.ui.lab.study_panel import StudyPanel
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.charts import chart, counted_axis, line, loss_axis, percent_axis, powers_axis

_CARD = re.compile(r"^## (\w+): (.+)\n(.+)\n(.+)$", re.M)
INVITATION = "Press Start, or click another exhibit."


def cards() -> dict[str, tuple[str, str]]:
    """By name the title of each exhibit and its two lines, in the order of `texts/lab/exhibits.md`."""
    return {name: (title, f"{one} {two}") for name, title, one, two in _CARD.findall(words("lab/exhibits"))}


CARDS = cards()
FIRST = next(iter(CARDS))


def build(visitors: Visitors) -> None:
    """Lay out the part and wire it; a choice starts its run."""
    gr.Markdown(words("lab/exhibits").partition("\n## ")[0])
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=280):
            name = gr.Radio(
                [(title, name) for name, (title, _) in CARDS.items()],
                value=FIRST,
                label="Exhibits",
                elem_id="exhibits-name",
            )
            seed = gr.Number(0, precision=0, label="Seed", elem_id="exhibits-seed")
        with gr.Column(scale=3, min_width=300):
            about = gr.Markdown(about_of(FIRST), elem_id="exhibits-about")
            panel = StudyPanel("exhibits", INVITATION, visitors, exhibit)
    name.input(about_of, name, about, queue=False, **QUIET)
    # While one runs no other can be chosen, so that the lines beside it are about what is drawn.
    run = panel.on_start(
        [name, seed], setting_of, payloads, {name: gr.update(interactive=False)}, lambda *_: {}, also=[name.input]
    )
    run.then(unlock, None, name, **QUIET)


def unlock() -> gr.Radio:
    """The exhibits can be chosen again, whatever came of the run."""
    return gr.Radio(interactive=True)


def about_of(name: str | None) -> str:
    """What to look for in an exhibit, as Markdown; "" for none."""
    return f"#### {CARDS[name][0]}\n\n{CARDS[name][1]}" if name in CARDS else ""


def setting_of(name: str | None, seed: float) -> ExhibitRun:
    """The exhibit that was chosen; ValueError where none was."""
    if not name:
        raise ValueError("no exhibit is chosen; click one of the eight")
    return ExhibitRun(name, int(seed or 0))


def payloads(setting: ExhibitRun, batches: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
    """The curves as they grow; the last time with what was seen."""
    points: list[Point] = []
    observation: Observation | None = None
    started = time.monotonic()
    for batch in batches:
        points += [event for event in batch if isinstance(event, Point)]
        observation = next((event for event in batch if isinstance(event, Observation)), observation)
        yield payload(setting, points)
    seconds = time.monotonic() - started
    if observation is None:
        yield {"status": "Stopped before its end: nothing was seen."}
        return
    otherwise = "" if observation.happened else " With this seed it did not happen as described above; try another one."
    status = f"{observation.sentence}{otherwise} ({seconds:.0f} s)"
    yield payload(setting, points) | {"status": status, "results": observation}


def payload(setting: ExhibitRun, points: list[Point]) -> dict[str, Any]:
    """A line for each curve."""
    about = EXHIBITS[setting.name]
    curves: dict[str, list[tuple[float, float]]] = {}
    for point in points:
        curves.setdefault(point.curve, []).append((point.at, point.value))
    lines = [line(name, NAMED[k % len(NAMED)], own) for k, (name, own) in enumerate(curves.items())]
    if about.powers:
        axis = powers_axis(about.measure)
    elif "%" in about.measure:
        axis = percent_axis(about.measure)
    else:
        axis = loss_axis(about.measure, [point.value for point in points])
    label = f"{CARDS[setting.name][0]}: {about.measure}"
    at = max((point.at for point in points), default=0)
    return {
        "status": f"{about.at.partition(';')[0]} {at} of {about.most}.".capitalize(),
        "charts": [chart(label, counted_axis(about.at, max(about.most, at)), axis, lines)],
    }
