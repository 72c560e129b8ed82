"""The controls of the lab: one for each setting, which itself says what is wrong with its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from rnn_demo.data.writing import sentence
from rnn_demo.experiments.run_config import SettingError, apply_settings, presets, settings_of, takes_text
from rnn_demo.network.cells import CELLS
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.training.config import OPTIMIZERS, SCHEDULES
from rnn_demo.zoo.recipes import find_recipe

Control = tuple[Callable[..., gr.components.Component], dict[str, Any]]  # a component and its arguments


def whole_number(label: str, info: str = "") -> Control:
    return gr.Number, {"label": label, "precision": 0, "min_width": 100, "info": info}


def real_number(label: str, info: str = "") -> Control:
    return gr.Number, {"label": label, "min_width": 100, "info": info}


def dropdown(label: str, choices: Any, info: str = "") -> Control:
    return gr.Dropdown, {"label": label, "choices": choices, "min_width": 130, "info": info}


def radio(label: str, choices: Any) -> Control:
    return gr.Radio, {"label": label, "choices": choices, "info": ""}


CELL: dict[str, Control] = {"cell": radio("Cell", [(cell.title, name) for name, cell in CELLS.items()])}
MAIN: dict[str, Control] = {
    "hidden_size": whole_number("Hidden units"),
    "num_layers": whole_number("Layers"),
    "learning_rate": real_number("Learning rate"),
    "batch_size": whole_number("Batch size"),
    "epochs": whole_number("Epochs"),
    "distance": whole_number("Distance", "steps to remember"),
}
MORE: dict[str, Control] = {
    "optimizer": dropdown("Optimizer", list(OPTIMIZERS)),
    "schedule": dropdown("Learning-rate schedule", list(SCHEDULES)),
    "clip_norm": real_number("Clip gradient norm at", "0 means never"),
    "max_tokens": whole_number("Sequence length", "in tokens, at most"),
    "embedding_size": whole_number("Embedding size"),
    "pooling": dropdown("Pooling", list(POOLINGS)),
    "bidirectional": dropdown("Directions", [("forward", False), ("both", True)]),
    "dropout": real_number("Dropout", "from 0 to below 1"),
    "weight_decay": real_number("Weight decay"),
    "count": whole_number("Examples"),
    "seed": whole_number("Seed"),
}
READING = [("the correct characters (teacher forcing)", 0.0), ("its own answers (free running)", 1.0)]
INPUT: dict[str, Control] = {"free_running": radio("During training it reads", READING)}
CONTROLS = CELL | MAIN | MORE | INPUT
NOT_PER_STEP = ("pooling", "bidirectional")  # settings that mean nothing where every step has its own answer


def components(controls: Mapping[str, Control], recipe: str) -> dict[str, gr.components.Component]:
    """The components of some controls, with the values of a recipe."""
    own = values(recipe)
    return {name: kind(**options, **own[name], elem_id=f"lab-{name}") for name, (kind, options) in controls.items()}


def values(recipe: str) -> dict[str, dict[str, Any]]:
    """For each control its value in a recipe, and whether it has a meaning there."""
    plan, settings = find_recipe(recipe), settings_of(find_recipe(recipe))
    relevant = set(settings) - set(NOT_PER_STEP if plan.architecture.per_step else ())
    relevant -= {"embedding_size"} if settings["input"] != "embedding" else set()
    relevant = relevant | {"free_running"} if takes_text(plan) else relevant - {"free_running"}
    return {name: {"value": settings.get(name), "visible": name in relevant} for name in CONTROLS}


def control_updates(recipe: str, options: Mapping[str, Any] | None = None) -> list[Any]:
    """Updates of the controls after a recipe was chosen, with other values for some `options`."""
    own = values(recipe)
    for name, value in (options or {}).items():
        own[name]["value"] = value
    return [gr.update(**value, **info_update(name)) for name, value in own.items()]


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


def value_of(choice: Any) -> Any:
    """The value of a choice, which may be a pair of a title and a value."""
    return choice[1] if isinstance(choice, tuple) else choice


def info_update(name: str, error: SettingError | None = None) -> dict[str, Any]:
    """The text at a control: what is wrong with its value, or what is always there."""
    if error and error.setting == name:
        return {"info": without_name(error), "elem_classes": ["lab-wrong"]}
    return {"info": CONTROLS[name][1]["info"], "elem_classes": []}


def show_error(error: SettingError | None) -> list[Any]:
    """Updates of the controls: the one with a wrong value says why."""
    return [gr.update(**info_update(name, error)) for name in CONTROLS]


def without_name(error: SettingError) -> str:
    """The sentence as it is shown at its control, which it need not name again."""
    return sentence(ValueError(str(error).removeprefix(error.setting).strip()))


def error_in(recipe: str, settings: Mapping[str, Any]) -> SettingError | None:
    """What is wrong with settings, as far as can be told without data; None if nothing is."""
    try:
        apply_settings(recipe, settings)
    except SettingError as error:
        return error
    return None
