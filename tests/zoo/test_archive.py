"""A checkpoint in a zip: what is packed is unpacked the same; what is no checkpoint is refused in a sentence."""

import io
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from rnn_demo.tasks import Example
from rnn_demo.zoo import archive, checkpoint
from rnn_demo.zoo.archive import FILES, pack, unpack

ROOT = checkpoint.FOLDER.parent
QUESTION = "What is the capital of France?"
TAUGHT = (Example(QUESTION, "Paris"), Example('the "old", and new; name', "=Åbo\t1"))


@pytest.fixture(scope="module")
def model():
    return checkpoint.open_checkpoint("qa-fast")


@pytest.fixture(scope="module")
def parcel(model):
    return pack(model, "mine", {"task": model.task}, "# mine\n", TAUGHT)


def written(path, files, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as out:
        for name, content in files:
            out.writestr(name, content)
    return path


def parts(parcel):
    with zipfile.ZipFile(io.BytesIO(parcel)) as content:
        return {name.partition("/")[2]: content.read(name) for name in content.namelist()}


def test_what_was_packed_answers_the_same_when_unpacked(model, parcel, tmp_path):
    (tmp_path / "mine.zip").write_bytes(parcel)
    again, taught = unpack(tmp_path / "mine.zip")
    assert taught == TAUGHT
    assert again.labels == model.labels
    np.testing.assert_array_equal(again.logits([QUESTION]), model.logits([QUESTION]))


def test_the_command_line_reads_the_unzipped_folder(parcel, tmp_path):
    with zipfile.ZipFile(io.BytesIO(parcel)) as content:
        content.extractall(tmp_path)
    assert {path.name for path in (tmp_path / "mine").iterdir()} == set(FILES)
    command = [sys.executable, "-m", "rnn_demo", "predict", str(tmp_path / "mine"), QUESTION, "--json"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert '"answer": "Paris"' in told


def test_a_parcel_that_tells_no_questions_has_its_model_alone(model, tmp_path):
    (tmp_path / "mine.zip").write_bytes(pack(model, "mine", {}, ""))
    again, taught = unpack(tmp_path / "mine.zip")
    assert (again.config(), taught) == (model.config(), ())


def test_the_files_may_stand_at_the_top_of_the_zip(parcel, tmp_path):
    assert unpack(written(tmp_path / "flat.zip", parts(parcel).items()))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda files: [*files, ("mine/run.py", b"")], "it holds 'run.py'"),
        (lambda files: [(f"../{name}", content) for name, content in files] + [("x/config.json", b"")], "not a zipped"),
        (lambda files: files[:1], "wanted is one folder"),
        (lambda files: [(f"{k}/{name}", content) for k, (name, content) in enumerate(files)], "5 folders"),
        (lambda files: [], "0 files"),
        (lambda files: [(name, b"{" if "config" in name else content) for name, content in files], "damaged"),
        (lambda files: [(name, b"\0" * 99 if "safe" in name else content) for name, content in files], "damaged"),
    ],
)
def test_what_is_no_checkpoint_is_refused(parcel, tmp_path, change, says):
    path = written(tmp_path / "strange.zip", change(list(parts(parcel).items())))
    with pytest.raises(ValueError, match=says):
        unpack(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 40])
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "photo.zip"
    path.write_bytes(content)
    with pytest.raises(archive.ParcelError, match="not a zip that can be read"):
        unpack(path)


def test_nothing_is_written_outside_however_the_entries_are_called(parcel, tmp_path):
    path = written(tmp_path / "up.zip", [(f"../../{name}", content) for name, content in parts(parcel).items()])
    before = set(tmp_path.parent.iterdir())
    assert unpack(path)
    assert set(tmp_path.parent.iterdir()) == before


def test_a_zip_that_would_fill_the_memory_is_refused_before_it_is_unpacked(parcel, tmp_path, monkeypatch):
    files = {**parts(parcel), "model.safetensors": b"\0" * (archive.MAX_PARCEL_BYTES + 1)}
    path = written(tmp_path / "bomb.zip", files.items())
    assert path.stat().st_size < 2**20
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(archive.ParcelError, match="more than 32 MiB"):
        unpack(path)


def test_a_zip_that_lies_about_its_sizes_is_refused(parcel, tmp_path):
    files = {**parts(parcel), "model.safetensors": b"\0" * 5_000_000}
    content = bytearray(written(tmp_path / "lie.zip", files.items()).read_bytes())
    size = (5_000_000).to_bytes(4, "little")
    while size in content:
        place = content.index(size)
        content[place : place + 4] = (1000).to_bytes(4, "little")
    (tmp_path / "lie.zip").write_bytes(content)
    with pytest.raises(archive.ParcelError, match="not a zip that can be read"):
        unpack(tmp_path / "lie.zip")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_is_deflated_or_stored_is_unpacked(parcel, tmp_path, compression):
    path = written(tmp_path / "odd.zip", parts(parcel).items(), compression)
    with pytest.raises(archive.ParcelError, match="pack it with deflate"):
        unpack(path)
