"""Files made to do harm: each is refused in one sentence, soon, without much memory, and nothing else is touched."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from helpers.inline_pool import InlinePool
from helpers.samples import small_model

from rnn_demo import limits
from rnn_demo.analysis import text_file
from rnn_demo.data import csv_files
from rnn_demo.tasks import qa_table
from rnn_demo.training import run_state
from rnn_demo.ui.models import Models
from rnn_demo.ui.qa.teach import read_file
from rnn_demo.zoo import archive, checkpoint

MIB = 2**20
FOLDER = checkpoint.find("qa-fast")
GOOD = {name: (FOLDER / name).read_bytes() for name in archive.FILES if (FOLDER / name).exists()}


def refused(do: Callable[[], object], message: str, memory: int | None = None, seconds: float = 20) -> None:
    """It raises a ValueError with this in it, in one short line, soon; `memory` is the most that Python may take."""
    if memory is not None:
        tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(ValueError, match=message) as caught:
            do()
        used = time.process_time() - started
        assert memory is None or tracemalloc.get_traced_memory()[1] < memory
    finally:
        tracemalloc.stop()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700
    assert used < seconds


# --- weights ----------------------------------------------------------------------------------------------------


def tensors(header: object, body: bytes = b"\0" * 400, length: int | None = None) -> bytes:
    """A safetensors file: the length of its header, as it is or as it is said to be, the header, the numbers."""
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(content) if length is None else length) + content + body


def entry(shape: list[int], start: int, stop: int, kind: str = "F32") -> dict[str, object]:
    return {"dtype": kind, "shape": shape, "data_offsets": [start, stop]}


WEIGHTS = {
    "nothing": b"",
    "a header of 16 exabytes": tensors({}, length=2**64 - 1),
    "a header of 100 MB": tensors({}, length=100_000_001),
    "a header longer than the file": tensors({}, length=500),
    "a header that ends in the numbers": tensors({"a": entry([100], 0, 400)}, length=90),
    "numbers beyond the file": tensors({"a": entry([2**40], 0, 2**42)}),
    "numbers that start beyond the file": tensors({"a": entry([1], 2**62, 2**62 + 4)}),
    "numbers that overlap": tensors({"a": entry([100], 0, 400), "b": entry([100], 0, 400)}),
    "numbers that leave a hole": tensors({"a": entry([10], 0, 40), "b": entry([10], 360, 400)}),
    "negative places": tensors({"a": entry([10], -40, 0)}),
    "places the wrong way round": tensors({"a": entry([100], 400, 0)}),
    "a shape that overflows": tensors({"a": entry([2**33, 2**33], 0, 400)}),
    "a negative shape": tensors({"a": entry([-100], 0, 400)}),
    "a shape that says more": tensors({"a": entry([101], 0, 400)}),
    "a name twice": tensors(
        b'{"a":{"dtype":"F32","shape":[50],"data_offsets":[0,200]},"a":{"dtype":"F32","shape":[50],'
        b'"data_offsets":[200,400]}}'
    ),
    "an unknown kind of number": tensors({"a": entry([100], 0, 400, "F31")}),
    "depth": tensors(b"[" * 100_000),
    "other weights": tensors({"a": entry([100], 0, 400)}),
    "a pickle": b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00",
}


@pytest.mark.parametrize("what", WEIGHTS)
def test_weights_with_lies_in_them_are_refused(tmp_path: Path, what: str) -> None:
    (tmp_path / "config.json").write_bytes(GOOD["config.json"])
    (tmp_path / "model.safetensors").write_bytes(WEIGHTS[what])
    refused(lambda: checkpoint.load(tmp_path), "model.safetensors is damaged or does not fit")
    with pytest.raises(ValueError, match="is damaged"):
        run_state.load(tmp_path / "model.safetensors", {"epochs": 1})


@pytest.mark.parametrize("kind", [torch.int64, torch.float64, torch.bool, torch.complex64])
def test_weights_of_another_kind_of_number_are_refused(tmp_path: Path, kind: torch.dtype) -> None:
    folder = checkpoint.save(small_model(), tmp_path / "small", {}, "")
    weights = {name: torch.zeros(w.shape, dtype=kind) for name, w in small_model().state_dict().items()}
    safetensors.torch.save_file(weights, folder / "model.safetensors")
    refused(lambda: checkpoint.load(folder), "F32, F16, BF16 are read")


# --- config.json ------------------------------------------------------------------------------------------------

CONFIGS: dict[str, tuple[dict[str, object], str]] = {
    "hidden_size": ({"hidden_size": 2**31}, "from 1 to 4096"),
    "hidden_size without end": ({"hidden_size": 10**400}, "from 1 to 4096"),
    "embedding_size": ({"embedding_size": 4097}, "from 1 to 4096"),
    "num_layers": ({"num_layers": 10**9}, "from 1 to 8"),
    "all that is allowed": ({"hidden_size": 4096, "embedding_size": 4096, "num_layers": 8}, "at most 50,000,000"),
    "just below": ({"hidden_size": 2900, "embedding_size": 4096}, "does not fit"),
}


@pytest.mark.parametrize("what", CONFIGS)
def test_giant_sizes_are_refused_before_memory_is_taken(tmp_path: Path, what: str) -> None:
    change, message = CONFIGS[what]
    config = json.loads(GOOD["config.json"])
    (tmp_path / "config.json").write_text(json.dumps(config | {"architecture": config["architecture"] | change}))
    (tmp_path / "model.safetensors").write_bytes(GOOD["model.safetensors"])
    before = resident()
    refused(lambda: checkpoint.load(tmp_path), message)
    assert resident() - before < 100 * MIB  # of the whole process, torch's memory too


def resident() -> int:
    """The most memory that this process ever had, in bytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("part", ["labels", "settings", "task"])
def test_half_a_character_in_a_config_is_refused(tmp_path: Path, part: str) -> None:
    config = json.loads(GOOD["config.json"])
    half = {"labels": ["a\ud800", *config["labels"][1:]], "settings": {"\ud800": 1}, "task": "\ud800"}[part]
    (tmp_path / "config.json").write_text(json.dumps(config | {part: half}))
    (tmp_path / "model.safetensors").write_bytes(GOOD["model.safetensors"])
    refused(lambda: checkpoint.load(tmp_path), "config.json is damaged")
    assert checkpoint.settings(tmp_path) == {}


@pytest.mark.parametrize("part", ["tokens", "labels"])
def test_a_list_of_millions_is_refused_unread(tmp_path: Path, part: str) -> None:
    words = "[" + ",".join(f'"{k}"' for k in range(600_000)) + "]"
    (tmp_path / "config.json").write_text(f'{{"{part}": {words}}}')
    (tmp_path / "model.safetensors").write_bytes(GOOD["model.safetensors"])
    refused(lambda: checkpoint.load(tmp_path), f"config.json is over {limits.MAX_CONFIG_BYTES // MIB} MiB")


# --- tables -----------------------------------------------------------------------------------------------------

TABLES: dict[str, tuple[Callable[[], bytes], str]] = {
    "one line of 100 MB": (lambda: b"text,label\n" + b"a" * 100 * MIB, "32 MiB"),
    "one cell of 30 MB": (lambda: b"question,answer,text\n" + b"a" * 30 * MIB, "empty"),
    "many columns": (lambda: b",".join(b"c%d" % k for k in range(200_000)) + b"\n1\n", "has the columns c0, c1"),
    "millions of lines": (lambda: b"question,answer,text\n" + b"\n" * 3_000_000, "more than 2,000,000 lines"),
    "quotation marks that never close": (lambda: b"question,answer,text\n" + b'a","x\n' * 60_000, "quotation mark"),
    "a quotation mark in each line": (lambda: b"question,answer,text\n" + b'"x\n' * 50_000, "quotation mark"),
    "quotation marks alone": (lambda: b"question,answer,text\n" + b'"' * 1_000_001, "empty|quotation"),
}


@pytest.mark.parametrize("what", TABLES)
def test_tables_made_to_take_memory_or_time_are_refused(tmp_path: Path, what: str) -> None:
    content, message = TABLES[what]
    path = tmp_path / "bomb.csv"
    path.write_bytes(content())
    refused(lambda: text_file.read_texts(path), message)
    started = time.process_time()
    table = qa_table.from_file(path)
    assert not table.rows
    assert table.problems
    assert all(len(problem) < 700 for problem in table.problems[:100])
    assert time.process_time() - started < 20
    assert len(read_file(InlinePool(), str(path))[2]) < 100_000  # what the page is sent


def test_a_gzip_file_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", 6) as file:
        file.write(b"text\n")
        for _ in range(64):
            file.write(b"a" * 4 * MIB)
    content = path.read_bytes()
    path.write_bytes(content * 16)  # members one after the other: 4 GiB
    assert path.stat().st_size < 8 * MIB
    refused(lambda: text_file.read_texts(path), "holds more than 32 MiB", memory=200 * MIB)
    refused(lambda: csv_files.read_table(path, [csv_files.Column("text")]), "holds more than 200 MiB", memory=500 * MIB)
    assert "32 MiB" in qa_table.from_file(path).problems[0]


# --- zips -------------------------------------------------------------------------------------------------------


def zipped(entries: list[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as target:
        for name, content in entries:
            target.writestr(name, content)
    return out.getvalue()


def with_links() -> bytes:
    """Entries that are symbolic links to a file of the system."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in (checkpoint.CONFIG, checkpoint.WEIGHTS):
            link = zipfile.ZipInfo(name)
            link.external_attr = 0o120777 << 16
            target.writestr(link, "/etc/hosts")
    return out.getvalue()


FOUR = list(GOOD.items())
ZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a gigabyte of nothing": (
        lambda: zipped([*FOUR[:1], ("model.safetensors", b"\0" * (limits.MAX_ARCHIVE_BYTES + 1))]),
        "more than 32 MiB",
    ),
    "a zip in a zip": (lambda: zipped([("a.zip", zipped(FOUR))]), "it holds 'a.zip'"),
    "a program beside": (lambda: zipped([*FOUR, ("__init__.py", b"x")]), "it holds '__init__.py'"),
    "a name twice": (lambda: zipped([*FOUR, FOUR[0]]), "twice"),
    "a way out": (lambda: zipped([(f"../../{name}", c) for name, c in FOUR]), "it holds '../../"),
    "a way out of Windows": (lambda: zipped([(f"..\\{name}", c) for name, c in FOUR]), "it holds '../"),
    "a place of its own": (lambda: zipped([(f"/anywhere/{name}", c) for name, c in FOUR]), "it holds '/anywhere/"),
    "two folders": (lambda: zipped([(f"{k}/{name}", c) for k, (name, c) in enumerate(FOUR)]), "folders"),
    "many entries": (lambda: zipped([(f"{k}", b"") for k in range(5_000)]), "it holds"),
    "links": (with_links, "damaged"),
    "a packing that takes any memory": (lambda: zipped(FOUR, zipfile.ZIP_LZMA), "not supported; use deflate"),
    "half a zip": (lambda: zipped(FOUR)[:-40], "not a zip that can be read"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("what", ZIPS)
def test_zips_made_to_do_harm_are_refused(tmp_path: Path, what: str) -> None:
    content, message = ZIPS[what]
    (tmp_path / "up").mkdir()
    path = tmp_path / "up" / "model.zip"
    path.write_bytes(content())
    refused(lambda: archive.unpack(path), message)
    assert [*tmp_path.rglob("*")] == [tmp_path / "up", path]


# --- places -----------------------------------------------------------------------------------------------------

ELSEWHERE = (
    "..",
    "../..",
    "../checkpoints/qa",
    "/etc",
    "/etc/passwd",
    "/dev/zero",
    "~",
    ".",
    "",
    "qa/",
    "qa/../qa",
    "qa\0",
    "con:",
    "\\\\host\\share",
    "file:///etc/passwd",
    "http://127.0.0.1:1/x",
    ".qa",
    "*",
)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_visitor_reaches_nothing_but_the_listed_checkpoints(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "load", lambda folder: pytest.fail(f"{folder} was read"))
    models = Models()
    with pytest.raises(ValueError, match="there is no checkpoint"):
        models.get(name)
    assert models.metrics(name) == {}


def test_a_device_a_folder_and_a_link_that_leads_nowhere_are_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(GOOD["config.json"])
    weights = tmp_path / "model.safetensors"
    for make in (
        lambda: weights.symlink_to("/dev/zero"),
        lambda: weights.symlink_to(tmp_path / "nowhere"),
        lambda: weights.symlink_to(weights),
        weights.mkdir,
        lambda: os.mkfifo(weights),
    ):
        make()
        refused(lambda: checkpoint.load(tmp_path), "has no model.safetensors")
        weights.rmdir() if weights.is_dir() and not weights.is_symlink() else weights.unlink()


def test_a_device_is_read_no_further_than_a_file_may_be_long() -> None:
    refused(lambda: csv_files.read_text(Path("/dev/zero"), 8 * MIB), "holds more than 8 MiB")


def test_a_checkpoint_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "other")
    with pytest.raises(ValueError, match="holds other files"):
        checkpoint.save(small_model(), tmp_path / "link", {}, "")
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["thesis.txt"]
