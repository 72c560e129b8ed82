"""Training as a generator of events: ask for the next one to continue, stop asking to stop.

    for event in train(model, examples, validation, TrainingConfig()):
        print(event)

The page, the command line and the tests all consume these same events. One comes after every step (one batch), so
the caller decides the pace, and a run that is no longer asked for events costs nothing.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.base import Example
from rnn_demo.training import adversarial, run_state
from rnn_demo.training.batching import Batch, Batches, is_counted
from rnn_demo.training.config import OPTIMIZERS, SCHEDULES, TrainingConfig
from rnn_demo.training.device import device_of_training
from rnn_demo.training.free_running import check_free_running, free_running
from rnn_demo.training.loss import (
    batch_loss,
    batch_losses,
    check_unlabelled,
    consistency,
    count_right,
    cross_entropy,
    mean_loss,
    read,
)


class Diverged(ArithmeticError):
    """The loss is no longer a number."""


@dataclass(frozen=True)
class Step:
    """A step down the gradient of one batch: of its `answers`, `right` were right; `tokens` counts the real ones.

    Of a task that asks at some steps alone, `answers` are those.
    `step` is one of at most `steps`, from 1. `loss` is a mean in nats; `gradient_norm` is the norm before clipping.
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
    """One of the validation batches was evaluated."""

    epoch: int
    batch: int
    batches: int


@dataclass(frozen=True)
class Epoch:
    """The end of an epoch: every training example was seen once, or fewer of them in a run that was stopped.

    Losses are means in nats, per example or, in a per-step task, per step that is asked for; `summed_loss` is their sum
    while the weights were changing, and `accuracy` the share of right answers then. `tokens_per_second` counts real
    tokens.
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
    """How far a run has come: its epoch, the sums over this epoch so far, and the epochs that are over."""

    epoch: int = 1
    batches: int = 0
    tokens: int = 0
    answers: int = 0
    summed: float = 0.0
    right: int = 0
    norms: float = 0.0
    seconds: float = 0.0
    best_loss: float = math.inf
    waited: int = 0  # epochs since the best one
    epochs: list[Epoch] = field(default_factory=list)

    def add(self, step: Step) -> None:
        """Count one more step of this epoch."""
        self.batches += 1
        self.tokens += step.tokens
        self.answers += step.answers
        self.right += step.right
        self.summed += step.loss * step.answers
        self.norms += step.gradient_norm

    def as_epoch(self, epochs: int, loss: float | None = None, accuracy: float | None = None) -> Epoch:
        """The epoch as it stands, of at most `epochs`, with its validation loss and accuracy."""
        return Epoch(
            epoch=self.epoch,
            epochs=epochs,
            loss=self.summed / self.answers,
            accuracy=self.right / self.answers,
            summed_loss=self.summed,
            validation_loss=loss,
            validation_accuracy=accuracy,
            gradient_norm=self.norms / self.batches,
            tokens_per_second=self.tokens / max(self.seconds, 1e-9),
            seconds=self.seconds,
        )


class TrainingState:
    """All that training changes: the model, its optimizer, the averaged and the best weights, randomness, progress.

    `order` is the generator of the examples' order; `order_before` is its state before the present epoch was
    shuffled, from which a resumed run walks through the epoch again.
    """

    def __init__(self, model: SequenceModel, config: TrainingConfig) -> None:
        torch.manual_seed(config.seed)
        self.model = model
        self.optimizer = OPTIMIZERS[config.optimizer](
            model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        average = get_ema_multi_avg_fn(config.average)  # type: ignore[no-untyped-call]
        self.averaged = AveragedModel(model, multi_avg_fn=average) if config.average else None
        if self.averaged and isinstance(self.validated.rnn, nn.RNNBase):
            self.validated.rnn.flatten_parameters()  # a copy's weights lie apart, and a GPU would gather them each time
        self.best: dict[str, Tensor] = {}
        self.order = torch.Generator().manual_seed(config.seed)
        self.order_before = self.order.get_state()
        self.progress = Progress()

    @property
    def validated(self) -> SequenceModel:
        """The model whose weights are validated and kept: the averaged one, if there is one."""
        return self.averaged.module if self.averaged else self.model  # type: ignore[return-value]

    def end_epoch(self, epoch: Epoch, keep: str) -> None:
        """Remember an epoch that is over, and its weights if it is the best; then begin the next one."""
        p = self.progress
        p.epochs.append(epoch)
        if epoch.validation_loss is not None:
            p.waited += 1
            if epoch.validation_loss < p.best_loss:
                p.best_loss, p.waited = epoch.validation_loss, 0
                if keep == "best":
                    self.best = {name: value.detach().clone() for name, value in self.validated.state_dict().items()}
        self.order_before = self.order.get_state()
        self.progress = Progress(p.epoch + 1, best_loss=p.best_loss, waited=p.waited, epochs=p.epochs)

    def save(self, path: Path, fingerprint: dict[str, Any]) -> None:
        """Write all that the next step depends on."""
        parts = {
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict() if self.averaged else {},
            "best": self.best,
            "optimizer": run_state.optimizer_state(self.optimizer),
            "random": run_state.random_state(self.model.device),
            "order": {"before": self.order_before},
        }
        run_state.save(path, parts, fingerprint, asdict(self.progress))

    def load(self, path: Path, fingerprint: dict[str, Any]) -> None:
        """Restore what `save` wrote; ValueError if it is damaged or of another run."""
        snapshot = run_state.load(path, fingerprint)
        self.model.load_state_dict(snapshot.part("model"))
        if self.averaged:
            self.averaged.load_state_dict(snapshot.part("averaged"))
        self.best = snapshot.part("best")
        run_state.restore_optimizer(self.optimizer, snapshot.part("optimizer"))
        run_state.restore_random_state(snapshot.part("random"))
        self.order_before = snapshot.part("order")["before"]
        self.order.set_state(self.order_before)
        epochs = [Epoch(**epoch) for epoch in snapshot.facts["epochs"]]
        self.progress = Progress(**snapshot.facts | {"epochs": epochs})


@dataclass
class Saver:
    """Writes a run to a file now and then, so that it can be resumed; `fingerprint` says which run it is."""

    state: TrainingState
    path: Path
    fingerprint: dict[str, Any]
    last: float = field(default_factory=time.perf_counter)  # when it was saved, or began

    def load(self) -> None:
        """Restore the run; ValueError if the file is damaged or of another run."""
        self.state.load(self.path, self.fingerprint)

    def save_now_and_then(self) -> None:
        """Save the run if it has not been saved for `run_state.SECONDS`."""
        if time.perf_counter() - self.last > run_state.SECONDS:
            self.state.save(self.path, self.fingerprint)
            self.last = time.perf_counter()


def train(
    model: SequenceModel,
    examples: Sequence[Example],
    validation: Sequence[Example],
    config: TrainingConfig,
    snapshot: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Generator[Event, None, list[Epoch]]:
    """Train `model` in place; yield a `Step` after every batch, an `Epoch` after every epoch, and return the epochs.

    With validation examples the model ends with the weights of its best epoch (lowest validation loss), unless `keep`
    says otherwise, also when `patience` ends the training. The same seed gives the same numbers on the same CPU with
    the same number of threads. Once `stop()` is true, no step follows: the epoch ends with the steps that were done,
    as it does after `max_steps`.

    The run is saved to the file `snapshot` now and then. If the file exists, the run first repeats the events of the
    epochs that were over and then continues where it was saved, on a CPU with the same number of threads to the same
    numbers; on a GPU, where sums are added up in any order, to nearly the same.

    Raises ValueError for an empty training set, for labels that the model does not have, for options that do not fit
    the model and for a snapshot of another run; `Diverged` when the loss is no longer a number.
    """
    check_trainable(model, examples, config)
    batches = Batches(model, examples, config.batch_size, config.max_tokens)
    model.to(device_of_training(config.device, model, batches.tokens / len(batches)))
    held_out = Batches(model, validation, max(config.batch_size, 64), config.max_tokens) if validation else None
    state, saver = TrainingState(model, config), None
    if snapshot is not None:
        everything = (part for e in (*examples, *validation) for part in (e.text, e.label, str(e.certainty)))
        saver = Saver(state, snapshot, run_state.fingerprint(model, vars(config), everything))
        if snapshot.exists():
            saver.load()
            yield from state.progress.epochs
    cut = False
    while state.progress.epoch <= config.epochs and not cut and not stop() and not is_over(state.progress, config):
        cut = yield from train_epoch(state, batches, config, saver, stop)
        scores = (yield from validate(state, held_out)) if held_out else ()
        epoch = state.progress.as_epoch(config.epochs, *scores)
        state.end_epoch(epoch, config.keep)
        yield epoch
    model.load_state_dict(state.best or state.validated.state_dict())
    model.eval()
    return state.progress.epochs


def check_trainable(model: SequenceModel, examples: Sequence[Example], config: TrainingConfig) -> None:
    """ValueError where options do not fit the model, or there is nothing to train on."""
    if config.running_weight and (model.architecture.bidirectional or model.architecture.per_step):
        raise ValueError(
            "running_weight trains the answer after every step, which a per-step head does anyway and a bidirectional "
            "network cannot: it has read the rest; set running_weight to 0"
        )
    if config.free_running:
        check_free_running(model)
    if not examples:
        raise ValueError("there are no examples to train on; give at least one")
    check_unlabelled(model, examples, config)


def train_epoch(
    state: TrainingState, batches: Batches, config: TrainingConfig, saver: Saver | None, stop: Callable[[], bool]
) -> Generator[Event, None, bool]:
    """The steps of the present epoch that are still to be done; returns whether the run is to end with them."""
    model, progress, steps = state.model, state.progress, config.epochs * len(batches)
    most, started = min(steps, config.max_steps or steps), time.perf_counter() - progress.seconds
    model.train()
    for batch in itertools.islice(batches.walk(state.order), progress.batches, None):
        done = (progress.epoch - 1) * len(batches) + progress.batches
        set_learning_rate(state.optimizer, config, done, steps)
        loss, right, norm = training_step(model, state.optimizer, batch.to(model.device), config)
        if not math.isfinite(loss):
            raise Diverged(
                f"the loss became {loss} in epoch {progress.epoch}, step {done + 1}; "
                "choose a smaller learning rate or clip the gradient"
            )
        if state.averaged:
            state.averaged.update_parameters(model)
        answers, tokens = int(is_counted(batch.counted).sum()), int(batch.lengths.sum())
        step = Step(progress.epoch, done + 1, most, loss, norm, tokens, answers, right)
        progress.add(step)
        progress.seconds = time.perf_counter() - started
        if saver:
            saver.save_now_and_then()
        asked = time.perf_counter()
        yield step
        started += time.perf_counter() - asked  # a pause between two steps is no training
        if stop() or 0 < config.max_steps <= step.step:
            return True
    return False


def validate(state: TrainingState, held_out: Batches) -> Generator[Event, None, tuple[float, ...]]:
    """A `Check` after each validation batch; returns the mean loss (nats) and the accuracy."""
    parts = []
    for part in batch_losses(state.validated, held_out):
        parts.append(part)
        yield Check(state.progress.epoch, len(parts), len(held_out))
    return mean_loss(held_out, parts)


def is_over(progress: Progress, config: TrainingConfig) -> bool:
    """Did the run end before its last epoch, because it no longer gets better or is good enough?"""
    if config.patience and progress.waited >= config.patience:
        return True
    last = progress.epochs[-1] if progress.epochs else None
    return bool(config.target_loss and last and last.loss <= config.target_loss and last.accuracy == 1)


def training_step(
    model: SequenceModel, optimizer: torch.optim.Optimizer, batch: Batch, config: TrainingConfig
) -> tuple[float, int, float]:
    """One step down the gradient; returns the mean loss (nats), the number of right answers, the gradient's norm.

    The loss and the right answers are those of the same answers: those that are asked for, where others are learnt too.
    """
    optimizer.zero_grad(set_to_none=True)
    if config.running_weight:
        logits, loss = _running_loss(model, batch, config.running_weight)
        loss.backward()  # type: ignore[no-untyped-call]
    elif config.free_running:
        logits = free_running(model, batch.inputs, config.free_running)  # (B, T, C)
        loss = cross_entropy(logits, batch.targets)
        loss.backward()  # type: ignore[no-untyped-call]
    elif config.adversarial or config.virtual:
        logits, loss = adversarial.backward(model, batch, config)
    else:
        logits = read(model, model.embed(batch.inputs), batch.lengths, config.precision)  # (B, C) or (B, T, C)
        loss = batch_loss(logits, batch)
        (loss + config.consistency * consistency(logits, batch.alike)).backward()  # type: ignore[no-untyped-call]
    norm = nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm or math.inf)
    if config.clip_value:
        nn.utils.clip_grad_value_(model.parameters(), config.clip_value)
    optimizer.step()
    counted_loss = loss.detach() if batch.asked is None else cross_entropy(logits.detach(), batch.counted)
    right = count_right(logits, batch.counted, batch.naive)
    numbers = torch.stack([counted_loss, right.to(loss.dtype), norm]).tolist()  # a GPU is waited for once in a step
    return numbers[0], int(numbers[1]), numbers[2]


def _running_loss(model: SequenceModel, batch: Batch, weight: float) -> tuple[Tensor, Tensor]:
    """The last answers (B, C), and a loss in which the answers after every step count as well, by `weight`."""
    running = model.running_logits(batch.inputs, batch.lengths)  # (B, T, C)
    B, T, _ = running.shape
    last = running[torch.arange(B, device=running.device), batch.lengths - 1]
    # Of each real step, the example that it belongs to, and t; a GPU is waited for once.
    row, t = (torch.arange(T, device=running.device) < batch.lengths[:, None]).nonzero(as_tuple=True)
    certainty = None if batch.certainty is None else batch.certainty[row]
    loss_each = cross_entropy(running[row, t], batch.targets[row], certainty)
    return last, (1 - weight) * cross_entropy(last, batch.targets, batch.certainty) + weight * loss_each


def set_learning_rate(optimizer: torch.optim.Optimizer, config: TrainingConfig, done: int, steps: int) -> None:
    """Set the rate when `done` of `steps` steps are done: up in the warm-up, then along the schedule."""
    share = done / steps
    if share < config.warmup:
        factor = min(1.0, (done + 1) / steps / config.warmup)
    else:
        factor = SCHEDULES[config.schedule]((share - config.warmup) / max(1e-9, 1 - config.warmup))
    for group in optimizer.param_groups:
        group["lr"] = config.learning_rate * factor
