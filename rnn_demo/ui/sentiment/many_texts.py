"""A file of texts: every row is judged, with a progress bar, and the verdicts can be downloaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from rnn_demo.analysis.review_file import Texts, classify, read_texts, summary, to_csv, verdict_rows
from rnn_demo.data.writing import shortened, strict_json
from rnn_demo.figures.verdicts import verdicts
from rnn_demo.limits import MAX_JUDGED_ROWS, MAX_UPLOAD_BYTES
from rnn_demo.network.arrays import Array
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.models import Models
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.download import download_button
from rnn_demo.ui.widgets.widget import sentence, widget

DOWNLOAD = "Download all verdicts as CSV"
WAITING = "File received; waiting for its turn."
SHOWN_ROWS, SHOWN_LETTERS, SHOWN_PROBLEMS = 100, 240, 10


def build(models: Models, name: str) -> None:
    """A place for a CSV file in an accordion, and under it the verdicts."""
    with gr.Accordion("A file of texts", open=False, elem_id="sentiment-file"):
        gr.Markdown(words("file"))
        limits = f"A CSV file, up to {MAX_JUDGED_ROWS:,} rows and {MAX_UPLOAD_BYTES // 2**20} MiB"
        file = gr.File(label=limits, type="filepath", height=130, elem_id="sentiment-upload")
        stop = gr.Button("Stop", size="sm", visible=False, elem_id="sentiment-stop")
        file_widget = widget("review_file", "sentiment-file-view")
        download = gr.DownloadButton(DOWNLOAD, size="sm", visible=False, elem_id="sentiment-download")
        plot = gr.Plot(visible=False, show_label=False, elem_id="sentiment-histogram")

    def judge_upload(path: str) -> Iterator[tuple[Any, ...]]:
        yield from judge_file(models, name, path)

    outputs = [file_widget, plot, download, stop]
    upload = file.upload(lambda: without_results(strict_json({"remarks": [WAITING]})), None, outputs, **QUIET)
    run = upload.then(judge_upload, file, outputs, concurrency_limit=1, concurrency_id="files", **QUIET)
    stop.click(stop_values, file_widget, outputs, cancels=run, **QUIET)
    file.clear(lambda: without_results(strict_json({})), None, outputs, cancels=run, **QUIET)


def judge_file(models: Models, name: str, path: str) -> Iterator[tuple[Any, ...]]:
    """Values for the widget, the plot, the download and the stop button, while the file is read and once it is."""
    try:
        model = models.get(name, task="sentiment")
        texts = read_texts(Path(path))
    except ValueError as error:
        yield without_results(strict_json({"notice": f"No verdicts: {error}."}))
        return
    positive, done, total = np.zeros(len(texts.rows), dtype=np.float32), 0, len(texts.rows)
    yield (
        strict_json({"done": 0, "total": total}),
        gr.Plot(visible=False),
        gr.DownloadButton(visible=False),
        gr.Button(visible=True),
    )
    for rows, probabilities in classify(model, texts):
        positive[rows] = probabilities
        done += len(rows)
        yield strict_json({"done": done, "total": total}), gr.skip(), gr.skip(), gr.skip()
    name = f"{Path(texts.name).stem}-verdicts.csv"
    yield (
        strict_json(results_payload(texts, positive)),
        gr.Plot(plot_value(verdicts(positive, texts.rows["label"].tolist(), texts.name)), visible=True),
        # The mark of "utf-8-sig" tells a spreadsheet that it is UTF-8.
        download_button(DOWNLOAD, name, lambda: to_csv(texts, positive).encode("utf-8-sig")),
        gr.Button(visible=False),
    )


def results_payload(texts: Texts, positive: Array) -> dict[str, Any]:
    """What the page shows of the verdicts: a summary, the first rows, what was left out and why."""
    label = f", and their labels from “{texts.titles['label']}”" if "label" in texts.titles else ""
    remarks = [f"The texts come from the column “{texts.titles['text']}”{label}."]
    if texts.label_problem:
        remarks.append(f"{sentence(texts.label_problem)} Texts without a usable label get a verdict all the same.")
    if texts.cut:
        remarks.append(f"Only the first {MAX_JUDGED_ROWS:,} rows were read; the file has more.")
    rows = verdict_rows(texts, positive, SHOWN_ROWS)
    return {
        "summary": summary(texts, positive),
        "rows": rows.assign(text=rows["text"].map(lambda text: shortened(text, SHOWN_LETTERS))).to_dict("records"),
        "skipped": texts.problems[:SHOWN_PROBLEMS],
        "left_out": texts.left_out,
        "remarks": remarks,
    }


def stop_values(value: str | None) -> tuple[Any, ...]:
    """Values for the panel after the reading was stopped."""
    state = json.loads(value or "{}")
    done = f" after {state['done']:,} of {state['total']:,} texts" if state.get("total") else ""
    return without_results(strict_json({"notice": f"Stopped{done}. Upload the file again to start over."}))


def without_results(value: str) -> tuple[Any, ...]:
    """Values for the panel with that of the widget alone, and no results."""
    return value, gr.Plot(visible=False), gr.DownloadButton(visible=False), gr.Button(visible=False)
