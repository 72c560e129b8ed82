"""Examples as batches of padded numbers, of similar length, so that little is padded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from rnn_demo.network.batch import pad
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.base import Example

IGNORED = -100  # a target that no loss counts: padding


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
    """Padded numbers of several examples: inputs (B, T), lengths (B,), targets (B,), or (B, T) of a per-step task.

    `certainty` (B,) says how probable each target is, where not all are certain.
    """

    inputs: Tensor
    lengths: Tensor
    targets: Tensor
    certainty: Tensor | None = None

    def to(self, device: torch.device) -> Batch:
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        return Batch(**{name: part.to(device, non_blocking=True) for name, part in given if part is not None})


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
        self.certainty = [example.certainty for example in examples]
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
        if self.per_step:
            return Batch(inputs, lengths, pad(targets, IGNORED)[0])
        certainty = torch.tensor([self.certainty[row] for row in rows])
        return Batch(inputs, lengths, torch.tensor(targets), certainty if (certainty < 1).any() else None)
