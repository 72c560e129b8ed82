"""Gradient clipping: the same network is trained twice, with its gradient clipped and without.

for stride in clipping(Clipping()):
    ...                              # each step of either
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from rnn_demo.experiments.gradient_study import Lost, Study
from rnn_demo.network.cells import find_cell
from rnn_demo.training import Diverged, Step, train
from rnn_demo.training.interleave import interleave

WITH, WITHOUT = "clipped", "unclipped"


@dataclass(frozen=True)
class Clipping(Study):
    """A network that is trained twice, from the same weights on the same batches; ValueError for what is out of range.

    `clip_norm` bounds the norm of the gradient in one of the two. Both are trained by stochastic gradient descent with
    a momentum of 0.9: Adam divides by the gradient's usual size, which hides much of the difference.
    """

    distance: int = 5
    epochs: int = 6
    learning_rate: float = 0.1
    keep_bias: float = 0.0
    factor: float = 2.5
    cell: str = "rnn_relu"
    clip_norm: float = 1.0

    def __post_init__(self) -> None:
        find_cell(self.cell)
        if not 0 < self.clip_norm <= 1e6:
            raise ValueError(f"clip_norm must be above 0 and at most 1,000,000, got {self.clip_norm!r}")
        super().__post_init__()


@dataclass(frozen=True)
class Stride:
    """One step of one of the two: its loss (nats), the norm of its gradient, and the norm that was followed."""

    who: str
    step: int
    steps: int
    loss: float
    norm: float
    followed: float


def clipping(setting: Clipping) -> Generator[Stride | Lost]:
    """Train both networks side by side; a `Stride` for each step, and a `Lost` for one whose loss is no number."""
    return interleave([strides(setting, WITHOUT, 0.0), strides(setting, WITH, setting.clip_norm)])


def strides(setting: Clipping, who: str, clip_norm: float) -> Generator[Stride | Lost]:
    """The steps of one of the two trainings, `who`."""
    model, examples = setting.begin(setting.cell)
    try:
        for event in train(model, examples, (), setting.training(optimizer="sgd", clip_norm=clip_norm)):
            if isinstance(event, Step):
                followed = min(event.gradient_norm, clip_norm or event.gradient_norm)
                yield Stride(who, event.step, event.steps, event.loss, event.gradient_norm, followed)
    except Diverged as error:
        yield Lost(who, str(error))
