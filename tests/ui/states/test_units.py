"""What surgery asks the server about units: where they usually are, and what they follow."""

from __future__ import annotations

import base64
import gc

import numpy as np
import pytest

from rnn_demo.analysis.units import unit_ranges
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.states.units import FINDINGS, MOST_ALIKE, RANGES, Kept
from rnn_demo.ui.viewer.ranges import MOST_TEXTS
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.corpora import corpus

NAME = "names-rnn"  # the fastest of those that ship


def test_ranges_are_those_of_the_corpus_and_are_computed_once() -> None:
    models = Models()
    answer = RANGES.of(models, {"checkpoint": NAME})
    assert RANGES.of(models, {"checkpoint": NAME}) is answer
    texts = corpus(checkpoint.open_checkpoint(NAME))[1]
    chosen = texts[:: len(texts) // MOST_TEXTS][:MOST_TEXTS]
    expected = unit_ranges(checkpoint.open_checkpoint(NAME), chosen)[0, "forward", "h"]
    packed = answer["places"]["0 forward h"]["low"]  # type: ignore[index]
    assert packed["type"] == "float16"
    low = np.frombuffer(base64.b64decode(packed["data"]), "<f2")
    np.testing.assert_allclose(low, expected.low, atol=1e-3)


def test_of_a_visitors_own_network_they_are_kept_as_long_as_it_is() -> None:
    models, kept = Models(), Kept(lambda model: {"units": [model.architecture.hidden_size]})
    name = models.keep(OwnModel(checkpoint.open_checkpoint(NAME)))
    answer = kept.of(models, {"checkpoint": name})
    assert answer == {"units": [128]}
    assert kept.of(models, {"checkpoint": name}) is answer
    models.forget(name)
    gc.collect()
    assert not kept.answers
    assert "error" in kept.of(models, {"checkpoint": name})


def test_findings_are_varied_and_a_network_without_a_corpus_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = FINDINGS.of(Models(), {"checkpoint": NAME})
    found = answer["findings"]  # type: ignore[index]
    alike = [(each["title"], each["quantity"]) for each in found]
    assert found
    assert max(map(alike.count, alike)) <= MOST_ALIKE
    assert answer["units"] == 128  # type: ignore[index]
    for each in found:
        assert len(each["tokens"]) == len(each["values"])
        assert abs(each["score"]) > each["bar"]
    assert "error" in RANGES.of(Models(), {"checkpoint": "no such"})
    assert "error" in FINDINGS.of(Models(), {})
