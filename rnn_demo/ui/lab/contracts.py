"""The JSON that the lab sends to its own widgets: runs, batches and experiments, as ui/contracts.py has the others."""

from __future__ import annotations

from typing import Literal, TypedDict

from rnn_demo.ui.contracts import Points

# --- a training, for the lab (widgets/lab/training.js) ------------------------------------------------------------


class Judgement(TypedDict):
    """What a run has come to, in a sentence; `epoch` is the one from which on it overfits, or 0."""

    kind: Literal["diverged", "chance", "overfits", "learnt", "learning", "stuck"]
    sentence: str
    epoch: int


class Curves(TypedDict):
    """The curves of a run, each as points."""

    loss: Points
    accuracy: Points
    norm: Points
    validation_loss: Points
    validation_accuracy: Points
    forced: Points
    free: Points


class Sample(TypedDict, total=False):
    """What the network says after an epoch: `written` after `start` at a `temperature`; or after each token a label and
    its share, and of a network that pools by attention the weight of each token.
    """

    epoch: int
    start: str
    written: str
    temperature: float
    tokens: list[str]
    labels: list[str | None]
    shares: list[float]
    attention: list[float]


class TrainingCurves(TypedDict):
    """The curves of a run on the examples that it learns from."""

    loss: Points
    accuracy: Points
    norm: Points


class Beside(TypedDict):
    """A run that another one is compared with."""

    name: str
    curves: TrainingCurves


class RunPayload(TypedDict, total=False):
    """A run as it stands; before it, an invitation (`idle`) and some of what will be learnt.

    `kept` is the step whose weights the model has at the end, where they are not the last. In an experiment it has a
    `title` and perhaps a run `beside` it; `settings` are those of this run, in words, and `device` says where it is
    trained, if there is a choice. A run that comes with the package has its curves alone, over epochs as its `unit`.
    """

    idle: str
    count: int
    text: str
    rows: list[list[str]]
    notices: list[str]
    status: str
    link: dict[str, str]
    step: int
    steps: int
    epoch: int
    epochs: int
    left: float
    tokens_per_second: float
    seconds: float
    over: bool
    curves: Curves
    sample: Sample
    judgement: Judgement | None
    kept: int | None
    title: str
    settings: str
    device: str
    unit: Literal["step", "epoch"]
    beside: Beside


# --- the first picture of a part of the lab (widgets/lab/film.js) -------------------------------------------------


class Film(TypedDict):
    """The figure that has the frames, as a selector, and how many epochs it goes over."""

    figure: str
    epochs: int


# --- a batch, for the lab (widgets/lab/batch.js) ------------------------------------------------------------------


class BatchRow(TypedDict):
    """A text of the batch: its first tokens, and how many it has."""

    tokens: list[str]
    length: int


class BatchPayload(TypedDict, total=False):
    """Some texts of a batch in `columns` columns, without the last `cut`; or a `notice` that says why not."""

    notice: str
    said: str
    rows: list[BatchRow]
    columns: int
    cut: int


# --- experiments with a prediction, for the lab (widgets/lab/experiments.js) --------------------------------------


class ExperimentCard(TypedDict):
    """An experiment: what is done, what is asked, the answers to choose from, each with its name, and its seconds."""

    name: str
    title: str
    about: str
    question: str
    choices: list[tuple[str, str]]
    seconds: int


class Experiments(TypedDict, total=False):
    """All experiments. Of the one that is under way or just over, the `choice` of the visitor; at the end `result`
    says what happened, and `came_true` which choice that is.
    """

    cards: list[ExperimentCard]
    notice: str
    open: str
    choice: str
    result: str
    came_true: str
