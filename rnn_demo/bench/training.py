"""What watching costs: the lab's loop, with its pictures, against the same training that nobody watches."""

from __future__ import annotations

import json
from typing import Any

from rnn_demo.bench.stopwatch import in_turns, row, seconds
from rnn_demo.experiments.live_run import Live
from rnn_demo.experiments.run_config import plan
from rnn_demo.network.threads import one_thread
from rnn_demo.zoo import build
from rnn_demo.zoo.build import Trained

PACE = 0.1  # seconds between two pictures, as in the page


def lab_loop() -> dict[str, Any]:
    """The time of a run in the lab, with ten pictures a second and samples, over the same run without any."""
    made = plan("characters", {"epochs": 60})
    measured: list[dict[str, Any]] = []
    pictures: list[int] = []

    def watched() -> None:
        live = Live(made)
        written = 0
        while not live.over:
            live.advance(PACE)
            json.dumps(live.picture())
            written += 1
        assert live.trained is not None  # nothing breaks it
        measured.append(live.trained.metrics["measured"])
        pictures.append(written)

    def unwatched() -> None:
        with one_thread():
            *_, trained = build.fit_examples(made.recipe, list(made.examples))
        assert isinstance(trained, Trained)  # it ends with one
        measured.append(trained.metrics["measured"])

    unwatched()  # the first run also imports
    page, alone = in_turns(9, lambda: seconds(watched), lambda: seconds(unwatched))
    same = all(figures == measured[0] for figures in measured)
    return row(
        page / alone if same else float("inf"),
        "times",
        "at most 1.3",
        f"{page:.2f} s with {pictures[-1]} pictures, {alone:.2f} s without, {made.recipe.training.epochs} epochs of "
        f"{made.name}; {'the same figures' if same else 'other figures'}",
    )
