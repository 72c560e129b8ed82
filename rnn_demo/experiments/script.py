"""How a run of the lab is reproduced: a command and a short Python script, both to the same figures."""

from __future__ import annotations

import shlex
from typing import Any

from rnn_demo.experiments.run_config import RunConfig


def command(config: RunConfig) -> str:
    """The command that trains the same model; a visitor's own text is in the file that it names."""
    data = ["--data", str(config.data)] if config.data else []
    options = [
        word for name, value in config.options.items() for word in (f"--{name.replace('_', '-')}", as_word(value))
    ]
    device = config.recipe.training.device
    words = ["train", config.name, *data, "--device", device, "--threads", "1", *options]
    return "python -m rnn_demo " + shlex.join(words)


def as_word(value: Any) -> str:
    """The value of a setting as the command line reads it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def script(config: RunConfig) -> str:
    """A Python program that trains the same model and prints its metrics."""
    where = f"Path({str(config.data)!r})" if config.data else "None"
    options = dict(config.options) | {"device": config.recipe.training.device}
    return f'''"""{config.recipe.title}, trained as in the lab; prints what was measured.

The same as: {command(config)}
"""

import json
from pathlib import Path

import torch

from rnn_demo.zoo.build import Trained, fit
from rnn_demo.zoo.recipes import RECIPES, with_options

torch.set_num_threads(1)
data = {where}
recipe = with_options(RECIPES[{config.name!r}], {options!r})
for event in fit(recipe, data):
    if isinstance(event, Trained):
        print(json.dumps(event.metrics["measured"], indent=2))
'''
