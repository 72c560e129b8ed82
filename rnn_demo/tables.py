"""Reading a CSV file that anybody may have written, and saying clearly what is wrong with it."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from rnn_demo.limits import MAX_FILE_BYTES, MAX_ROWS


class DataError(ValueError):
    """A data file that cannot be used; the message says what was found, what is wanted and what to do."""


_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx, .ods and .xls begin


def read_bytes(path: Path) -> bytes:
    """The content of a plain or gzipped file of at most `MAX_FILE_BYTES` unpacked."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise DataError(f"there is no file {path}; check the path") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} cannot be read ({error}); check the file") from None
    if len(content) > MAX_FILE_BYTES:
        raise DataError(f"{path.name} holds more than {MAX_FILE_BYTES // 2**20} MiB; give a smaller file")
    return content


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with or without a byte-order mark."""
    return decode(read_bytes(path), path.name)


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
            f"{path.name} has the columns {', '.join(filter(None, names)) or '(none)'}; "
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


def read_lines(path: Path) -> Iterator[tuple[int, list[str] | str]]:
    """The same file line by line, for who goes on after a bad one: its number, and its cells or what is wrong.

    A row that runs over several lines has the number of its first one. After a quotation mark that is
    never closed, reading goes on with the next line.
    """
    text, delimiter = _table_text(path)
    lines = io.StringIO(text, newline="").readlines()
    start = 0
    while start < len(lines):
        reader, number = csv.reader(lines[start:], delimiter=delimiter, strict=True), start
        try:
            for cells in reader:
                if cells:
                    yield number + 1, cells
                number = start + reader.line_num
            return
        except csv.Error:
            yield number + 1, "a quotation mark is opened and not closed, or closed too early"
            start = number + 1


def _table_text(path: Path) -> tuple[str, str]:
    """The text of a CSV file, and the sign between its cells."""
    text = read_text(path)
    if "\0" in text:
        raise DataError(f"{path.name} is not a text file; save the table as CSV")
    csv.field_size_limit(MAX_FILE_BYTES)
    return text, max(",;\t", key=text.partition("\n")[0].count)
