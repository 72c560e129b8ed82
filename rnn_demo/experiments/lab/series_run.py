"""A network that learns to forecast a series, watched.

It says what it forecasts after each epoch, and what that is worth beside the naive forecasts.

    for event in forecast_series(SeriesRun(make_series("walk"))):
        ...                                   # a `SeriesEpoch` after each epoch, last a `SeriesEnd`
"""

from __future__ import annotations

import shlex
from collections.abc import Generator
from dataclasses import dataclass

import torch

from rnn_demo.analysis.forecasts import Comparison, Rolling, compare, copier_in_words, naive, one_step, rolling, verdict
from rnn_demo.data.series import MADE, Series
from rnn_demo.limits import check_numbers, check_whole
from rnn_demo.network.cells import find_cell
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.series import example_of, held_out, values_of
from rnn_demo.training import Diverged, Epoch
from rnn_demo.zoo.build import Built, Trained, fit_examples
from rnn_demo.zoo.recipe import Recipe
from rnn_demo.zoo.recipes import find_recipe, with_options

MAX_HORIZON = 200  # steps


@dataclass(frozen=True)
class SeriesRun:
    """A series, and how it is learnt; ValueError for what is out of range. `season` 0 takes that of the series."""

    series: Series
    cell: str = "gru"
    hidden_size: int = 24
    epochs: int = 40
    learning_rate: float = 0.01
    scaling: str = "train"
    target: str = "change"
    season: int = 0
    horizon: int = 24
    seed: int = 0

    def __post_init__(self) -> None:
        find_cell(self.cell)
        check_whole(self, hidden_size=(1, 128), epochs=(1, 300), horizon=(1, MAX_HORIZON))
        check_numbers(self, learning_rate=(1e-5, 1))
        _ = self.recipe

    @property
    def recipe(self) -> Recipe:
        """The recipe `series` with these settings."""
        names = ("cell", "hidden_size", "epochs", "learning_rate", "scaling", "target", "season", "seed")
        return with_options(find_recipe("series"), {name: getattr(self, name) for name in names} | {"device": "cpu"})

    @property
    def command(self) -> str:
        """The same on the command line, where a file lies in the present folder."""
        usual = vars(SeriesRun(self.series, epochs=self.epochs))
        changed = {key: value for key, value in vars(self).items() if key != "horizon" and value != usual[key]}
        options = [f"--{key.replace('_', '-')} {value}" for key, value in {"epochs": self.epochs, **changed}.items()]
        name = f"{self.series.name}-{self.seed}" if self.series.name in MADE and self.seed else self.series.name
        return " ".join(["python -m rnn_demo train series --data", shlex.quote(name), *options])


@dataclass(frozen=True, eq=False)
class SeriesEpoch:
    """After an epoch: the losses, and the validation part as it was, as it is forecast one step ahead, and naively."""

    epoch: int
    epochs: int
    loss: float
    validation_loss: float
    truth: list[float]
    forecast: list[float]
    naive: list[float]


@dataclass(frozen=True, eq=False)
class SeriesEnd:
    """The trained model, its one-step forecasts of the test part, and the error of free runs over the horizon.

    `start` counts the values before the test part. `stopped` says why training ended early, or is "".
    """

    model: SequenceModel
    start: int
    comparison: Comparison
    rolling: Rolling
    stopped: str = ""


def forecast_series(config: SeriesRun) -> Generator[SeriesEpoch | SeriesEnd]:
    """Train, and compare with both baselines on the test part, which is looked at once, at the end."""
    example, values = example_of(config.series), list(config.series.values)
    split = TASKS["series"].split([example], config.seed)
    start = len(values) - held_out(split.test[0])
    known = values_of(split.validation[0])
    first = len(known) - held_out(split.validation[0])
    model: SequenceModel | None = None
    stopped = ""
    try:
        for event in fit_examples(config.recipe, [example], command=config.command):
            if isinstance(event, (Built, Trained)):
                model = event.model
            elif isinstance(event, Epoch) and model is not None:
                forecast = one_step(model, known, first).tolist()
                losses = event.loss, event.validation_loss or 0.0
                yield SeriesEpoch(
                    event.epoch, event.epochs, *losses, known[first:], forecast, naive(known, first).tolist()
                )
    except Diverged as error:
        stopped = f"Training diverged: {error}."
    if model is None or not all(bool(torch.isfinite(weight).all()) for weight in model.parameters()):
        raise ValueError(f"{stopped} No weights are left that are numbers; choose a smaller learning rate")
    horizon = min(config.horizon, len(values) - start)
    season = int(model.settings["season"])
    free = rolling(model, values, start, horizon, season)
    yield SeriesEnd(model.eval(), start, compare(model, values, start), free, stopped)


def headline(end: SeriesEnd) -> list[str]:
    """The verdict in two lines: one step ahead, and running freely."""
    return [verdict(end.comparison) + ";", horizon_in_words(end.rolling)]


def horizon_in_words(free: Rolling) -> str:
    """How the error grows where a forecast reads itself, against that of the better baseline."""
    last = len(free.model)
    best = min(("naive", "seasonal"), key=lambda name: float(getattr(free, name).mean()))
    names = {"naive": "naive", "seasonal": "seasonal naive"}
    better = "smaller" if float(free.model.mean()) < float(getattr(free, best).mean()) else "larger"
    return (
        f"running free its error is {free.model[0]:.3g} after 1 step and {free.model[-1]:.3g} after {last}, "
        f"on average {better} than that of the {names[best]} forecast"
    )


def in_words(config: SeriesRun, end: SeriesEnd) -> list[str]:
    """What is to be said of a finished run, in sentences."""
    c = end.comparison
    titles = {"model": "this network", "naive": "naive", "seasonal": f"seasonal naive ({c.season} steps)"}
    errors = "; ".join(f"{name} {c.mae(key):.3g} (MASE {c.mase(key):.2f})" for key, name in titles.items())
    sentences = [
        *([end.stopped] if end.stopped else []),
        f"Mean absolute error one step ahead on the last {len(c.truth)} values: {errors}.",
        *([copier_in_words(c)] if c.copies else []),
        *config.series.remarks,
    ]
    if config.scaling == "all":
        sentences.append(
            "The scale was fitted on all values, the test part included: the network was told how far the future "
            "spreads. Such a score is not to be trusted; fit on the training part alone."
        )
    if config.scaling == "none":
        sentences.append("Nothing was scaled: what the network reads is as large as the values themselves.")
    return sentences
