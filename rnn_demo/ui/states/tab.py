"""Hidden states: choose a trained model, type a text, and walk through it one step at a time."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import gradio as gr

from rnn_demo.analysis.trace import record
from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS
from rnn_demo.ui.session import QUIET, Models, Session, called, is_own
from rnn_demo.ui.states import figures, numpy_side_by_side
from rnn_demo.ui.states.stepper import stepper
from rnn_demo.ui.viewer.payload import packed, payload
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.examples import examples, told
from rnn_demo.ui.widgets.widget import sentence
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.recipes import RECIPES

TITLE = "Hidden states"
TO_TRY = "Examples"
FIRST = {"model": "names", "text": "Ivan"}  # shown when the tab is opened and nothing else was asked for


def build(session: Session) -> dict[str, gr.components.Component]:
    """Lay out the tab and wire it; return the components that a link fills, by the name of their parameter."""
    models = session.models
    first = first_of(models)

    gr.Markdown(words("states"))
    with gr.Row(equal_height=True):
        model = gr.Dropdown(
            menu(models), value=first, label="Model", scale=1, min_width=240, elem_id="states-model",
            allow_custom_value=True,  # a name that is gone meanwhile is answered by our sentence, not by Gradio's
        )  # fmt: skip
        text = gr.Textbox(
            FIRST["text"], label="Text", scale=3, min_width=320, max_lines=4, elem_id="states-text", submit_btn="Read"
        )
    offered = examples("states-examples", {TO_TRY: samples(first)})
    trouble = gr.HTML(visible=False, elem_id="states-trouble", padding=False)

    def unit_weights(asked: dict[str, Any]) -> dict[str, Any]:  # the page sends one argument
        return weights_of_unit(models, asked)

    view = stepper([unit_weights])
    current = gr.State(None)
    figures.build(models, current, view)
    numpy_side_by_side.build(models, current)

    def chosen(event: gr.EventData) -> str:
        return event.text

    def open_wish(asked: Mapping[str, str] | None, current: Mapping[str, Any] | None) -> list[Any]:
        return shown(models, wish(models, asked), current)

    def choose(name: str, written: str, current: Mapping[str, Any] | None) -> list[Any]:
        if current and current["model"] == name:  # Gradio may say it twice, with the text of before
            return [*[gr.skip()] * 4, gr.HTML("", visible=False), gr.skip()]
        return shown(models, switched(models, name, written, current), current)

    def show(name: str, written: str, current: Mapping[str, Any] | None) -> list[Any]:
        return shown(models, {"model": name, "text": written}, current)

    everything = [model, text, offered, view, trouble, current]
    view.open(open_wish, [session.opened, current], everything, **QUIET)  # stepper.js sends it
    session.opened.change(open_wish, [session.opened, current], everything, **QUIET)
    model.input(choose, [model, text, current], everything, **QUIET)
    text.submit(show, [model, text, current], everything, **QUIET)
    picked = offered.choose(chosen, None, text, **QUIET)
    picked.then(show, [model, text, current], everything, **QUIET)
    return {"model": model, "text": text}


def menu(models: Models, shown: str = "") -> list[tuple[str, str]]:
    """The models to choose from: what each is, in a few words, and its name; a visitor's own while it is shown."""
    own = [(called(shown), shown)] if is_own(shown) else []
    return [*own, *((described(name), name) for name in models.names())]


def described(name: str) -> str:
    """A model's name with its cell and its size, as its metrics tell them: nothing is loaded."""
    made = checkpoint.metrics(checkpoint.FOLDER / name).get("architecture")
    if not isinstance(made, dict) or made.get("cell") not in CELLS:
        return name
    layers = f"{made['num_layers']} × " if made.get("num_layers", 1) != 1 else ""
    both = ", both ways" if made.get("bidirectional") else ""
    return f"{name}: {CELLS[made['cell']].title}, {layers}{made.get('hidden_size', '?')} units{both}"


def samples(model: str | None) -> tuple[str, ...]:
    """The texts to offer for a checkpoint: those of the recipe of its name."""
    return RECIPES[model].examples if model in RECIPES else ()


def example(model: str) -> str:
    """The text that a model reads when none is asked for."""
    return (samples(model) or (FIRST["text"],))[0]


def first_of(models: Models) -> str:
    """The model to show when none is asked for."""
    names = models.names()
    return FIRST["model"] if FIRST["model"] in names or not names else names[0]


def wish(models: Models, asked: Mapping[str, str] | None) -> dict[str, str]:
    """What is asked for, with the first model and the model's first example for what is not."""
    asked = dict(asked or {})
    model, text = asked.get("model") or first_of(models), asked.get("text", "")
    return {**asked, "model": model, "text": text if text.strip() else example(model)}


def switched(models: Models, name: str, written: str, current: Mapping[str, Any] | None) -> dict[str, str]:
    """What to show after another model was chosen: the same text if it has the same task, else its first example."""
    try:
        same = current is not None and current["task"] == models.get(name).task
    except ValueError:
        same = True  # `shown` says what is wrong with the model
    return {"model": name, "text": written if same and written.strip() else example(name)}


def shown(models: Models, asked: Mapping[str, str], current: Mapping[str, Any] | None = None) -> list[Any]:
    """Values for the model, text, examples, view, trouble and what is drawn, {"model", "text", "task", ...}.

    In trouble all that is drawn stays, with a sentence; where nothing is drawn yet, an example is.
    """
    try:
        return drawn(models, asked)
    except ValueError as error:
        trouble = notice(error)
    if current:
        kept = gr.Dropdown(menu(models, current["model"]), value=current["model"])
        return [kept, gr.skip(), gr.skip(), gr.skip(), trouble, gr.skip()]
    for name in dict.fromkeys([asked["model"], first_of(models), *models.names()]):
        try:
            first = drawn(models, {**asked, "model": name, "text": example(name)})
        except ValueError:
            continue
        return [*first[:4], trouble, first[5]]
    return [gr.Dropdown(menu(models)), *[gr.skip()] * 3, trouble, gr.skip()]


def drawn(models: Models, asked: Mapping[str, str]) -> list[Any]:
    """The same values where all is well; ValueError, in a sentence, where the model or the text cannot be read."""
    name, text = asked["model"], asked["text"]
    model = models.get(name)
    picture = payload(record(model, text), name, model, asked, called(name))
    chosen = gr.Dropdown(menu(models, name), value=name)
    now = {**asked, "task": model.task}
    return [chosen, text, told({TO_TRY: samples(name)}), picture, gr.HTML("", visible=False), now]


def notice(error: Exception) -> Any:
    """A sentence about an error. It may repeat what a link says, so it is escaped: text, never markup."""
    return gr.HTML(f'<p class="rnn-notice" role="alert">{html.escape(sentence(error))}</p>', visible=True)


def _number(value: object) -> int:
    """A whole number as a script sends it; −1, which counts nothing, for anything else."""
    return value if isinstance(value, int) and abs(value) < 2**31 else -1


def weights_of_unit(models: Models, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of one unit in each gate: weight_ih (G, I), weight_hh (G, H), two biases (G,); or {"error": why}.

    `asked` names the checkpoint, layer, direction and unit.
    """
    name, direction = str(asked.get("checkpoint")), str(asked.get("direction"))
    layer, unit = (_number(asked.get(key)) for key in ("layer", "unit"))
    try:
        model = models.get(name)
        suffixes = dict(zip(("forward", "backward"), recurrence.suffixes(model.rnn), strict=False))
        H, L = model.architecture.hidden_size, model.architecture.num_layers
        if layer not in range(L) or unit not in range(H) or direction not in suffixes:
            raise ValueError(
                f"{name} has {L} layers of {H} units, counted from 0; not unit {unit} in layer {layer} {direction[:20]}"
            )
    except ValueError as error:
        return {"error": sentence(error)}
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    found = zip(names, recurrence.weights_of(model.rnn, layer, suffixes[direction]), strict=True)
    return {name: packed(weight.detach().float().cpu().numpy()[unit::H]) for name, weight in found}
