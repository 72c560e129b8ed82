"""A recipe: a task, an architecture and a training configuration, from which anybody can make the same model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_type_hints

from rnn_demo.network.model import Architecture
from rnn_demo.tasks import Making
from rnn_demo.tasks.series import Forecasting
from rnn_demo.training.config import TrainingConfig
from rnn_demo.training.language_model import Pretraining
from rnn_demo.training.self_training import SelfTraining

OURS = "our own, shipped with the program (MIT)"
# Each option of the model, its training and its examples, as the command line and the page take it, with its type.
OPTIONS: dict[str, type] = {
    name: kind
    for part in (Architecture, TrainingConfig, Making, Forecasting)
    for name, kind in get_type_hints(part).items()
}


@dataclass(frozen=True)
class Recipe:
    """All that is needed to make a checkpoint, except for the data.

    `data` are file names, looked up among the files that ship with the program and then in the folder that the user
    names; a task that makes its own examples has a `making` instead. `forecasting` says how a series is read. `further`
    are files, found in the same way, that are learnt as well and never tested on. `tests` are files to evaluate on
    afterwards, by the name of each in the metrics, besides the held-out part. `terms` says where the data comes from
    and under which licence. `tokenizer`, where it is given, takes the place of the task's. `storage` is the number
    format of the saved
    weights: "float16" takes half the space of "float32". With `indexed`, the checkpoint holds what its network makes of
    each training example, so that the nearest one is found without reading them all. With `stressed`, the metrics say
    which capabilities a sentiment network lacks. `purpose` says in a few words what its checkpoint is for, among others
    of the same task. `notation` is that of its equations on the page, until the reader chooses one. `examples` are
    texts to begin with and `truths` the right answers to them at the last step, where there are such: a test holds that
    the first one is answered rightly by the checkpoint that ships, and that those which are not come last.
    """

    title: str
    task: str
    data: tuple[str, ...]
    terms: str
    architecture: Architecture
    training: TrainingConfig
    pretraining: Pretraining | None = None
    teaching: tuple[SelfTraining, ...] = ()
    making: Making | None = None
    forecasting: Forecasting | None = None
    further: tuple[str, ...] = ()
    tests: Mapping[str, str] = field(default_factory=dict)
    max_vocabulary: int | None = None
    min_count: int = 1
    tokenizer: str = ""
    storage: str = "float32"
    indexed: bool = False
    stressed: bool = False
    purpose: str = ""
    notation: Literal["pytorch", "textbook"] = "pytorch"
    examples: tuple[str, ...] = ()
    truths: tuple[str, ...] = ()
