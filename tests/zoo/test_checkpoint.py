"""A checkpoint appears whole or not at all, and a damaged one is refused in one sentence."""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from helpers.samples import SENTENCES, small_model
from helpers.warm_python import run_python
from torch import nn

from rnn_demo.limits import MAX_CHECKPOINT_BYTES
from rnn_demo.network.model import Architecture
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.checkpoint import CheckpointError, available, find, load, metrics, open_checkpoint, save

ROOT = checkpoint.FOLDER.parent
SHIPPED = available()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of checkpoints with one in it, named "small"."""
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    return save(small_model(), tmp_path / "small", {"seed": 7, "é": [1.5]}, "# card\n")


def change(folder, **parts):
    """Put other values into config.json; a part is a dict to merge or a value to set."""
    config = json.loads((folder / "config.json").read_text())
    for name, value in parts.items():
        config[name] = config[name] | value if isinstance(value, dict) and isinstance(config[name], dict) else value
    (folder / "config.json").write_text(json.dumps(config))


def refused(folder, message):
    with pytest.raises(CheckpointError, match=message) as caught:
        load(folder)
    assert str(caught.value).count("\n") == 0
    assert folder.name in str(caught.value)


# --- whole ------------------------------------------------------------------------------------------------------


def test_a_saved_checkpoint_is_loaded_the_same(folder):
    model = load(folder)
    assert model.config() == small_model().config()
    assert not model.training
    np.testing.assert_array_equal(model.logits(SENTENCES), small_model().logits(SENTENCES))
    assert metrics(folder) == {"seed": 7, "é": [1.5]}
    assert (folder / "README.md").read_text() == "# card\n"


def test_half_precision_takes_half_the_space_and_loads_as_what_was_measured(folder):
    model = small_model(hidden_size=64)
    exact = model.logits(SENTENCES)
    save(model, folder, {}, "")
    whole = (folder / "model.safetensors").stat().st_size
    checkpoint.round_to(model, "float16")
    save(model, folder, {}, "", "float16")
    assert (folder / "model.safetensors").stat().st_size < whole / 2 + 1000
    loaded = load(folder)
    assert {weight.dtype for weight in loaded.parameters()} == {torch.float32}
    np.testing.assert_array_equal(loaded.logits(SENTENCES), model.logits(SENTENCES))
    np.testing.assert_allclose(model.logits(SENTENCES), exact, atol=1e-2)


def test_a_checkpoint_is_found_by_name_and_by_path(folder):
    assert available() == ["small"]
    assert find("small") == folder
    for reference in ("small", str(folder)):
        assert open_checkpoint(reference).config() == small_model().config()


@pytest.mark.parametrize("reference", ["smal", "", ".", "..", "../small", "no/where/at/all"])
def test_an_unknown_checkpoint_is_refused_with_the_choices(folder, reference):
    with pytest.raises(CheckpointError):
        open_checkpoint(reference)
    with pytest.raises(CheckpointError, match="choose one of small"):
        find(reference)


def test_without_a_checkpoint_the_error_says_how_to_make_one_and_where_to_name_others(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path / "none")
    assert available() == []
    with pytest.raises(CheckpointError, match=r"python -m rnn_demo train hello.*RNN_DEMO_CHECKPOINTS"):
        find("hello")


def test_saving_replaces_the_whole_checkpoint_and_leaves_nothing_beside_it(folder):
    other = small_model("gru", seed=1)
    save(other, folder, {}, "")
    assert load(folder).config() == other.config()
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "config.json",
        "metrics.json",
        "model.safetensors",
    ]
    assert list(folder.parent.iterdir()) == [folder]


def test_nothing_but_a_checkpoint_is_ever_replaced(folder):
    (folder / "thesis.txt").write_text("x")
    for place in (folder, folder / "thesis.txt"):
        with pytest.raises(CheckpointError, match="holds other files; choose a new or an empty folder"):
            save(small_model("gru"), place, {}, "")
    assert (folder / "thesis.txt").read_text() == "x"


def test_a_half_written_folder_is_not_listed(folder, monkeypatch):
    monkeypatch.setattr(checkpoint, "FOLDER", folder.parent)
    (folder.parent / ".small-abc").mkdir()
    (folder.parent / ".small-abc" / "config.json").write_text("{}")
    assert checkpoint.available() == ["small"]


@pytest.mark.parametrize("moment", ["weights", "move"])
def test_a_save_that_fails_leaves_the_old_checkpoint_as_it_was(folder, monkeypatch, moment):
    def fail(*_, **__):
        raise OSError("the disk is full")

    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    model = small_model("gru")
    if moment == "weights":
        monkeypatch.setattr(safetensors.torch, "save", fail)
    else:
        monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk is full"):
        save(model, folder, {}, "")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert list(folder.parent.iterdir()) == [folder]


def test_a_save_that_fails_leaves_no_new_checkpoint(folder, monkeypatch):
    model = small_model()
    monkeypatch.setattr(safetensors.torch, "save", lambda *_, **__: os.stat("there is no such file"))
    with pytest.raises(FileNotFoundError):
        save(model, folder.parent / "new", {}, "")
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_that_is_being_written_is_not_yet_a_checkpoint(folder):
    (folder.parent / ".new-abc").mkdir()
    (folder.parent / "empty").mkdir()
    assert available() == ["small"]


@pytest.mark.parametrize("again", [False, True])
def test_a_save_that_is_killed_between_its_two_renames_leaves_the_old_checkpoint(folder, monkeypatch, again):
    rename, renamed = Path.rename, []

    def killed(path, target):
        if renamed:
            raise KeyboardInterrupt
        renamed.append(rename(path, target))

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        save(small_model("gru"), folder, {}, "")
    monkeypatch.setattr(Path, "rename", rename)
    assert not folder.exists()
    assert available() == ["small"]
    assert open_checkpoint("small").config() == load(folder).config() == small_model().config()
    assert metrics(folder) == metrics(find("small")) == {"seed": 7, "é": [1.5]}
    if again:
        save(small_model("gru"), folder, {}, "")
        assert load(find("small")).config() == small_model("gru").config()
        assert list(folder.parent.iterdir()) == [folder]


def test_a_loaded_model_does_not_depend_on_its_file(folder):
    code = (
        "import os, sys; from pathlib import Path; from rnn_demo.zoo.checkpoint import load\n"
        "folder = Path(sys.argv[1]); model = load(folder); before = model.logits(['a great film'])\n"
        "file = folder / 'model.safetensors'; content = file.read_bytes()\n"
        "with file.open('r+b') as opened: opened.write(bytes(len(content)))\n"
        "assert (model.logits(['a great film']) == before).all()\n"
        "os.truncate(file, 0)\n"
        "assert (model.logits(['a great film']) == before).all()\n"
    )
    done = run_python(["-c", code, folder], ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["qa", "names"])
def test_to_load_a_model_takes_no_compiler(name):
    code = (
        "import sys; from rnn_demo.zoo.checkpoint import open_checkpoint; open_checkpoint(sys.argv[1])\n"
        "print('torch._dynamo' in sys.modules)"
    )
    assert run_python(["-c", code, name], ROOT).stdout == "False\n"


def test_metrics_that_are_no_numbers_are_written_as_null(folder):
    save(small_model(), folder, {"perplexity": float("inf")}, "")
    assert json.loads((folder / "metrics.json").read_text(), parse_constant=pytest.fail) == {"perplexity": None}


def test_checkpoints_are_beside_the_package_or_where_the_environment_says(tmp_path):
    code = "from rnn_demo.zoo import checkpoint; print(checkpoint.FOLDER)"
    setting = {"RNN_DEMO_CHECKPOINTS": str(tmp_path)}
    for environment, expected in ((setting, tmp_path), ({}, ROOT / "checkpoints")):
        plain = {name: value for name, value in os.environ.items() if name != "RNN_DEMO_CHECKPOINTS"}
        assert run_python(["-c", code], ROOT, environment=plain | environment).stdout == f"{expected}\n"


# --- damaged ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    refused(folder, f"small has no {name}; train it again or restore the file")


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 100, -1, -400])
def test_truncated_weights_are_refused(folder, kept):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:kept])
    refused(folder, "model.safetensors is damaged or does not fit")


def test_weights_whose_header_lies_about_its_size_are_refused(folder):
    path = folder / "model.safetensors"
    path.write_bytes(struct.pack("<Q", 2**60) + path.read_bytes()[8:])
    refused(folder, "model.safetensors is damaged or does not fit")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", "{}", "\x00", "[" * 100_000], ids=repr)
def test_a_damaged_config_is_refused(folder, text):
    (folder / "config.json").write_text(text)
    refused(folder, "config.json is damaged")


def test_a_config_that_is_not_utf8_is_refused(folder):
    (folder / "config.json").write_bytes(b'{"labels": ["\xff"]}')
    refused(folder, "config.json is damaged")


@pytest.mark.parametrize(
    "parts",
    [
        {"architecture": {"cell": "gur"}},
        {"architecture": {"hidden_size": "5"}},
        {"architecture": {"hidden_size": 5.0}},
        {"architecture": {"colour": "red"}},
        {"architecture": None},
        {"vocabulary": {"tokenizer": "none"}},
        {"vocabulary": {"tokens": None}},
        {"vocabulary": {"tokens": ["a", "b"]}},
        {"vocabulary": {"tokens": ["<PAD>", "<UNK>", []]}},
        {"vocabulary": {"tokens": ["<PAD>", "<UNK>", 7]}},
        {"labels": ["only"]},
        {"labels": 2},
        {"labels": [1, 2]},
        {"labels": "ab"},
        {"settings": "none"},
        {"settings": {"temperature": "hot"}},
        {"settings": {"temperature": 0}},
        {"task": None},
    ],
    ids=str,
)
def test_a_config_with_a_wrong_part_is_refused(folder, parts):
    change(folder, **parts)
    refused(folder, "config.json is damaged")


@pytest.mark.parametrize(
    "parts",
    [
        {"architecture": {"hidden_size": 6}},
        {"architecture": {"num_layers": 2}},
        {"architecture": {"bidirectional": True}},
        {"architecture": {"cell": "gru"}},
        {"architecture": {"pooling": "attention"}},
        {"architecture": {"input": "one_hot"}},
        {"labels": ["a", "b", "c"]},
        {"vocabulary": {"tokens": ["<PAD>", "<UNK>", "a"]}},
    ],
    ids=str,
)
def test_weights_of_another_shape_are_refused(folder, parts):
    change(folder, **parts)
    refused(folder, "model.safetensors is damaged or does not fit config.json")


def test_weights_that_are_no_numbers_are_refused(folder):
    weights = safetensors.torch.load_file(folder / "model.safetensors")
    weights["head.bias"][0] = torch.nan
    safetensors.torch.save_file(weights, folder / "model.safetensors")
    refused(folder, "model.safetensors is damaged")


PEAK = """
import resource, sys
from pathlib import Path
from rnn_demo import checkpoints
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    checkpoints.load(Path(sys.argv[1]))
except checkpoints.CheckpointError as error:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, error)
"""


def test_weights_that_do_not_fit_are_refused_before_memory_is_taken_for_the_model(folder):
    change(folder, architecture={"cell": "lstm", "hidden_size": 3_000, "pooling": "last"})
    output = subprocess.run([sys.executable, "-c", PEAK, folder], cwd=ROOT, capture_output=True, text=True, check=True)
    grown, message = output.stdout.split(" ", 1)
    assert int(grown) < 50_000  # KiB; the model that the config tells of would take 140,000
    assert "does not fit config.json (rnn.weight_ih_l0 is (20, 4), expected (12000, 4))" in message


def test_giant_sizes_are_refused_before_memory_is_taken(folder, monkeypatch):
    for layer in ("Embedding", "LSTM"):
        monkeypatch.setattr(nn, layer, None)
    change(folder, architecture={"hidden_size": 4096, "num_layers": 8})
    refused(folder, "at most 50,000,000 are allowed")


def test_a_giant_file_is_refused_before_it_is_read(folder, monkeypatch):
    os.truncate(folder / "model.safetensors", MAX_CHECKPOINT_BYTES + 1)  # a hole in the file: no disk is used
    monkeypatch.setattr(safetensors.torch, "load", None)
    refused(folder, "is over 64 MiB")


@pytest.mark.parametrize("text", [None, "", "{", "7", "[1]"])
def test_without_readable_metrics_there_are_none(folder, text):
    (folder / "metrics.json").unlink()
    if text is not None:
        (folder / "metrics.json").write_text(text)
    assert metrics(folder) == {}


# --- shipped ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_checkpoint_answers_and_says_how_it_was_made(name):
    model, facts = load(find(name)), metrics(find(name))
    (answer,) = TASKS[model.task].predict(model, ["hello"])
    assert answer["input"] == "hello"
    assert facts["command"].startswith(f"python -m rnn_demo train {name}")
    assert facts["task"] == model.task
    assert Architecture(**facts["architecture"]) == model.architecture
    assert f"# {name}" in (find(name) / "README.md").read_text(encoding="utf-8")


def test_resume_with_nothing_to_resume_begins_but_overwrites_no_checkpoint(tmp_path):
    new = tmp_path / "new"
    assert not checkpoint.place_of_run(new, resume=True).exists()
    new.mkdir()
    checkpoint.place_of_run(new, resume=True)
    (new / "config.json").touch()
    with pytest.raises(checkpoint.CheckpointError, match=r"no interrupted run .* leave out --resume"):
        checkpoint.place_of_run(new, resume=True)
    checkpoint.place_of_run(new, resume=False)
    (tmp_path / ".new.run").mkdir()
    assert checkpoint.place_of_run(new, resume=True) == tmp_path / ".new.run"
