"""Adversarial training: the answer to a text shall stay when its word vectors move a little in the worst direction.

    r_adv  = eps g / |g|,   g = d loss(x) / dx                          adversarial: where the loss grows fastest
    r_virt = eps g / |g|,   g = d KL(p(x) || p(x + d)) / dd             virtual: where the answer changes most
    loss   = loss(x) + loss(x + r_adv) + KL(p(x) || p(x + r_virt))

From Miyato, Dai & Goodfellow 2016, "Adversarial Training Methods for Semi-Supervised Text Classification", section 3.
x are the word vectors of a whole text, d is a short random vector. They normalise the vectors, so that larger ones
cannot make the norm `eps` small. Here it is a share of the norm of x, which comes to the same and suits texts of any
length: their 5, of texts of 250 words in 256 numbers, is 0.02.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnn_demo.network.model import SequenceModel
from rnn_demo.network.pooling import mask
from rnn_demo.training.batching import Batch
from rnn_demo.training.config import TrainingConfig
from rnn_demo.training.loss import batch_loss, consistency, read

PROBE = 0.001  # the norm of d, as a share of that of x


def backward(model: SequenceModel, batch: Batch, config: TrainingConfig) -> tuple[Tensor, Tensor]:
    """Add the gradients of the whole loss to the weights; returns the logits (B, C) and the loss of the plain texts.

    The gradient at the word vectors comes from the backward pass of the plain loss, so `adversarial` costs one more
    forward and backward pass, and `virtual`, which tries a direction first, two.
    """
    drawn = model.embed(batch.inputs)  # (B, T, E)
    x = drawn.detach().requires_grad_()  # all passes share it, with the words and numbers that were dropped
    logits = read(model, x, batch.lengths, config.precision)
    loss = batch_loss(logits, batch)
    (loss + config.consistency * consistency(logits, batch.alike)).backward()  # type: ignore[no-untyped-call]
    if config.adversarial:
        r = perturbation(x.grad, x, batch.lengths, config.adversarial)
        batch_loss(read(model, x + r, batch.lengths, config.precision), batch).backward()  # type: ignore[no-untyped-call]
    if config.virtual:
        p = logits.detach()
        r = virtual_perturbation(model, x, batch.lengths, p, config)
        divergence(p, read(model, x + r, batch.lengths, config.precision)).backward()  # type: ignore[no-untyped-call]
    if drawn.requires_grad:
        drawn.backward(x.grad)  # type: ignore[no-untyped-call]
    return logits, loss


def perturbation(gradient: Tensor | None, x: Tensor, lengths: Tensor, size: float) -> Tensor:
    """The gradient (B, T, E) scaled, for each text, to a norm that is the share `size` of that of x (B, T, E).

    No gradient flows through it, and nothing on padding counts.
    """
    assert gradient is not None, "a backward pass comes before"
    real = mask(x, lengths)
    direction, vectors = gradient.detach() * real, x.detach() * real
    norm, norm_of_x = (part.flatten(1).norm(dim=1)[:, None, None] for part in (direction, vectors))
    return size * norm_of_x * direction / norm.clamp_min(torch.finfo(x.dtype).tiny)


def virtual_perturbation(
    model: SequenceModel, x: Tensor, lengths: Tensor, logits: Tensor, config: TrainingConfig
) -> Tensor:
    """Where the answers move fastest from `logits` (B, C), (B, T, E): one step of the power method, from a random d."""
    d = perturbation(torch.randn_like(x), x, lengths, PROBE).requires_grad_()
    moved = divergence(logits, read(model, x.detach() + d, lengths, config.precision))
    return perturbation(torch.autograd.grad(moved, d)[0], x, lengths, config.virtual)


def divergence(logits: Tensor, others: Tensor) -> Tensor:
    """KL(p || q) in nats of the answers p, through which no gradient flows, and q; the mean over texts (and steps)."""
    p, q = logits.detach().log_softmax(-1), others.log_softmax(-1)
    return nn.functional.kl_div(q, p, reduction="none", log_target=True).sum(-1).mean()
