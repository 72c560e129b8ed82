"""Functions that take a file: tables, zips, checkpoints, snapshots, whatever its bytes are."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from fuzz.fuzz_texts import teachable
from helpers.fuzzing import Target, a, fragment, json_value, short_text, strict_json, texts_in
from hypothesis import strategies as st

from rnn_demo.analysis import text_file
from rnn_demo.data import csv_files
from rnn_demo.experiments import comparison
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, qa_table
from rnn_demo.training import run_state
from rnn_demo.ui.sentiment.text_file_job import results_payload
from rnn_demo.zoo import archive, checkpoint

PLACE = Path(tempfile.mkdtemp(prefix="fuzz-"))  # one file at a time is read there
FOLDER = checkpoint.find("hello")


def of_file(read: Callable[[Path], Any], name: str = "table.csv") -> Callable[[bytes], Any]:
    """A function of a file as one of its bytes."""

    def run(content: bytes) -> Any:
        (PLACE / name).write_bytes(content)
        return read(PLACE / name)

    return run


# --- tables -----------------------------------------------------------------------------------------------------

cell = st.one_of(fragment, st.sampled_from(("text", "label", "question", "answer", "0", "1", "good", '"', '""', "\n")))
row = st.builds(
    lambda sign, cells, end: sign.join(cells) + end,
    st.sampled_from(",;\t"),
    st.lists(cell, max_size=5),
    st.sampled_from(("\n", "\r\n", "\r", "", "\n\n")),
)
header = st.sampled_from(
    ("question,answer\n", "text,label\n", "Text;Label\r\n", "answer\tquestion\n", "text\n", "\ufeff", "")
)
table = st.builds(
    lambda first, rows: (first + "".join(rows)).encode("utf-8", "surrogatepass"), header, st.lists(row, max_size=8)
)
some_bytes = st.one_of(
    table,
    table,
    table,
    st.binary(max_size=200),
    table.map(lambda content: content.decode("utf-8", "ignore").encode("utf-16")),
)


def table_of(path: Path) -> list[Any]:
    table = csv_files.read_table(path, (csv_files.Column("question"), csv_files.Column("answer", optional=True)))
    assert table.rows.index.is_monotonic_increasing
    assert len(table.problems) == min(table.left_out, csv_files.MOST_PROBLEMS)
    texts_in(table.rows["question"].tolist())
    return list(table.problems)


def judged(path: Path) -> str:
    """A file of texts as the page reads it, but for the network: what is shown and what can be downloaded."""
    texts = text_file.read_texts(path)
    verdicts = np.linspace(0, 1, len(texts.rows), dtype=np.float32)
    strict_json(results_payload(texts, verdicts))
    return text_file.to_csv(texts, verdicts)


def gzipped(path: Path) -> list[Any]:
    return csv_files.read_table(path, (csv_files.Column("text"),)).whole()["text"].tolist()


# --- zips and checkpoints ---------------------------------------------------------------------------------------


@cache
def good_files() -> dict[str, bytes]:
    return {name: (FOLDER / name).read_bytes() for name in archive.FILES if (FOLDER / name).exists()}


entry = st.tuples(
    st.sampled_from((*archive.FILES, "run.py", "../config.json", "/config.json", "a/b/config.json", "config.json/"))
    | short_text.filter(bool),
    st.sampled_from((*archive.FILES, "")),
)


def zipped(entries: list[tuple[str, str]], damage: list[tuple[int, int]], flat: bool) -> bytes:
    """A zip of these entries, each with the content of one of the files of a checkpoint, and some bytes changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            name = name.replace("\0", "").encode("utf-8", "ignore").decode()
            made.writestr(name if flat else f"mine/{name}", good_files().get(content, b""))
    return damaged(out.getvalue(), damage)


def damaged(content: bytes, damage: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for place, value in damage:
        if changed:
            changed[place % len(changed)] = value
    return bytes(changed)


damage = st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), max_size=6)
whole_archive = st.just([(name, name) for name in archive.FILES])
zip_file = st.builds(zipped, whole_archive | st.lists(entry, max_size=6), damage, st.booleans()) | some_bytes


def with_files(config: bytes, weights: bytes) -> SequenceModel:
    """Load a checkpoint folder with these two files; and look into what it says of itself."""
    folder = PLACE / "model"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / checkpoint.CONFIG).write_bytes(config)
    (folder / checkpoint.WEIGHTS).write_bytes(weights)
    strict_json(checkpoint.settings(folder))
    model = checkpoint.load(folder)
    strict_json(TASKS[model.task].predict(model, ["hello"]) if model.task in TASKS else None)
    return model


@cache
def good_config() -> dict[str, Any]:
    return json.loads(good_files()[checkpoint.CONFIG])


def other_config(change: dict[str, Any], part: str, inner: dict[str, Any]) -> bytes:
    config = good_config() | change
    if isinstance(config.get(part), dict):
        config[part] = config[part] | inner
    return json.dumps(config).encode()


names_in_config = st.sampled_from(("architecture", "vocabulary", "labels", "task", "settings", "x"))
names_inside = st.sampled_from(
    (
        "cell",
        "hidden_size",
        "embedding_size",
        "num_layers",
        "input",
        "tokenizer",
        "tokens",
        "threshold",
        "temperature",
        "x",
    )
)
values = (
    json_value
    | st.integers(-1, 2**70)
    | st.sampled_from(("lstm", "gru", "one_hot", [], {}, [["a"]], ["<PAD>", "<UNK>"]))
)
config = st.one_of(
    st.builds(
        other_config,
        st.dictionaries(names_in_config, values, max_size=2),
        names_in_config,
        st.dictionaries(names_inside, values, max_size=2),
    ),
    st.builds(lambda marks: damaged(good_files()[checkpoint.CONFIG], marks), damage),
    json_value.map(lambda value: json.dumps(value).encode()),
)


def safetensors_of(header: Any, stated: int | None, body: bytes) -> bytes:
    written = json.dumps(header).encode()
    return (len(written) if stated is None else stated).to_bytes(8, "little") + written + body


tensor = (
    st.fixed_dictionaries(
        {
            "dtype": st.sampled_from(("F32", "F16", "BF16", "F64", "I64", "I8", "BOOL", "F8_E4M3", "C64", "X")),
            "shape": st.lists(st.integers(-1, 2**66) | st.integers(0, 8), max_size=3),
            "data_offsets": st.lists(st.integers(-5, 2**66) | st.integers(0, 700), min_size=1, max_size=3),
        }
    )
    | json_value
)
weights = st.one_of(
    st.builds(lambda marks: damaged(good_files()[checkpoint.WEIGHTS], marks), damage),
    st.builds(
        safetensors_of,
        st.dictionaries(st.sampled_from(("head.weight", "head.bias", "__metadata__", "x")), tensor, max_size=4),
        st.none() | st.integers(0, 2**64 - 1),
        st.binary(max_size=64) | st.just(b"\0" * 700),
    ),
    some_bytes,
)
folder = st.one_of(
    st.tuples(config, st.just(b"") | weights),
    st.tuples(config, st.builds(lambda: good_files()[checkpoint.WEIGHTS])),
    st.tuples(st.builds(lambda: good_files()[checkpoint.CONFIG]), weights),
)


def described(content: bytes) -> Any:
    """What the page says of a checkpoint from its metrics.json and comparison.json, whatever stands in them."""
    for name in (checkpoint.METRICS, checkpoint.COMPARISON):
        (PLACE / name).write_bytes(content)
    return [checkpoint.metrics(PLACE), comparison.table(PLACE)]


def snapshot(content: bytes) -> run_state.Snapshot:
    (PLACE / "run.safetensors").write_bytes(content)
    return run_state.load(PLACE / "run.safetensors", {"epochs": 3})


TARGETS: dict[str, Target] = {
    "read a table": Target(of_file(table_of), some_bytes, a(list), 12),
    "read gzip": Target(of_file(gzipped, "table.csv.gz"), some_bytes.map(gzip.compress) | some_bytes, a(list)),
    "decode": Target(lambda content: csv_files.decode(content, "x"), some_bytes | zip_file, a(str), 8),
    "table of a file": Target(of_file(qa_table.from_file), some_bytes, teachable, 12),
    "a file of texts": Target(of_file(judged), some_bytes, a(str), 8),
    **{f"examples of {name}": Target(of_file(task.read), some_bytes, a(list)) for name, task in TASKS.items()},
    "unpack a zip": Target(of_file(lambda path: archive.unpack(path)[0], "a.zip"), zip_file, a(SequenceModel), 8),
    "load a checkpoint": Target(lambda files: with_files(*files), folder, a(SequenceModel), 12),
    "read metrics": Target(described, st.builds(lambda v: json.dumps(v).encode(), json_value) | some_bytes, a(list), 8),
    "go on with a snapshot": Target(snapshot, weights, a(run_state.Snapshot), 8),
}
