"""How wrong is a model on batches of examples: the loss that training lowers, and how many answers are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from rnn_demo.network.model import SequenceModel
from rnn_demo.training.batching import IGNORED, Batch, Batches


def surprise(logits: Tensor, batch: Batch) -> Tensor:
    """The mean cross-entropy of a batch, in nats; an uncertain target counts by half, if it is half certain."""
    if batch.certainty is None:
        return nn.functional.cross_entropy(logits.flatten(0, -2), batch.targets.flatten(), ignore_index=IGNORED)
    sure = batch.certainty[:, None]  # (B, 1)
    others = (1 - sure).expand_as(logits) / (logits.shape[-1] - 1)
    return nn.functional.cross_entropy(logits, others.scatter(1, batch.targets[:, None], sure))


def count_right(logits: Tensor, targets: Tensor) -> int:
    """How many real answers have the target as their most probable label."""
    return int((logits.detach().argmax(-1) == targets).sum())


def evaluate_loss(model: SequenceModel, batches: Batches, device: torch.device) -> tuple[float, float]:
    """Mean loss and accuracy on held-out batches, without dropout."""
    return mean_loss(batches, list(losses(model, batches, device)))


def mean_loss(batches: Batches, parts: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """Mean loss and accuracy from the `losses` of all batches."""
    summed, right = (sum(column) for column in zip(*parts, strict=True))
    return summed / batches.answers, right / batches.answers


@torch.inference_mode()
def losses(model: SequenceModel, batches: Batches, device: torch.device) -> Iterator[tuple[float, int]]:
    """For each batch, without dropout, the summed loss and the number of right answers."""
    was_training = model.training
    model.eval()
    for batch in batches.walk():
        batch = batch.to(device)
        logits = model(batch.inputs, batch.lengths)
        loss = nn.functional.cross_entropy(
            logits.flatten(0, -2), batch.targets.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        yield loss.item(), count_right(logits, batch.targets)
    model.train(was_training)
