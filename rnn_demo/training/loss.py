"""How wrong a model is on batches of examples: the loss that training lowers, and the number of right answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel
from rnn_demo.training.batching import IGNORED, Batches


def cross_entropy(logits: Tensor, targets: Tensor, certainty: Tensor | None = None, reduction: str = "mean") -> Tensor:
    """Cross-entropy in nats: logits (B, C) or (B, T, C), targets (B,) or (B, T); `IGNORED` ones are left out.

    With `certainty` (B,), the target is that probability on the label, and the rest spread evenly over the others.
    """
    if certainty is None:
        logits, targets = logits.flatten(0, -2), targets.flatten()
        return nn.functional.cross_entropy(logits, targets, ignore_index=IGNORED, reduction=reduction)
    label = certainty[:, None]  # (B, 1)
    others = (1 - label).expand_as(logits) / (logits.shape[-1] - 1)
    return nn.functional.cross_entropy(logits, others.scatter(1, targets[:, None], label))


def count_right(logits: Tensor, targets: Tensor) -> Tensor:
    """How many targets, ignored ones aside, have the highest logit, ()."""
    return (logits.detach().argmax(-1) == targets).sum()


def evaluate_loss(model: SequenceModel, batches: Batches) -> tuple[float, float]:
    """Mean loss (nats) and accuracy on held-out batches, both of the answers that are asked for; no dropout."""
    return mean_loss(batches, list(batch_losses(model, batches)))


def mean_loss(batches: Batches, parts: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """Mean loss and accuracy from the `batch_losses` of all batches."""
    summed, right = (sum(column) for column in zip(*parts, strict=True))
    return summed / batches.counted, right / batches.counted


@torch.inference_mode()
def batch_losses(model: SequenceModel, batches: Batches) -> Iterator[tuple[float, int]]:
    """For each batch, without dropout, the summed loss (nats) and how many are right, of the answers asked for."""
    for batch in batches.walk():
        batch = batch.to(model.device)
        with eval_mode(model):
            logits = model(batch.inputs, batch.lengths)
        loss = cross_entropy(logits, batch.counted, reduction="sum")
        summed, right = torch.stack([loss, count_right(logits, batch.counted).to(loss.dtype)]).tolist()
        yield summed, int(right)
