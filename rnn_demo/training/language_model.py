"""Pretraining: a recurrent network learns to predict the next word of much unlabelled text.

Training for the task then starts from the embedding and the recurrent layers that it has learnt (Dai & Le 2015;
Howard & Ruder 2018). Words are predicted by an adaptive softmax (Grave et al. 2017), which spends its effort on
frequent words and so makes a vocabulary of many thousands affordable on a CPU.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from rnn_demo.limits import check_choices, check_whole
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.precision import has_kernel
from rnn_demo.training import run_state
from rnn_demo.training.config import PRECISIONS
from rnn_demo.training.device import device_of_training
from rnn_demo.training.loop import Diverged, Step

CUTOFFS = (1_000, 5_000)  # of the vocabulary, by frequency: the frequent words, the others, the rare
WARMUP = 200  # steps in which the learning rate rises from 0

State = Tensor | tuple[Tensor, ...]


@dataclass(frozen=True)
class Pretraining:
    """How to pretrain: `batch_size` streams of text side by side, in windows of `window` words, with Adam.

    `data` are files of text. The learning rate is constant and falls to 0 over the last `decay` share of the steps.
    `dropout` is that of the words read and of the hidden states. Products are computed in `precision`; "bfloat16"
    takes two thirds of the time on a CPU that has it, and is float32 on a device that has not. Weights and the loss are
    always float32. ValueError for an option that is out of range.
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
        check_choices(self, precision=PRECISIONS)
        check_whole(self, epochs=(1, 100_000), batch_size=(1, 100_000), window=(1, 10_000))
        for name in ("decay", "learning_rate", "clip_norm"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} must be above 0 and at most 1, got {getattr(self, name)!r}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be at least 0 and below 1, got {self.dropout!r}")


@dataclass(frozen=True)
class Pretrained:
    """The end of pretraining: how many words were predicted, the seconds it took, and the loss on held-out text."""

    words: int
    seconds: float
    loss: float  # nats per word


class NextWord(nn.Module):
    """The embedding and the recurrent layers of a model, with a head of their own that predicts the next word."""

    def __init__(self, model: SequenceModel) -> None:
        super().__init__()
        a = model.architecture
        if model.embedding is None or a.bidirectional or a.letters:
            raise ValueError("only a one-directional model with an embedding of whole words can learn to predict words")
        size = len(model.vocabulary)
        self.embedding, self.rnn = model.embedding, model.rnn
        cutoffs = [cutoff for cutoff in CUTOFFS if cutoff < size] or [size - 1]
        self.head = nn.AdaptiveLogSoftmaxWithLoss(a.hidden_size, size, cutoffs)

    def forward(
        self, window: Tensor, state: State | None, dropout: float = 0.0, precision: torch.dtype = torch.float32
    ) -> tuple[Tensor, State]:
        """ids (B, T+1) and the state before -> mean loss in nats and the state after, through which no gradient flows.

        The head always computes in float32: in half precision its loss would have two or three digits, and on CUDA
        it would fail (https://github.com/pytorch/pytorch/issues/44724).
        """
        place = self.embedding.weight.device.type
        with torch.autocast(place, precision, enabled=precision != torch.float32):
            x = nn.functional.dropout(self.embedding(window[:, :-1]), dropout)  # (B, T, E)
            h, state = self.rnn(x, state)  # (B, T, H)
            h = nn.functional.dropout(h, dropout)
        with torch.autocast(place, enabled=False):
            loss = self.head(h.float().flatten(0, 1), window[:, 1:].flatten()).loss
        return loss, tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


class PretrainingState:
    """All that pretraining changes: the reader, its optimizer and recurrent state, and how far it has come."""

    def __init__(self, reader: NextWord, config: Pretraining) -> None:
        self.reader, self.config = reader, config
        self.optimizer = torch.optim.Adam(reader.parameters(), lr=config.learning_rate, fused=True)
        self.place, self.precision = reader.embedding.weight.device, PRECISIONS[config.precision]
        if self.precision is not torch.float32 and not has_kernel(self.precision, self.place):
            self.precision = torch.float32
        self.state: State | None = None
        self.done, self.words, self.seconds = 0, 0, 0.0

    def step(self, window: Tensor, is_first: bool, steps: int) -> tuple[float, float]:
        """A step of at most `steps` down the gradient of a window (B, T+1): its mean loss (nats), the gradient's norm.

        The first window of an epoch begins without a state. `Diverged` where the loss is no longer a number.
        """
        config = self.config
        for group in self.optimizer.param_groups:
            decay = (1 - self.done / steps) / config.decay
            group["lr"] = config.learning_rate * min(1.0, (self.done + 1) / WARMUP, decay)
        self.optimizer.zero_grad(set_to_none=True)
        loss, self.state = self.reader(window, None if is_first else self.state, config.dropout, self.precision)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.reader.parameters(), config.clip_norm)
        self.optimizer.step()
        self.done, self.words = self.done + 1, self.words + window[:, 1:].numel()
        mean_loss, gradient_norm = torch.stack([loss.detach(), norm]).tolist()  # a GPU is waited for once in a step
        if not math.isfinite(mean_loss):
            raise Diverged(f"the loss became {mean_loss} in step {self.done}; choose a smaller learning rate")
        return mean_loss, gradient_norm

    def save(self, path: Path, fingerprint: dict[str, Any]) -> None:
        """Write all that the next step depends on."""
        parts = {
            "reader": self.reader.state_dict(),
            "optimizer": run_state.optimizer_state(self.optimizer),
            "state": {} if self.state is None else parts_of_state(self.state),
            "random": run_state.random_state(self.place),
        }
        run_state.save(path, parts, fingerprint, {"done": self.done, "words": self.words, "seconds": self.seconds})

    def load(self, path: Path, fingerprint: dict[str, Any]) -> None:
        """Restore what `save` wrote; ValueError if it is damaged or of another run."""
        earlier = run_state.load(path, fingerprint)
        self.reader.load_state_dict(earlier.part("reader"))
        run_state.restore_optimizer(self.optimizer, earlier.part("optimizer"))
        run_state.restore_random_state(earlier.part("random"))
        self.done, self.words, self.seconds = (earlier.facts[name] for name in ("done", "words", "seconds"))
        self.state = state_from_parts(earlier.part("state"), self.place)


def pretrain(
    model: SequenceModel,
    texts: Sequence[str],
    held_out: Sequence[str],
    config: Pretraining,
    device: str = "auto",
    snapshot: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Step | Pretrained]:
    """Train the embedding and the recurrent layers of `model` in place; a `Step` per window, last a `Pretrained`.

    The loss of a step is the mean over its words, in nats. The vocabulary must be sorted by frequency. Once `stop()`
    is true, no step follows. The run is saved to the file `snapshot` now and then; if the file exists, the run is
    resumed from it, on a CPU with the same number of threads to the same numbers. Raises ValueError for a model that
    cannot predict words, for too little text and for a snapshot of another run, and `Diverged`.
    """
    torch.manual_seed(config.seed)
    reader = NextWord(model)
    nn.init.normal_(reader.embedding.weight[2:], std=0.1)
    place = device_of_training(device, model, config.batch_size * config.window)
    reader.to(place).train()
    encoded, unseen = encode(model, texts), encode(model, held_out)
    starts = windows(encoded, config)
    windows(unseen, config)  # refuse too little text before hours of training, not after
    run, steps = PretrainingState(reader, config), config.epochs * len(starts)
    fingerprint = run_state.fingerprint(model, vars(config), (*texts, "", *held_out)) if snapshot else {}
    if snapshot is not None and snapshot.exists():
        run.load(snapshot, fingerprint)
    last_saved = time.perf_counter()
    started = last_saved - run.seconds
    for epoch in range(1 + run.done // len(starts), config.epochs + 1):
        streams = to_streams(encoded, config.batch_size, config.seed + epoch)  # (B, N)
        for start in starts[run.done % len(starts) :]:
            if stop():
                break
            loss, norm = run.step(streams[:, start : start + config.window + 1].long().to(place), not start, steps)
            now = time.perf_counter()
            run.seconds = now - started
            if snapshot is not None and (now - last_saved > run_state.SECONDS or run.done == steps):
                run.save(snapshot, fingerprint)
                last_saved = time.perf_counter()
            asked = time.perf_counter()
            yield Step(epoch, run.done, steps, loss, norm)
            started += time.perf_counter() - asked  # a pause between two steps is no training
    yield Pretrained(run.words, time.perf_counter() - started, held_out_loss(reader.eval(), unseen, config))


@torch.inference_mode()
def held_out_loss(reader: NextWord, encoded: Sequence[Tensor], config: Pretraining) -> float:
    """The mean loss on text that was not trained on, in nats per word."""
    streams = to_streams(encoded, config.batch_size, config.seed)
    place, state, summed = reader.embedding.weight.device, None, 0.0
    for start in windows(encoded, config):
        window = streams[:, start : start + config.window + 1].long().to(place)
        loss, state = reader(window, state)
        summed += loss.item() * window[:, 1:].numel()  # the last window may be shorter than the others
    return summed / streams[:, 1:].numel()


def encode(model: SequenceModel, texts: Sequence[str]) -> list[Tensor]:
    """The token numbers of each text, with `<PAD>` at its end: one int32 tensor (T,) for each."""
    return [torch.tensor([*model.encode(text), 0], dtype=torch.int32) for text in texts]


def windows(encoded: Sequence[Tensor], config: Pretraining) -> range:
    """Where each window starts in the streams of these texts; ValueError if there is too little text for one."""
    starts = range(0, sum(map(len, encoded)) // config.batch_size - 1, config.window)
    if not starts:
        raise ValueError(f"the texts have too few words for {config.batch_size} streams; give more text")
    return starts


def to_streams(encoded: Sequence[Tensor], count: int, seed: int) -> Tensor:
    """All texts in one line, in a random order, cut into `count` streams of equal length: (B, N)."""
    order = torch.randperm(len(encoded), generator=torch.Generator().manual_seed(seed)).tolist()
    line = torch.cat([encoded[i] for i in order])
    width = len(line) // count
    return line[: width * count].view(count, width)


def parts_of_state(state: State) -> dict[str, Tensor]:
    """The recurrent state by number, for a snapshot."""
    return {str(i): part for i, part in enumerate(state if isinstance(state, tuple) else (state,))}


def state_from_parts(parts: dict[str, Tensor], place: torch.device) -> State:
    """The recurrent state from a snapshot."""
    state = tuple(parts[str(i)].to(place) for i in range(len(parts)))
    return state if len(state) > 1 else state[0]
