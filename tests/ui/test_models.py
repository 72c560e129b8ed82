"""The models of the page: one that is being read from disk holds up no other."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from helpers.samples import small_model

from rnn_demo.network.model import SequenceModel
from rnn_demo.ui.models import Models
from rnn_demo.zoo import checkpoint


def test_a_checkpoint_is_read_once_and_meanwhile_others_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    slow_begins, may_end, reads = threading.Event(), threading.Event(), []

    def load(folder: Path) -> SequenceModel:
        reads.append(folder.name)
        if folder.name == "slow":
            slow_begins.set()
            assert may_end.wait(20)
        return small_model()

    monkeypatch.setattr(checkpoint, "find", Path)
    monkeypatch.setattr(checkpoint, "load", load)
    models, answers = Models(), []
    threads = [threading.Thread(target=lambda: answers.append(models.get("slow"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert slow_begins.wait(20)
    quick = models.get("quick")
    assert models.of_session("me") == {}
    may_end.set()
    for thread in threads:
        thread.join(20)
    assert sorted(reads) == ["quick", "slow"]
    assert answers[0] is answers[1] is not quick
