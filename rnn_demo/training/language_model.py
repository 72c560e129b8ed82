"""Reading first, judging later: a recurrent network learns to foresee the next word of much unlabelled text.

What it learns that way, the embedding and the recurrent layers, is where training for the task then starts
(Dai & Le 2015; Howard & Ruder 2018). The words are foreseen with an adaptive softmax (Grave et al. 2017),
which spends its effort on frequent words and makes a vocabulary of many thousands affordable on a CPU.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from rnn_demo.network.model import SequenceModel
from rnn_demo.network.precision import has_kernel
from rnn_demo.training import run_state
from rnn_demo.training.loop import Diverged, Step, choose_device

CUTOFFS = (1_000, 5_000)  # of the vocabulary, by frequency: the frequent words, the others, the rare
PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}
WARMUP = 200  # steps in which the learning rate rises from 0

State = Tensor | tuple[Tensor, ...]


@dataclass(frozen=True)
class Pretraining:
    """How to read: `batch_size` streams of text side by side, in windows of `window` words, with Adam.

    The learning rate stays as it is and falls to 0 over the last `decay` share of the steps. Products are
    computed in `precision`; "bfloat16" takes two thirds of the time on a CPU that has it, and where the device cannot
    compute in it, float32 is taken. Weights stay float32.
    """

    data: tuple[str, ...]
    epochs: int = 1
    learning_rate: float = 4e-3
    decay: float = 0.3
    batch_size: int = 64
    window: int = 64
    dropout: float = 0.1
    clip_norm: float = 0.5
    precision: str = "bfloat16"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise ValueError(f"unknown precision {self.precision!r}; choose one of {', '.join(PRECISIONS)}")
        for name in ("epochs", "batch_size", "window"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)!r}")
        for name in ("decay", "learning_rate", "clip_norm"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} must be above 0 and at most 1, got {getattr(self, name)!r}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be at least 0 and below 1, got {self.dropout!r}")


@dataclass(frozen=True)
class Pretrained:
    """The end of pretraining: how many words were read, in how long, and the mean loss on text that was not."""

    words: int
    seconds: float
    loss: float  # nats per word


class NextWord(nn.Module):
    """The embedding and the recurrent layers of a model, with a head of their own that foresees the next word."""

    def __init__(self, model: SequenceModel) -> None:
        super().__init__()
        a = model.architecture
        if model.embedding is None or a.bidirectional or a.letters:
            raise ValueError("only a one-directional model with an embedding of whole words can learn to foresee words")
        size = len(model.vocabulary)
        self.embedding, self.rnn = model.embedding, model.rnn
        cutoffs = [cutoff for cutoff in CUTOFFS if cutoff < size] or [size - 1]
        self.head = nn.AdaptiveLogSoftmaxWithLoss(model.architecture.hidden_size, size, cutoffs)

    def forward(self, window: Tensor, state: State | None, dropout: float = 0.0) -> tuple[Tensor, State]:
        """ids (B, T+1), the state before -> mean loss in nats, and the state after, through which no gradient goes."""
        x = nn.functional.dropout(self.embedding(window[:, :-1]), dropout)  # (B, T, E)
        h, state = self.rnn(x, state)  # (B, T, H)
        h = nn.functional.dropout(h, dropout)
        loss = self.head(h.flatten(0, 1), window[:, 1:].flatten()).loss
        return loss, tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def pretrain(
    model: SequenceModel,
    texts: Sequence[str],
    held_out: Sequence[str],
    config: Pretraining,
    device: str = "auto",
    kept: Path | None = None,
) -> Iterator[Step | Pretrained]:
    """Train the embedding and the recurrent layers of `model` in place; a `Step` per window, last a `Pretrained`.

    The loss of a step is the mean over its words, in nats. The vocabulary must be sorted by frequency. In the file
    `kept` the run is saved now and then; if the file is there already, it goes on from there to the same numbers.
    """
    torch.manual_seed(config.seed)
    reader = NextWord(model)
    nn.init.normal_(reader.embedding.weight[2:], std=0.1)
    place, precision = choose_device(device), PRECISIONS[config.precision]
    half = precision is not torch.float32 and has_kernel(precision, place)
    reader.to(place).train()
    optimizer = torch.optim.Adam(reader.parameters(), lr=config.learning_rate, fused=True)
    encoded = encode(model, texts)
    starts = windows(encoded, config)
    steps, done, seconds, state = config.epochs * len(starts), 0, 0.0, None
    made_for = {"words": sum(map(len, encoded)), **vars(config)}
    if kept is not None and kept.exists():
        saved = run_state.load(kept, made_for)
        reader.load_state_dict(saved.part("reader"))
        run_state.restore_optimizer(optimizer, saved.part("optimizer"))
        torch.set_rng_state(saved.part("chance")["steps"])
        done, seconds, state = saved.facts["done"], saved.facts["seconds"], unpack(saved.part("state"), place)
    started = last_saved = time.perf_counter()
    for epoch in range(1 + done // len(starts), config.epochs + 1):
        streams = side_by_side(encoded, config.batch_size, config.seed + epoch)  # (B, N)
        for start in starts[done % len(starts) :]:
            for group in optimizer.param_groups:
                group["lr"] = config.learning_rate * min(1.0, (done + 1) / WARMUP, (1 - done / steps) / config.decay)
            optimizer.zero_grad(set_to_none=True)
            window = streams[:, start : start + config.window + 1].long().to(place)
            with torch.autocast(place.type, precision, enabled=half):
                loss, state = reader(window, state if start else None, config.dropout)
            loss.backward()
            norm = nn.utils.clip_grad_norm_(reader.parameters(), config.clip_norm)
            optimizer.step()
            done += 1
            if not math.isfinite(loss.item()):
                raise Diverged(f"the loss became {loss.item()} in step {done}; choose a smaller learning rate")
            now = time.perf_counter()
            if kept is not None and (now - last_saved > run_state.SECONDS or done == steps):
                parts = {
                    "reader": reader.state_dict(),
                    "optimizer": run_state.of_optimizer(optimizer),
                    "state": pack(state),
                    "chance": {"steps": torch.get_rng_state()},
                }
                run_state.save(kept, parts, made_for, {"done": done, "seconds": seconds + now - started})
                last_saved = time.perf_counter()
            yield Step(epoch, done, steps, loss.item(), float(norm))
    words = config.epochs * len(starts) * config.window * config.batch_size
    seconds += time.perf_counter() - started
    yield Pretrained(words, seconds, foresight(reader.eval(), encode(model, held_out), config))


@torch.inference_mode()
def foresight(reader: NextWord, encoded: Sequence[Tensor], config: Pretraining) -> float:
    """The mean loss on texts that were not learnt from, in nats per word."""
    streams = side_by_side(encoded, config.batch_size, config.seed)
    place, state, losses = reader.embedding.weight.device, None, []
    for start in windows(encoded, config):
        loss, state = reader(streams[:, start : start + config.window + 1].long().to(place), state)
        losses.append(loss.item())
    return sum(losses) / len(losses)


def encode(model: SequenceModel, texts: Sequence[str]) -> list[Tensor]:
    """The numbers of each text's words, with `<PAD>` at the end."""
    return [torch.tensor([*model.encode(text), 0], dtype=torch.int32) for text in texts]


def windows(encoded: Sequence[Tensor], config: Pretraining) -> range:
    """Where each window starts in streams of these texts; ValueError if there is not one."""
    starts = range(0, sum(map(len, encoded)) // config.batch_size - 1, config.window)
    if not starts:
        raise ValueError(f"the texts have too few words for {config.batch_size} streams; give more text")
    return starts


def side_by_side(encoded: Sequence[Tensor], streams: int, seed: int) -> Tensor:
    """All texts in one long line, in a random order, cut into `streams` rows of equal length: (B, N)."""
    order = torch.randperm(len(encoded), generator=torch.Generator().manual_seed(seed)).tolist()
    line = torch.cat([encoded[i] for i in order])
    width = len(line) // streams
    return line[: width * streams].view(streams, width)


def pack(state: State) -> dict[str, Tensor]:
    """The state of the streams by number, for a snapshot."""
    return {str(i): part for i, part in enumerate(state if isinstance(state, tuple) else (state,))}


def unpack(parts: dict[str, Tensor], place: torch.device) -> State:
    """The state of the streams out of a snapshot."""
    state = tuple(parts[str(i)].to(place) for i in range(len(parts)))
    return state if len(state) > 1 else state[0]
