"""The controls of the lab: one for each setting, which itself says what is wrong with its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from rnn_demo.experiments.run_config import Refused, apply_settings, presets, settings_of, takes_text
from rnn_demo.network.cells import CELLS
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.training.config import OPTIMIZERS, SCHEDULES
from rnn_demo.ui.widgets.widget import sentence
from rnn_demo.zoo.recipes import find_recipe

Make = Callable[..., gr.components.Component]


def whole(label: str, info: str = "") -> tuple[Make, dict[str, Any]]:
    return gr.Number, {"label": label, "precision": 0, "min_width": 100, "info": info}


def real(label: str, info: str = "") -> tuple[Make, dict[str, Any]]:
    return gr.Number, {"label": label, "min_width": 100, "info": info}


def one_of(label: str, choices: Any, info: str = "") -> tuple[Make, dict[str, Any]]:
    return gr.Dropdown, {"label": label, "choices": choices, "min_width": 130, "info": info}


FIRST: dict[str, tuple[Make, dict[str, Any]]] = {
    "cell": (gr.Radio, {"label": "Cell", "choices": [(cell.title, name) for name, cell in CELLS.items()], "info": ""}),
    "hidden_size": whole("Hidden units"),
    "num_layers": whole("Layers"),
    "learning_rate": real("Learning rate"),
    "batch_size": whole("Batch size"),
    "epochs": whole("Epochs"),
    "distance": whole("Distance", "steps to remember over"),
}
MORE: dict[str, tuple[Make, dict[str, Any]]] = {
    "optimizer": one_of("Optimizer", list(OPTIMIZERS)),
    "schedule": one_of("Learning rate over time", list(SCHEDULES)),
    "clip_norm": real("Clip gradients at", "a norm; 0 means never"),
    "max_tokens": whole("Sequence length", "tokens, at most"),
    "embedding_size": whole("Embedding size"),
    "pooling": one_of("Pooling", list(POOLINGS)),
    "bidirectional": one_of("Directions", [("forward", False), ("both", True)]),
    "dropout": real("Dropout", "0 to below 1"),
    "weight_decay": real("Weight decay"),
    "count": whole("Examples"),
    "seed": whole("Seed"),
    "free_running": (
        gr.Radio,
        {
            "label": "During training it reads",
            "choices": [("the correct characters (teacher forcing)", 0.0), ("its own answers (free running)", 1.0)],
            "info": "",
        },
    ),
}
CONTROLS = FIRST | MORE
NOT_PER_STEP = ("pooling", "bidirectional")  # settings that mean nothing where every step has its own answer


def make(names: Mapping[str, Any], recipe: str) -> dict[str, gr.components.Component]:
    """The components of some controls, with the values of a recipe."""
    filled = values(recipe)
    return {
        name: kind(**options, value=filled[name]["value"], visible=filled[name]["visible"], elem_id=f"lab-{name}")
        for name, (kind, options) in names.items()
    }


def values(recipe: str) -> dict[str, dict[str, Any]]:
    """For each control its value in a recipe, and whether it has a meaning there."""
    settings, per_step = settings_of(find_recipe(recipe)), find_recipe(recipe).architecture.per_step
    relevant = {name for name in CONTROLS if is_relevant(name, settings, per_step, recipe)}
    return {name: {"value": settings.get(name), "visible": name in relevant} for name in CONTROLS}


def is_relevant(name: str, settings: Mapping[str, Any], per_step: bool, recipe: str) -> bool:
    if name == "free_running":
        return takes_text(find_recipe(recipe))
    if name == "embedding_size":
        return settings["input"] == "embedding"
    return name in settings and not (per_step and name in NOT_PER_STEP)


def fill(recipe: str, options: Mapping[str, Any] | None = None) -> list[Any]:
    """Updates of the controls after a recipe was chosen, with other values for some `options`."""
    filled = values(recipe)
    for name, value in (options or {}).items():
        filled[name]["value"] = value
    return [gr.update(**value, **told("", name)) for name, value in filled.items()]


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
        offered = dict(CONTROLS[name][1]).get("choices")
        if wrong_with(recipe, {name: value}) is None and (offered is None or value in map(value_of, offered)):
            options[name] = value
    return recipe, options


def value_of(choice: Any) -> Any:
    """The value of a choice, which may be a pair of a title and a value."""
    return choice[1] if isinstance(choice, tuple) else choice


def told(trouble: str, name: str) -> dict[str, Any]:
    """The text at a control: what is wrong with its value, or what is always there."""
    usual = CONTROLS[name][1]["info"]
    return {"info": trouble or usual, "elem_classes": ["lab-wrong"] if trouble else []}


def blame(error: Refused | None) -> list[Any]:
    """Updates of the controls: the one with a wrong value says why, the others show nothing."""
    says = {error.setting: at_control(error)} if error else {}
    return [gr.update(**told(says.get(name, ""), name)) for name in CONTROLS]


def at_control(error: Refused) -> str:
    """The sentence as it is shown at its control, which it need not name again."""
    return sentence(ValueError(str(error).removeprefix(error.setting).strip()))


def wrong_with(recipe: str, settings: Mapping[str, Any]) -> Refused | None:
    """What is wrong with settings, as far as can be told without data; None if nothing is."""
    try:
        apply_settings(recipe, settings)
    except Refused as error:
        return error
    return None
