"""A file of texts: read with an eye for its bad lines, classified batch by batch, and written with the verdicts.

Example:

    texts = read_texts(Path("reviews.csv"))
    for rows, positive in classify(model, texts):
        ...                                     # the probability of positive of these rows
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rnn_demo.data.csv_files import Table, read_table, safe_cell
from rnn_demo.limits import MAX_JUDGED_ROWS, MAX_UPLOAD_BYTES
from rnn_demo.network.arrays import Array
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.sentiment import COLUMNS, LABELS, read_labels

BATCH, BATCH_CHARACTERS = 64, 400_000  # texts read at once, fewer where they are long


@dataclass(frozen=True, eq=False)
class Texts(Table):
    """The texts of a file with their labels: "negative", "positive", or "" where there is none to count."""

    label_problem: str  # why labels are not counted, or nothing


def read_texts(path: Path) -> Texts:
    """The texts of a CSV file; its columns are found by their names. DataError if there is none to read."""
    table = read_table(path, COLUMNS, MAX_JUDGED_ROWS, MAX_UPLOAD_BYTES)
    if table.rows.empty:
        table.whole()  # raises, with what is wrong
    labels, label_problem = read_labels(table.rows["label"])
    return Texts(**vars(replace(table, rows=table.rows.assign(label=labels))), label_problem=label_problem)


def classify(model: SequenceModel, texts: Texts) -> Iterator[tuple[list[int], Array]]:
    """Numbers of rows and their probabilities of positive, batch after batch; the longest texts come first."""
    content = texts.rows["text"].tolist()
    order = sorted(range(len(content)), key=lambda row: -len(content[row]))
    while order:
        at_once = max(1, min(BATCH, BATCH_CHARACTERS // len(content[order[0]])))
        rows, order = order[: 4 * at_once], order[4 * at_once :]
        yield rows, model.probabilities([content[row] for row in rows], at_once)[:, LABELS.index("positive")]


def summary(texts: Texts, positive: Array) -> dict[str, Any]:
    """What a reader wants to know first: how many texts there are, and how many of them are positive.

    Where there are labels also the accuracy, that of always naming the more frequent label ("majority"), and a
    confusion matrix [label][verdict].
    """
    verdicts = (positive >= 0.5).astype(int)
    counts: dict[str, Any] = {"rows": len(verdicts), "positive": int(verdicts.sum())}
    labelled = (texts.rows["label"] != "").to_numpy()
    if labelled.any():
        labels = (texts.rows["label"] == LABELS[1]).to_numpy(dtype=int)[labelled]
        confusion = np.zeros((2, 2), dtype=int)
        np.add.at(confusion, (labels, verdicts[labelled]), 1)
        counts |= {
            "labelled": len(labels),
            "accuracy": float(np.trace(confusion) / len(labels)),
            "majority": float(confusion.sum(axis=1).max() / len(labels)),
            "confusion": confusion.tolist(),
        }
    return counts


def verdict_rows(texts: Texts, positive: Array, most: int | None = None) -> pd.DataFrame:
    """The rows with their verdicts, in the order of the file: line, text, label, verdict, probability of positive."""
    rows, p = texts.rows[:most], positive[:most].astype(float)
    verdicts = np.array(LABELS)[(p >= 0.5).astype(int)]
    return rows.assign(verdict=verdicts, probability=p.round(4)).rename_axis("line").reset_index()


def to_csv(texts: Texts, positive: Array) -> str:
    """The same as CSV, for a spreadsheet: no text of it is taken for a formula."""
    rows = verdict_rows(texts, positive)
    return str(rows.assign(text=rows["text"].map(safe_cell)).to_csv(index=False, lineterminator="\n"))
