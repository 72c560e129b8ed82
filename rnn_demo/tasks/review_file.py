"""A file of texts: read with an eye for its bad lines, judged batch by batch, and written down again with the verdicts.

texts = read_texts(Path("reviews.csv"))
for rows, positive in judge(model, texts):
    ...                                     # the probability of positive of these rows
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnn_demo.data.csv_files import DataError, listed, read_lines, safe_cell
from rnn_demo.limits import MAX_JUDGED_ROWS, MAX_UPLOAD_BYTES, check_text
from rnn_demo.network.arrays import Array
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.sentiment import LABELS, SPELLINGS

# What the columns are called, the likeliest name first; case and spaces around a name do not count.
TEXT_NAMES = ("text", "review", "sentence", "comment", "content", "body", "message", "tweet", "phrase", "input")
LABEL_NAMES = ("label", "sentiment", "class", "target", "polarity")
_NOTHING = frozenset(("nan", "null", "none", "n/a"))  # what programs write where nothing is
BATCH, BATCH_CHARACTERS = 64, 400_000  # texts read at once, fewer where they are long


@dataclass(frozen=True)
class Row:
    """A text with the line it starts on, and its label, "" where it has none."""

    line: int
    text: str
    label: str


@dataclass(frozen=True)
class Texts:
    """The good rows of a file, and what was wrong with the others: (line, why)."""

    name: str
    text_column: str
    label_column: str | None
    rows: tuple[Row, ...]
    skipped: tuple[tuple[int, str], ...]
    odd_labels: int  # rows whose label is none that is known; they are judged, and not counted against a label
    cut: bool  # were there more rows than are read?


def read_texts(path: Path) -> Texts:
    """The texts of a CSV file; its columns are found by their names. DataError if there is none to read."""
    if path.exists() and path.stat().st_size > MAX_UPLOAD_BYTES:
        size, most = path.stat().st_size / 2**20, MAX_UPLOAD_BYTES // 2**20
        raise DataError(f"{path.name} has {size:,.0f} MiB; at most {most} MiB are read, so give a part of it")
    lines = read_lines(path)
    header = next(lines, (1, []))[1]
    names = [name.strip() for name in header] if isinstance(header, list) else []
    text, label = _column(names, TEXT_NAMES), _column(names, LABEL_NAMES)
    if text is None:
        raise DataError(
            f"{path.name} has the columns {listed(names)}; one of them must be "
            f"called {', '.join(TEXT_NAMES[:4])} or {TEXT_NAMES[4]}, so rename it in the first line"
        )
    rows: list[Row] = []
    skipped: list[tuple[int, str]] = []
    odd_labels, cut = 0, False
    for line, cells in lines:
        if len(rows) + len(skipped) == MAX_JUDGED_ROWS:
            cut = True
            break
        try:
            written = check_text(_cell(cells, len(names), text))
        except ValueError as error:
            skipped.append((line, str(error)))
            continue
        said = "" if label is None else cells[label].strip().lower().removesuffix(".0")
        odd_labels += said not in ("", *_NOTHING, *SPELLINGS)
        rows.append(Row(line, written, SPELLINGS.get(said, "")))
    if not rows:
        why = f"line {skipped[0][0]}: {skipped[0][1]}" if skipped else "it has a first line but no rows"
        raise DataError(f"{path.name} has no text that can be read; {why}")
    column = None if label is None else names[label]
    return Texts(path.name, names[text], column, tuple(rows), tuple(skipped), odd_labels, cut)


def _column(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    lower = [name.lower() for name in names]
    return next((lower.index(name) for name in wanted if name in lower), None)


def _cell(cells: list[str] | str, width: int, number: int) -> str:
    """The cell with the text; ValueError says why there is none."""
    if isinstance(cells, str):
        raise ValueError(cells)
    if len(cells) != width:
        raise ValueError(
            f"{len(cells)} cells where the first line names {width}; put a text with commas between quotes"
        )
    if cells[number].strip().lower() in _NOTHING:
        raise ValueError(f"{cells[number].strip()} stands where a text is wanted")
    return cells[number]


def judge(model: SequenceModel, texts: Texts) -> Iterator[tuple[list[int], Array]]:
    """Numbers of rows and their probabilities of positive, batch after batch; the longest texts come first."""
    order = sorted(range(len(texts.rows)), key=lambda row: -len(texts.rows[row].text))
    while order:
        at_once = max(1, min(BATCH, BATCH_CHARACTERS // len(texts.rows[order[0]].text)))
        rows, order = order[: 4 * at_once], order[4 * at_once :]
        yield rows, model.probabilities([texts.rows[row].text for row in rows], at_once)[:, LABELS.index("positive")]


def summary(texts: Texts, positive: Array) -> dict[str, Any]:
    """What a reader wants to know first: how many texts there are, and how many of them are positive.

    Where there are labels also the accuracy, that of always naming the more frequent label ("majority"), and a
    confusion matrix [label][verdict].
    """
    verdicts = (positive >= 0.5).astype(int)
    found: dict[str, Any] = {"rows": len(texts.rows), "positive": int(verdicts.sum())}
    pairs = [(LABELS.index(row.label), v) for row, v in zip(texts.rows, verdicts, strict=True) if row.label]
    if pairs:
        confusion = np.zeros((2, 2), dtype=int)
        for label, verdict in pairs:
            confusion[label, verdict] += 1
        found |= {
            "labelled": len(pairs),
            "accuracy": float(np.trace(confusion) / len(pairs)),
            "majority": float(confusion.sum(axis=1).max() / len(pairs)),
            "confusion": confusion.tolist(),
        }
    return found


def judged(texts: Texts, positive: Array, most: int | None = None) -> list[dict[str, Any]]:
    """The rows with their verdicts, in the order of the file: line, text, label, verdict, probability of positive."""
    return [
        {**vars(row), "verdict": LABELS[p >= 0.5], "probability": round(p, 4)}
        for row, p in zip(texts.rows[:most], positive[:most].tolist(), strict=True)
    ]


def to_csv(texts: Texts, positive: Array) -> str:
    """The same as CSV, for a spreadsheet: no text of it is taken for a formula."""
    out = io.StringIO()
    rows = judged(texts, positive)
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row | {"text": safe_cell(row["text"])})
    return out.getvalue()
