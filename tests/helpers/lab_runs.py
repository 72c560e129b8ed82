"""A visitor's run in the lab, for its tests: set up, trained to its end, read as the page gets it."""

from __future__ import annotations

import json
from typing import Any

from rnn_demo.experiments.run_config import settings_of
from rnn_demo.ui.lab import settings as controls
from rnn_demo.ui.lab.current_run import prepare_single_run
from rnn_demo.ui.lab.current_run import train as train_run
from rnn_demo.ui.lab.train import check_all
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.zoo.recipes import RECIPES

SHORT = {"epochs": 3, "hidden_size": 8}


def settings(recipe: str, **options: Any) -> dict[str, Any]:
    """What stands in the controls."""
    own = settings_of(RECIPES[recipe])
    return {name: own.get(name) for name in controls.CONTROLS} | options


def prepare_run(visitors: Visitors, who: str, recipe: str = "characters", text: str = "", **options: Any) -> list[Any]:
    """Press Start; values for the controls, the text and the widget."""
    values = settings(recipe, **options)
    view = prepare_single_run(visitors, who, recipe, text, "", 0.5, values)
    return [*check_all(recipe, text, *values.values()), view]


def payload_of(values: list[Any]) -> dict[str, Any]:
    return json.loads(values[0])


def trained(visitors: Visitors, who: str = "Ann", **options: Any) -> None:
    prepare_run(visitors, who, **(SHORT | options))
    list(train_run(visitors, who))
