"""A checkpoint in a zip: what is packed is unpacked the same; what is no checkpoint is refused in a sentence."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from helpers.warm_python import run_python

from rnn_demo.tasks import Example
from rnn_demo.zoo import archive, checkpoint
from rnn_demo.zoo.archive import FILES, pack, unpack

ROOT = checkpoint.FOLDER.parent
QUESTION = "What is the capital of France?"
QUESTIONS = (Example(QUESTION, "Paris"), Example('the "old", and new; name', "=Åbo\t1"))


@pytest.fixture(scope="module")
def model():
    return checkpoint.open_checkpoint("qa-fast")


@pytest.fixture(scope="module")
def archived(model):
    return pack(model, "mine", {"task": model.task}, "# mine\n", QUESTIONS)


def written(path, files, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as out:
        for name, content in files:
            out.writestr(name, content)
    return path


def parts(archived):
    with zipfile.ZipFile(io.BytesIO(archived)) as content:
        return {name.partition("/")[2]: content.read(name) for name in content.namelist()}


def test_what_was_packed_answers_the_same_when_unpacked(model, archived, tmp_path):
    (tmp_path / "mine.zip").write_bytes(archived)
    again, questions = unpack(tmp_path / "mine.zip")
    assert questions == QUESTIONS
    assert again.labels == model.labels
    np.testing.assert_array_equal(again.logits([QUESTION]), model.logits([QUESTION]))


def test_the_command_line_reads_the_unzipped_folder(archived, tmp_path):
    with zipfile.ZipFile(io.BytesIO(archived)) as content:
        content.extractall(tmp_path)
    assert {path.name for path in (tmp_path / "mine").iterdir()} == set(FILES)
    ended = run_python(["-m", "rnn_demo", "predict", tmp_path / "mine", QUESTION, "--json"], ROOT)
    assert '"answer": "Paris"' in ended.stdout, ended.stderr


def test_without_questions_a_model_is_packed_alone(model, tmp_path):
    (tmp_path / "mine.zip").write_bytes(pack(model, "mine", {}, ""))
    again, questions = unpack(tmp_path / "mine.zip")
    assert (again.config(), questions) == (model.config(), ())


LEFTOVERS = (
    "__MACOSX/._mine",
    "__MACOSX/mine/._config.json",
    "mine/._model.safetensors",
    "mine/.DS_Store",
    ".DS_Store",
    "mine/desktop.ini",
    "mine/Thumbs.db",
    "mine/.directory",
    "mine/",
)


@pytest.mark.parametrize("above", ["", "mine/", "Downloads/models/mine/", "mine\\", "a b\\mine\\"])
def test_a_model_that_a_system_packed_again_is_taken(model, archived, tmp_path, above):
    files = [(above + name, content) for name, content in parts(archived).items()]
    names = dict.fromkeys(name.replace("mine/", above) for name in LEFTOVERS)
    leftovers = [(name, b"\0\5\x16\7") for name in names if name]
    again, questions = unpack(written(tmp_path / "again.zip", [*leftovers[::2], *files, *leftovers[1::2]]))
    assert questions == QUESTIONS
    np.testing.assert_array_equal(again.logits([QUESTION]), model.logits([QUESTION]))


def test_a_whole_checkpoint_folder_is_taken(archived, tmp_path):
    more = [(f"mine/{name}", b"?") for name in checkpoint.FILES - set(FILES)]
    assert len(more) == 4
    assert unpack(written(tmp_path / "a.zip", [*((f"mine/{n}", c) for n, c in parts(archived).items()), *more]))


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux lists the files that a process maps")
def test_nothing_of_the_unpacked_files_is_still_mapped(archived, tmp_path):
    (tmp_path / "mine.zip").write_bytes(archived)
    model, _ = unpack(tmp_path / "mine.zip")
    assert "/model/model.safetensors" not in Path("/proc/self/maps").read_text()
    assert model.logits([QUESTION]).shape


@pytest.mark.parametrize(
    "edit",
    [
        lambda config: config["architecture"].update(hidden_size=config["architecture"]["hidden_size"] + 1),
        lambda config: config["labels"].append("one more"),
        lambda config: config["vocabulary"]["tokens"].pop(),
        lambda config: config["architecture"].update(
            cell="gru" if config["architecture"]["cell"] == "lstm" else "lstm"
        ),
    ],
)
def test_an_edited_config_is_refused_in_a_sentence(archived, tmp_path, edit):
    files = parts(archived)
    config = json.loads(files["config.json"])
    edit(config)
    files["config.json"] = json.dumps(config).encode()
    with pytest.raises(ValueError, match="does not fit config"):
        unpack(written(tmp_path / "edited.zip", files.items()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda files: [*files, ("mine/run.py", b"")], "it holds 'mine/run.py'"),
        (lambda files: [*files, ("__MACOSX/../run.py", b""), ("run.py", b"")], "it holds 'run.py'"),
        (lambda files: [(f"../{name}", content) for name, content in files], "it holds '../"),
        (lambda files: files[:1], "expected one folder"),
        (lambda files: [(f"{k}/{name}", content) for k, (name, content) in enumerate(files)], "5 folders"),
        (lambda files: [], "0 files"),
        (lambda files: [(name, b"{" if "config" in name else content) for name, content in files], "damaged"),
        (lambda files: [(name, b"\0" * 99 if "safe" in name else content) for name, content in files], "damaged"),
    ],
)
def test_what_is_no_checkpoint_is_refused(archived, tmp_path, change, message):
    path = written(tmp_path / "strange.zip", change(list(parts(archived).items())))
    with pytest.raises(ValueError, match=message):
        unpack(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 40])
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "photo.zip"
    path.write_bytes(content)
    with pytest.raises(archive.ArchiveError, match="not a zip that can be read"):
        unpack(path)


def test_a_zip_that_would_fill_the_memory_is_refused_before_it_is_unpacked(archived, tmp_path, monkeypatch):
    files = {**parts(archived), "model.safetensors": b"\0" * (archive.MAX_ARCHIVE_BYTES + 1)}
    path = written(tmp_path / "bomb.zip", files.items())
    assert path.stat().st_size < 2**20
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(archive.ArchiveError, match="more than 32 MiB"):
        unpack(path)


def test_a_zip_that_lies_about_its_sizes_is_refused(archived, tmp_path):
    files = {**parts(archived), "model.safetensors": b"\0" * 5_000_000}
    content = bytearray(written(tmp_path / "lie.zip", files.items()).read_bytes())
    size = (5_000_000).to_bytes(4, "little")
    while size in content:
        place = content.index(size)
        content[place : place + 4] = (1000).to_bytes(4, "little")
    (tmp_path / "lie.zip").write_bytes(content)
    with pytest.raises(archive.ArchiveError, match="not a zip that can be read"):
        unpack(tmp_path / "lie.zip")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_is_deflated_or_stored_is_unpacked(archived, tmp_path, compression):
    path = written(tmp_path / "odd.zip", parts(archived).items(), compression)
    with pytest.raises(archive.ArchiveError, match="not supported; use deflate"):
        unpack(path)
