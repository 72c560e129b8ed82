"""Reading a CSV file that anybody may have written, and saying clearly what is wrong with it."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from rnn_demo.limits import MAX_FILE_BYTES, MAX_LINES, MAX_REREAD, MAX_ROWS, MAX_UPLOAD_BYTES


class DataError(ValueError):
    """A data file that cannot be used; the message says what was found, what is wanted and what to do."""


_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx, .ods and .xls begin


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """The content of a plain or gzipped file of at most `most` bytes unpacked, `MAX_FILE_BYTES` if not said."""
    most = MAX_FILE_BYTES if most is None else most
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
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


def read_text(path: Path, most: int | None = None) -> str:
    """The text of a UTF-8 file of at most `most` bytes, with or without a byte-order mark."""
    return decode(read_bytes(path, most), path.name)


def decode(content: bytes, name: str) -> str:
    """UTF-8 bytes as text, a byte-order mark left out; DataError says which byte is none."""
    if content.startswith(_WORKBOOK):
        raise DataError(f"{name} is not a text file but a workbook; save the sheet as CSV (UTF-8)")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not UTF-8 (byte {error.start} is {content[error.start]:#04x}); save it as UTF-8"
        ) from None


def safe_cell(text: str) -> str:
    """A text that a spreadsheet will not take for a formula."""
    return "'" + text if len(text) > 1 and text[0] in "=+-@\t\r" else text


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV file as dicts of text, exactly as written; `columns` must be there and filled.

    Commas, semicolons and tabs are understood. Raises DataError with the first bad line.
    """
    text, delimiter = _table_text(path)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip() for name in reader.fieldnames or ()]
    missing = [column for column in columns if column not in names]
    if missing:
        raise DataError(
            f"{path.name} has the columns {listed(names)}; "
            f"{' and '.join(missing)} must be there, so name them in the first line"
        )
    reader.fieldnames = names
    rows: list[dict[str, str]] = []
    try:
        for row in reader:
            empty = [column for column in columns if not (row[column] or "").strip()]
            if empty:
                raise DataError(
                    f"{path.name}, line {reader.line_num}: {' and '.join(empty)} is empty; fill it or drop the line"
                )
            rows.append({name: value or "" for name, value in row.items() if isinstance(name, str)})
            if len(rows) > MAX_ROWS:
                raise DataError(f"{path.name} has more than {MAX_ROWS:,} rows; give fewer")
    except csv.Error as error:
        raise DataError(f"{path.name}, line {reader.line_num}: {error}; save the table as CSV") from None
    if not rows:
        raise DataError(f"{path.name} has a first line but no rows; add at least one")
    return rows


def listed(names: Sequence[str]) -> str:
    """The names of columns for a sentence, the first of them where they are many."""
    return ", ".join(filter(None, names))[:200] or "(none)"


def read_lines(path: Path) -> Iterator[tuple[int, list[str] | str]]:
    """The same file line by line, for who goes on after a bad one: its number, and its cells or what is wrong.

    A row that runs over several lines has the number of its first one. After a quotation mark that is
    never closed, reading goes on with the next line. DataError for a file that is larger than a visitor's may be, or
    that would have to be read again and again.
    """
    text, delimiter = _table_text(path, MAX_UPLOAD_BYTES)
    if text.count("\n") + text.count("\r") > MAX_LINES:
        raise DataError(f"{path.name} has more than {MAX_LINES:,} lines; give a part of it")
    lines = io.StringIO(text, newline="").readlines()
    start, again = 0, 0
    while start < len(lines):
        rest = (lines[place] for place in range(start, len(lines)))  # a slice would be a copy, for each bad line
        reader, number = csv.reader(rest, delimiter=delimiter, strict=True), start
        try:
            for cells in reader:
                if cells:
                    yield number + 1, cells
                number = start + reader.line_num
            return
        except csv.Error:
            yield number + 1, "a quotation mark is opened and not closed, or closed too early"
            again += start + reader.line_num - number
            start = number + 1
            if again > MAX_REREAD * len(lines):
                raise DataError(
                    f"{path.name}, line {start}: quotation marks are opened and not closed in too many places; "
                    "save the table as CSV again"
                ) from None


def _table_text(path: Path, most: int | None = None) -> tuple[str, str]:
    """The text of a CSV file, and the sign between its cells."""
    text = read_text(path, most)
    if "\0" in text:
        raise DataError(f"{path.name} is not a text file; save the table as CSV")
    csv.field_size_limit(MAX_FILE_BYTES)
    return text, max(",;\t", key=text.partition("\n")[0].count)
