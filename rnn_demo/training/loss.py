"""How wrong a model is on batches of examples: the loss that training lowers, and the number of right answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.precision import has_kernel
from rnn_demo.tasks.base import UNLABELLED, Example
from rnn_demo.training.batching import IGNORED, Batch, Batches
from rnn_demo.training.config import PRECISIONS, TrainingConfig


def read(model: SequenceModel, x: Tensor, lengths: Tensor, precision: str = "float32") -> Tensor:
    """Word vectors (B, T, E) -> logits; the recurrent layers compute in `precision`, the rest in float32."""
    dtype = PRECISIONS[precision]
    if dtype is torch.float32 or not has_kernel(dtype, x.device):
        return model.answer(model.states(x, lengths), lengths)
    with torch.autocast(x.device.type, dtype):
        h = model.states(x, lengths)
    return model.answer(h.float(), lengths)


def batch_loss(logits: Tensor, batch: Batch) -> Tensor:
    """The mean cross-entropy of a batch, in nats, over the texts that have a label; 0 where none has."""
    if batch.labelled is None:
        return cross_entropy(logits, batch.targets, batch.certainty)
    loss_each = cross_entropy(logits, batch.targets.clamp_min(0), batch.certainty, reduction="none")
    return (loss_each * batch.labelled).sum() / batch.labelled.sum().clamp_min(1)


def cross_entropy(logits: Tensor, targets: Tensor, certainty: Tensor | None = None, reduction: str = "mean") -> Tensor:
    """Cross-entropy in nats: logits (B, C) or (B, T, C), targets (B,) or (B, T); `IGNORED` ones are left out.

    With `certainty` (B,), the target is that probability on the label, and the rest spread evenly over the others.
    Of numbers, (B, T, 1) and (B, T), it is Huber's loss instead, over those that are asked for.
    """
    if targets.is_floating_point():
        asked = targets.isfinite()
        return nn.functional.smooth_l1_loss(logits[..., 0][asked], targets[asked], reduction=reduction)
    if certainty is None:
        logits, targets = logits.flatten(0, -2), targets.flatten()
        return nn.functional.cross_entropy(logits, targets, ignore_index=IGNORED, reduction=reduction)
    label = certainty[:, None]  # (B, 1)
    others = (1 - label).expand_as(logits) / (logits.shape[-1] - 1)
    return nn.functional.cross_entropy(logits, others.scatter(1, targets[:, None], label), reduction=reduction)


def consistency(logits: Tensor, alike: Tensor | None) -> Tensor:
    """How far apart the answers are to rows with the same number in `alike` (B,), where it is not negative: in nats.

    It is the Jensen-Shannon divergence of their probabilities (Lin 1991): the mean KL(p || m) of each row's p from
    m, the mean p of its set. 0 where no row has a number.
    """
    if alike is None:
        return logits.new_zeros(())
    counts = alike >= 0
    same = ((alike[:, None] == alike) & counts).float()  # (B, B): which rows are of one set
    log_p = logits.log_softmax(-1)  # (B, C)
    mean = same @ log_p.exp() / same.sum(1, keepdim=True).clamp_min(1)
    each = (log_p.exp() * (log_p - mean.clamp_min(torch.finfo(mean.dtype).tiny).log())).sum(-1)
    return (each * counts).sum() / counts.sum().clamp_min(1)  # no row is picked out: a GPU would be waited for


def count_right(logits: Tensor, targets: Tensor, naive: Tensor | None = None) -> Tensor:
    """How many targets, ignored ones aside, have the highest logit, (); or lie nearer to the output than to `naive`."""
    if naive is not None:
        return ((logits.detach()[..., 0] - targets).abs() < (naive - targets).abs()).sum()
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
        summed, right = torch.stack([loss, count_right(logits, batch.counted, batch.naive).to(loss.dtype)]).tolist()
        yield summed, int(right)


def check_unlabelled(model: SequenceModel, examples: Sequence[Example], config: TrainingConfig) -> None:
    """Refuse texts without a label where nothing is learnt from them; ValueError."""
    if model.architecture.per_step:
        if config.adversarial or config.virtual or config.consistency:
            raise ValueError("adversarial, virtual and consistency are for one answer to a text; set them to 0")
    elif not config.virtual and any(example.label == UNLABELLED for example in examples):
        raise ValueError("some examples have no label; only with virtual above 0 is anything learnt from those")
    elif all(example.label == UNLABELLED for example in examples):
        raise ValueError("no example has a label; give at least one that has")
