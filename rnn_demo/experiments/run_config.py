"""The configuration of a run in the page: a recipe, a visitor's settings of it, and perhaps a text of their own.

    configure("characters", {"cell": "lstm", "hidden_size": 32})
    configure("characters", {"epochs": 20}, "a text to learn from")

A configuration is checked when it is made; `SettingError` says what is wrong and which setting causes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from rnn_demo.analysis.metrics import parameters
from rnn_demo.experiments.lab.setting_words import for_visitors, in_words, too_large
from rnn_demo.limits import MAX_LAB_CHARACTERS, MAX_LAB_PARAMETERS, MAX_LAB_WORK
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.characters import read_characters
from rnn_demo.training.device import usable_gpu
from rnn_demo.training.free_running import check_free_running
from rnn_demo.zoo.build import build_model, read_examples
from rnn_demo.zoo.recipe import OPTIONS, Recipe
from rnn_demo.zoo.recipes import RECIPES, SHIPPED, find_recipe, with_options

DEVICE = "device"  # the name of the setting that says where it is trained
TEXT = "text"  # the name of the setting that holds a visitor's own text
FILE = "text.txt"  # and of the file that holds it
# The largest values in the page; the command line takes all that the configurations allow.
MOST = {"hidden_size": 512, "embedding_size": 512, "num_layers": 4, "batch_size": 1024, "epochs": 1000}


class SettingError(ValueError):
    """Why a configuration cannot be carried out, in the words of the page, and which setting causes it, or ""."""

    def __init__(self, message: str, setting: str = "") -> None:
        super().__init__(message)
        self.setting = setting


@dataclass(frozen=True, eq=False)
class RunConfig:
    """A recipe under its name with a visitor's `options`, the examples to train on, and the visitor's own text, or "".

    `remarks` are sentences for the visitor, for example that the text was cut.
    """

    name: str
    recipe: Recipe
    options: Mapping[str, Any]
    examples: Sequence[Example] = field(repr=False)
    text: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def data(self) -> Path | None:
        """The file of the visitor's own text, as the command line is given it."""
        return Path(FILE) if self.text else None


def presets() -> dict[str, str]:
    """The titles, by name, of the recipes that can be trained in the page, because their data is made or shipped."""
    shipped = {path.name for path in SHIPPED.iterdir()}
    return {name: recipe.title for name, recipe in RECIPES.items() if recipe.making or shipped.issuperset(recipe.data)}


def takes_text(recipe: Recipe) -> bool:
    """Can a visitor's own text take the place of the recipe's data?"""
    return TASKS[recipe.task].writes


def settings_of(recipe: Recipe) -> dict[str, Any]:
    """The value of every setting of a recipe by its name."""
    parts = (recipe.architecture, recipe.training, recipe.making)
    return {name: value for part in parts if part is not None for name, value in vars(part).items()}


def apply_settings(name: str, options: Mapping[str, Any]) -> tuple[Recipe, dict[str, Any]]:
    """Apply `options` to the recipe, ignoring those it does not have; also return the ones that differ from its own.

    The device is no setting of the result: it is what `options` say where there is a GPU, and else the CPU.
    Raises `SettingError` for settings that are out of range or contradict each other. No data is read.
    """
    recipe = find_recipe(name)
    own = settings_of(recipe)
    overrides = {key: value for key, value in options.items() if key in own and value != own[key] and key != DEVICE}
    device = options.get(DEVICE, own[DEVICE]) if usable_gpu() else "cpu"
    for key, most in MOST.items():
        if isinstance(value := overrides.get(key), int) and value > most:
            raise SettingError(too_large(key, most, value), key)
    try:
        return with_options(recipe, overrides | {DEVICE: device}), overrides
    except ValueError as error:
        raise SettingError(
            for_visitors(str(error)), setting_at_fault(str(error), {**overrides, DEVICE: device})
        ) from None


def configure(name: str, options: Mapping[str, Any], text: str = "") -> RunConfig:
    """Read the data, and make sure that the model fits; `SettingError` says what is wrong."""
    recipe, overrides = apply_settings(name, options)
    own = text if takes_text(recipe) and text.strip() else ""
    remarks: tuple[str, ...] = ()
    if len(own) > MAX_LAB_CHARACTERS:
        remarks = (f"The text has {len(own):,} characters; only the first {MAX_LAB_CHARACTERS:,} are used.",)
        own = own[:MAX_LAB_CHARACTERS]
    try:
        whole = read_characters(own, "the text") if own else read_examples(recipe, None)
        examples = TASKS[recipe.task].in_pieces(whole, recipe.training.max_tokens)
        with torch.device("meta"):  # the size of the model, but not its memory
            model, split = build_model(recipe, examples)
        if recipe.training.free_running:
            check_free_running(model)
    except ValueError as error:
        setting = setting_at_fault(str(error), overrides) or (TEXT if own else "")
        raise SettingError(for_visitors(str(error)), setting) from None
    longest = max(len(model.encode(example.text)) for example in split.train)
    tokens = min(longest, recipe.training.max_tokens) * min(recipe.training.batch_size, len(split.train))
    check_size(computing_parameters(model), tokens)
    return RunConfig(name, recipe, overrides, examples, own, remarks)


def computing_parameters(model: SequenceModel) -> int:
    """The number of parameters that a step computes with.

    Of the tables of word vectors it looks up a few rows, so they count from twice the page's most parameters on.
    """
    tables = 0 if model.embedding is None else parameters(model.embedding)
    return parameters(model) - min(tables, 2 * MAX_LAB_PARAMETERS)


def check_size(count: int, tokens: int) -> None:
    """Refuse a model of `count` parameters, or a step of `tokens`, for which the page has no memory or time."""
    if count > MAX_LAB_PARAMETERS:
        raise SettingError(
            f"too many hidden units: the network would have {count:,} parameters; the page trains at most "
            f"{MAX_LAB_PARAMETERS:,}, so choose fewer units or layers",
            "hidden_size",
        )
    if tokens * count > MAX_LAB_WORK:
        raise SettingError(
            f"batch size too large: {tokens:,} tokens a step times {count:,} parameters are more than the "
            f"{MAX_LAB_WORK:,} of a step in the page; choose a smaller batch, shorter sequences or fewer hidden units",
            "batch_size",
        )


def setting_at_fault(message: str, overrides: Mapping[str, Any]) -> str:
    """The setting that a message names, preferably one that the visitor changed; "" if it names none."""
    mentioned = [word for word in re.findall(r"\w+", message) if word in OPTIONS]
    return next((word for word in mentioned if word in overrides), mentioned[0] if mentioned else "")


def with_settings(config: RunConfig, **options: Any) -> RunConfig:
    """The same configuration with some settings replaced; they are not checked again."""
    own = settings_of(find_recipe(config.name))
    merged = {key: value for key, value in {**config.options, **options}.items() if value != own[key]}
    return replace(config, options=merged, recipe=with_options(config.recipe, options))


def differences(configs: Sequence[RunConfig]) -> list[str]:
    """What sets each configuration apart from the others, such as "GRU, 64 hidden units"; "" where all are alike."""
    settings = [{"recipe": config.recipe.title, TEXT: config.text, **settings_of(config.recipe)} for config in configs]
    keys = dict.fromkeys(["recipe", *(key for config in configs for key in config.options), TEXT])
    apart = [key for key in keys if len({one.get(key) for one in settings}) > 1]
    return [", ".join(filter(None, (in_words(key, one[key]) for key in apart if key in one))) for one in settings]
