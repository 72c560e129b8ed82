"""docs/BENCHMARKS.md: the results of `bench` in one table, with the machine and the date."""

from __future__ import annotations

import datetime
import json
import operator
import os
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from rnn_demo.bench import machine_peak as peak

FILE = "docs/BENCHMARKS.md"
IN_THE_WAY = """
## What stands in the way of more

* Each step of a recurrent layer waits for the one before. Its product, of (batch, hidden) and (hidden, gates x hidden)
  numbers, is small beside those of the limit, and between two products come the functions of the gates.
* A text by itself (`one_review`, `one_answer`) is a product with a vector at each step: every weight is fetched for a
  single multiplication. Texts in one call share it, which is why they are many times faster.
* Everything else is no product: tokens, embedding, pooling, and in training the optimizer, which walks through all
  weights, those of words that a batch does not have included. In `qa_training`, whose questions are short and whose
  vocabulary is large, it takes about as long as the products.
"""
Row = Mapping[str, Any]


def keeps_promise(row: Row) -> bool:
    """Is the promise kept, which is "at least", "at most" or "under" a number? ValueError for any other."""
    match = re.fullmatch(r"(at least|at most|under) ([\d.]+)", row["promise"])
    if not match:
        raise ValueError(f"a promise is 'at least', 'at most' or 'under' a number, got {row['promise']!r}")
    compare = {"at least": operator.ge, "at most": operator.le, "under": operator.lt}[match[1]]
    return bool(compare(row["measured"], float(match[2])))


def line(row: Row) -> str:
    """A row for a terminal."""
    if "measured" not in row:
        return f"{row['name']:18s} not measured: {row['missing']}"
    promise = f"(target: {row['promise']})" + ("" if keeps_promise(row) else " MISSED")
    share = f"; {of_limit(row)} of the limit" if "share" in row else ""
    return f"{row['name']:18s} {row['measured']:8.2f} {row['unit']:6s} {promise}  {row['detail']}{share}"


def of_limit(row: Row) -> str:
    """The share of the limit that a row reaches; nothing for one that is no matter of matrices."""
    return f"{100 * row['share']:.0f}%" if "share" in row else ""


def document(rows: Sequence[Row], today: datetime.date) -> str:
    """All rows as a Markdown file."""
    lines = [
        "# Benchmarks",
        "",
        "Every speed and size with a target, from `python -m rnn_demo bench --write`. A ratio compares two",
        "things that took turns in the same run; `python -m rnn_demo bench --only NAME` measures one of them again.",
        "",
        f"Measured on {machine()}, on {today.isoformat()}.",
        "",
        f"The limit of training and reading is {peak.in_words()}; the column says which share of it a row reaches.",
        "",
        "| name | measured | target | met | of the limit | what was compared |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        if "measured" in row:
            verdict = "yes" if keeps_promise(row) else "**no**"
            measured = f"{row['measured']:.2f} {row['unit']}"
            cells = (row["name"], measured, row["promise"], verdict, of_limit(row), row["detail"])
        else:
            cells = (row["name"], "", "", "not measured", "", row["missing"])
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n" + IN_THE_WAY


def machine() -> str:
    """The processor, what torch uses of it, and the versions; no name of a computer."""
    info = Path("/proc/cpuinfo")
    models = re.findall(r"^model name\s*: (.*)$", info.read_text(encoding="utf-8"), re.M) if info.exists() else []
    processor = models[0] if models else platform.processor() or platform.machine()
    gpu = f", {torch.cuda.get_device_name()}" if torch.cuda.is_available() else ""
    return (
        f"{processor} with {os.cpu_count()} processors, {torch.get_num_threads()} threads of torch{gpu}, "
        f"Python {platform.python_version()}, torch {torch.__version__.partition('+')[0]}"
    )


def run_and_print(only: Sequence[str] | None, short: bool, write: bool, as_json: bool) -> None:
    """Measure, print each row as soon as it is there, and with `write` write the file; ValueError for bad options."""
    from rnn_demo.bench.ratios import BENCHES, SHORT, run  # which imports all that is measured

    unknown = [name for name in only or () if name not in BENCHES]
    if unknown:
        raise ValueError(f"unknown benchmark {unknown[0]!r}; choose from {', '.join(BENCHES)}")
    if sum((bool(only), short, write)) > 1:
        raise ValueError("use only one of --only, --short and --write")
    rows = []
    for row in run(only or (SHORT if short else list(BENCHES))):
        rows.append(row)
        print(json.dumps(row) if as_json else line(row), flush=True)
    if write:
        file = Path(FILE)
        file.parent.mkdir(exist_ok=True)
        file.write_text(document(rows, datetime.date.today()), encoding="utf-8")
