"""Experiments as cards: a visitor predicts what will happen, the runs follow, and their numbers say what did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rnn_demo.data.json_text import strict_json
from rnn_demo.experiments import shipped
from rnn_demo.experiments.lab.predictions import PREDICTIONS, outcome
from rnn_demo.experiments.run_config import RunConfig, configure
from rnn_demo.experiments.shipped.durations import Duration, seconds_of
from rnn_demo.ui.lab.contracts import ExperimentCard, Experiments
from rnn_demo.ui.lab.visitor_runs import Experiment, Visitor
from rnn_demo.ui.viewer.static_files import words

_CARD = re.compile(r"^## (\w+): (.+)\n([\s\S]+?)\n(.+\?)\n((?:- \w+: .+\n?)+)", re.M)


def cards() -> list[ExperimentCard]:
    """The experiments in the words of `texts/lab/experiments.md`, in its order."""
    measured = shipped.load("durations").of(Duration)
    return [
        {
            "name": name,
            "title": title,
            "about": about,
            "question": question,
            "choices": [(key, answer) for key, answer in re.findall(r"^- (\w+): (.+)$", choices, re.M)],
            "seconds": seconds_of(name, measured),
        }
        for name, title, about, question, choices in _CARD.findall(words("lab/experiments") + "\n")
    ]


CARDS = cards()
CHOICES = {card["name"]: dict(card["choices"]) for card in CARDS}
BUSY = "A run is under way. Stop it first, or wait until it has ended."
STOPPED = "Stopped early, so there is nothing to compare. Choose an answer to run it again."


def experiment_of(visitor: Visitor, name: str, choice: str) -> Experiment:
    """An experiment that the visitor begins; ValueError for an unknown one, or an answer that it does not offer.

    What it is compared with may be among the visitor's runs already; then it is not trained again.
    """
    if choice not in CHOICES.get(name, ()):
        raise ValueError("this experiment is not known; reload the page")
    prediction = PREDICTIONS[name]
    configs = [configure(prediction.recipe, options) for options in prediction.runs]
    titles = [prediction.usual, prediction.title][-len(configs) :]
    return Experiment(name, choice, configs, titles, trained_already(visitor, configs))


def trained_already(visitor: Visitor, configs: Sequence[RunConfig]) -> list[dict[str, Any]]:
    """The pictures of the first runs, all but the last, as far as they are among the visitor's."""
    pictures = []
    for config in configs[:-1]:
        run = next((run for run in visitor.runs if is_same(run.config, config)), None)
        if run is None:
            break
        pictures.append(run.picture)
    return pictures


def is_same(one: RunConfig, other: RunConfig) -> bool:
    """Do two configurations train the same network?"""

    def identity(config: RunConfig) -> tuple[Any, ...]:
        return config.name, dict(config.options), config.text, config.recipe.training.device

    return identity(one) == identity(other)


def initial_value() -> Experiments:
    """The cards before anything was predicted."""
    return {"cards": CARDS}


def value(experiment: Experiment | None = None, notice: str = "", result: str = "", came_true: str = "") -> str:
    """The cards for the page: of the experiment under way or just over, what was predicted and what happened."""
    now: Experiments = {"cards": CARDS, "notice": notice}
    if experiment is not None:
        now |= {"open": experiment.name, "choice": experiment.choice, "result": result, "came_true": came_true}
    return strict_json(now)


def verdict(experiment: Experiment) -> str:
    """The cards with what the runs of an experiment tell."""
    result_of_runs = outcome(PREDICTIONS[experiment.name], experiment.done)
    return value(experiment, result=result_of_runs.sentence, came_true=result_of_runs.choice)


def settings_of_next(visitor: Visitor) -> tuple[str, dict[str, Any]] | None:
    """The recipe and the settings of the run of an experiment that is trained now, or next; None without one."""
    config = visitor.experiment.config if visitor.experiment else None
    return (config.name, dict(config.options)) if config else None
