"""The table in docs/series.md: the error of every model and of both baselines on several series, win or lose.

    RNN_DEMO_DATA=data python -m tools.series_table            # train on each, and write the table again
    python -m tools.series_table --cells gru --epochs 20       # fewer, for a quick look; nothing is written

Public series are looked up in RNN_DEMO_DATA, or ./data; a file that is not there is left out and named.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rnn_demo.data.series import MADE, Series, make_series, read_series
from rnn_demo.experiments.lab.series_run import SeriesEnd, SeriesRun, forecast_series

PAGE = Path(__file__).parents[1] / "docs" / "series.md"
BEGIN, END = "<!-- table: series -->", "<!-- end of table: series -->"
# Files with the column that is forecast, where it is not the first.
FILES = {
    "airpassengers.csv": "",
    "melbourne_min_temp.csv": "",
    "sunspots.csv": "",
    "google_stock_2012_2017.csv": "close_adj",
    "aapl_2015_2017.csv": "adjusted",
}
CELLS = ("gru", "lstm", "mingru")


def all_series(folder: Path) -> tuple[list[Series], list[str]]:
    """The made series and those in the folder, and the names of the files that are not there."""
    there = [name for name in FILES if (folder / name).is_file()]
    series = [make_series(name) for name in MADE] + [read_series(folder / name, FILES[name]) for name in there]
    return series, [name for name in FILES if name not in there]


def row(series: Series, cells: Sequence[str], epochs: int) -> list[str]:
    """A row of the table: MASE of the baselines and of each cell, and whether the better baseline is beaten."""
    ends = []
    for cell in cells:
        *_, end = forecast_series(SeriesRun(series, cell, epochs=epochs))
        assert isinstance(end, SeriesEnd)  # it ends with one
        ends.append(end.comparison)
        print(f"{series.name}, {cell}: MASE {end.comparison.mase('model'):.3f}", file=sys.stderr, flush=True)
    first = ends[0]
    beaten = [f"{cell}" for cell, end in zip(cells, ends, strict=True) if end.beaten]
    copies = [f"{cell}" for cell, end in zip(cells, ends, strict=True) if end.copies]
    figures = [first.mase("naive"), first.mase("seasonal"), *(end.mase("model") for end in ends)]
    return [
        f"`{series.name}`",
        str(len(series.values)),
        str(first.season),
        *(f"{figure:.2f}" for figure in figures),
        ", ".join(beaten) or "**by none**",
        ", ".join(copies),
    ]


def table(rows: Sequence[Sequence[str]], cells: Sequence[str]) -> str:
    """The rows as Markdown."""
    head = ["series", "values", "season", "naive", "seasonal naive", *cells, "better baseline beaten by", "copies"]
    lines = [head, ["---"] * 3 + ["--:"] * (2 + len(cells)) + ["---"] * 2, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", default=",".join(CELLS))
    parser.add_argument("--epochs", type=int, default=40)
    arguments = parser.parse_args()
    cells = tuple(arguments.cells.split(","))
    series, missing = all_series(Path(os.environ.get("RNN_DEMO_DATA", "data")))
    text = table([row(each, cells, arguments.epochs) for each in series], cells)
    print(text)
    if missing:
        print(f"not there, and left out: {', '.join(missing)}", file=sys.stderr)
    elif (cells, arguments.epochs) == (CELLS, 40):
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
