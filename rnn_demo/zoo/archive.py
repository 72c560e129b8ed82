"""A checkpoint in one file: a zip of its folder, to save, pass on and load again.

A file from a stranger is read with care: only the files of a checkpoint, by their names and within their limits,
are taken out of it, and nothing of it is run.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from rnn_demo.data.csv_files import plain_cell, safe_cell
from rnn_demo.data.zip_files import UNREADABLE, members, take
from rnn_demo.limits import MAX_ARCHIVE_BYTES
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import Example, qa_table
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.checkpoint import CARD, CONFIG, METRICS, WEIGHTS

QUESTIONS = "questions.csv"  # what the model was taught, where the archive holds it
FILES = (CONFIG, WEIGHTS, METRICS, CARD, QUESTIONS)


class ArchiveError(ValueError):
    """A file that is not a zipped checkpoint; the message says what it is, what is wanted and what to do."""


def pack(
    model: SequenceModel, name: str, results: dict[str, Any], card: str, questions: Sequence[Example] = ()
) -> bytes:
    """A zip of the checkpoint folder `name`, with the questions that the model was taught.

    Unzipped, `python -m rnn_demo predict NAME` loads it.
    """
    content = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = checkpoint.save(model, Path(place) / name, results, card)
        for file in sorted(folder.iterdir()):
            archive.write(file, f"{name}/{file.name}")
        if questions:
            table = io.StringIO()
            rows = ((safe_cell(example.text), safe_cell(example.label)) for example in questions)
            csv.writer(table).writerows([qa_table.QA.columns, *rows])
            archive.writestr(f"{name}/{QUESTIONS}", table.getvalue())
    return content.getvalue()


def unpack(path: Path) -> tuple[SequenceModel, tuple[Example, ...]]:
    """The model of a zipped checkpoint, and the questions that it was taught, if the zip holds them.

    The leftovers of an operating system that packed it again are passed over. Raises ArchiveError or CheckpointError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = _contents(archive, path.name)
    except ArchiveError:
        raise
    except UNREADABLE as error:
        raise ArchiveError(
            f"{path.name} is not a zip that can be read ({str(error)[:80]}); give one that was saved here"
        ) from None
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "model"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        rows = qa_table.from_file(folder / QUESTIONS).rows if QUESTIONS in files else ()
        questions = tuple(replace(row, text=plain_cell(row.text), label=plain_cell(row.label)) for row in rows)
        return checkpoint.load(folder), questions


def _contents(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    """The files of a checkpoint by their names. Their sizes are looked at before anything is unpacked."""
    paths = {PurePosixPath(path): entry for path, entry in members(archive).items()}
    folders = {path.parent for path in paths}
    files = {path.name: entry for path, entry in paths.items()}
    allowed = {*FILES, *checkpoint.FILES}
    strange = sorted(str(p) for p in paths if p.name not in allowed or ".." in p.parts or p.is_absolute())
    if strange or len(folders) > 1 or not {CONFIG, WEIGHTS} <= files.keys():
        what = f"{strange[0][:40]!r}" if strange else f"{len(paths)} files in {len(folders)} folders"
        raise ArchiveError(
            f"{name} is not a zipped checkpoint (it holds {what}); expected one folder with {', '.join(FILES)}"
        )
    if sum(entry.file_size for entry in files.values()) > MAX_ARCHIVE_BYTES:
        raise ArchiveError(f"{name} unpacks to more than {MAX_ARCHIVE_BYTES // 2**20} MiB, which is not loaded")
    return {file: take(archive, files[file], MAX_ARCHIVE_BYTES) for file in FILES if file in files}
