"""A file of texts: every row is judged, with a progress bar, and the verdicts can be downloaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import sentence
from rnn_demo.experiments.workers import JobFaultError, Pool, WorkerLostError
from rnn_demo.limits import MAX_JUDGED_ROWS, MAX_UPLOAD_BYTES
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.sentiment.text_file_job import FileVerdicts, Progress, judge
from rnn_demo.ui.server.faults import report
from rnn_demo.ui.tab_context import QUIET, READING
from rnn_demo.ui.training_controls import PACE
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.download import download_button
from rnn_demo.ui.widgets.widget import widget

DOWNLOAD = "Download all verdicts as CSV"
WAITING = "File received; waiting for its turn."


def build(pool: Pool, name: str) -> None:
    """A place for a CSV file in an accordion, and under it the verdicts."""
    with gr.Accordion("A file of texts", open=False, elem_id="sentiment-file"):
        gr.Markdown(words("sentiment/file"))
        limits = f"A CSV file, up to {MAX_JUDGED_ROWS:,} rows and {MAX_UPLOAD_BYTES // 2**20} MiB"
        file = gr.File(label=limits, type="filepath", height=130, elem_id="sentiment-upload")
        stop = gr.Button("Stop", size="sm", visible=False, elem_id="sentiment-stop")
        file_widget = widget("sentiment/text_file", "sentiment-file-view")
        download = gr.DownloadButton(DOWNLOAD, size="sm", visible=False, elem_id="sentiment-download")
        plot = gr.Plot(visible=False, show_label=False, elem_id="sentiment-histogram")

    def judge_upload(path: str) -> Iterator[tuple[Any, ...]]:
        yield from judge_file(pool, name, path)

    outputs = [file_widget, plot, download, stop]
    upload = file.upload(lambda: without_results(strict_json({"remarks": [WAITING]})), None, outputs, **QUIET)
    run = upload.then(judge_upload, file, outputs, **READING)
    stop.click(stop_values, file_widget, outputs, cancels=run, **QUIET)
    file.clear(lambda: without_results(strict_json({})), None, outputs, cancels=run, **QUIET)


def judge_file(pool: Pool, name: str, path: str) -> Iterator[tuple[Any, ...]]:
    """Values for the widget, the plot, the download and the stop button, while the file is read and once it is."""
    try:
        with pool.start(judge, name, path) as run:
            while not run.over:
                for event in run.events(PACE)[-1:]:
                    yield values_of(event)
    except (ValueError, WorkerLostError) as error:
        yield without_results(strict_json({"notice": sentence(f"no verdicts: {error}")}))
    except JobFaultError as error:
        yield without_results(strict_json({"notice": sentence(report(error))}))


def values_of(event: Progress | FileVerdicts) -> tuple[Any, ...]:
    """The same values for the progress or for the end of the job."""
    if isinstance(event, Progress):
        value = strict_json({"done": event.done, "total": event.total})
        return value, gr.skip(), gr.skip(), gr.Button(visible=True)
    return (
        event.payload,
        gr.Plot(plot_value(event.histogram), visible=True),
        download_button(DOWNLOAD, event.name, lambda: event.csv),
        gr.Button(visible=False),
    )


def stop_values(value: str | None) -> tuple[Any, ...]:
    """Values for the panel after the reading was stopped, from what the page says that the widget shows."""
    try:
        state = json.loads(value or "")
        progress = f" after {int(state['done']):,} of {int(state['total']):,} texts"
    except (ValueError, TypeError, KeyError):  # nothing was read yet
        progress = ""
    return without_results(strict_json({"notice": f"Stopped{progress}. Upload the file again to start over."}))


def without_results(value: str) -> tuple[Any, ...]:
    """Values for the panel with that of the widget alone, and no results."""
    return value, gr.Plot(visible=False), gr.DownloadButton(visible=False), gr.Button(visible=False)
