"""The table of finished runs: compare their curves, open one in Hidden states, save it, or get its script."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from math import nan
from typing import Any

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import shortened
from rnn_demo.experiments.run_config import FILE, differences
from rnn_demo.experiments.script import command, script
from rnn_demo.figures.palette import NAMED
from rnn_demo.ui.contracts import Chart
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.lab.visitor_runs import FinishedRun, Visitor, Visitors, session_of, settings, table_row
from rnn_demo.ui.links import to_states
from rnn_demo.ui.models import Models
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.charts import chart, counted_axis, line, loss_axis, percent_axis, powers_axis
from rnn_demo.ui.widgets.download import download_button
from rnn_demo.ui.widgets.widget import widget
from rnn_demo.zoo.archive import pack
from rnn_demo.zoo.model_card import card

NAME = "my-run"  # of the folder in the zip that a visitor saves
LONGEST = 60  # characters of what sets a run apart
# The curves of each measure, by their names in a run, with their titles.
MEASURES = {
    "loss": {"loss": "training loss", "validation_loss": "validation loss"},
    "accuracy": {"accuracy": "training accuracy (%)", "validation_accuracy": "validation accuracy (%)"},
    "gradient norm": {"norm": "gradient norm"},
}
SAVE_CHECKPOINT, SAVE_SCRIPT = "Save the checkpoint", "Save the script"


def build(context: TabContext, visitors: Visitors, ended: gr.State) -> None:
    """The table, the curves of the ticked runs, and what can be done with a single run."""
    gr.Markdown(words("lab/runs"))
    table = widget("lab/runs", "lab-runs")
    selected_runs = gr.State([])
    with gr.Column(visible=False, elem_id="lab-of-runs") as panel:
        measure = gr.Radio(list(MEASURES), value="loss", label="Curves of the ticked runs", elem_id="lab-measure")
        plot = widget("curves", "lab-plot")
        with gr.Row(equal_height=False, elem_classes="lab-actions"):
            number_choice = gr.Dropdown([], label="One run", min_width=160, scale=1, elem_id="lab-which")
            show_button = gr.Button("Show in Hidden states", size="md", min_width=150, elem_id="lab-show")
            save_checkpoint = gr.DownloadButton(SAVE_CHECKPOINT, size="md", min_width=150, elem_id="lab-save")
            save_script = gr.DownloadButton(SAVE_SCRIPT, size="md", min_width=150, elem_id="lab-again")
        with gr.Accordion("The script that trains this run again", open=False, elem_id="lab-script-drawer"):
            script_box = gr.Textbox(
                show_label=False, lines=8, max_lines=24, interactive=False, buttons=["copy"], elem_id="lab-script"
            )  # gr.Code would cost every visitor 130 KB

    def refresh_table(request: gr.Request) -> list[Any]:
        return table_values(visitors.of(session_of(request)))

    def choose_runs(request: gr.Request, measure: str, event: gr.EventData) -> list[Any]:
        numbers = event.runs
        return [numbers, curves_of_runs(visitors.of(session_of(request)), numbers, measure)]

    def choose_measure(request: gr.Request, numbers: list[int], measure: str) -> Any:
        return curves_of_runs(visitors.of(session_of(request)), numbers, measure)

    def offer_downloads(request: gr.Request, number: int | None) -> list[Any]:
        return downloads(context.models, run_of(visitors.of(session_of(request)), number))

    def open_states(request: gr.Request, number: int | None) -> list[Any]:
        run = run_of(visitors.of(session_of(request)), number)
        return list(to_states(run.name, run.prompt)) if run else [gr.skip()] * 2

    ended.change(refresh_table, None, [table, panel, number_choice], **QUIET).then(
        offer_downloads, number_choice, [save_checkpoint, save_script, script_box], **QUIET
    )
    custom_event(table, "choose")(choose_runs, measure, [selected_runs, plot], **QUIET)
    measure.input(choose_measure, [selected_runs, measure], plot, **QUIET)
    number_choice.input(offer_downloads, number_choice, [save_checkpoint, save_script, script_box], **QUIET)
    show_button.click(open_states, number_choice, [context.opened, context.tabs], **QUIET)


def table_values(visitor: Visitor) -> list[Any]:
    """Values for the table, for what is below it, and for the choice of one run, at first the newest."""
    rows = [table_row(run) | {"settings": settings(run.config)} for run in visitor.runs]
    titles = [(run.title, run.number) for run in reversed(visitor.runs)]
    newest = titles[0][1] if titles else None
    return [strict_json({"rows": rows}), gr.Column(visible=bool(rows)), gr.Dropdown(titles, value=newest)]


def run_of(visitor: Visitor, number: int | None) -> FinishedRun | None:
    return next((run for run in visitor.runs if run.number == number), None)


def curves_of_runs(visitor: Visitor, numbers: Sequence[int], measure: str) -> str:
    """The curves of some runs for the page: a colour for each, named by what sets it apart."""
    selection = [run for run in visitor.runs if run.number in numbers]
    if not selection or measure not in MEASURES:
        return strict_json({"status": "Tick runs above to draw their curves together."})
    labels = differences([run.config for run in selection])
    names = [
        run.title + (f": {shortened(label, LONGEST)}" if label else "")
        for run, label in zip(selection, labels, strict=True)
    ]
    charts = [comparison(selection, names, measure, key, title) for key, title in MEASURES[measure].items()]
    return strict_json({"charts": [one for one in charts if any(line["points"] for line in one["lines"])]})


def comparison(selection: Sequence[FinishedRun], names: Sequence[str], measure: str, key: str, title: str) -> Chart:
    """One curve of each run; the axes of a measure are those of its other curves, so that they can be compared."""
    scale = 100 if measure == "accuracy" else 1
    looks = colours([run.number for run in selection])
    lines = [
        line(
            name,
            looks[run.number],
            [(step, scale * value if value is not None else nan) for step, value in run.curves[key]],
        )
        for run, name in zip(selection, names, strict=True)
    ]
    every = [value for run in selection for part in MEASURES[measure] for _, value in run.curves[part]]
    axes = {
        "loss": loss_axis(title, every),
        "accuracy": percent_axis(title),
        "gradient norm": powers_axis(title),
    }
    steps = max((step for run in selection for step, _ in run.curves["loss"]), default=1)
    return chart(f"{title} of {len(lines)} runs", counted_axis("step", steps), axes[measure], lines)


def colours(numbers: Sequence[int]) -> dict[int, str]:
    """A colour for each run, which is its own whatever else is ticked, unless one before it has that already."""
    looks: dict[int, str] = {}
    for number in numbers:
        order = [NAMED[(number - 1 + k) % len(NAMED)] for k in range(len(NAMED))]
        looks[number] = next((colour for colour in order if colour not in looks.values()), order[0])
    return looks


def downloads(models: Models, run: FinishedRun | None) -> list[Any]:
    """Values for the two downloads and the script; a model may have been dropped, its script never is."""
    if run is None:
        return [gr.skip()] * 3
    has_model = models.has(run.name)
    checkpoint = gr.DownloadButton(SAVE_CHECKPOINT, value=None, interactive=False)
    if has_model:
        checkpoint = download_button(SAVE_CHECKPOINT, f"{NAME}.zip", lambda: checkpoint_archive(models, run))
    script_zip = download_button(SAVE_SCRIPT, f"{NAME}-script.zip", lambda: script_archive(run))
    return [checkpoint, script_zip, script(run.config)]


def checkpoint_archive(models: Models, run: FinishedRun) -> bytes:
    """The checkpoint in a zip."""
    terms = "a text supplied by the visitor" if run.config.text else run.config.recipe.terms
    text = card(NAME, run.config.recipe.title, terms, run.metrics)
    return pack(models.get(run.name), NAME, run.metrics, text)


def script_archive(run: FinishedRun) -> bytes:
    """The script, the command and the visitor's own text in a zip."""
    content = io.BytesIO()
    files = {"train.py": script(run.config), "command.txt": command(run.config) + "\n"}
    files |= {FILE: run.config.text} if run.config.text else {}
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{NAME}/{name}", text)
    return content.getvalue()
