"""A series: one value after another.

It comes out of a CSV file (date, value), or is made with a seed.

    read_series(Path("airpassengers.csv")).season      # 12
    make_series("walk", seed=3).values                 # a random walk, of which nothing can be forecast
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnn_demo.data.csv_files import DataError, enumeration, parse_rows, read_text
from rnn_demo.limits import MAX_SERIES_BYTES, MAX_SERIES_COLUMNS

Values = NDArray[np.float64]
LEAST, MOST = 48, 20_000  # values of a series
LENGTH = 400  # of one that is made
# The usual days between two rows -> what a season of such a series may be, in rows.
SEASONS = {1 / 24: (24, 168), 1.0: (7, 365), 7.0: (52,), 30.4: (12,), 91.3: (4,), 365.2: (11,)}
UNKNOWN_SEASONS = (4, 7, 12, 24)
UNEVEN = 1.6  # times the usual distance of two rows: a longer one is a gap
SOME = 20  # cells by which it is told what a column holds

Columns = dict[str, list[str]]  # the cells by title


@dataclass(frozen=True)
class Series:
    """Values at equal distances, their dates as written or none, and after how many rows they repeat themselves.

    `remarks` are sentences about what was found in the file.
    """

    name: str
    values: tuple[float, ...]
    season: int
    dates: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


# --- made with a seed ---------------------------------------------------------------------------------------------


def _sine(t: Values, noise: Values) -> Values:
    return 10 + 3 * np.sin(2 * np.pi * t / 24) + 0.5 * noise


def _seasons(t: Values, noise: Values) -> Values:
    return 20 + 4 * np.sin(2 * np.pi * t / 12) + 2 * np.sin(2 * np.pi * t / 30) + 0.7 * noise


def _trend(t: Values, noise: Values) -> Values:
    return (30 + 0.15 * t) * (1 + 0.15 * np.sin(2 * np.pi * t / 12)) + 0.7 * noise


def _walk(t: Values, noise: Values) -> Values:
    return 50 + noise.cumsum()


@dataclass(frozen=True)
class Kind:
    """A kind of series that is made: its title, after how many steps it repeats itself, and how it is made."""

    title: str
    season: int
    make: Callable[[Values, Values], Values]


MADE = {
    "sine": Kind("a sine with noise", 24, _sine),
    "seasons": Kind("two seasons with noise", 12, _seasons),
    "trend": Kind("a trend with a growing season", 12, _trend),
    "walk": Kind("a random walk: nothing can be forecast", 12, _walk),
}


def make_series(kind: str, seed: int = 0, length: int = LENGTH) -> Series:
    """A series of `length` values; the same seed makes the same one. ValueError for an unknown kind."""
    if kind not in MADE:
        raise ValueError(f"unknown series {kind!r}; choose one of {', '.join(MADE)}")
    noise = np.random.default_rng(seed).standard_normal(length)
    values = MADE[kind].make(np.arange(length, dtype=float), noise)
    return Series(kind, tuple(float(f"{value:.5g}") for value in values), MADE[kind].season)


def named_series(name: str) -> Series | None:
    """The series that a name says is made, as "walk" or "walk-3" with the seed 3; None for any other name."""
    match = re.fullmatch(rf"({'|'.join(MADE)})(?:-(\d{{1,9}}))?", name)
    return make_series(match[1], int(match[2] or 0)) if match else None


# --- out of a file ------------------------------------------------------------------------------------------------


def read_series(path: Path, column: str = "") -> Series:
    """The series of a CSV file with a date and a value in each row, or with a value alone.

    The values are those of `column`, by default of the first column of numbers that does more than count the rows.
    DataError says what is wrong: a gap, a text, dates out of order, a constant, too few rows, or too much of anything.
    """
    return parse_series(read_text(path, MAX_SERIES_BYTES), path.name, column)


def parse_series(text: str, name: str, column: str = "") -> Series:
    """The same from a text."""
    columns, lines = _columns(text, name)
    dates_column = _dates_column(columns)
    cells = columns[_value_column(columns, name, column, dates_column)]
    values = tuple(_number(cell, name, line) for cell, line in zip(cells, lines, strict=True))
    check_values(values, name)
    if dates_column is None:
        return Series(name, values, best_season(values, UNKNOWN_SEASONS))
    written = columns[dates_column]
    days, remarks = _days(written, name, lines)
    nearest = min(SEASONS, key=lambda usual: abs(math.log(usual / days)))
    return Series(name, values, best_season(values, SEASONS[nearest]), tuple(written), remarks)


def check_values(values: Sequence[float], name: str) -> None:
    """Refuse a series that is too short or too long to learn from, or that never changes; DataError."""
    if len(values) < LEAST:
        count = f"{len(values)} value{'' if len(values) == 1 else 's'}"
        raise DataError(f"{name} has {count}; give at least {LEAST}, so that there is a past to learn from")
    if len(values) > MOST:
        raise DataError(f"{name} has {len(values):,} values; at most {MOST:,} are read, so give a part")
    if len(set(values[: int(len(values) * 0.7)])) == 1:
        raise DataError(f"{name} is constant ({values[0]:g}) where it is learnt from; give a series that changes")


def _columns(text: str, name: str) -> tuple[Columns, list[int]]:
    """The columns by their titles, and the line of each row; where the first row has data, the titles are made up."""
    rows = _rows(text, name)
    width = len(rows[0][1])
    made_up = [f"column {k}" for k in range(1, width + 1)]
    has_titles = not all(map(_is_data, filter(None, rows[0][1])))
    titles = [title or other for title, other in zip(rows.pop(0)[1], made_up, strict=True)] if has_titles else made_up
    if not rows:
        raise DataError(f"{name} has a first line but no rows; give at least {LEAST} rows: date,value")
    for line, cells in rows:
        if any(cells[width:]):
            raise DataError(
                f"{name}, line {line}: {len(cells)} cells instead of {width}; write a number with a point, as 112.5, "
                "and put quotation marks around a text with separators in it"
            )
    columns: Columns = {}
    for k, title in enumerate(titles):  # of two with one title the first
        columns.setdefault(title, [cells[k] if k < len(cells) else "" for _, cells in rows])
    return columns, [line for line, _ in rows]


def _rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, with their lines; the first one without empty cells at its end."""
    rows: list[tuple[int, list[str]]] = []
    for line, cells in parse_rows(text, name):
        if isinstance(cells, str):
            raise DataError(f"{name}, line {line}: {cells}")
        if any(cells):
            rows.append((line, cells))
        if len(rows) > MOST + 1:
            raise DataError(
                f"{name} has more than {MOST:,} rows; no more are read, so give a part, or averages over longer periods"
            )
    if not rows:
        raise DataError(f"{name} is empty; give a CSV file: date,value")
    while not rows[0][1][-1]:
        rows[0][1].pop()
    width = len(rows[0][1])
    if width > MAX_SERIES_COLUMNS:
        raise DataError(
            f"{name} has {width:,} columns; at most {MAX_SERIES_COLUMNS} are read, so give date,value alone"
        )
    return rows


def _is_data(cell: str) -> bool:
    """Is a cell a number or a date, and no title?"""
    return _is_number(cell) or (re.search(r"\d", cell) is not None and _are_dates([cell]))


def as_number(text: str, where: str = "") -> float:
    """A finite number written in a text; ValueError says where it stands and what it is instead."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e12:
        raise DataError(f"{where}{text[:40]!r} is not a number; write digits with a point, such as 112 or -3.5")
    return value


def _is_number(cell: str) -> bool:
    try:
        as_number(cell)
    except DataError:
        return False
    return True


# --- which column is what -----------------------------------------------------------------------------------------


def _dates_column(columns: Columns) -> str | None:
    """The first column of dates; else, beside another column, one that counts years."""
    dates = next((title for title, cells in columns.items() if _are_dates(cells)), None)
    if dates is None and len(columns) > 1:
        counts = (title for title, cells in columns.items() if _is_count(cells) and 1678 <= int(cells[0]) <= 2200)
        dates = next(counts, None)
    return dates


def _are_dates(cells: Sequence[str]) -> bool:
    """Are most of the cells dates? Plain numbers are none: they may be values."""
    some = [cell for cell in cells if cell][:SOME]
    return not all(map(_is_number, some)) and float(_dates(some).notna().mean()) > 0.5


def _is_count(cells: Sequence[str]) -> bool:
    """Do the cells only count the rows, as 0, 1, 2 or 1949, 1950, 1951 do?"""
    if not all(cell.isdecimal() and len(cell) < 10 for cell in cells):
        return False
    return all(int(cell) == int(cells[0]) + k for k, cell in enumerate(cells))


def _value_column(columns: Mapping[str, Sequence[str]], name: str, column: str, dates: str | None) -> str:
    if column:
        if column not in columns:
            raise DataError(f"{name} has no column {column!r}; choose one of {enumeration(list(columns))}")
        return column
    others = [title for title in columns if title != dates]
    if not others:
        raise DataError(f"{name} has dates and no values; give a CSV file with a second column: date,value")
    numeric = [
        title for title in others if 2 * sum(map(_is_number, columns[title][:SOME])) > len(columns[title][:SOME])
    ]
    if len(numeric) > 1 and numeric[0] == next(iter(columns)) and _is_count(columns[numeric[0]]):
        numeric.pop(0)
    return (numeric or others)[0]


def _number(cell: str, name: str, line: int) -> float:
    if not cell:
        raise DataError(f"{name}, line {line}: the value is missing; fill the gap, or drop the rows before it")
    return as_number(cell, f"{name}, line {line}: ")


# --- dates --------------------------------------------------------------------------------------------------------


def _dates(written: Sequence[str]) -> pd.Series:
    """Dates as moments, NaT for what is none; 1/2/2024 begins with the day or the month, as fits the rows better."""
    either = any(re.match(r"\d{1,2}[./]\d{1,2}[./]", text) for text in written)
    readings = [
        pd.Series(pd.to_datetime(pd.Series(list(written)), errors="coerce", format="mixed", utc=True, dayfirst=first))
        for first in ((False, True) if either else (False,))
    ]
    return min(readings, key=lambda dates: (int(dates.isna().sum()), _unevenness(_steps(dates))))


def _steps(dates: pd.Series) -> np.ndarray:
    """The days between each two rows."""
    return dates.diff().dt.total_seconds().to_numpy()[1:] / 86_400


def _unevenness(steps: np.ndarray) -> float:
    """How many times the usual distance the longest one is; infinite for dates out of order."""
    return float(steps.max() / np.median(steps)) if len(steps) and (steps > 0).all() else math.inf


def _days(written: Sequence[str], name: str, lines: Sequence[int]) -> tuple[float, tuple[str, ...]]:
    """The usual number of days between two rows, and remarks about others; DataError for dates out of order."""
    dates = _dates(written)
    unread = dates.isna()
    if unread.any():
        k = int(unread.to_numpy().argmax())
        raise DataError(f"{name}, line {lines[k]}: {written[k][:40]!r} is no date; write it as 2024-03-31")
    steps = _steps(dates)
    if (steps < 0).all():
        raise DataError(f"{name} begins with the newest date; sort its rows from the oldest to the newest")
    wrong = np.flatnonzero(steps <= 0)
    if len(wrong):
        k = int(wrong[0]) + 1
        what = "repeats the date" if steps[k - 1] == 0 else "comes before that"
        raise DataError(
            f"{name}, line {lines[k]}: the date {written[k]} {what} of the row above, {written[k - 1]}; "
            "sort the rows by date, one row for each"
        )
    usual = float(np.median(steps))
    if _unevenness(steps) <= UNEVEN:
        return usual, ()
    k = int(steps.argmax())
    gap = f"the longest gap is {steps[k]:g} days, after {written[k]}"
    return usual, (f"The rows are not at equal distances ({gap}); each row counts as one step.",)


def best_season(values: Sequence[float], candidates: Sequence[int]) -> int:
    """Of the seasons that a series may have, the one whose value of a season ago is nearest in its first 70 percent."""
    known = np.array(values[: int(len(values) * 0.7)])
    fitting = [season for season in candidates if 2 * season < len(known)] or [min(candidates)]
    return min(fitting, key=lambda season: float(np.abs(known[season:] - known[:-season]).mean()))
