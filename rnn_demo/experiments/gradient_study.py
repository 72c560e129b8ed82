"""Where gradients vanish and explode: all cells learn to recall, and their gradients are measured meanwhile.

Example:

    for study_epoch in study(Study()):
        ...                              # each cell before it learns, and after every epoch
"""

from __future__ import annotations

import copy
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rnn_demo.analysis.gradient_flow import Flow, flow, rescaled
from rnn_demo.experiments.cell_race import TEST_SEED, Race, untrained_model
from rnn_demo.limits import check_numbers, check_whole
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import MEMORY, Example
from rnn_demo.training import Diverged, Epoch, train
from rnn_demo.training.config import TrainingConfig
from rnn_demo.training.interleave import interleave

TASK = "recall"
MAX_DISTANCE, MAX_FACTOR = 60, 3.0  # beyond, a gradient may leave what 32 bits can hold


@dataclass(frozen=True)
class Study:
    """How far the gradient goes back and how the cells are trained; ValueError for what is out of range.

    `factor` multiplies W_hh before training, and its spectral radius with it. `distance` is in time steps.
    """

    distance: int = 20
    epochs: int = 10
    hidden_size: int = 32
    learning_rate: float = 0.01
    keep_bias: float = 5.0
    factor: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_whole(self, distance=(1, MAX_DISTANCE))
        check_numbers(self, factor=(0, MAX_FACTOR))
        self.training()

    @property
    def race(self) -> Race:
        """The race over this one distance, which says how the networks are trained."""
        return Race(
            TASK,
            distances=(self.distance,),
            seeds=1,
            hidden_size=self.hidden_size,
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            keep_bias=self.keep_bias,
        )

    def training(self, **options: Any) -> TrainingConfig:
        """How each network is trained, with some `options` replaced; no loss is low enough to end it early."""
        return replace(self.race.training(self.seed), target_loss=0.0, **options)

    def network_and_examples(self, cell: str) -> tuple[SequenceModel, list[Example]]:
        """The network of a cell before it is trained, and what it is trained on."""
        examples = MEMORY[TASK].make(self.race.examples, self.distance, self.seed)
        model = untrained_model(TASK, cell, self.hidden_size, examples, self.seed, self.keep_bias)
        return rescaled(model, self.factor), examples


@dataclass(frozen=True, eq=False)
class FlowEpoch:
    """One cell after `epoch` epochs: its accuracy, and the gradient flow of one example."""

    cell: str
    epoch: int
    example: Example
    flow: Flow
    accuracy: float


@dataclass(frozen=True, eq=False)
class StudyEpoch(FlowEpoch):
    """The same, with a copy of the network as it was then."""

    model: SequenceModel


FlowEpochs = Mapping[tuple[str, int], FlowEpoch]  # by cell and epoch
StudyEpochs = dict[tuple[str, int], StudyEpoch]


@dataclass(frozen=True)
class Divergence:
    """The end of a network whose loss is no longer a number."""

    network: str
    reason: str


def study(config: Study) -> Generator[StudyEpoch | Divergence]:
    """Train all cells side by side; a `StudyEpoch` of each before it learns and after every epoch."""
    return interleave([study_cell(config, cell) for cell in CELLS])


def study_cell(config: Study, cell: str) -> Generator[StudyEpoch | Divergence]:
    """Train one cell; a `StudyEpoch` before and after every epoch, a `Divergence` once its loss is NaN or infinite."""
    task, (model, examples) = MEMORY[TASK], config.network_and_examples(cell)
    tests = task.make(200, config.distance, config.seed + TEST_SEED)

    def study_epoch(epoch: int) -> StudyEpoch:
        copied = copy.deepcopy(model).eval()
        example, accuracy = tests[0], task.accuracy(copied, tests)
        return StudyEpoch(cell, epoch, example, flow_through(copied, example), accuracy, copied)

    yield study_epoch(0)
    try:
        for event in train(model, examples, (), config.training()):
            if isinstance(event, Epoch):
                yield study_epoch(event.epoch)
    except Diverged as error:
        yield Divergence(cell, str(error))


def flow_through(model: SequenceModel, example: Example, factor: float = 1.0) -> Flow:
    """The gradient of one example through a network whose W_hh is first multiplied by `factor`."""
    return flow(rescaled(model, factor), model.vocabulary.tokenize(example.text), example.label)
