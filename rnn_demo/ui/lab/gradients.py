"""Gradients through time in the page: all cells are trained, and the page shows how far their gradients reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rnn_demo.analysis.gradient_flow import Flows
from rnn_demo.data.wording import listed, percent
from rnn_demo.experiments import shipped
from rnn_demo.experiments.gradient_study import (
    MAX_DISTANCE,
    MAX_FACTOR,
    Divergence,
    FlowEpoch,
    FlowEpochs,
    Study,
    StudyEpochs,
    flow_through,
    study,
)
from rnn_demo.experiments.shipped.explosion import Arrival
from rnn_demo.experiments.shipped.explosion import in_words as explosion_in_words
from rnn_demo.figures import FLOW_VIEWS
from rnn_demo.figures.figure import moment_of
from rnn_demo.figures.gradient_arrival import film, gradient_paths
from rnn_demo.figures.palette import OF_CELLS
from rnn_demo.network.cells import CELLS
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.lab.shipped_result import shipped_result
from rnn_demo.ui.lab.study_panel import StudyPanel
from rnn_demo.ui.lab.visitor_runs import Visitors, session_of
from rnn_demo.ui.scripts import calling
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.charts import chart, counted_axis, line, percent_axis, powers_axis

FIRST = Study()
TITLES = ["cell", "spectral radius", "largest σ", "smallest σ", "first nudge", "gradient", "loss"]


@dataclass(frozen=True, eq=False)
class Results:
    """The components that show a study once it is over."""

    area: gr.Column
    figure: gr.Radio
    play: gr.Button
    epoch: gr.Slider
    scale: gr.Slider
    plot: gr.Plot
    table: gr.Markdown


def build(visitors: Visitors) -> None:
    """Lay out the study and what can be asked of it afterwards."""
    show_shipped_study()
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=280):
            settings = study_controls()
        with gr.Column(scale=3, min_width=300):
            panel = StudyPanel(
                "gradient", "Press Start to see the size of the gradient at every step.", visitors, study
            )
    results = results_area()
    gr.Markdown(words("lab/vanishing_time"))
    wire(visitors, panel, settings, results)


def show_shipped_study() -> None:
    """The study that comes with the package, with what it shows."""
    shipped_study, larger = shipped.load("gradient"), shipped.load("explosion")
    epochs_shown = {(one.cell, one.epoch): one for one in shipped_study.of(FlowEpoch)}
    plot = film_of(epochs_shown, next(iter(FLOW_VIEWS)), shipped_study.setting.keep_bias)
    explodes = explosion_in_words(larger.setting, larger.of(Arrival))
    learnt, last = learnt_in_words(epochs_shown), last_epoch(epochs_shown)
    shipped_result("gradient", words("lab/gradient"), plot, shipped_study, learnt, last, explodes)


def study_controls() -> list[gr.Slider]:
    """The settings of a study, in the order of `setting_of`."""
    return [
        gr.Slider(
            2,
            MAX_DISTANCE,
            FIRST.distance,
            step=1,
            label="Steps to remember",
            elem_id="gradient-distance",
            info="how many steps back the letter to recall is",
        ),
        gr.Slider(
            0,
            MAX_FACTOR,
            FIRST.factor,
            step=0.1,
            label="Scale the initial recurrent weights by",
            elem_id="gradient-factor",
            info="and with them their spectral radius, about 0.6; try 3: gradients explode",
        ),
        gr.Slider(
            0,
            8,
            FIRST.keep_bias,
            step=0.5,
            label="Initial forget-gate bias",
            info="opens the gate that keeps the old state; try 0: a gated cell then starts half shut",
        ),
        gr.Slider(
            1,
            20,
            FIRST.epochs,
            step=1,
            label="Epochs of training",
            elem_id="gradient-epochs",
            info="how many times all examples are read",
        ),
    ]


def results_area() -> Results:
    """The figure of a study after any epoch, and its table; hidden until there is one."""
    with gr.Column(visible=False, elem_id="gradient-after") as area:
        with gr.Row():
            figure = gr.Radio(
                list(FLOW_VIEWS), value=next(iter(FLOW_VIEWS)), label="Figure", elem_id="gradient-picture"
            )
            play = gr.Button("Play the training", size="md", min_width=170, scale=0, elem_id="gradient-play")
            epoch = gr.Slider(0, FIRST.epochs, 0, step=1, label="After epoch", elem_id="gradient-epoch", buttons=[])
            scale = gr.Slider(
                0, MAX_FACTOR, 1, step=0.1, label="Scale the recurrent weights by", elem_id="gradient-scale", buttons=[]
            )
        plot = gr.Plot(show_label=False, elem_id="gradient-plot")
        table = gr.Markdown(elem_id="gradient-table")
        gr.Markdown(words("lab/gradient_table"))
    return Results(area, figure, play, epoch, scale, plot, table)


def wire(visitors: Visitors, panel: StudyPanel, settings: list[gr.Slider], results: Results) -> None:
    """Show the results when a study is over, and draw them again when another figure, epoch or scale is chosen."""

    def epochs_of(request: gr.Request) -> StudyEpochs:
        return visitors.of(session_of(request)).study_epochs

    def keep_results(request: gr.Request, _: Study, study_epochs: StudyEpochs) -> dict[Any, Any]:
        visitors.keep_study_epochs(session_of(request), study_epochs)
        last = max(epoch for _, epoch in study_epochs)
        return {results.area: gr.update(visible=True), results.epoch: gr.update(maximum=max(1, last), value=0)}

    def redraw(request: gr.Request, figure_name: str, epoch: float, scale: float) -> list[Any]:
        return figure_and_table(epochs_of(request), figure_name, int(epoch), scale)

    def load_film(request: gr.Request, figure_name: str) -> list[Any]:
        return [1, film_of(epochs_of(request), figure_name)]

    def refresh_table(request: gr.Request, epoch: float) -> Any:
        return table_of(epochs_of(request), int(epoch))

    figure, epoch, scale = results.figure, results.epoch, results.scale
    drawing: dict[str, Any] = {
        "fn": redraw,
        "inputs": [figure, epoch, scale],
        "outputs": [results.plot, results.table],
        **QUIET,
    }
    reset = {results.area: gr.update(visible=False), epoch: gr.skip()}
    panel.on_start(settings, setting_of, payloads, reset, keep_results).then(**drawing)
    gr.on([figure.input, epoch.input, scale.input], trigger_mode="always_last", **drawing)
    # The page plays the epochs by itself, then the slider and the table follow.
    results.play.click(load_film, figure, [scale, results.plot], **QUIET).then(
        None, None, epoch, js=calling("charts/film.js", "playFilm", "#gradient-plot", "#gradient-epoch"), **QUIET
    ).then(refresh_table, epoch, results.table, **QUIET)


def setting_of(distance: float, factor: float, keep_bias: float, epochs: float) -> Study:
    """The study that the controls describe; ValueError says what is wrong with it."""
    return Study(int(distance), int(epochs), keep_bias=keep_bias, factor=factor)


def payloads(setting: Study, batches: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
    """The study as the page draws it; the last time with every `StudyEpoch`, by cell and epoch, as `results`."""
    study_epochs: StudyEpochs = {}
    divergences: list[Divergence] = []
    for batch in batches:
        for event in batch:
            if isinstance(event, Divergence):
                divergences.append(event)
            else:
                study_epochs[event.cell, event.epoch] = event
        yield payload(setting, study_epochs, divergences)
    yield payload(setting, study_epochs, divergences) | {"results": study_epochs}


def payload(setting: Study, study_epochs: StudyEpochs, divergences: list[Divergence]) -> dict[str, Any]:
    """The share of the gradient that reaches each step, for each cell, and the accuracy of each so far."""
    gradients, accuracies = [], []
    for cell, colour in OF_CELLS.items():
        own = sorted((g for g in study_epochs.values() if g.cell == cell), key=lambda study_epoch: study_epoch.epoch)
        for path in gradient_paths({cell: own[-1].flow}) if own else ():
            points = list(enumerate(map(float, path.shares)))
            gradients.append(line(path.name, colour, points, dashed=path.state != "h"))
        accuracies.append(line(CELLS[cell].title, colour, [(g.epoch, 100 * g.accuracy) for g in own]))
    epoch = max((epoch for _, epoch in study_epochs), default=0)
    ends = " ".join(f"{CELLS[event.network].title}: {event.reason}." for event in divergences)
    return {
        "status": f"After {epoch} of {setting.epochs} epochs. {ends}".strip(),
        "charts": [
            chart(
                "How much of the last step's gradient arrives at each step (log axis)",
                counted_axis("step", setting.distance),
                powers_axis("share of the gradient at the last step"),
                gradients,
            ),
            chart(
                "Accuracy on new examples after each epoch",
                counted_axis("epochs of training", setting.epochs),
                percent_axis("accuracy (%)"),
                accuracies,
            ),
        ],
    }


def figure_and_table(study_epochs: StudyEpochs, figure_name: str, epoch: int, scale: float) -> list[Any]:
    """Values for the figure and the table: the cells as they were after an epoch, with W_hh scaled."""
    cells = [study_epochs[cell, epoch] for cell in CELLS if (cell, epoch) in study_epochs]
    if not cells or figure_name not in FLOW_VIEWS:
        return [gr.skip(), "No results for this epoch; run the study again."]
    flows = {each.cell: each.flow if scale == 1 else flow_through(each.model, each.example, scale) for each in cells}
    moment = moment_of(epoch)
    if scale != 1:
        moment += f", W<sub>hh</sub> × {scale:g}"
    return [plot_value(FLOW_VIEWS[figure_name](flows, tuple(cells[0].example.text), moment)), in_words(flows)]


def learnt_in_words(study_epochs: FlowEpochs) -> str:
    """What each cell has learnt after the last epoch, the best one first, in a sentence."""
    last = max(epoch for _, epoch in study_epochs)
    at_end = sorted((one for (_, epoch), one in study_epochs.items() if epoch == last), key=lambda one: -one.accuracy)
    accuracies = listed([f"{CELLS[one.cell].title} {percent(one.accuracy)}" for one in at_end])
    return f"After {last} epochs of training the accuracy on new texts is: {accuracies}."


def film_of(study_epochs: FlowEpochs, figure_name: str, keep_bias: float | None = None) -> Any:
    """A value for the figure before training, which carries those after every epoch that all cells have reached.

    `keep_bias` is what the bias of the gates that keep began with, where the figure should say so.
    """
    if not study_epochs or figure_name not in FLOW_VIEWS:
        return gr.skip()
    figures = {}
    for epoch in range(last_epoch(study_epochs) + 1):
        cells = [study_epochs[cell, epoch] for cell in CELLS if (cell, epoch) in study_epochs]
        flows = {study_epoch.cell: study_epoch.flow for study_epoch in cells}
        figures[epoch] = FLOW_VIEWS[figure_name](flows, tuple(cells[0].example.text), moment_of(epoch, keep_bias))
    return plot_value(film(figures, 0))


def last_epoch(study_epochs: FlowEpochs) -> int:
    """The last epoch that all cells have reached."""
    return min(max(epoch for cell, epoch in study_epochs if cell == name) for name, _ in study_epochs)


def table_of(study_epochs: StudyEpochs, epoch: int) -> Any:
    """The table of the cells as they were after an epoch."""
    flows = {cell: study_epochs[cell, epoch].flow for cell in CELLS if (cell, epoch) in study_epochs}
    return in_words(flows) if flows else gr.skip()


def in_words(flows: Flows) -> str:
    """What the figures do not show, as Markdown: the spectral radius of each gate's W_hh, the norm over all weights."""
    rows = []
    for cell, flow in flows.items():
        radius = ", ".join(f"{gate} {value:.2f}" for gate, value in flow.radius.items()) or "no W_hh"
        numbers = (flow.largest.max(), flow.smallest.min(), flow.reach[0], flow.norm, flow.loss)
        rows.append([CELLS[cell].title, radius, *(f"{number:.2g}" for number in numbers)])
    return "\n".join("| " + " | ".join(row) + " |" for row in [TITLES, ["---"] * len(TITLES), *rows])
