"""Gradient clipping: the same network is trained twice, with its gradient clipped and without.

for stride in clipping(Clipping()):
    ...                              # each step of either
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

from rnn_demo.analysis.gradient_flow import rescaled
from rnn_demo.experiments.cell_race import Race, untrained_model
from rnn_demo.experiments.gradient_study import TASK, Lost, check
from rnn_demo.network.cells import find_cell
from rnn_demo.tasks import MEMORY
from rnn_demo.training import Diverged, Step, train
from rnn_demo.training.side_by_side import interleave

WITH, WITHOUT = "clipped", "as it is"


@dataclass(frozen=True)
class Clipping:
    """A network that is trained twice, from the same weights on the same batches; ValueError for what is out of range.

    `factor` multiplies W_hh at the start; `clip_norm` bounds the norm of the gradient in one of the two. Both are
    trained by stochastic gradient descent with a momentum of 0.9: Adam divides by the gradient's usual size, which
    hides much of the difference.
    """

    cell: str = "rnn_relu"
    distance: int = 5
    epochs: int = 6
    hidden_size: int = 32
    learning_rate: float = 0.1
    factor: float = 2.5
    clip_norm: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        find_cell(self.cell)
        check(self.distance, self.factor)
        if not 0 < self.clip_norm <= 1e6:
            raise ValueError(f"clip_norm must be above 0 and at most 1,000,000, got {self.clip_norm!r}")
        self.course.training(self.seed)

    @property
    def course(self) -> Race:
        """The race of this one cell over this one distance, which says how it is trained."""
        return Race(
            TASK,
            (self.cell,),
            (self.distance,),
            seeds=1,
            hidden_size=self.hidden_size,
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            keep_bias=0.0,
        )


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
    course = setting.course
    examples = MEMORY[TASK].make(course.examples, setting.distance, setting.seed)
    built = untrained_model(TASK, setting.cell, setting.hidden_size, examples, setting.seed, keep_bias=0.0)
    config = replace(course.training(setting.seed), optimizer="sgd", clip_norm=clip_norm, target_loss=0.0)
    try:
        for event in train(rescaled(built, setting.factor), examples, (), config):
            if isinstance(event, Step):
                followed = min(event.gradient_norm, clip_norm or event.gradient_norm)
                yield Stride(who, event.step, event.steps, event.loss, event.gradient_norm, followed)
    except Diverged as error:
        yield Lost(who, str(error))
