"""What a recipe is: a task, a model and a training, written down, so that anybody can make the same model again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rnn_demo.network.model import Architecture
from rnn_demo.tasks import Making
from rnn_demo.training.config import TrainingConfig
from rnn_demo.training.language_model import Pretraining
from rnn_demo.training.self_training import Teaching

OURS = "our own, shipped with the program (MIT)"


@dataclass(frozen=True)
class Recipe:
    """All that is needed to make a checkpoint, but the data themselves.

    `data` are file names, looked for among the files that ship with the program and then in the folder that
    the user gives; a task that makes its examples has a `making` instead. `tests` are files to measure on
    afterwards, by name (a held-out part is measured unasked).
    `storage` is how exactly the weights are written down: "float16" takes half the space of "float32".
    """

    title: str
    task: str
    data: tuple[str, ...]
    terms: str
    architecture: Architecture
    training: TrainingConfig
    pretraining: Pretraining | None = None
    teaching: tuple[Teaching, ...] = ()
    making: Making | None = None
    tests: Mapping[str, str] = field(default_factory=dict)
    max_vocabulary: int | None = None
    min_count: int = 1
    storage: str = "float32"
    examples: tuple[str, ...] = ()
