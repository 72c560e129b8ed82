"""A series: one value after another.

It comes out of a CSV file (date, value), or is made with a seed.

    read_series(Path("airpassengers.csv")).season      # 12
    make_series("walk", seed=3).values                 # a random walk, of which nothing can be forecast
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnn_demo.data.csv_files import DataError, enumeration, read_text

Values = NDArray[np.float64]
LEAST, MOST = 48, 20_000  # values of a series
LENGTH = 400  # of one that is made
# The usual days between two rows -> what a season of such a series may be, in rows.
SEASONS = {1 / 24: (24, 168), 1.0: (7, 365), 7.0: (52,), 30.4: (12,), 91.3: (4,), 365.2: (11,)}
UNKNOWN_SEASONS = (4, 7, 12, 24)


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

    The values are those of `column`, by default the first column of numbers after the date. DataError says what is
    wrong: a gap, a text, dates out of order, a constant, or too few or too many rows.
    """
    return parse_series(read_text(path), path.name, column)


def parse_series(text: str, name: str, column: str = "") -> Series:
    """The same from a text."""
    table = _table(text, name)
    dates_column = next((title for title in table.columns if _are_dates(table[title])), None)
    value_column = _value_column(table, name, column, dates_column)
    cells = table[value_column].str.strip()
    values = tuple(_number(cell, name, line) for line, cell in enumerate(cells, 2))
    check_values(values, name)
    if dates_column is None:
        return Series(name, values, best_season(values, UNKNOWN_SEASONS))
    written = tuple(table[dates_column].str.strip())
    days, remarks = _days(written, name)
    nearest = min(SEASONS, key=lambda usual: abs(math.log(usual / days)))
    return Series(name, values, best_season(values, SEASONS[nearest]), written, remarks)


def _table(text: str, name: str) -> pd.DataFrame:
    first = next(iter(text.lstrip("\ufeff").splitlines()), "")
    separator = max(",;\t|", key=first.count)
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, skip_blank_lines=True)
    except (ValueError, pd.errors.ParserError) as error:
        what = str(error).splitlines()[0][:120]
        raise DataError(f"{name} is not a table of dates and values ({what}); give a CSV file: date,value") from None
    if not len(table):
        raise DataError(f"{name} has a first line but no rows; give at least {LEAST} rows: date,value")
    if len(table) > MOST:
        raise DataError(
            f"{name} has {len(table):,} rows; at most {MOST:,} are read, so give a part, or means over longer times"
        )
    return table.fillna("")


def _are_dates(cells: pd.Series) -> bool:
    """Do the cells look like dates? Plain numbers of four digits do not count: they may be values."""
    some = cells[cells.str.strip() != ""].iloc[:20]
    if some.empty or some.str.fullmatch(r"\s*-?\d*\.?\d+(?:[eE]-?\d+)?\s*").all():
        return False
    return bool(pd.to_datetime(some, errors="coerce", format="mixed").notna().all())


def _value_column(table: pd.DataFrame, name: str, column: str, dates: str | None) -> str:
    if column:
        if column not in table.columns:
            raise DataError(f"{name} has no column {column!r}; choose one of {enumeration(list(table.columns))}")
        return column
    others = [title for title in table.columns if title != dates]
    if not others:
        raise DataError(f"{name} has dates and no values; give a CSV file with a second column: date,value")
    numeric = pd.DataFrame({title: pd.to_numeric(table[title], errors="coerce").notna() for title in others})
    most = numeric.sum()
    return str(next((title for title in others if 2 * most[title] > len(table)), others[0]))


def _number(cell: str, name: str, line: int) -> float:
    if not cell:
        raise DataError(f"{name}, line {line}: the value is missing; fill the gap, or drop the rows before it")
    return as_number(cell, f"{name}, line {line}: ")


def as_number(text: str, where: str = "") -> float:
    """A finite number written in a text; ValueError says where it stands and what it is instead."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e12:
        raise DataError(f"{where}{text[:40]!r} is not a number; write digits with a point, such as 112 or -3.5")
    return value


def check_values(values: Sequence[float], name: str) -> None:
    """Refuse a series that is too short or too long to learn from, or that never changes; DataError."""
    if len(values) < LEAST:
        count = f"{len(values)} value{'' if len(values) == 1 else 's'}"
        raise DataError(f"{name} has {count}; give at least {LEAST}, so that there is a past to learn from")
    if len(values) > MOST:
        raise DataError(f"{name} has {len(values):,} values; at most {MOST:,} are read, so give a part")
    if len(set(values[: int(len(values) * 0.7)])) == 1:
        raise DataError(f"{name} is constant ({values[0]:g}) where it is learnt from; give a series that changes")


def _days(written: Sequence[str], name: str) -> tuple[float, tuple[str, ...]]:
    """The usual number of days between two rows, and remarks about others; DataError for dates out of order."""
    dates = pd.Series(pd.to_datetime(pd.Series(list(written)), errors="coerce", format="mixed"))
    unread = dates.isna()
    if unread.any():
        line = int(unread.to_numpy().argmax())
        raise DataError(f"{name}, line {line + 2}: {written[line][:40]!r} is no date; write it as 2024-03-31")
    steps = dates.diff().dt.total_seconds().to_numpy()[1:] / 86_400
    if (steps < 0).all():
        raise DataError(f"{name} begins with the newest date; sort its rows from the oldest to the newest")
    wrong = np.flatnonzero(steps <= 0)
    if len(wrong):
        k = int(wrong[0]) + 1
        what = "repeats the date" if steps[k - 1] == 0 else "comes before that"
        raise DataError(
            f"{name}, line {k + 2}: the date {written[k]} {what} of the row above, {written[k - 1]}; "
            "sort the rows by date, one row for each"
        )
    usual, longest = float(np.median(steps)), float(steps.max())
    if longest <= 1.6 * usual:
        return usual, ()
    k = int(steps.argmax())
    gap = f"the longest gap is {longest:g} days, after {written[k]}"
    return usual, (f"The rows are not at equal distances ({gap}); each row counts as one step.",)


def best_season(values: Sequence[float], candidates: Sequence[int]) -> int:
    """Of the seasons that a series may have, the one whose value of a season ago is nearest in its first 70 percent."""
    known = np.array(values[: int(len(values) * 0.7)])
    fitting = [season for season in candidates if 2 * season < len(known)] or [min(candidates)]
    return min(fitting, key=lambda season: float(np.abs(known[season:] - known[:-season]).mean()))
