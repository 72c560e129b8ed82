"""A series in the page: choose or upload one, watch a network learn to forecast it, and see what that is worth."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import gradio as gr

from rnn_demo.data.series import MADE, make_series, read_series
from rnn_demo.experiments.lab.series_run import SeriesEnd, SeriesEpoch, SeriesRun, forecast_series, in_words
from rnn_demo.experiments.workers import Pool
from rnn_demo.figures.lab.series import COLOURS, NAIVE, NETWORK, TRUTH, series_figure
from rnn_demo.figures.palette import NAMED
from rnn_demo.limits import MAX_TRACE_TOKENS
from rnn_demo.network.cells import CELLS
from rnn_demo.tasks.series import SCALINGS, TARGETS, example_of
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.lab.study_panel import StudyPanel
from rnn_demo.ui.lab.visitor_runs import Visitors, session_of
from rnn_demo.ui.links import to_states
from rnn_demo.ui.models import OwnModel
from rnn_demo.ui.tab_context import QUIET, TabContext, path_of_upload
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.charts import chart, counted_axis, line, loss_axis

INVITATION = "Press Start: the first forecasts take seconds."
FIRST = SeriesRun(make_series("seasons"))
SHOWN = 80  # values drawn while it learns
READ = 48  # values that Hidden states opens with, of at most `MAX_TRACE_TOKENS`
SCALING_WORDS = {"train": "on the training part", "all": "on all values (leaks)", "none": "none"}
TARGET_WORDS = {"change": "the change to the next value", "value": "the value itself"}


def build(context: TabContext, visitors: Visitors) -> None:
    """Lay out the part and wire it."""
    gr.Markdown(words("lab/series"))
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=280):
            controls = run_controls()
        with gr.Column(scale=3, min_width=300):
            panel = StudyPanel("series", INVITATION, visitors, forecast_series)
            results = gr.State(None)
            plot = gr.Plot(visible=False, show_label=False, elem_id="series-plot")
            about = gr.Markdown(elem_id="series-about")
            name = gr.State("")
            show_button = gr.Button("Show in Hidden states", visible=False, size="md", elem_id="series-show")
            text = gr.State("")

    def keep(request: gr.Request, setting: SeriesRun, end: SeriesEnd) -> dict[Any, Any]:
        kept = keep_model(visitors, setting, end, session_of(request))
        return {results: (end, setting), name: kept, text: text_of(setting, end)}

    def draw(outcome: tuple[SeriesEnd, SeriesRun] | None) -> list[Any]:
        if outcome is None:
            return [gr.skip(), gr.skip(), gr.skip(), None]
        end, setting = outcome
        figure = gr.Plot(plot_value(series_figure(end, setting)), visible=True)
        return [figure, about_of(setting, end), gr.Button(visible=True), None]

    reset = {plot: gr.update(visible=False), about: "", show_button: gr.update(visible=False), results: None}
    reset |= {name: gr.skip(), text: gr.skip()}
    panel.on_start(controls, partial(setting_of, visitors.pool), payloads, reset, keep).then(
        draw, results, [plot, about, show_button, results], **QUIET
    )
    show_button.click(
        lambda name, text: list(to_states(name, text)), [name, text], [context.opened, context.tabs], **QUIET
    )


def run_controls() -> list[gr.components.Component]:
    """The settings of a run, in the order of `setting_of`."""
    kind = gr.Dropdown(
        [(kind.title, name) for name, kind in MADE.items()],
        value="seasons",
        label="A made series",
        elem_id="series-kind",
    )
    file = gr.File(label="or your own: a CSV file, date,value", type="filepath", height=140, elem_id="series-file")
    cell = gr.Dropdown([(c.title, name) for name, c in CELLS.items()], value=FIRST.cell, label="Cell")
    scaling = gr.Radio(
        [(SCALING_WORDS[name], name) for name in SCALINGS],
        value=FIRST.scaling,
        label="Scaling fitted",
        elem_id="series-scaling",
    )
    horizon = gr.Slider(1, 60, FIRST.horizon, step=1, label="Steps to run freely", elem_id="series-horizon")
    with gr.Accordion("More settings", open=False):
        target = gr.Radio(
            [(TARGET_WORDS[name], name) for name in TARGETS], value=FIRST.target, label="What is forecast"
        )
        season = gr.Number(0, precision=0, label="Season in steps", info="0: found in the training part")
        hidden_size = gr.Slider(2, 64, FIRST.hidden_size, step=1, label="Hidden units")
        epochs = gr.Slider(1, 120, FIRST.epochs, step=1, label="Epochs", elem_id="series-epochs")
        learning_rate = gr.Number(FIRST.learning_rate, label="Learning rate")
        seed = gr.Number(0, precision=0, label="Seed of the series and of the weights", elem_id="series-seed")
    return [kind, file, cell, scaling, horizon, target, season, hidden_size, epochs, learning_rate, seed]


def setting_of(
    pool: Pool,
    kind: str,
    file: str | None,
    cell: str,
    scaling: str,
    horizon: float,
    target: str,
    season: float,
    hidden_size: float,
    epochs: float,
    learning_rate: float,
    seed: float,
) -> SeriesRun:
    """The run that the controls describe; ValueError says what is wrong with it, or with the file.

    A file is read in a process of its own.
    """
    seed = int(seed or 0)
    if not 0 <= seed < 2**31:
        raise ValueError(f"seed must be a whole number from 0 to 2,147,483,647, got {seed}")
    series = pool.call(read_series, path_of_upload(file), lane="files") if file else make_series(kind, seed)
    whole = {
        "season": int(season or 0),
        "hidden_size": int(hidden_size),
        "epochs": int(epochs),
        "horizon": int(horizon),
    }
    return SeriesRun(series, cell, learning_rate=learning_rate, scaling=scaling, target=target, seed=seed, **whole)


def payloads(setting: SeriesRun, batches: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
    """The run as the page draws it; the last time with its end, as `results`."""
    done: list[SeriesEpoch] = []
    end: SeriesEnd | None = None
    started = time.monotonic()
    for batch in batches:
        done += [event for event in batch if isinstance(event, SeriesEpoch)]
        end = next((event for event in batch if isinstance(event, SeriesEnd)), end)
        if done:
            yield payload(done)
    if end is None:
        yield {"status": "Stopped before its end, so there is nothing to compare."}
    else:
        seconds = time.monotonic() - started
        yield payload(done) | {"status": f"{done[-1].epoch} epochs in {seconds:.0f} s.", "results": end}


def payload(done: list[SeriesEpoch]) -> dict[str, Any]:
    """The losses so far, and the validation part as it is forecast now."""
    now = done[-1]
    losses = [
        line("training", NAMED[3], [(e.epoch, e.loss) for e in done]),
        line("validation", NAMED[4], [(e.epoch, e.validation_loss) for e in done]),
    ]
    values = {TRUTH: now.truth, NAIVE: now.naive, NETWORK: now.forecast}
    axis: Any = {"name": "value", "scale": "even", **round_ends(min(now.truth[-SHOWN:]), max(now.truth[-SHOWN:]))}
    lines = [
        line(name, COLOURS[name], list(enumerate(values[name][-SHOWN:], 1)), dashed=name == NAIVE) for name in values
    ]
    return {
        "status": f"Epoch {now.epoch} of {now.epochs}.",
        "charts": [
            chart(
                "Loss after each epoch",
                counted_axis("epoch", now.epochs),
                loss_axis("loss", [e.loss for e in done] + [e.validation_loss for e in done]),
                losses,
            ),
            chart(
                "The validation part, one step ahead, as it is forecast now",
                counted_axis("value", min(SHOWN, len(now.truth))),
                axis,
                lines,
            ),
        ],
    }


def round_ends(lowest: float, highest: float) -> dict[str, float]:
    """The ends of an axis around two values, whose four parts are round numbers."""
    part = max((highest - lowest) / 3, 1e-9)
    unit = 10.0 ** math.floor(math.log10(part))
    step = unit * next(factor for factor in (1, 2, 2.5, 5, 10) if factor * unit >= part * (1 - 1e-9))
    low = math.floor(lowest / step) * step
    return {"low": round(low, 12), "high": round(low + 4 * step, 12)}


def about_of(setting: SeriesRun, end: SeriesEnd) -> str:
    """What is said below the figure, as Markdown in which the name of a file is no markup."""
    sentences = in_words(setting, end)
    badge = [f"**{sentence}**" if sentence.startswith("This forecast is") else sentence for sentence in sentences]
    again = f"\n\nThe same on the command line: `{setting.command}`" if setting.series.name in MADE else ""
    return " ".join(badge) + again


def keep_model(visitors: Visitors, setting: SeriesRun, end: SeriesEnd, session: str) -> str:
    """Keep the trained network for Hidden states; return its secret name."""
    details = f"{CELLS[setting.cell].title}, {setting.hidden_size} units, {setting.series.name}"
    own = OwnModel(
        end.model, {"task": "series"}, (example_of(setting.series),), "a forecast", details, "your forecasts", session
    )
    return visitors.keep_forecast(session, own)


def text_of(setting: SeriesRun, end: SeriesEnd) -> str:
    """The values before the test part and its first ones, as Hidden states reads them."""
    first = max(0, end.start - READ // 2)
    return " ".join(f"{value:.6g}" for value in setting.series.values[first : first + min(READ, MAX_TRACE_TOKENS)])
