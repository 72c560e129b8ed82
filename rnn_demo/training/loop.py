"""Training as a generator of events: ask for the next one to go on, stop asking to stop.

    for event in train(model, examples, validation, TrainingConfig()):
        print(event)

The page, the command line and the tests all consume these same events. An event comes after every step
(one batch), so whoever asks decides the pace, and a run that is no longer asked costs nothing.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.base import Example
from rnn_demo.training import run_state
from rnn_demo.training.batching import IGNORED, Batch, Batches
from rnn_demo.training.config import DEVICES, KEEP, OPTIMIZERS, SCHEDULES, TrainingConfig, choose_device
from rnn_demo.training.free_running import check_free_running, free_running
from rnn_demo.training.loss import count_right, losses, mean_loss, surprise

__all__ = [
    "DEVICES",
    "KEEP",
    "OPTIMIZERS",
    "SCHEDULES",
    "Check",
    "Diverged",
    "Epoch",
    "Event",
    "Step",
    "TrainingConfig",
    "choose_device",
    "train",
]


class Diverged(ArithmeticError):
    """The loss is no longer a number."""


@dataclass(frozen=True)
class Step:
    """One batch was learnt from. `gradient_norm` is the norm before clipping; of `answers`, `right` were right.

    `tokens` counts real ones.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    gradient_norm: float
    tokens: int = 0
    answers: int = 0
    right: int = 0


@dataclass(frozen=True)
class Check:
    """One of the held-out batches was judged."""

    epoch: int
    batch: int
    batches: int


@dataclass(frozen=True)
class Epoch:
    """Every training example was seen once more, or as many as there was time for in a run that was stopped.

    Losses are means in nats, per example or per step; `summed_loss` is the sum over examples (or steps) while
    training went on, `accuracy` the share of right answers then. `tokens_per_second` counts real tokens.
    """

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    summed_loss: float
    validation_loss: float | None
    validation_accuracy: float | None
    gradient_norm: float
    tokens_per_second: float
    seconds: float


Event = Step | Check | Epoch


@dataclass
class Progress:
    """Where a run stands: in which epoch, what was summed up in it, and the epochs that are over."""

    epoch: int = 1
    batches: int = 0  # learnt from in this epoch
    tokens: int = 0
    answers: int = 0
    summed: float = 0.0
    right: int = 0
    norms: float = 0.0
    seconds: float = 0.0
    best_loss: float = math.inf
    waited: int = 0
    epochs: list[dict[str, Any]] = field(default_factory=list)


class Run:
    """A model with all else that its training changes: optimizer, averaged and best weights, chance, progress."""

    def __init__(self, model: SequenceModel, config: TrainingConfig, tokens: int) -> None:
        torch.manual_seed(config.seed)
        self.model, self.made_for = model, {"tokens": tokens, **vars(config)}
        self.optimizer = OPTIMIZERS[config.optimizer](
            model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        average = get_ema_multi_avg_fn(config.average)  # type: ignore[no-untyped-call]
        self.averaged = AveragedModel(model, multi_avg_fn=average) if config.average else None
        self.best: dict[str, Tensor] = {}
        self.order = torch.Generator().manual_seed(config.seed)
        self.progress = Progress()
        self.begin(1)

    @property
    def judged(self) -> SequenceModel:
        """The model whose weights count: the averaged one, if there is one."""
        return self.averaged.module if self.averaged else self.model  # type: ignore[return-value]

    def begin(self, epoch: int) -> None:
        """A new epoch, of which nothing is summed up yet."""
        self.order_before = self.order.get_state()
        self.progress = replace(self.progress, epoch=epoch, batches=0, tokens=0, answers=0, summed=0.0, right=0,
                                norms=0.0, seconds=0.0)  # fmt: skip

    def save(self, path: Path) -> None:
        """Write down all that the next step depends on."""
        parts = {
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict() if self.averaged else {},
            "best": self.best,
            "optimizer": run_state.of_optimizer(self.optimizer),
            "chance": {"steps": torch.get_rng_state(), "order": self.order_before},
        }
        run_state.save(path, parts, self.made_for, vars(self.progress))

    def load(self, path: Path) -> None:
        """Go back to where `save` was called."""
        saved = run_state.load(path, self.made_for)
        self.model.load_state_dict(saved.part("model"))
        if self.averaged:
            self.averaged.load_state_dict(saved.part("averaged"))
        self.best = saved.part("best")
        run_state.restore_optimizer(self.optimizer, saved.part("optimizer"))
        self.order.set_state(saved.part("chance")["order"])
        torch.set_rng_state(saved.part("chance")["steps"])
        self.order_before = self.order.get_state()
        self.progress = Progress(**saved.facts)


def train(
    model: SequenceModel,
    examples: Sequence[Example],
    validation: Sequence[Example],
    config: TrainingConfig,
    kept: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Train `model` in place; yield a `Step` after every batch, an `Epoch` after every epoch.

    With validation examples the model ends with the weights of its best epoch (lowest validation loss), unless
    `keep` says otherwise, and it does so as well when it is stopped early by `patience`. The same seed on the
    same CPU gives the same numbers. Once `stop` is true, no step follows: the epoch ends with those that were done,
    as it does after `max_steps`. In the file `kept` the run is saved now and then; if the file is there
    already, the run first repeats the epochs that were over and then goes on where it was saved, to the same
    numbers. Raises ValueError for an empty training set and for labels that the model does not have, and
    `Diverged` when the loss is no longer a number.
    """
    if config.running_weight and (model.architecture.bidirectional or model.architecture.per_step):
        raise ValueError(
            "running_weight judges the answer after every step, which a per-step head does anyway and a bidirectional "
            "network cannot: it has read the rest; set running_weight to 0"
        )
    if config.free_running:
        check_free_running(model)
    if not examples:
        raise ValueError("there are no examples to train on; give at least one")
    device = choose_device(config.device)
    model.to(device)
    batches = Batches(model, examples, config.batch_size, config.max_tokens)
    held_out = Batches(model, validation, max(config.batch_size, 64), config.max_tokens) if validation else None
    run = Run(model, config, batches.tokens)
    if kept is not None and kept.exists():
        run.load(kept)
        yield from (Epoch(**epoch) for epoch in run.progress.epochs)
    steps, saved, cut = config.epochs * len(batches), time.perf_counter(), False
    while run.progress.epoch <= config.epochs and not cut and not is_over(run.progress, config):
        model.train()
        at, started = run.progress, time.perf_counter() - run.progress.seconds
        for batch in itertools.islice(batches.walk(run.order), at.batches, None):
            step = (at.epoch - 1) * len(batches) + at.batches
            set_learning_rate(run.optimizer, config, step, steps)
            loss, right, norm = learn(model, run.optimizer, batch.to(device), config)
            if not math.isfinite(loss):
                raise Diverged(
                    f"the loss became {loss} in epoch {at.epoch}, step {step + 1}; "
                    "choose a smaller learning rate or clip the gradient"
                )
            if run.averaged:
                run.averaged.update_parameters(model)
            answers, tokens = int((batch.targets != IGNORED).sum()), int(batch.lengths.sum())
            at.batches, at.tokens, at.answers = at.batches + 1, at.tokens + tokens, at.answers + answers
            at.summed, at.right, at.norms = at.summed + loss * answers, at.right + right, at.norms + norm
            at.seconds = time.perf_counter() - started
            if kept is not None and time.perf_counter() - saved > run_state.SECONDS:
                run.save(kept)
                saved = time.perf_counter()
            yield Step(at.epoch, step + 1, steps, loss, norm, tokens, answers, right)
            cut = stop() or step + 1 == config.max_steps
            if cut:
                break
        validation_loss, validation_accuracy = None, None
        if held_out:
            parts: list[tuple[float, int]] = []
            for part in losses(run.judged, held_out, device):
                parts.append(part)
                yield Check(at.epoch, len(parts), len(held_out))
            validation_loss, validation_accuracy = mean_loss(held_out, parts)
        epoch = Epoch(at.epoch, config.epochs, at.summed / at.answers, at.right / at.answers, at.summed,
                      validation_loss, validation_accuracy, at.norms / at.batches, at.tokens / at.seconds,
                      at.seconds)  # fmt: skip
        at.epochs.append(vars(epoch))
        if validation_loss is not None:
            at.waited += 1
            if validation_loss < at.best_loss:
                at.best_loss, at.waited = validation_loss, 0
                if config.keep == "best":
                    run.best = {name: value.detach().clone() for name, value in run.judged.state_dict().items()}
        run.begin(at.epoch + 1)
        yield epoch
    model.load_state_dict(run.best or run.judged.state_dict())
    model.eval()


def is_over(progress: Progress, config: TrainingConfig) -> bool:
    """Has the run ended before its last epoch, because it no longer gets better or is good enough?"""
    if config.patience and progress.waited >= config.patience:
        return True
    last = progress.epochs[-1] if progress.epochs else None
    return bool(config.target_loss and last and last["loss"] <= config.target_loss and last["accuracy"] == 1)


def learn(
    model: SequenceModel, optimizer: torch.optim.Optimizer, batch: Batch, config: TrainingConfig
) -> tuple[float, int, float]:
    """One step down the gradient; return the mean loss, the number of right answers, the gradient's norm."""
    optimizer.zero_grad(set_to_none=True)
    if config.running_weight:
        logits, loss = _running_loss(model, batch, config.running_weight)
    else:
        free = config.free_running
        logits = free_running(model, batch.inputs, free) if free else model(batch.inputs, batch.lengths)
        loss = surprise(logits, batch)  # of logits (B, C) or (B, T, C)
    loss.backward()  # type: ignore[no-untyped-call]
    norm = nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm or math.inf)
    if config.clip_value:
        nn.utils.clip_grad_value_(model.parameters(), config.clip_value)
    optimizer.step()
    return loss.item(), count_right(logits, batch.targets), float(norm)


def _running_loss(model: SequenceModel, batch: Batch, weight: float) -> tuple[Tensor, Tensor]:
    """The last answers (B, C), and a loss that counts the answers after every step as well."""
    running = model.running(batch.inputs, batch.lengths)  # (B, T, C)
    B, T, _ = running.shape
    real = torch.arange(T, device=running.device) < batch.lengths[:, None]
    each = batch.targets[:, None].expand(B, T).masked_fill(~real, IGNORED)
    last = running[torch.arange(B, device=running.device), batch.lengths - 1]
    loss_each = nn.functional.cross_entropy(running.flatten(0, 1), each.flatten(), ignore_index=IGNORED)
    return last, (1 - weight) * nn.functional.cross_entropy(last, batch.targets) + weight * loss_each


def set_learning_rate(optimizer: torch.optim.Optimizer, config: TrainingConfig, step: int, steps: int) -> None:
    """Set the rate for step `step` of `steps`, from 0: up in the warm-up, then along the schedule."""
    done = step / steps
    if done < config.warmup:
        factor = min(1.0, (step + 1) / steps / config.warmup)
    else:
        factor = SCHEDULES[config.schedule]((done - config.warmup) / max(1e-9, 1 - config.warmup))
    for group in optimizer.param_groups:
        group["lr"] = config.learning_rate * factor
