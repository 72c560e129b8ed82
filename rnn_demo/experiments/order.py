"""What order and memory are worth: models measured on the same texts, and on the same words in shuffled order.

The rows stand in `comparison.json` beside a checkpoint, where `python -m rnn_demo compare` writes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

from rnn_demo.data.csv_files import DataError


@dataclass(frozen=True)
class Row:
    """One model: its accuracy on both test sets, as they are and shuffled; None where it was not measured."""

    model: str
    cell: str | None = None
    imdb_test: float | None = None
    imdb_test_shuffled: float | None = None
    sst2_dev: float | None = None
    sst2_dev_shuffled: float | None = None
    parameters: float | None = None
    train_seconds: float | None = None


def read_comparison(folder: Path) -> tuple[Row, ...]:
    """The rows of a checkpoint's `comparison.json`, none if it has no such file; DataError if it is damaged."""
    path = folder / "comparison.json"
    if not path.exists():
        return ()
    names = [field.name for field in fields(Row)]
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(Row(**{name: row[name] for name in names if name in row}) for row in found)
    except (ValueError, TypeError) as error:
        raise DataError(f"{folder.name}/{path.name} is damaged ({error}); write it again") from None
    for row in rows:
        for name in names[2:]:
            if not isinstance(getattr(row, name), (int, float, type(None))):
                raise DataError(f"{folder.name}/{path.name}: {name} of {row.model} must be a number or null")
    return rows


def table(folder: Path) -> str:
    """A checkpoint's comparison as Markdown, "" if it has none; DataError if it is damaged."""
    rows = read_comparison(folder)
    return as_markdown(rows) if rows else ""


def as_markdown(rows: tuple[Row, ...]) -> str:
    """A table for readers: accuracies in percent, and beside each what it loses when the words are shuffled."""
    lines = [
        "| model | cell | IMDb | shuffled | short sentences | shuffled | parameters | trained in |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        cells = [
            row.model,
            row.cell or "",
            *map(_percent, (row.imdb_test, row.imdb_test_shuffled, row.sst2_dev, row.sst2_dev_shuffled)),
            "" if row.parameters is None else f"{row.parameters:,.0f}",
            "" if row.train_seconds is None else f"{row.train_seconds:,.0f} s",
        ]
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"
