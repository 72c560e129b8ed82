"""The verdicts of a file of texts, and what the page shows of them; a job, without Gradio."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnn_demo.analysis.text_file import Texts, classify, read_texts, summary, to_csv, verdict_rows
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import sentence, shortened
from rnn_demo.figures.figure import plot_json
from rnn_demo.figures.verdicts import verdicts
from rnn_demo.limits import MAX_JUDGED_ROWS
from rnn_demo.network.arrays import Array
from rnn_demo.training.device import device_of_reading
from rnn_demo.zoo import checkpoint

SHOWN_ROWS, SHOWN_LETTERS, SHOWN_PROBLEMS = 100, 240, 10


@dataclass(frozen=True)
class Progress:
    """How many of all texts have a verdict."""

    done: int
    total: int


@dataclass(frozen=True, eq=False)
class FileVerdicts:
    """All verdicts: what the page shows of them and the histogram, both as JSON, and the file to be downloaded."""

    payload: str
    histogram: str
    name: str
    csv: bytes


def judge(name: str, path: str) -> Generator[Progress | FileVerdicts, Any, None]:
    """The job: give every text of a CSV file a verdict of a checkpoint. ValueError where it cannot be read."""
    model, texts = checkpoint.open_checkpoint(name), read_texts(Path(path))
    model.to(device_of_reading("auto", model, texts.rows["text"].tolist()))
    positive, done, total = np.zeros(len(texts.rows), dtype=np.float32), 0, len(texts.rows)
    yield Progress(0, total)
    for rows, probabilities in classify(model, texts):
        positive[rows] = probabilities
        done += len(rows)
        yield Progress(done, total)
    yield FileVerdicts(
        strict_json(results_payload(texts, positive)),
        plot_json(verdicts(positive, texts.rows["label"].tolist(), texts.name)),
        f"{Path(texts.name).stem}-verdicts.csv",
        to_csv(texts, positive).encode("utf-8-sig"),  # its mark tells a spreadsheet that it is UTF-8
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
