"""Reading a CSV file that anybody may have written, and saying clearly what is wrong with it."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from pathlib import Path

from rnn_demo.limits import MAX_FILE_BYTES, MAX_ROWS


class DataError(ValueError):
    """A data file that cannot be used; the message says what was found, what is wanted and what to do."""


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
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not UTF-8 (byte {error.start} is {content[error.start]:#04x}); save it as UTF-8"
        ) from None


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV file as dicts of text, exactly as written; `columns` must be there and filled.

    Commas, semicolons and tabs are understood. Raises DataError with the first bad line.
    """
    text = read_text(path)
    if "\0" in text:
        raise DataError(f"{path.name} is not a text file; save the table as CSV")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(MAX_FILE_BYTES)
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
