"""How long the experiments of the lab take, so that the page can say so before they begin."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass

from rnn_demo.experiments.lab.predictions import PREDICTIONS
from rnn_demo.experiments.live_run import LiveRun
from rnn_demo.experiments.run_config import configure

PACE = 0.25  # seconds between two pictures, as in the page


@dataclass(frozen=True)
class Durations:
    """All experiments, each run once, with pictures as in the page."""

    seed: int = 0


@dataclass(frozen=True)
class Duration:
    """The `seconds` that one `run` (from 1) of an experiment computed, its samples and its evaluation included.

    They are those of the processor, so that nothing else that runs lengthens them.
    """

    experiment: str
    run: int
    steps: int
    seconds: float


def durations(setting: Durations) -> Generator[Duration]:
    """One `Duration` for each run of each experiment."""
    for name, prediction in PREDICTIONS.items():
        for number, options in enumerate(prediction.runs, 1):
            live = LiveRun(configure(prediction.recipe, {**options, "seed": setting.seed}))
            started = time.process_time()
            while not live.over:
                live.advance(PACE)
                live.picture()
            yield Duration(name, number, live.step.step if live.step else 0, time.process_time() - started)


def seconds_of(name: str, rows: Iterable[Duration]) -> int:
    """The seconds of all runs of an experiment, a whole number."""
    return max(1, round(sum(row.seconds for row in rows if row.experiment == name)))
