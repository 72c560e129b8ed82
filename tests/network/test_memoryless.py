"""A network without memory stays one: in training, with fresh weights and once saved; with a mean it hears no order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from helpers.samples import EXAMPLES, small_model

from rnn_demo.network.cells import CELLS
from rnn_demo.network.fresh_weights import with_fresh_weights
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.training import TrainingConfig, train
from rnn_demo.zoo import checkpoint


def recurrent_weights(model: SequenceModel) -> list[torch.Tensor]:
    return [weight for name, weight in model.rnn.named_parameters() if name.startswith("weight_hh")]


def test_nothing_is_carried_from_step_to_step_before_and_after_training(tmp_path: Path) -> None:
    model = small_model("rnn_tanh", pooling="mean", memoryless=True, num_layers=2, bidirectional=True)
    before = model.rnn.weight_ih_l0.detach().clone()
    for _ in train(model, EXAMPLES, (), TrainingConfig(epochs=2, learning_rate=0.05, average=0.5, clip_norm=1.0)):
        pass
    assert not torch.equal(model.rnn.weight_ih_l0, before)
    checkpoint.save(model.eval(), tmp_path / "bag", {}, "")
    for kept in (model, checkpoint.load(tmp_path / "bag"), with_fresh_weights(model)):
        assert not any(weight.any() for weight in recurrent_weights(kept))
        answers = kept.logits(["one two three four", "four three two one"])
        torch.testing.assert_close(torch.from_numpy(answers[0]), torch.from_numpy(answers[1]), atol=1e-6, rtol=0)


@pytest.mark.parametrize("cell", CELLS)
def test_only_a_cell_that_keeps_nothing_past_its_weights_can_be_without_memory(cell: str) -> None:
    if CELLS[cell].keep_gate is None and CELLS[cell].fused is not None:
        assert Architecture(cell, 4, memoryless=True).memoryless
        return
    with pytest.raises(ValueError, match=re.escape(f"the cell {cell!r} also keeps its state past W_hh")):
        Architecture(cell, 4, memoryless=True)
