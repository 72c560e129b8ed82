"""A series out of a file or made with a seed: what cannot be learnt from is refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnn_demo.data.csv_files import DataError
from rnn_demo.data.series import LEAST, MADE, MOST, as_number, make_series, named_series, parse_series, read_series
from rnn_demo.limits import MAX_SERIES_BYTES, MAX_SERIES_COLUMNS

MONTHS = [f"{1949 + k // 12}-{k % 12 + 1:02d}" for k in range(120)]
ROWS = [f"{month},{100 + k + 10 * (k % 12)}" for k, month in enumerate(MONTHS)]


def file_of(rows: list[str], header: str = "month,passengers") -> str:
    return "\n".join([header, *rows]) + "\n"


def changed(line: int, row: str) -> str:
    return file_of([*ROWS[: line - 2], row, *ROWS[line - 1 :]])


def test_dates_values_and_the_season_of_months_are_read() -> None:
    series = parse_series(file_of(ROWS), "air.csv")
    assert series.values[:3] == (100, 111, 122)
    assert (series.season, series.dates[0], series.remarks) == (12, "1949-01", ())
    assert parse_series(file_of([row.replace(",", ";") for row in ROWS], "month;passengers"), "air.csv") == series


def test_values_alone_are_a_series_without_dates() -> None:
    series = parse_series("value\n" + "\n".join(str(k % 7) for k in range(80)), "week.csv")
    assert (series.season, series.dates, len(series.values)) == (7, (), 80)


def test_the_first_column_of_numbers_is_read_or_the_one_that_is_named() -> None:
    rows = [f"{month},x{k},{k},{-k}" for k, month in enumerate(MONTHS)]
    text = file_of(rows, "date,name,open,close")
    assert parse_series(text, "a.csv").values[5] == 5
    assert parse_series(text, "a.csv", "close").values[5] == -5
    with pytest.raises(DataError, match="no column 'high'; choose one of date, name, open, close"):
        parse_series(text, "a.csv", "high")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (changed(30, f"{MONTHS[28]},"), "line 30: the value is missing; fill the gap"),
        (changed(30, f"{MONTHS[28]},many"), "line 30: 'many' is not a number; write digits"),
        (changed(30, f"{MONTHS[28]},inf"), "line 30: 'inf' is not a number"),
        (changed(30, "soon,7"), "line 30: 'soon' is no date; write it as 2024-03-31"),
        (file_of(ROWS[:1]), f"has 1 value; give at least {LEAST}"),
        (file_of(ROWS[:20]), "has 20 values"),
        (file_of([]), "has a first line but no rows"),
        (file_of([f"{month},5" for month in MONTHS]), r"is constant \(5\)"),
        (file_of(ROWS[::-1]), "begins with the newest date; sort its rows"),
        (
            file_of([*ROWS[:40], *ROWS[60:80], *ROWS[40:60], *ROWS[80:]]),
            "the date 1952-05 comes before that of the row",
        ),
        (file_of([*ROWS[:40], *ROWS[39:]]), "repeats the date of the row above, 1952-04"),
        ("value\n" + "1\n2\n" * 50_000, "has more than 20,000 rows; no more are read"),
        ("date\n" + "\n".join(MONTHS), "has dates and no values"),
        ("", "is empty; give a CSV file: date,value"),
        (",,\n", "is empty; give a CSV file: date,value"),
        ('a,b\n"1,2\n', "line 2: a quotation mark is opened and not closed"),
        (changed(5, "often,7"), "line 5: 'often' is no date"),
        (changed(30, f"{MONTHS[28]},7,5"), "line 30: 3 cells instead of 2; write a number with a point, as 112.5"),
        ("a," * MAX_SERIES_COLUMNS + "a\n", f"has 101 columns; at most {MAX_SERIES_COLUMNS} are read"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_in_a_sentence(text: str, what: str) -> None:
    with pytest.raises(DataError, match=what) as refusal:
        parse_series(text, "my.csv")
    assert str(refusal.value).startswith("my.csv")


def test_the_line_that_is_named_is_that_of_the_file() -> None:
    text = "date,value\n\n\n" + "\n".join([*ROWS[:40], f"{MONTHS[40]},", *ROWS[41:]])
    with pytest.raises(DataError, match="line 44: the value is missing"):
        parse_series(text, "my.csv")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("month,passengers", "{},"),  # a comma at the end of every row
        ("month,passengers,", "{},"),
        ("sep=,\nmonth,passengers", "{}"),
        ("month,passengers", '"{}"'),  # as a spreadsheet saves what it took for one column
    ],
)
def test_a_table_as_people_have_it_is_read_with_its_dates(header: str, row: str) -> None:
    quoted = row.startswith('"')
    text = "\n".join([f'"{header}"' if quoted else header, *(row.format(each) for each in ROWS)])
    assert parse_series(text, "air.csv") == parse_series(file_of(ROWS), "air.csv")


def test_a_first_row_of_data_is_no_header() -> None:
    series = parse_series("\n".join(ROWS), "air.csv")
    assert (series.dates[0], series.values) == (MONTHS[0], parse_series(file_of(ROWS), "air.csv").values)
    assert len(parse_series("\n".join(str(k % 7) for k in range(80)), "week.csv").values) == 80


def test_the_numbers_of_years_or_of_rows_are_not_what_is_forecast() -> None:
    values = [float(k * k % 11) for k in range(80)]
    years = parse_series("year,spots\n" + "\n".join(f"{1900 + k},{v}" for k, v in enumerate(values)), "spots.csv")
    assert (years.values, years.dates[:2], years.season) == (tuple(values), ("1900", "1901"), 11)
    rows = parse_series(",spots\n" + "\n".join(f"{k},{v}" for k, v in enumerate(values)), "spots.csv")
    assert (rows.values, rows.dates) == (tuple(values), ())
    counted = parse_series("year\n" + "\n".join(str(1900 + k) for k in range(80)), "years.csv")
    assert counted.values[0] == 1900  # there is nothing else


@pytest.mark.parametrize("form", ["{d}/{m}/{y}", "{d}.{m}.{y}", "{m}/{d}/{y}"])
@pytest.mark.parametrize(("step", "season"), [("D", 7), ("M", 12)])
def test_a_date_begins_with_the_day_or_the_month_as_fits_the_rows(form: str, step: str, season: int) -> None:
    days = np.arange(np.datetime64("2023-01", step), 90).astype("datetime64[D]").tolist()
    dates = [form.format(d=f"{day.day:02d}", m=f"{day.month:02d}", y=day.year) for day in days]
    text = file_of([f"{date},{100 + k + 10 * (k % season)}" for k, date in enumerate(dates)])
    series = parse_series(text, "air.csv")
    assert (series.season, series.remarks) == (season, ())


def test_hours_on_both_sides_of_a_change_of_clocks_are_an_hour_apart() -> None:
    hours = [np.datetime64("2024-03-30T00") + k for k in range(100)]  # in UTC
    local = [f"{hour + 1 + (k >= 25)}:00+0{1 + (k >= 25)}:00" for k, hour in enumerate(hours)]
    series = parse_series(file_of([f"{at},{k % 24}" for k, at in enumerate(local)]), "power.csv")
    assert (series.season, series.remarks) == (24, ())


def test_a_file_with_more_bytes_than_a_series_needs_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(b"value\n" + b"1.0000000000000\n" * (MAX_SERIES_BYTES // 16))
    with pytest.raises(DataError, match="holds more than 8 MiB; at most that much is read"):
        read_series(file)


def test_unequal_distances_are_read_and_said() -> None:
    days = [np.datetime64("2024-01-01") + k + 2 * (k > 30) for k in range(90)]
    series = parse_series(file_of([f"{day},{k % 7}" for k, day in enumerate(days)]), "week.csv")
    assert series.season == 7
    assert series.remarks == (
        "The rows are not at equal distances (the longest gap is 3 days, after 2024-01-31); "
        "each row counts as one step.",
    )


@pytest.mark.parametrize("kind", MADE)
def test_the_same_seed_makes_the_same_series(kind: str) -> None:
    assert make_series(kind, 3) == make_series(kind, 3) != make_series(kind, 4)
    assert named_series(f"{kind}-3") == make_series(kind, 3)
    assert named_series(kind) == make_series(kind, 0)
    assert LEAST < len(make_series(kind).values) < MOST


def test_a_random_walk_has_steps_that_know_nothing_of_each_other() -> None:
    steps = np.diff(make_series("walk", 1, 4_000).values)
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < 0.05


def test_names_of_files_are_no_made_series() -> None:
    assert named_series("walk.csv") is None
    assert named_series("names") is None
    with pytest.raises(ValueError, match="unknown series 'wlak'; choose one of sine, seasons, trend, walk"):
        make_series("wlak")


@pytest.mark.parametrize("text", ["one", "nan", "1e99", "", "1,5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number; write digits with a point"):
        as_number(text)
