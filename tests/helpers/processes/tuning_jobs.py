"""Searches for the tests of several processes on one study, each in its own process."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from rnn_demo.experiments import tuning
from rnn_demo.zoo import recipes

QUICK = recipes.with_options(recipes.RECIPES["hello"], {"epochs": 2, "device": "cpu"})
LOST_AFTER = 3  # seconds without a sign of life, of which there is one a second


def tune(storage: str, trials: int) -> Generator[dict[str, Any]]:
    """The job: a few quick trials."""
    tuning.HEARTBEAT, tuning.GRACE = 1, LOST_AFTER
    yield from tuning.search("hello", QUICK, None, trials, storage)


def hang_in_a_trial(storage: str, sign: str, finished: int) -> Generator[dict[str, Any]]:
    """The job: so many trials, and in the middle of the next one it writes a file and waits to be killed."""
    score = tuning.score
    scores = iter(range(finished))

    def hang(*arguments: Any) -> float:
        if next(scores, None) is None:
            time.sleep(2)  # by then it has given a sign of life; who never gave one cannot be missed
            Path(sign).touch()
            time.sleep(600)
        return score(*arguments)

    tuning.score = hang  # type: ignore[assignment]
    yield from tune(storage, finished + 1)
