"""Reading a CSV file that anybody may have written, and saying clearly what is wrong with it.

The page, the taught table and the command line read the same rows with it and are given the same complaints.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rnn_demo.data.zip_files import UNREADABLE, members, take
from rnn_demo.limits import MAX_CHARACTERS, MAX_FILE_BYTES, MAX_LINES, MAX_REREAD, MAX_ROWS

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
MOST_PROBLEMS = 100  # bad rows that are named; the others are counted
SAMPLE, LONGEST_HEADER = 100, 100_000  # lines among which the header is looked for, and the characters of one
QUOTES = (
    "a quotation mark is opened and not closed, or closed in the wrong place; close it at the end of its cell, "
    'and double it ("") where it belongs to the text'
)
CURLY = 'curly quotation marks do not hold a cell together; put straight ones (") around it'

_GZIP, _ZIP, _OLD_WORKBOOK = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WORKBOOK_PARTS = ("[Content_Types].xml", "mimetype", "Index/Document.iwa")  # Excel, LibreOffice, Numbers
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?[,;\t|]*', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


class DataError(ValueError):
    """A data file that cannot be used; the message says what it is, what is wanted and what to do."""


@dataclass(frozen=True)
class Column:
    """A column that is looked for: its name, and other names that it may have instead, the likeliest first."""

    name: str
    others: tuple[str, ...] = ()
    optional: bool = False

    def place(self, header: Sequence[str]) -> int | None:
        """Where it is in a header of casefolded names, or None."""
        return next((header.index(name) for name in (self.name, *self.others) if name in header), None)


@dataclass(frozen=True, eq=False)
class Table:
    """The good rows of a CSV file, and what is wrong with the others.

    `rows` has a column of texts, without the blanks around them, for each `Column` that was asked for; its index is
    the line on which a row begins. "None", "N/A" and "007" stay as they were written.
    """

    name: str
    titles: dict[str, str]  # what the file calls those of the columns that it has
    rows: pd.DataFrame
    problems: tuple[tuple[int, str], ...]  # (line, what is wrong), the first `MOST_PROBLEMS`
    left_out: int  # how many bad rows there are
    cut: bool  # are there more rows than were asked for?

    def whole(self) -> pd.DataFrame:
        """All rows; DataError with the first thing that is wrong with them."""
        if self.problems:
            line, what = self.problems[0]
            raise DataError(f"{self.name}, line {line}: {what}")
        if self.cut:
            raise DataError(f"{self.name} has more than {len(self.rows):,} rows; give fewer")
        if self.rows.empty:
            raise DataError(f"{self.name} has a first line but no rows; add at least one")
        return self.rows


# --- from a file to a text ----------------------------------------------------------------------------------------


def read_bytes(path: Path, most: int = MAX_FILE_BYTES) -> bytes:
    """The content of a file, gzipped and zipped ones unpacked, of at most `most` bytes."""
    try:
        with path.open("rb") as file:
            start = file.peek(4)[:4]
            if start == _ZIP:
                content = _unzip(file, path.name, most + 1)
            elif start.startswith(_GZIP):
                content = gzip.GzipFile(fileobj=file).read(most + 1)
            else:
                content = file.read(most + 1)
    except FileNotFoundError:
        raise DataError(f"there is no file {path}; check the path") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} cannot be read ({error}); check the file") from None
    if len(content) > most:
        raise DataError(
            f"{path.name} holds more than {most // 2**20} MiB; at most that much is read, so give a part of it"
        )
    return content


def _unzip(file: io.BufferedReader, name: str, most: int) -> bytes:
    """The one file in a zip; DataError for a workbook, which is a zip too, and for several files."""
    try:
        with zipfile.ZipFile(file) as archive:
            files = members(archive)
            if not files.keys() & set(_WORKBOOK_PARTS) and len(files) == 1:
                return take(archive, next(iter(files.values())), most)
    except UNREADABLE as error:
        raise DataError(
            f"{name} is a zip or a workbook that cannot be opened ({str(error)[:80]}); save the sheet as CSV (UTF-8)"
        ) from None
    if files.keys() & set(_WORKBOOK_PARTS):
        raise DataError(f"{name} is not a text file but a workbook; save the sheet as CSV (UTF-8)")
    raise DataError(f"{name} is a zip of {len(files)} files ({enumeration(list(files))}); give one CSV file")


def read_text(path: Path, most: int = MAX_FILE_BYTES) -> str:
    """The text of a file of at most `most` bytes: UTF-8, or UTF-16 that begins with its byte-order mark."""
    return decode(read_bytes(path, most), path.name)


def decode(content: bytes, name: str) -> str:
    """Bytes as text: UTF-8, or what a byte-order mark says; DataError tells which byte cannot be read."""
    if content.startswith((_ZIP, _OLD_WORKBOOK)):
        raise DataError(f"{name} is not a text file but a workbook; save the sheet as CSV (UTF-8)")
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\n|\r", content[: error.start])) + 1
        raise DataError(
            f"{name} is not {encoding.upper()} (byte {error.start} is {content[error.start]:#04x}, in line {line}); "
            "save it as UTF-8, which Excel calls “CSV UTF-8”"
        ) from None


# --- from a text to a table ---------------------------------------------------------------------------------------


def read_table(
    path: Path, columns: Sequence[Column], most_rows: int = MAX_ROWS, most_bytes: int = MAX_FILE_BYTES
) -> Table:
    """The rows of a CSV file. DataError for a file without these columns; what is wrong with a row is in the table.

    Commas, semicolons, tabs and pipes are understood, and the header may come below a title. Where the header is one
    name, each line is one cell.
    """
    return parse_table(read_text(path, most_bytes), path.name, columns, most_rows)


def parse_table(
    text: str, name: str, columns: Sequence[Column], most_rows: int = MAX_ROWS, header: bool = True
) -> Table:
    """The same from a text. Without a header the columns are in their order."""
    lines = _lines(text, name)
    if header:
        lines = _unwrap(lines) or lines
        separator, start, cells = _header(lines, name, columns)
    else:
        separator, start, cells = _separator(text), 0, [column.name for column in columns]
    names = [_fold(cell) for cell in cells]
    places = {column.name: place for column in columns if (place := column.place(names)) is not None}
    for place in places.values():
        if names.count(names[place]) > 1:
            raise DataError(f"{name} has two columns that are called {names[place]}; rename the one that is not meant")
    rows: list[list[str]] = []
    starts: list[int] = []
    problems: list[tuple[int, str]] = []
    left_out, cut = 0, False
    for line, row in _records(lines, name, separator, start, len(names)):
        if isinstance(row, list) and (not any(row) or _is_header(row, cells, names)):
            continue
        if len(rows) + left_out == most_rows:
            cut = True
            break
        wrong = row if isinstance(row, str) else _wrong(row, len(names), separator, columns, places)
        if not wrong:
            rows.append([row[places[c.name]] if places.get(c.name, len(row)) < len(row) else "" for c in columns])
            starts.append(line)
        elif (left_out := left_out + 1) <= MOST_PROBLEMS:
            problems.append((line, wrong))
    frame = pd.DataFrame(rows, starts, [column.name for column in columns], dtype=object)
    titles = {column: cells[place] for column, place in places.items()}
    return Table(name, titles, frame, tuple(problems), left_out, cut)


def parse_rows(text: str, name: str) -> Iterator[tuple[int, list[str] | str]]:
    """Every row of a CSV text whose columns are not known: the line it begins on, and its cells or what is wrong."""
    lines = _lines(text, name)
    lines = _unwrap(lines) or lines
    separator_line = _SEPARATOR_LINE.fullmatch(lines[0].strip("\r\n")) if lines else None
    separator = separator_line[1] if separator_line else _separator("".join(lines))
    yield from _records(lines, name, separator, bool(separator_line))


def _lines(text: str, name: str) -> list[str]:
    """The lines of a text with their ends; DataError for what is no text, or too long."""
    if "\0" in text:
        raise DataError(f"{name} is not a text file, or UTF-16 without its mark; save it as CSV (UTF-8)")
    if text.count("\n") + text.count("\r") - text.count("\r\n") > MAX_LINES:
        raise DataError(f"{name} has more than {MAX_LINES:,} lines; give a part of it")
    csv.field_size_limit(MAX_FILE_BYTES)
    return io.StringIO(text.replace("\ufeff", ""), newline="").readlines()


def _wrong(row: Sequence[str], width: int, separator: str, columns: Sequence[Column], places: dict[str, int]) -> str:
    """What is wrong with a row, or nothing."""
    if any(row[width:]):
        if any(cell.startswith(("“", "„", "”")) for cell in row):
            return CURLY
        many = SEPARATORS.get(separator, "separators")
        return f"{len(row)} cells instead of {width}; put quotation marks around a text with {many} in it"
    for column in columns:
        place = places.get(column.name, width)
        cell = row[place] if place < len(row) else ""
        if place == len(row) == width - 1 and not column.optional:
            sign = SEPARATORS.get(separator, "separators").removesuffix("s")
            return f"there is no {sign}, so the {column.name} is missing; put a {sign} before it"
        if not cell and not column.optional:
            return f"the {column.name} is empty; fill it or drop the row"
        if len(cell) > MAX_CHARACTERS:
            return f"the {column.name} has {len(cell):,} characters; at most {MAX_CHARACTERS:,} are read, so shorten it"
    return ""


def _is_header(row: Sequence[str], cells: Sequence[str], names: Sequence[str]) -> bool:
    """Is it the header, which is repeated where files were joined?"""
    if len(cells) == 1:
        return row[0] == cells[0]
    return len(row) >= len(names) and all(
        len(cell) < 100 and _fold(cell) == name for cell, name in zip(row, names, strict=False)
    )


def _header(lines: Sequence[str], name: str, columns: Sequence[Column]) -> tuple[str, int, list[str]]:
    """The separator, the place of the header among the lines, and its cells.

    It is the first row, or one below rows of at most one cell, that names most of the columns. DataError if none
    names all that must be there.
    """
    separator_line = _SEPARATOR_LINE.fullmatch(lines[0].strip("\r\n")) if lines else None
    sample = [line[:LONGEST_HEADER] for line in lines[:SAMPLE]]
    best: tuple[int, str, int, list[str]] = (0, ",", 0, [])
    for separator in separator_line[1] if separator_line else SEPARATORS:
        above = 0  # the most cells of a row above
        for line, cells in _records(sample, name, separator, bool(separator_line)):
            width = sum(map(bool, cells)) if isinstance(cells, list) else 2
            names = [_fold(cell) for cell in cells]
            score = sum(column.place(names) is not None for column in columns)
            if score > best[0] and isinstance(cells, list) and (above == 0 or above == 1 < width):
                best = score, separator, line - 1, cells
            above = max(above, width)
    _, separator, place, cells = best
    missing = [c for c in columns if not c.optional and c.place([_fold(cell) for cell in cells]) is None]
    if missing:
        raise DataError(_missing(sample[bool(separator_line) :], name, separator, cells, missing))
    if len(cells) == 1 and not separator_line:
        separator = "\0"  # which no text holds: each line is a cell
    while not cells[-1]:
        cells.pop()
    return separator, place, cells


def _missing(lines: Sequence[str], name: str, separator: str, cells: list[str], missing: Sequence[Column]) -> str:
    """The sentence about columns that are not there."""
    if not cells:  # no row names any column: show the first one
        separator = max(SEPARATORS, key=_QUOTED.sub("", next(filter(str.strip, lines), "")).count)
        for line, row in _records(lines, name, separator):
            if isinstance(row, str):
                return f"{name}, line {line}: {row}"
            if any(row):
                cells = row
                break
    if missing[0].others:
        *some, last = (missing[0].name, *missing[0].others)[:5]
        advice = f"one of them must be called {', '.join(some)} or {last}, so rename it"
    else:
        advice = f"{' and '.join(column.name for column in missing)} must be there, so name them"
    return f"{name} has the columns {enumeration(cells)}; {advice} in the first line"


def _separator(text: str) -> str:
    """The separator of rows whose header is not known: the one that most lines contain, outside quotation marks."""
    lines = _QUOTED.sub("", text).splitlines()
    counts = {sign: sum(sign in line for line in lines) for sign in "\t;,|"}
    return max(counts, key=counts.__getitem__) if any(counts.values()) else ";"  # of equals the first


def _records(
    lines: Sequence[str], name: str, separator: str, start: int = 0, width: int = 0
) -> Iterator[tuple[int, list[str] | str]]:
    """Row by row: the number of its first line, and its cells or what is wrong with it.

    After a quotation mark that is not closed, reading continues with the next line. DataError if too much would have to
    be read again.
    """
    again = 0
    while start < len(lines):
        rest = (lines[place] for place in range(start, len(lines)))  # a slice would be a copy, for each bad line
        reader = csv.reader(rest, delimiter=separator, strict=True, skipinitialspace=True)
        first = start
        try:
            for cells in reader:
                stop = start + reader.line_num
                if width and stop - first > 1 and _swallows(lines[first:stop], separator, len(cells), width):
                    raise csv.Error
                yield first + 1, [cell.strip() for cell in cells]
                first = stop
            return
        except csv.Error:
            yield first + 1, _blanks_apart(lines[first], separator) or QUOTES
            again += start + reader.line_num - first
            start = first + 1
            if again > MAX_REREAD * len(lines):
                raise DataError(
                    f"{name}, line {start}: too many unclosed quotation marks; save the table as CSV again"
                ) from None


def _blanks_apart(line: str, separator: str) -> list[str] | None:
    """The cells of a line with blanks between a quotation mark and the separator after it; None if it is no whole row.

    csv, where it is strict, refuses such a line: "good film" ,1
    """
    cell = rf' *("(?:[^"]|"")*"|[^"{re.escape(separator)}]*) *'
    if not re.fullmatch(rf"{cell}(?:{re.escape(separator)}{cell})*", line.rstrip("\r\n")):
        return None
    tight = re.sub(rf'("(?:[^"]|"")*") +(?={re.escape(separator)}|$)', r"\1", line.rstrip())
    return [text.strip() for text in next(csv.reader([tight], delimiter=separator, skipinitialspace=True))]


def _unwrap(lines: Sequence[str]) -> list[str] | None:
    """The lines of a table that a spreadsheet took for a single column and saved again; None for any other table.

    Each is then one cell, `"text,label"`, or is followed by empty cells, `text,label;;;`.
    """
    rows = [line.rstrip("\r\n") for line in lines]
    first = next(filter(str.strip, rows), "")
    tail = first[len(first.rstrip(first[-1:])) :] if first[-1:] in SEPARATORS else ""
    header = first.removesuffix(tail)
    one_cell = _QUOTED.fullmatch(header) is not None
    signs = {sign for sign in SEPARATORS if sign in header}
    if not (tail or one_cell) or not signs or tail[:1] in signs:
        return None
    inner = []
    for row in rows:
        cell = row.removesuffix(tail)
        quotes = _QUOTED.fullmatch(cell) is not None
        if row.strip() and not (row.endswith(tail) and (quotes or not one_cell)):
            return None
        inner.append((cell[1:-1].replace('""', '"') if quotes else cell) + "\n")
    return inner


def _swallows(lines: Sequence[str], separator: str, cells: int, width: int) -> bool:
    """Did a quotation mark make one row of several lines that look like rows of their own?"""
    if cells < width or width == 1:
        return cells < width
    as_rows = [line.split(separator) for line in lines]
    return all(len(row) == width and all(map(str.strip, row)) for row in as_rows) and not any(
        cell.startswith(" ") for row in as_rows for cell in row[1:]
    )


def _fold(name: str) -> str:
    """The name of a column without case and the quotation marks around it."""
    return " ".join(name.casefold().split()).strip("\"'“”„ ")


def enumeration(names: Sequence[str]) -> str:
    """Names for a sentence, the first of them where they are many."""
    return ", ".join(filter(None, names))[:200] or "(none)"


# What a spreadsheet takes for the beginning of a formula, after OWASP's page on CSV injection; some pass over blanks.
_FORMULA = re.compile("[\\s\ufeff\u200b]*[=+\\-@＝＋－＠]|[\\t\\r\\n]")


def safe_cell(text: str) -> str:
    """A text that a spreadsheet will not take for a formula: with an apostrophe before it, where it might."""
    return "'" + text if len(text.strip()) > 1 and _FORMULA.match(text) else text


def plain_cell(text: str) -> str:
    """The text that `safe_cell` turned into this one."""
    return text[1:] if text.startswith("'") and safe_cell(text[1:]) == text else text
