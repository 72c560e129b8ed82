"""The same network before any training: a copy whose weights are drawn anew, always the same ones."""

from __future__ import annotations

import copy

import torch
from torch import nn

from rnn_demo.network.embedding import LetteredEmbedding
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.recurrence import SteppedRNN


@torch.no_grad()
def with_fresh_weights(model: SequenceModel, seed: int = 0) -> SequenceModel:
    """A copy of the model with weights as torch draws them for a new one, in eval mode.

    Recurrent weights are uniform within 1 / sqrt(H), those of a linear layer within 1 / sqrt(its inputs), an embedding
    is normal. They are drawn from their own generator, because other threads may draw at the same time.
    """
    generator = torch.Generator().manual_seed(seed)
    fresh = copy.deepcopy(model).cpu().eval()
    for module in fresh.modules():
        if isinstance(module, (nn.RNNBase, SteppedRNN, nn.Linear)):
            size = module.in_features if isinstance(module, nn.Linear) else module.hidden_size
            for weight in module.parameters():
                weight.uniform_(-(size**-0.5), size**-0.5, generator=generator)
        elif isinstance(module, nn.Embedding):
            module.weight.normal_(generator=generator)[0] = 0  # <PAD>
            if isinstance(module, LetteredEmbedding):
                module.pieces.zero_()
    if model.architecture.memoryless:
        fresh.hold_memory_at_zero()
    return fresh
