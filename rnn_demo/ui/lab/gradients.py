"""Gradients through time in the page: four cells learn, and at any moment one sees how far their gradients reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr

from rnn_demo.analysis.gradient_flow import Flow
from rnn_demo.experiments.gradient_study import MAX_DISTANCE, MAX_FACTOR, Glimpse, Lost, Study, follow, study
from rnn_demo.figures.gradient_flow import PICTURES
from rnn_demo.figures.palette import OF_CELLS
from rnn_demo.network.cells import CELLS
from rnn_demo.ui.lab.study_results import Glimpses
from rnn_demo.ui.session import QUIET
from rnn_demo.ui.training_controls import (
    IN_LINE,
    StopSignal,
    idle_buttons,
    paced,
    request_stop,
    running_buttons,
    start_stop_buttons,
    when_first_in_line,
)
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.waiting_line import Line
from rnn_demo.ui.widgets.charts import counted_axis, line, percent_axis, powers_axis
from rnn_demo.ui.widgets.plots import plotted
from rnn_demo.ui.widgets.widget import dump, sentence, widget

FIRST = Study()
TITLES = ["cell", "spectral radius", "largest σ", "smallest σ", "first nudge", "gradient", "loss"]


def build(page: gr.Blocks, line_of_visitors: Line) -> None:
    """Lay out the study and what can be asked of it afterwards; its results go when the page is closed."""
    signal, glimpses = gr.State(None), Glimpses()
    gr.Markdown(words("flow"))
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=280):
            distance = gr.Slider(
                2, MAX_DISTANCE, FIRST.distance, step=1, label="Steps to remember", elem_id="flow-distance"
            )
            factor = gr.Slider(
                0, MAX_FACTOR, FIRST.factor, step=0.1, label="Scale the initial W_hh by", elem_id="flow-factor",
                info="scales its spectral radius, about 0.6, too",
            )  # fmt: skip
            keep_bias = gr.Slider(0, 8, FIRST.keep_bias, step=0.5, label="Forget-gate bias at the start")
            epochs = gr.Slider(1, 20, FIRST.epochs, step=1, label="Epochs of training", elem_id="flow-epochs")
        with gr.Column(scale=3, min_width=300):
            start, stop = start_stop_buttons("flow")
            invitation = "Press Start to see the size of the gradient at every step."
            view = widget("curves", "flow-view", {"said": invitation})
    with gr.Column(visible=False, elem_id="flow-after") as after:
        with gr.Row():
            shown = gr.Radio(list(PICTURES), value=next(iter(PICTURES)), label="Figure", elem_id="flow-picture")
            epoch = gr.Slider(0, FIRST.epochs, 0, step=1, label="After epoch", elem_id="flow-epoch")
            times = gr.Slider(0, MAX_FACTOR, 1, step=0.1, label="Scale W_hh by", elem_id="flow-times")
        plot = gr.Plot(show_label=False, elem_id="flow-plot")
        table = gr.Markdown(elem_id="flow-table")
        gr.Markdown(words("flow_table"))

    def run(request: gr.Request, *values: float) -> Iterator[list[Any]]:
        signal, mine = StopSignal(), glimpses.begin(str(request.session_hash))
        try:
            setting = chosen(*values)
            yield [gr.skip(), signal, *running_buttons(), gr.Column(visible=False), gr.skip()]
            for told in when_first_in_line(line_of_visitors, signal, watched(setting, signal, mine)):
                yield [dump(told), *[gr.skip()] * 5]
            last = max((glimpse.epoch for glimpse in mine.values()), default=0)
            yield [
                gr.skip(),
                None,
                *idle_buttons(),
                gr.Column(visible=bool(mine)),
                gr.Slider(maximum=max(1, last), value=last),
            ]
        except ValueError as error:
            yield [dump({"notice": sentence(error)}), None, *idle_buttons(), gr.Column(visible=False), gr.skip()]

    def look(request: gr.Request, shown: str, epoch: float, times: float) -> list[Any]:
        return seen(glimpses.of(str(request.session_hash)), shown, int(epoch), times)

    def leave(request: gr.Request) -> None:
        glimpses.forget(str(request.session_hash))

    looking: dict[str, Any] = {"fn": look, "inputs": [shown, epoch, times], "outputs": [plot, table], **QUIET}
    start.click(
        run, [distance, factor, keep_bias, epochs], [view, signal, start, stop, after, epoch], **IN_LINE
    ).then(**looking)  # fmt: skip
    for changed in (shown.input, epoch.input, times.input):
        changed(trigger_mode="always_last", **looking)
    stop.click(request_stop, signal, stop, queue=False, **QUIET)
    page.unload(leave)


def chosen(distance: float, factor: float, keep_bias: float, epochs: float) -> Study:
    """The study that the controls describe; ValueError says what is wrong with it."""
    return Study(int(distance), int(epochs), keep_bias=keep_bias, factor=factor)


def watched(setting: Study, signal: StopSignal, kept: dict[tuple[str, int], Glimpse]) -> Iterator[dict[str, Any]]:
    """The study as the page draws it; every glimpse is put into `kept` by cell and epoch."""
    lost: list[Lost] = []
    for bunch in paced(study(setting), signal):
        for event in bunch:
            if isinstance(event, Lost):
                lost.append(event)
            else:
                kept[event.cell, event.epoch] = event
        yield picture(setting, kept, lost)


def picture(setting: Study, kept: Mapping[tuple[str, int], Glimpse], lost: list[Lost]) -> dict[str, Any]:
    """The latest gradient of each cell, and the accuracy of each so far."""
    latest = {
        cell: max((g for g in kept.values() if g.cell == cell), key=lambda g: g.epoch, default=None) for cell in CELLS
    }
    gradients, learning = [], []
    for cell, glimpse in latest.items():
        name, colour = CELLS[cell].title, OF_CELLS[cell]
        if glimpse is not None:
            gradients.append(line(name, colour, list(enumerate(map(float, glimpse.flow.grad_h[0])))))
        learning.append(line(name, colour, [(g.epoch, 100 * g.accuracy) for g in kept.values() if g.cell == cell]))
    epoch = max((glimpse.epoch for glimpse in kept.values()), default=0)
    ends = " ".join(f"{CELLS[one.who].title}: {one.why}." for one in lost)
    return {
        "said": f"After {epoch} of {setting.epochs} epochs. {ends}".strip(),
        "names": [{"name": CELLS[cell].title, "colour": OF_CELLS[cell]} for cell in CELLS],
        "charts": [
            {
                "label": "Gradient norm at each step, on a logarithmic axis",
                "x": counted_axis("step", setting.distance),
                "y": powers_axis("|dL/dh_t|"),
                "lines": gradients,
            },
            {
                "label": "Accuracy on new examples after each epoch",
                "x": counted_axis("epochs of training", setting.epochs),
                "y": percent_axis("accuracy (%)"),
                "lines": learning,
            },
        ],
    }


def seen(kept: Mapping[tuple[str, int], Glimpse], shown: str, epoch: int, times: float) -> list[Any]:
    """Values for the figure and the table: the cells as they were after an epoch, with W_hh scaled by `times`."""
    then = [kept[cell, epoch] for cell in CELLS if (cell, epoch) in kept]
    if not then or shown not in PICTURES:
        return [gr.skip(), "Nothing is kept of this epoch; start the training again."]
    flows = {glimpse.cell: follow(glimpse.model, glimpse.example, times) for glimpse in then}
    moment = ("before training" if epoch == 0 else f"after epoch {epoch}") + (
        "" if times == 1 else f", W_hh × {times:g}"
    )
    return [plotted(PICTURES[shown](flows, tuple(then[0].example.text), moment)), in_words(flows)]


def in_words(flows: Mapping[str, Flow]) -> str:
    """What the figures do not show, as Markdown: the spectral radius of each gate's W_hh, the norm over all weights."""
    rows = []
    for cell, flow in flows.items():
        radius = ", ".join(f"{gate} {value:.2f}" for gate, value in flow.radius.items())
        numbers = (flow.largest.max(), flow.smallest.min(), flow.reach[0], flow.norm, flow.loss)
        rows.append([CELLS[cell].title, radius, *(f"{number:.2g}" for number in numbers)])
    return "\n".join("| " + " | ".join(row) + " |" for row in [TITLES, ["---"] * len(TITLES), *rows])
