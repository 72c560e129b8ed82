"""Fresh weights: drawn as torch draws them, the same ones each time, and the model itself untouched."""

from __future__ import annotations

import pytest
import torch

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS
from rnn_demo.network.fresh_weights import with_fresh_weights
from rnn_demo.network.model import Architecture, SequenceModel

VOCABULARY = Vocabulary.build(["the cat sat on the mat"], "words")


def model_of(cell: str) -> SequenceModel:
    torch.manual_seed(3)
    options = {"embedding_size": 40, "num_layers": 2, "bidirectional": True, "pooling": "attention", "letters": 50}
    return SequenceModel(Architecture(cell, 40, **options), VOCABULARY, ["yes", "no"]).eval()  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", CELLS)
def test_fresh_weights_spread_as_those_of_a_new_model(cell: str) -> None:
    new = model_of(cell)
    fresh = with_fresh_weights(new)
    for (name, one), other in zip(new.named_parameters(), fresh.parameters(), strict=True):
        if "pieces" in name:
            assert not other.any()
            continue
        assert not torch.equal(one, other), name
        if name.startswith("embedding"):
            assert not other[0].any()
            assert other[1:].std().item() == pytest.approx(1, rel=0.2)
        elif one.numel() > 200:
            assert other.abs().max().item() == pytest.approx(one.abs().max().item(), rel=0.1), name
            assert other.std().item() == pytest.approx(one.std().item(), rel=0.15), name


def test_they_are_the_same_each_time_whatever_else_draws_and_the_model_keeps_its_own() -> None:
    model = model_of("lstm")
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    first = with_fresh_weights(model).state_dict()
    torch.rand(5)
    again, other = with_fresh_weights(model).state_dict(), with_fresh_weights(model, 1).state_dict()
    assert all(torch.equal(weight, again[name]) for name, weight in first.items())
    assert not torch.equal(first["head.weight"], other["head.weight"])
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())
