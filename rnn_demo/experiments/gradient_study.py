"""Where gradients vanish and explode: the four cells learn to recall, and their gradients are followed meanwhile.

for glimpse in study(Study()):
    ...                              # each cell before it learns, and after every epoch
for stride in clipping(Clipping()):
    ...                              # the same network twice, with its gradient clipped and as it is
"""

from __future__ import annotations

import copy
from collections.abc import Generator
from dataclasses import dataclass, replace

from rnn_demo.analysis.gradient_flow import Flow, flow, rescaled
from rnn_demo.experiments.cell_race import TEST_SEED, Race, fresh
from rnn_demo.network.cells import CELLS, find_cell
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import MEMORY, Example
from rnn_demo.training import Diverged, Epoch, Step, train
from rnn_demo.training.side_by_side import interleave

TASK = "recall"
MAX_DISTANCE, MAX_FACTOR = 60, 3.0  # beyond, a gradient may leave what 32 bits can hold


@dataclass(frozen=True)
class Study:
    """How far the gradient goes back and how the cells learn; complete and checked when made.

    `factor` is what W_hh is multiplied by before anything is learnt, and its spectral radius with it.
    """

    distance: int = 20
    epochs: int = 10
    hidden_size: int = 32
    learning_rate: float = 0.01
    keep_bias: float = 5.0
    factor: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        check(self.distance, self.factor)
        self.course.training(self.seed)

    @property
    def course(self) -> Race:
        """The same as a race over this one distance, which says how it is trained."""
        return Race(TASK, tuple(CELLS), (self.distance,), 1, self.hidden_size, epochs=self.epochs,
                    learning_rate=self.learning_rate, keep_bias=self.keep_bias)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Glimpse:
    """One cell after `epoch` epochs of learning: a copy of the network, and the gradient of one text followed back."""

    cell: str
    epoch: int
    model: SequenceModel
    example: Example
    flow: Flow
    accuracy: float


@dataclass(frozen=True)
class Lost:
    """The loss of a network is no longer a number, and so nothing more can be said of it."""

    who: str
    why: str


def check(distance: int, factor: float) -> None:
    """Refuse what no figure could show."""
    if not 1 <= distance <= MAX_DISTANCE:
        raise ValueError(f"distance must be from 1 to {MAX_DISTANCE}, got {distance!r}")
    if not 0 <= factor <= MAX_FACTOR:
        raise ValueError(f"factor must be from 0 to {MAX_FACTOR:g}, got {factor!r}")


def study(setting: Study) -> Generator[Glimpse | Lost]:
    """All cells learn in turns, an epoch each; every one is looked at before it learns and after every epoch."""
    return interleave([watch(setting, cell) for cell in CELLS])


def watch(setting: Study, cell: str) -> Generator[Glimpse | Lost]:
    """One cell learns; a `Glimpse` before it does and after every epoch, or a `Lost` at the end."""
    task, course = MEMORY[TASK], setting.course
    learnt = task.make(course.examples, setting.distance, setting.seed)
    judged = task.make(200, setting.distance, setting.seed + TEST_SEED)
    model = rescaled(fresh(TASK, cell, setting.hidden_size, learnt, setting.seed, setting.keep_bias), setting.factor)

    def glimpse(epoch: int) -> Glimpse:
        kept = copy.deepcopy(model).eval()
        return Glimpse(cell, epoch, kept, judged[0], follow(kept, judged[0]), task.accuracy(kept, judged))

    yield glimpse(0)
    try:
        for event in train(model, learnt, (), replace(course.training(setting.seed), target_loss=0.0)):
            if isinstance(event, Epoch):
                yield glimpse(event.epoch)
    except Diverged as error:
        yield Lost(cell, str(error))


def follow(model: SequenceModel, example: Example, factor: float = 1.0) -> Flow:
    """The gradient of one example through a network, whose W_hh is first made `factor` times as large."""
    return flow(rescaled(model, factor), model.vocabulary.tokenize(example.text), example.label)


# --- clipping ---------------------------------------------------------------------------------------------------

WITH, WITHOUT = "clipped", "as it is"


@dataclass(frozen=True)
class Clipping:
    """A network that is trained twice from the same weights on the same batches: with its gradient clipped, and not.

    `factor` is what W_hh is multiplied by at the start; `clip_norm` is the longest gradient that one of them follows.
    Both go straight down the gradient, with momentum: Adam divides by the gradient's usual size, which hides much.
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
        return Race(TASK, (self.cell,), (self.distance,), 1, self.hidden_size, epochs=self.epochs,
                    learning_rate=self.learning_rate, keep_bias=0.0)  # fmt: skip


@dataclass(frozen=True)
class Stride:
    """One step of one of the two: its loss, the norm of its gradient, and the norm that was followed."""

    who: str
    step: int
    steps: int
    loss: float
    norm: float
    followed: float


def clipping(setting: Clipping) -> Generator[Stride | Lost]:
    """Both networks learn in turns, step by step."""
    return interleave([stride(setting, WITHOUT, 0.0), stride(setting, WITH, setting.clip_norm)])


def stride(setting: Clipping, who: str, clip_norm: float) -> Generator[Stride | Lost]:
    """The strides of one of the two trainings, `who`, and last how it was lost, if it was."""
    course = setting.course
    learnt = MEMORY[TASK].make(course.examples, setting.distance, setting.seed)
    model = rescaled(fresh(TASK, setting.cell, setting.hidden_size, learnt, setting.seed, 0.0), setting.factor)
    config = replace(course.training(setting.seed), optimizer="sgd", clip_norm=clip_norm, target_loss=0.0)
    try:
        for event in train(model, learnt, (), config):
            if isinstance(event, Step):
                followed = min(event.gradient_norm, clip_norm or event.gradient_norm)
                yield Stride(who, event.step, event.steps, event.loss, event.gradient_norm, followed)
    except Diverged as error:
        yield Lost(who, str(error))
