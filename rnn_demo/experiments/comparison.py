"""The comparison beside a checkpoint: models measured on the same data, in `comparison.json`, and its table.

`python -m rnn_demo compare` writes it. Each row is an object with the name of a model and what was measured of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnn_demo.data.csv_files import DataError
from rnn_demo.data.writing import strict_json, write_whole
from rnn_demo.zoo.checkpoint import COMPARISON


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


# The columns of the table: title, key of a row, format. A column that no row has a value for is left out.
COLUMNS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("model", "model", str),
    ("cell", "cell", str),
    ("IMDb", "imdb_test", percent),
    ("shuffled", "imdb_test_shuffled", percent),
    ("short sentences", "sst2_dev", percent),
    ("shuffled", "sst2_dev_shuffled", percent),
    ("training set", "recall", percent),
    ("validation", "answered_right", percent),
    ("refused", "refused", percent),
    ("area under the curve", "auc", "{:.3f}".format),
    ("parameters", "parameters", "{:,.0f}".format),
    ("trained in", "train_seconds", "{:,.0f} s".format),
)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The rows of a comparison, none where there is no such file; DataError if it is damaged."""
    if not file.is_file():
        return []
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        as_markdown(rows)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{file.parent.name}/{file.name} is damaged ({error}); write it again") from None
    return list(rows)


def write_rows(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a comparison, whole or not at all."""
    write_whole(file, f"{strict_json(list(rows), indent=2)}\n".encode())


def table(folder: Path) -> str:
    """The comparison beside a checkpoint as Markdown, "" where there is none; DataError if it is damaged."""
    rows = read_rows(folder / COMPARISON)
    return as_markdown(rows) if rows else ""


def as_markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """A row for each model: shares in percent, empty where one was not measured."""
    columns = [column for column in COLUMNS if any(row.get(column[1]) is not None for row in rows)]
    lines = [
        "| " + " | ".join(title for title, _, _ in columns) + " |",
        "|" + "|".join("---" if form is str else "--:" for _, _, form in columns) + "|",
    ]
    for row in rows:
        if not isinstance(row["model"], str):
            raise TypeError(f"model must be a text, got {row['model']!r}")
        values = ((row.get(key), form) for _, key, form in columns)
        cells = ("" if value is None else form(value).replace("|", "/") for value, form in values)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
