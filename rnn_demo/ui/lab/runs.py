"""The table of finished runs: compare their curves, open one in Hidden states, save it, or get its script."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import gradio as gr

from rnn_demo.data.writing import strict_json
from rnn_demo.experiments.run_config import FILE, TEXT, differences, in_words
from rnn_demo.experiments.script import command, script
from rnn_demo.figures.runs import MEASURES, runs
from rnn_demo.ui.gradio_compat import custom_event, plot_value
from rnn_demo.ui.lab.visitor_runs import FinishedRun, Visitor, Visitors, session_of, table_row
from rnn_demo.ui.links import to_states
from rnn_demo.ui.models import Models
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.download import download_button
from rnn_demo.ui.widgets.widget import widget
from rnn_demo.zoo.archive import pack
from rnn_demo.zoo.model_card import card

NAME = "my-run"  # of the folder in the zip that a visitor saves
SAVE_CHECKPOINT, SAVE_SCRIPT = "Save the checkpoint", "Save the script"


def build(context: TabContext, visitors: Visitors, ended: gr.State) -> None:
    """The table, the curves of the ticked runs, and what can be done with a single run."""
    gr.Markdown(words("runs"))
    table = widget("runs", "lab-runs")
    selected_runs = gr.State([])
    with gr.Column(visible=False, elem_id="lab-of-runs") as panel:
        measure = gr.Radio(list(MEASURES), value="loss", label="Curves of the ticked runs", elem_id="lab-measure")
        plot = gr.Plot(show_label=False, elem_id="lab-plot")
        with gr.Row(equal_height=False, elem_classes="lab-deeds"):
            number_choice = gr.Dropdown([], label="One run", min_width=160, scale=1, elem_id="lab-which")
            show_button = gr.Button("Show in Hidden states", size="md", min_width=150, elem_id="lab-show")
            save_checkpoint = gr.DownloadButton(SAVE_CHECKPOINT, size="md", min_width=150, elem_id="lab-save")
            save_script = gr.DownloadButton(SAVE_SCRIPT, size="md", min_width=150, elem_id="lab-again")
        script_box = gr.Textbox(
            label="The script", lines=8, max_lines=24, interactive=False, buttons=["copy"], elem_id="lab-script"
        )  # gr.Code would cost every visitor 130 KB

    def refresh_table(request: gr.Request) -> list[Any]:
        return table_values(visitors.of(session_of(request)))

    def choose_runs(request: gr.Request, measure: str, event: gr.EventData) -> list[Any]:
        numbers = event.runs
        return [numbers, curves_plot(visitors.of(session_of(request)), numbers, measure)]

    def choose_measure(request: gr.Request, numbers: list[int], measure: str) -> Any:
        return curves_plot(visitors.of(session_of(request)), numbers, measure)

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
    """Values for the table, for what stands below it, and for the choice of one run, at first the newest."""
    rows = [table_row(run) | {"settings": settings(run)} for run in visitor.runs]
    titles = [(run.title, run.number) for run in reversed(visitor.runs)]
    newest = titles[0][1] if titles else None
    return [strict_json({"rows": rows}), gr.Column(visible=bool(rows)), gr.Dropdown(titles, value=newest)]


def settings(run: FinishedRun) -> str:
    """The cell, its size, and what a visitor changed."""
    architecture = run.config.recipe.architecture
    first = [architecture.cell, str(architecture.hidden_size)]
    rest = [in_words(key, value) for key, value in run.config.options.items() if key not in ("cell", "hidden_size")]
    return ", ".join([" ".join(first), *rest, *([in_words(TEXT, run.config.text)] if run.config.text else [])])


def run_of(visitor: Visitor, number: int | None) -> FinishedRun | None:
    return next((run for run in visitor.runs if run.number == number), None)


def curves_plot(visitor: Visitor, numbers: Sequence[int], measure: str) -> Any:
    """The curves of some runs, each labelled with what sets it apart."""
    selection = [run for run in visitor.runs if run.number in numbers]
    labels = differences([run.config for run in selection])
    curves = {
        f"{run.title}{': ' if label else ''}{label}": run.curves for run, label in zip(selection, labels, strict=True)
    }
    return gr.Plot(plot_value(runs(curves, measure)), visible=bool(curves))


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
