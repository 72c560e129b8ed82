"""Training as a generator of events: ask for the next one to go on, stop asking to stop.

    for event in train(model, examples, validation, TrainingConfig()):
        print(event)

The page, the command line and the tests all consume these same events. An event comes after every step
(one batch), so whoever asks decides the pace, and a run that is no longer asked costs nothing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from rnn_demo.model import SequenceModel, pad
from rnn_demo.tasks.task import Example

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "sgd": lambda parameters, **options: torch.optim.SGD(parameters, momentum=0.9, **options),
}

# From the share of steps done (0 to 1) to the share of the learning rate that is used.
SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda done: 1.0,
    "linear": lambda done: 1.0 - done,
    "cosine": lambda done: 0.5 * (1.0 + math.cos(math.pi * done)),
}

DEVICES = ("auto", "cpu", "cuda", "mps")
KEEP = ("best", "last")
IGNORED = -100  # a target that no loss counts: padding


class Diverged(ArithmeticError):
    """The loss is no longer a number."""


@dataclass(frozen=True)
class TrainingConfig:
    """How to train, complete and checked when made.

    `clip_norm` and `clip_value` bound the gradient (0: not at all). Training ends after `epochs`, or after
    `patience` epochs without a better validation loss (0: never), or once an epoch's mean loss is at most
    `target_loss` with every training answer right (0: never). Of longer texts the last `max_tokens` are read.
    `warmup` is the share of steps in which the learning rate rises from 0. `running_weight` is the share of the
    loss that judges the answer after every step (deep supervision over time) and not the last one alone.
    `keep` says with which weights training ends: those of the "best" validation loss, or the "last".
    """

    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warmup: float = 0.0
    weight_decay: float = 0.0
    batch_size: int = 32
    epochs: int = 10
    clip_norm: float = 0.0
    clip_value: float = 0.0
    patience: int = 0
    target_loss: float = 0.0
    running_weight: float = 0.0
    keep: str = "best"
    max_tokens: int = 400
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        for name, choices in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES), ("device", DEVICES), ("keep", KEEP)):
            if getattr(self, name) not in choices:
                raise ValueError(f"unknown {name} {getattr(self, name)!r}; choose one of {', '.join(choices)}")
        whole = {
            "batch_size": (1, 100_000),
            "epochs": (1, 100_000),
            "patience": (0, 100_000),
            "max_tokens": (1, 10_000),
            "seed": (0, 2**32 - 1),
        }
        for name, (least, most) in whole.items():
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
                raise ValueError(f"{name} must be a whole number from {least} to {most}, got {value!r}")
        real = {
            "learning_rate": (1e-8, 10.0),
            "weight_decay": (0.0, 1.0),
            "warmup": (0.0, 1.0),
            "clip_norm": (0.0, 1e6),
            "clip_value": (0.0, 1e6),
            "target_loss": (0.0, 1e6),
            "running_weight": (0.0, 1.0),
        }
        for name, (low, high) in real.items():
            value = getattr(self, name)
            if not isinstance(value, (int, float)) or not low <= value <= high:
                raise ValueError(f"{name} must be a number from {low:g} to {high:g}, got {value!r}")


@dataclass(frozen=True)
class Step:
    """One batch was learnt from. `gradient_norm` is the norm before clipping."""

    epoch: int
    step: int
    steps: int
    loss: float
    gradient_norm: float


@dataclass(frozen=True)
class Check:
    """One of the held-out batches was judged."""

    epoch: int
    batch: int
    batches: int


@dataclass(frozen=True)
class Epoch:
    """Every training example was seen once more.

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


def choose_device(name: str) -> torch.device:
    """The device to run on; "auto" is CUDA, else Apple's MPS, else the CPU."""
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(device for device in ("cuda", "mps", "cpu") if available[device]))
    if name not in available:
        raise ValueError(f"unknown device {name!r}; choose one of {', '.join(DEVICES)}")
    if not available[name]:
        have = ", ".join(device for device, there in available.items() if there)
        raise ValueError(f"this machine has no {name} device; choose auto or one of {have}")
    return torch.device(name)


def check_labels(model: SequenceModel, examples: Sequence[Example]) -> None:
    """Refuse examples with a label, or for a per-step task a character, that the model does not choose between."""
    wanted = {example.label for example in examples}
    strange = (set().union(*wanted) if model.architecture.per_step else wanted) - set(model.labels)
    if strange:
        raise ValueError(
            f"the data has labels that the model does not know: {', '.join(sorted(strange)[:5])}; "
            f"it chooses between {', '.join(model.labels[:8])}{' ...' if len(model.labels) > 8 else ''}"
        )


@dataclass(frozen=True, eq=False)
class Batch:
    """Padded numbers of several examples: inputs (B, T), lengths (B,), targets (B,), or (B, T) of a per-step task."""

    inputs: Tensor
    lengths: Tensor
    targets: Tensor

    def to(self, device: torch.device) -> Batch:
        return Batch(*(getattr(self, field.name).to(device, non_blocking=True) for field in fields(self)))


class Batches:
    """Examples as batches of similar length, in a new order each time they are walked through.

    Bucketing: the shuffled examples are cut into pools of `POOL` batches, each pool is sorted by length.
    """

    POOL = 50

    def __init__(self, model: SequenceModel, examples: Sequence[Example], batch_size: int, max_tokens: int) -> None:
        number = {label: c for c, label in enumerate(model.labels)}
        self.per_step, self.batch_size = model.architecture.per_step, batch_size
        check_labels(model, examples)
        self.inputs = [model.encode(example.text)[-max_tokens:] for example in examples]
        self.targets: list[Any] = [
            [number[c] for c in example.label[-max_tokens:]] if self.per_step else number[example.label]
            for example in examples
        ]
        self.tokens = sum(len(ids) for ids in self.inputs)
        self.answers = self.tokens if self.per_step else len(self.inputs)
        self._whole = self._collate(range(len(examples))) if len(examples) <= batch_size else None

    def __len__(self) -> int:
        return math.ceil(len(self.inputs) / self.batch_size)

    def walk(self, generator: torch.Generator | None = None) -> Iterator[Batch]:
        """All examples once; in random order with a generator, else by length."""
        if self._whole is not None:
            yield self._whole
            return
        n, size = len(self.inputs), self.batch_size
        order = list(range(n)) if generator is None else torch.randperm(n, generator=generator).tolist()
        pool = n if generator is None else size * self.POOL
        batches = []
        for start in range(0, n, pool):
            rows = sorted(order[start : start + pool], key=lambda row: len(self.inputs[row]))
            batches += [rows[i : i + size] for i in range(0, len(rows), size)]
        if generator is not None:
            batches = [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]
        for rows in batches:
            yield self._collate(rows)

    def _collate(self, rows: Sequence[int]) -> Batch:
        inputs, lengths = pad([self.inputs[row] for row in rows])
        targets = [self.targets[row] for row in rows]
        return Batch(inputs, lengths, pad(targets, IGNORED)[0] if self.per_step else torch.tensor(targets))


def train(
    model: SequenceModel, examples: Sequence[Example], validation: Sequence[Example], config: TrainingConfig
) -> Iterator[Event]:
    """Train `model` in place; yield a `Step` after every batch, an `Epoch` after every epoch.

    With validation examples the model ends with the weights of its best epoch (lowest validation loss), unless
    `keep` says otherwise, and it does so as well when it is stopped early by `patience`. The same seed on the
    same CPU gives the same numbers. Raises ValueError for an empty training set and for labels that the model
    does not have, and `Diverged` when the loss is no longer a number.
    """
    if config.running_weight and (model.architecture.bidirectional or model.architecture.per_step):
        raise ValueError(
            "running_weight judges the answer after every step, which a per-step head does anyway and a bidirectional "
            "network cannot: it has read the rest; set running_weight to 0"
        )
    if not examples:
        raise ValueError("there are no examples to train on; give at least one")
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    device = choose_device(config.device)
    model.to(device)
    batches = Batches(model, examples, config.batch_size, config.max_tokens)
    held_out = Batches(model, validation, max(config.batch_size, 64), config.max_tokens) if validation else None
    optimizer = OPTIMIZERS[config.optimizer](
        model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    steps = config.epochs * len(batches)
    step, best, best_loss, waited = 0, None, math.inf, 0
    for epoch in range(1, config.epochs + 1):
        model.train()
        started, summed, right, norms = time.perf_counter(), 0.0, 0, 0.0
        for batch in batches.walk(generator):
            set_learning_rate(optimizer, config, step, steps)
            loss, batch_right, norm = learn(model, optimizer, batch.to(device), config)
            if not math.isfinite(loss):
                raise Diverged(
                    f"the loss became {loss} in epoch {epoch}, step {step + 1}; "
                    "choose a smaller learning rate or clip the gradient"
                )
            answers = int((batch.targets != IGNORED).sum())
            summed, right, norms, step = summed + loss * answers, right + batch_right, norms + norm, step + 1
            yield Step(epoch, step, steps, loss, norm)
        seconds = time.perf_counter() - started
        validation_loss, validation_accuracy = None, None
        if held_out:
            parts: list[tuple[float, int]] = []
            for part in losses(model, held_out, device):
                parts.append(part)
                yield Check(epoch, len(parts), len(held_out))
            validation_loss, validation_accuracy = mean_loss(held_out, parts)
        mean, accuracy = summed / batches.answers, right / batches.answers
        yield Epoch(epoch, config.epochs, mean, accuracy, summed, validation_loss, validation_accuracy,
                    norms / len(batches), batches.tokens / seconds, seconds)  # fmt: skip
        if validation_loss is not None:
            waited += 1
            if validation_loss < best_loss:
                best_loss, waited = validation_loss, 0
                if config.keep == "best":
                    best = {name: value.detach().clone() for name, value in model.state_dict().items()}
            if config.patience and waited >= config.patience:
                break
        if config.target_loss and mean <= config.target_loss and right == batches.answers:
            break
    if best is not None:
        model.load_state_dict(best)
    model.eval()


def learn(
    model: SequenceModel, optimizer: torch.optim.Optimizer, batch: Batch, config: TrainingConfig
) -> tuple[float, int, float]:
    """One step down the gradient; return the mean loss, the number of right answers, the gradient's norm."""
    optimizer.zero_grad(set_to_none=True)
    if config.running_weight:
        logits, loss = _running_loss(model, batch, config.running_weight)
    else:
        logits = model(batch.inputs, batch.lengths)  # (B, C) or (B, T, C)
        loss = nn.functional.cross_entropy(logits.flatten(0, -2), batch.targets.flatten(), ignore_index=IGNORED)
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


def count_right(logits: Tensor, targets: Tensor) -> int:
    """How many real answers have the target as their most probable label."""
    return int((logits.detach().argmax(-1) == targets).sum())


def set_learning_rate(optimizer: torch.optim.Optimizer, config: TrainingConfig, step: int, steps: int) -> None:
    """Set the rate for step `step` of `steps`, from 0: up in the warm-up, then along the schedule."""
    done = step / steps
    if done < config.warmup:
        factor = min(1.0, (step + 1) / steps / config.warmup)
    else:
        factor = SCHEDULES[config.schedule]((done - config.warmup) / max(1e-9, 1 - config.warmup))
    for group in optimizer.param_groups:
        group["lr"] = config.learning_rate * factor


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
