"""Batches of padded token numbers, from examples of similar length, so that there is little padding."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from rnn_demo.network.model import SequenceModel
from rnn_demo.network.padding import pad
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.base import UNLABELLED, Example
from rnn_demo.tasks.series import NOT_ASKED

IGNORED = -100  # the target of padding, which no loss counts


def is_counted(targets: Tensor) -> Tensor:
    """Which of the targets count."""
    return targets.isfinite() if targets.is_floating_point() else targets != IGNORED


def check_labels(model: SequenceModel, examples: Sequence[Example]) -> None:
    """Refuse examples with a label (in a per-step task, a character of one) that the model lacks; ValueError."""
    if model.forecasts:
        return  # any number may be a value
    labels = {example.label for example in examples} - {UNLABELLED}
    unknown = (set().union(*labels) if model.architecture.per_step else labels) - set(model.labels)
    if unknown:
        raise ValueError(
            f"the data has labels that the model does not know: {', '.join(sorted(unknown)[:5])}; "
            f"it chooses between {', '.join(model.labels[:8])}{' ...' if len(model.labels) > 8 else ''}"
        )


@dataclass(frozen=True, eq=False)
class Batch:
    """Several examples: inputs (B, T), padded with 0; lengths (B,); targets (B,), or (B, T) for a per-step task.

    `certainty` (B,) is the probability of each target, or None where all are certain. `asked` (B, T) has the targets
    that count as right or wrong, and `IGNORED` elsewhere, or is None where all count. `alike` (B,) has the same number
    for rows that should get the same answer, and -1 for a row that is like no other; it is None where all are so.
    `labelled` (B,) says which rows have a label, or is None where all have. Of a model that forecasts, inputs and
    targets are numbers, NaN where none is asked for, and `naive` (B, T) are the outputs that say "as it was".
    """

    inputs: Tensor
    lengths: Tensor
    targets: Tensor
    certainty: Tensor | None = None
    asked: Tensor | None = None
    alike: Tensor | None = None
    labelled: Tensor | None = None
    naive: Tensor | None = None

    @property
    def counted(self) -> Tensor:
        """The targets that count as right or wrong; the others are `IGNORED`."""
        return self.targets if self.asked is None else self.asked

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device."""
        parts = ((field.name, getattr(self, field.name)) for field in fields(self))
        return Batch(**{name: part.to(device) for name, part in parts if part is not None})


def alike_rows(examples: Sequence[Example]) -> tuple[list[int], list[tuple[int, ...]]]:
    """For each row the number of its mark, or -1, and the rows in units: those of one mark together, others alone."""
    marks: dict[str, list[int]] = {}
    for row, example in enumerate(examples):
        marks.setdefault(example.alike or f"\0{row}", []).append(row)
    alike = [-1] * len(examples)
    for number, rows in enumerate(marks.values()):
        for row in rows:
            alike[row] = number if len(rows) > 1 else -1
    return alike, [tuple(rows) for rows in marks.values()]


class Batches:
    """The batches of one epoch, in a new order every epoch.

    Bucketing: the shuffled examples are cut into pools of `POOL` batches, and each pool is sorted by length. Of a
    longer text the last `max_tokens` are kept. `tokens` counts the real ones, `answers` the targets of an epoch, all of
    which are learnt, and `counted` those of them that are asked for: losses and accuracies are means over these.
    Examples that are `alike` come one after another. A text without a label has no target.
    """

    POOL = 50

    def __init__(self, model: SequenceModel, examples: Sequence[Example], batch_size: int, max_tokens: int) -> None:
        index = {UNLABELLED: IGNORED} | {label: c for c, label in enumerate(model.labels)}
        self.per_step, self.batch_size = model.architecture.per_step, batch_size
        check_labels(model, examples)
        if model.forecasts:
            self._forecasts(model, examples)
            return
        self.inputs = [model.encode(example.text)[-max_tokens:] for example in examples]
        self.targets: list[Any] = [
            [index[c] for c in example.label[-max_tokens:]] if self.per_step else index[example.label]
            for example in examples
        ]
        self.certainty = [example.certainty for example in examples]
        self.alike, self.units = alike_rows(examples)
        self.tokens = sum(len(ids) for ids in self.inputs)
        self.answers = self.tokens if self.per_step else len(self.inputs) - self.targets.count(IGNORED)
        self.asked = TASKS[model.task].asked if self.per_step and model.task in TASKS else 0
        self.counted = sum(min(self.asked, len(ids)) for ids in self.inputs) if self.asked else self.answers
        self._whole = self._collate(range(len(examples))) if len(examples) <= batch_size else None

    def _forecasts(self, model: SequenceModel, examples: Sequence[Example]) -> None:
        """The same of a model that forecasts: its label says the number after each one, or "-" where none is asked."""
        values = [[float(number) for number in example.text.split()] for example in examples]
        asked = [[float(word) if word != NOT_ASKED else math.nan for word in e.label.split()] for e in examples]
        self.inputs = [model.scaled(row) for row in values]
        scale, centre = model.settings.get("scale", 1.0), model.settings.get("centre", 0.0)
        before = values if model.settings.get("change") else [[centre] * len(row) for row in values]
        self.targets, self.naive = (
            [[(y - b) / scale for y, b in zip(*rows, strict=True)] for rows in zip(numbers, before, strict=True)]
            for numbers in (asked, values)
        )
        self.alike, self.units = alike_rows(examples)
        self.asked = 0
        self.tokens = sum(map(len, self.inputs))
        self.answers = self.counted = sum(not math.isnan(y) for row in asked for y in row)
        self._whole = self._collate(range(len(examples))) if len(examples) <= self.batch_size else None

    def __len__(self) -> int:
        return math.ceil(len(self.inputs) / self.batch_size)

    def walk(self, generator: torch.Generator | None = None) -> Iterator[Batch]:
        """Each example once, in batches of at most B; in random order with a generator, else sorted by length."""
        if self._whole is not None:
            yield self._whole
            return
        n, size = len(self.units), self.batch_size
        order = list(range(n)) if generator is None else torch.randperm(n, generator=generator).tolist()
        pool = n if generator is None else size * self.POOL
        batches = []
        for start in range(0, n, pool):
            units = [self.units[number] for number in order[start : start + pool]]
            rows = [row for unit in sorted(units, key=lambda unit: len(self.inputs[unit[0]])) for row in unit]
            batches += [rows[i : i + size] for i in range(0, len(rows), size)]
        if generator is not None:
            batches = [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]
        for rows in batches:
            yield self._collate(rows)

    def _collate(self, rows: Sequence[int]) -> Batch:
        inputs, lengths = pad([self.inputs[row] for row in rows])
        targets = [self.targets[row] for row in rows]
        if inputs.is_floating_point():
            numbers = (pad(part, math.nan)[0] for part in (targets, [self.naive[row] for row in rows]))
            return Batch(inputs, lengths, next(numbers), naive=next(numbers))
        if self.per_step:
            return Batch(inputs, lengths, pad(targets, IGNORED)[0], asked=self._asked(targets))
        certainty = torch.tensor([self.certainty[row] for row in rows])
        alike = torch.tensor([self.alike[row] for row in rows])
        return Batch(
            inputs,
            lengths,
            torch.tensor(targets),
            certainty if (certainty < 1).any() else None,
            alike=alike if (alike >= 0).any() else None,
            labelled=torch.tensor(targets) != IGNORED if IGNORED in targets else None,
        )

    def _asked(self, targets: Sequence[list[int]]) -> Tensor | None:
        """The last `asked` of each row of targets (B, T) and `IGNORED` for the others; None where all are asked for."""
        if not self.asked:
            return None
        rows = [[IGNORED] * (len(row) - self.asked) + row[-self.asked :] for row in targets]
        return pad(rows, IGNORED)[0]
