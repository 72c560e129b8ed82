"""The controls of the lab: one for each setting, which itself says what is wrong with its value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from rnn_demo.data.wording import sentence
from rnn_demo.experiments.run_config import DEVICE, SettingError, apply_settings, presets, settings_of, takes_text
from rnn_demo.network.cells import CELLS
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.training.config import OPTIMIZERS, SCHEDULES
from rnn_demo.training.device import usable_gpu
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.zoo.recipe import Recipe
from rnn_demo.zoo.recipes import find_recipe

Control = tuple[Callable[..., gr.components.Component], dict[str, Any]]  # a component and its arguments
LINES = dict(re.findall(r"^- (\w+): (.+)$", words("lab/settings"), re.M))  # under each control


def whole_number(label: str) -> Control:
    return gr.Number, {"label": label, "precision": 0, "min_width": 100}


def real_number(label: str) -> Control:
    return gr.Number, {"label": label, "min_width": 100}


def dropdown(label: str, choices: Any) -> Control:
    return gr.Dropdown, {"label": label, "choices": choices, "min_width": 130}


def radio(label: str, choices: Any) -> Control:
    return gr.Radio, {"label": label, "choices": choices}


def device_choices() -> list[tuple[str, str]]:
    """Where a network can be trained; without a GPU there is no choice, and no such control."""
    return [("automatic", "auto"), ("CPU", "cpu"), ("GPU", usable_gpu() or "cuda")]


POOLING_TITLES = {"last": "last state", "concat": "last, mean and max"}
CELL: dict[str, Control] = {"cell": radio("Cell", [(cell.title, name) for name, cell in CELLS.items()])}
MAIN: dict[str, Control] = {
    "hidden_size": whole_number("Hidden units"),
    "num_layers": whole_number("Layers"),
    "learning_rate": real_number("Learning rate"),
    "batch_size": whole_number("Batch size"),
    "epochs": whole_number("Epochs"),
    "seed": whole_number("Seed"),
    "bidirectional": dropdown("Directions", [("forward", False), ("both", True)]),
    "pooling": dropdown("Pooling", [(POOLING_TITLES.get(name, name), name) for name in POOLINGS]),
    "distance": whole_number("Distance"),
    "count": whole_number("Examples"),
}
MORE: dict[str, Control] = {
    "optimizer": dropdown("Optimizer", list(OPTIMIZERS)),
    "schedule": dropdown("Learning-rate schedule", list(SCHEDULES)),
    "clip_norm": real_number("Clip gradient norm at"),
    "max_tokens": whole_number("Sequence length"),
    "embedding_size": whole_number("Embedding size"),
    "dropout": real_number("Dropout"),
    "weight_decay": real_number("Weight decay"),
    "device": dropdown("Device", device_choices()),
}
READING = [("the correct characters (teacher forcing)", 0.0), ("its own answers (free running)", 1.0)]
INPUT: dict[str, Control] = {"free_running": radio("During training it reads", READING)}
CONTROLS = CELL | MAIN | MORE | INPUT
MADE = ("distance", "count")  # settings of tasks that make their own examples; the others have no place for them
AFTER_EACH_STEP = "Not here: it answers after every step,"


# What there is to learn, from easy to hard; recipes that are listed nowhere come last.
KINDS = {
    "Write": ("hello", "characters"),
    "Classify": ("sentiment-notebook", "surnames", "turns"),
    "Answer": ("facts", "qa"),
    "Remember": ("brackets", "recall", "adding", "parity", "copy"),
}


def recipes_by_kind() -> list[tuple[str, str]]:
    """The titles and names of the recipes, each behind what a network learns by it: "Write – a nursery rhyme"."""
    titles = presets()
    listed = {name for names in KINDS.values() for name in names}
    kinds = KINDS | {"More": tuple(name for name in titles if name not in listed)}
    return [(f"{kind} – {titles[name]}", name) for kind, names in kinds.items() for name in names if name in titles]


def components(controls: Mapping[str, Control], recipe: str) -> dict[str, gr.components.Component]:
    """The components of some controls, with the values of a recipe."""
    own = values(recipe)
    return {name: kind(**options, **own[name], elem_id=f"lab-{name}") for name, (kind, options) in controls.items()}


def reason_against(name: str, recipe: Recipe) -> str:
    """Why a recipe cannot take a setting, for the place of its line; "" if it can."""
    reasons = {
        "bidirectional": recipe.architecture.per_step and f"{AFTER_EACH_STEP} before the rest is there to read.",
        "pooling": recipe.architecture.per_step and f"{AFTER_EACH_STEP} each time from that step's state.",
        "embedding_size": recipe.architecture.input == "one_hot" and "Not here: each letter is one-hot.",
        "free_running": not takes_text(recipe) and "Not here: its answers are not text that it could read.",
    }
    return reasons.get(name) or ""


def values(recipe: str) -> dict[str, dict[str, Any]]:
    """For each control its value in a recipe, whether it is there, whether it can be changed, and the line under it."""
    plan, settings = find_recipe(recipe), settings_of(find_recipe(recipe))
    reasons = {name: reason_against(name, plan) for name in CONTROLS}
    return {
        name: {
            "value": settings.get(name),
            "visible": usable_gpu() is not None if name == DEVICE else name in settings or name not in MADE,
            "interactive": not reasons[name],
            "info": reasons[name] or LINES[name],
        }
        for name in CONTROLS
    }


def control_updates(recipe: str, options: Mapping[str, Any] | None = None) -> list[Any]:
    """Updates of the controls after a recipe was chosen, with other values for some `options`."""
    own = values(recipe)
    for name, value in (options or {}).items():
        own[name]["value"] = value
    return [gr.update(**value, elem_classes=[]) for value in own.values()]


def from_link(link: Mapping[str, str]) -> tuple[str, dict[str, Any]] | None:
    """The recipe and settings that a link names, ?tab=lab&recipe=surnames&cell=lstm; wrong settings are left out."""
    recipe = link.get("recipe", "")
    if recipe not in presets():
        return None
    own, options = settings_of(find_recipe(recipe)), {}
    for name in (name for name in CONTROLS if name in link and name in own):
        try:
            value = link[name] == "True" if isinstance(own[name], bool) else type(own[name])(link[name])
        except ValueError:
            continue
        choices = dict(CONTROLS[name][1]).get("choices")
        if error_in(recipe, {name: value}) is None and (choices is None or value in map(value_of, choices)):
            options[name] = value
    return recipe, options


def refused_in_link(link: Mapping[str, str]) -> str:
    """A sentence about what a link names and the lab does not have; "" where all of it was read."""
    recipe, choice = link.get("recipe", ""), from_link(link)
    if choice is None:
        names = ", ".join(presets())
        return f"The link names the recipe {recipe[:40]!r}, which is not here; choose one of {names}." if recipe else ""
    wrong = [f"{name}={link[name][:20]}" for name in CONTROLS if name in link and name not in choice[1]]
    return f"Ignored in the link: {', '.join(wrong)}." if wrong else ""


def value_of(choice: Any) -> Any:
    """The value of a choice, which may be a pair of a title and a value."""
    return choice[1] if isinstance(choice, tuple) else choice


def show_error(error: SettingError | None, recipe: str) -> list[Any]:
    """Updates of the controls: the one with a wrong value says why, the others what is always there."""
    lines = {name: value["info"] for name, value in values(recipe).items()}
    wrong = {error.setting: sentence(error)} if error else {}
    return [
        gr.update(info=wrong.get(name, line), elem_classes=["lab-wrong"] if name in wrong else [])
        for name, line in lines.items()
    ]


def error_in(recipe: str, settings: Mapping[str, Any]) -> SettingError | None:
    """What is wrong with settings, as far as can be told without data; None if nothing is."""
    try:
        apply_settings(recipe, settings)
    except SettingError as error:
        return error
    return None
