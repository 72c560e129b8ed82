"""Reading first, judging later: a recurrent network learns to foresee the next word of much unlabelled text.

What it learns that way, the embedding and the recurrent layers, is where training for the task then starts
(Dai & Le 2015; Howard & Ruder 2018). The words are foreseen with an adaptive softmax (Grave et al. 2017),
which spends its effort on frequent words and makes a vocabulary of many thousands affordable on a CPU.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rnn_demo.model import SequenceModel
from rnn_demo.training import SCHEDULES, Diverged, Step, choose_device

CUTOFFS = (2_000, 8_000)  # of the vocabulary, by frequency: the frequent words, the others, the rare


@dataclass(frozen=True)
class Pretraining:
    """How to read: `batch_size` streams side by side, in windows of `window` words; Adam with a cosine schedule."""

    data: tuple[str, ...]
    epochs: int = 1
    learning_rate: float = 3e-3
    batch_size: int = 64
    window: int = 64
    dropout: float = 0.1
    clip_norm: float = 0.5
    seed: int = 0


def pretrain(model: SequenceModel, texts: Sequence[str], config: Pretraining, device: str = "auto") -> Iterator[Step]:
    """Train the embedding and the recurrent layers of a one-directional `model` in place; yields a `Step` per window.

    The loss of a step is the mean over its words, in nats. Needs a vocabulary sorted by frequency.
    """
    if model.embedding is None or model.architecture.bidirectional:
        raise ValueError("only a one-directional model with an embedding can learn to foresee words")
    torch.manual_seed(config.seed)
    place = choose_device(device)
    model.to(place).train()
    cutoffs = [cutoff for cutoff in CUTOFFS if cutoff < len(model.vocabulary)]
    head = nn.AdaptiveLogSoftmaxWithLoss(model.architecture.hidden_size, len(model.vocabulary), cutoffs).to(place)
    parameters = [*model.embedding.parameters(), *model.rnn.parameters(), *head.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=config.learning_rate)
    streams = side_by_side(model, texts, config.batch_size)  # (B, N)
    starts = range(0, streams.shape[1] - 1, config.window)
    steps = config.epochs * len(starts)
    step = 0
    for epoch in range(1, config.epochs + 1):
        state = None
        for start in starts:
            window = streams[:, start : start + config.window + 1].to(place)
            for group in optimizer.param_groups:
                group["lr"] = config.learning_rate * min(1.0, (step + 1) / 200) * SCHEDULES["cosine"](step / steps)
            optimizer.zero_grad(set_to_none=True)
            x = nn.functional.dropout(model.embedding(window[:, :-1]), config.dropout)  # (B, T, E)
            h, state = model.rnn(x, state)  # (B, T, H)
            state = detach(state)
            h = nn.functional.dropout(h, config.dropout)
            loss = head(h.flatten(0, 1), window[:, 1:].flatten()).loss
            loss.backward()
            norm = nn.utils.clip_grad_norm_(parameters, config.clip_norm)
            optimizer.step()
            step += 1
            if not math.isfinite(loss.item()):
                raise Diverged(f"the loss became {loss.item()} in step {step}; choose a smaller learning rate")
            yield Step(epoch, step, steps, loss.item(), float(norm))
    model.eval()


def side_by_side(model: SequenceModel, texts: Sequence[str], streams: int) -> Tensor:
    """All texts in one long line, `<PAD>` after each, cut into `streams` rows of equal length: (B, N)."""
    order = torch.randperm(len(texts), generator=torch.Generator().manual_seed(0)).tolist()
    line = torch.cat([torch.tensor([*model.encode(texts[i]), 0], dtype=torch.int32) for i in order]).long()
    width = len(line) // streams
    if width < 2:
        raise ValueError(f"the texts have {len(line)} words, too few for {streams} streams; give more text")
    return line[: width * streams].view(streams, width)


def detach(state: Tensor | tuple[Tensor, ...]) -> Tensor | tuple[Tensor, ...]:
    """The state as plain numbers: backpropagation through time ends at the start of a window."""
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
