"""A checkpoint in one file: a zip of its folder, which somebody saves, passes on and loads again.

A file from a stranger is read with care: only the files of a checkpoint, by their names and within their limits,
are taken out of it, and nothing of it is run.
"""

from __future__ import annotations

import csv
import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from rnn_demo.limits import MAX_PARCEL_BYTES
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import Example, qa_table
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.checkpoint import CARD, CONFIG, METRICS, WEIGHTS

TAUGHT = "questions.csv"  # what the model was taught, where the parcel tells it
FILES = (CONFIG, WEIGHTS, METRICS, CARD, TAUGHT)


class ParcelError(ValueError):
    """A file that is no checkpoint in a zip; the message says what it is, what is wanted and what to do."""


def pack(model: SequenceModel, name: str, measured: dict[str, Any], card: str, taught: Sequence[Example] = ()) -> bytes:
    """A zip of the checkpoint folder `name`, with the questions that the model was taught.

    Unzipped, `python -m rnn_demo predict NAME` loads it.
    """
    content = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as parcel:
        folder = checkpoint.save(model, Path(place) / name, measured, card)
        for file in sorted(folder.iterdir()):
            parcel.write(file, f"{name}/{file.name}")
        if taught:
            table = io.StringIO()
            csv.writer(table).writerows([qa_table.QA.columns, *((example.text, example.label) for example in taught)])
            parcel.writestr(f"{name}/{TAUGHT}", table.getvalue())
    return content.getvalue()


def unpack(path: Path) -> tuple[SequenceModel, tuple[Example, ...]]:
    """The model of a zipped checkpoint, and what it was taught, as far as the zip tells it.

    ParcelError or CheckpointError if it is none.
    """
    try:
        with zipfile.ZipFile(path) as parcel:
            files = _contents(parcel, path.name)
    except ParcelError:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise ParcelError(
            f"{path.name} is not a zip that can be read ({type(error).__name__}); give one that was saved here"
        ) from None
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "model"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        taught = qa_table.from_file(folder / TAUGHT).rows if TAUGHT in files else ()
        return checkpoint.load(folder), taught


def _contents(parcel: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    """The files of a checkpoint by their names. Their sizes are looked at before anything is unpacked."""
    found = [entry for entry in parcel.infolist() if not entry.is_dir()]
    places = {str(PurePosixPath(entry.filename).parent) for entry in found}
    names = [PurePosixPath(entry.filename).name for entry in found]
    strange = sorted(set(names) - set(FILES))
    if strange or len(names) != len(set(names)) or len(places) > 1 or not {CONFIG, WEIGHTS} <= set(names):
        what = f"{strange[0][:40]!r}" if strange else f"{len(names)} files in {len(places)} folders"
        raise ParcelError(
            f"{name} is not a zipped checkpoint (it holds {what}); wanted is one folder with {', '.join(FILES)}"
        )
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in found):
        raise ParcelError(f"{name} is packed in a way that may take any memory; pack it with deflate, as most do")
    if sum(entry.file_size for entry in found) > MAX_PARCEL_BYTES:
        raise ParcelError(f"{name} unpacks to more than {MAX_PARCEL_BYTES // 2**20} MiB, which is not loaded")
    return {
        name: parcel.read(entry) for name, entry in zip(names, found, strict=True)
    }  # never more than the size it states
