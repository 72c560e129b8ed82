"""A model goes to the Hub and comes back the same: to a folder laid out as the Hub's client keeps what it fetched."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import numpy as np
import pytest
from helpers.samples import SENTENCES, small_model
from huggingface_hub import hub_mixin

from rnn_demo.network.model import SequenceModel
from rnn_demo.zoo import checkpoint

COMMIT = "0123456789" * 4


def put(files: Path, cache: Path, repository: str) -> None:
    """Lay a folder out as the snapshot of a repository: names that point to blobs, and a branch that points to them."""
    place = cache / f"models--{repository.replace('/', '--')}"
    snapshot = place / "snapshots" / COMMIT
    for folder in (snapshot, place / "blobs", place / "refs"):
        folder.mkdir(parents=True)
    (place / "refs" / "main").write_text(COMMIT, encoding="utf-8")
    for number, file in enumerate(sorted(files.iterdir())):
        blob = shutil.copy(file, place / "blobs" / f"{number:040d}")
        (snapshot / file.name).symlink_to(blob)


class LocalHub:
    """The client that `push_to_hub` uploads with; it puts the files into a cache."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache

    def create_repo(self, repo_id: str, **_: Any) -> SimpleNamespace:
        return SimpleNamespace(repo_id=repo_id)

    def upload_folder(self, *, repo_id: str, folder_path: Path, **_: Any) -> str:
        put(Path(folder_path), self.cache, repo_id)
        return f"{repo_id}/commit/{COMMIT}"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the Hub's client, which asks nobody."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(hub_mixin, "HfApi", lambda **_: LocalHub(tmp_path / "cache"))
    return tmp_path / "cache"


def taught() -> SequenceModel:
    """A model whose settings were chosen after it was made."""
    model = small_model("lstm", bidirectional=True, pooling="attention")
    model.settings["threshold"] = 0.25
    return model


def check_same(loaded: SequenceModel, model: SequenceModel) -> None:
    assert loaded.config() == model.config()
    assert not loaded.training
    np.testing.assert_array_equal(loaded.logits(SENTENCES), model.logits(SENTENCES))


def test_what_is_pushed_is_loaded_the_same_by_the_mixin_and_as_a_checkpoint(cache: Path) -> None:
    model = taught()
    assert model.push_to_hub("ann/small") == f"ann/small/commit/{COMMIT}"
    check_same(SequenceModel.from_pretrained("ann/small"), model)
    check_same(SequenceModel.from_pretrained("ann/small", revision="main", local_files_only=True), model)
    check_same(checkpoint.open_checkpoint("ann/small", hub=True), model)
    card = checkpoint.locate("ann/small", hub=True) / "README.md"
    assert "library_name: rnn_demo" in card.read_text(encoding="utf-8")


def test_a_checkpoint_folder_that_was_uploaded_is_loaded_the_same(cache: Path, tmp_path: Path) -> None:
    model = taught()
    checkpoint.round_to(model, "float16")
    put(checkpoint.save(model, tmp_path / "small", {"seed": 7}, "# card\n", "float16"), cache, "ann/small")
    check_same(SequenceModel.from_pretrained("ann/small"), model)
    check_same(checkpoint.open_checkpoint("ann/small", hub=True), model)
    assert checkpoint.metrics(checkpoint.locate("ann/small", hub=True)) == {"seed": 7}


@pytest.mark.parametrize("name", ["hello", "names-deep"])
def test_the_mixin_loads_a_shipped_checkpoint_as_we_do(name: str) -> None:
    ours, theirs = checkpoint.open_checkpoint(name), SequenceModel.from_pretrained(checkpoint.find(name))
    assert theirs.config() == ours.config()
    np.testing.assert_array_equal(theirs.logits(["hell", "Ivan"]), ours.logits(["hell", "Ivan"]))


def test_a_repository_that_cannot_be_fetched_is_named_in_a_sentence(cache: Path) -> None:
    with pytest.raises(checkpoint.CheckpointError, match=r"no checkpoint 'ann/none' here.*check the name"):
        checkpoint.open_checkpoint("ann/none", hub=True)


def test_who_may_name_a_repository_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    with pytest.raises(checkpoint.CheckpointError, match=r"train hello.*RNN_DEMO_CHECKPOINTS.*path.*OWNER/NAME"):
        checkpoint.locate("hello", hub=True)
    with pytest.raises(checkpoint.CheckpointError) as refusal:  # on the page, which fetches nothing and tells no paths
        checkpoint.locate("hello")
    assert "Hub" not in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)
