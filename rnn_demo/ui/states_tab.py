"""Hidden states: choose a trained model, type a text, and walk through it one step at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from rnn_demo import recurrence
from rnn_demo.recipes import RECIPES
from rnn_demo.trace import record
from rnn_demo.ui import figures_panel, scratch_panel
from rnn_demo.ui.session import QUIET, Models, Session
from rnn_demo.ui.stepper import packed, payload, stepper
from rnn_demo.ui.widget import sentence, words

TITLE = "Hidden states"
FIRST = {"model": "names", "text": "Ivan"}  # shown when the tab is opened and nothing else was asked for


def build(session: Session) -> dict[str, gr.components.Component]:
    """Lay out the tab and wire it; return the components that a link fills, by the name of their parameter."""
    models = session.models
    first = wish(models, None)

    gr.Markdown(words("states"))
    with gr.Row(equal_height=True):
        model = gr.Dropdown(
            models.names(), value=first["model"], label="Model", scale=1, min_width=160, elem_id="states-model"
        )
        text = gr.Textbox(first["text"], label="Text", scale=3, max_lines=4, elem_id="states-text", submit_btn="Read")
    examples = gr.Dataset(
        components=[text], samples=samples(first["model"]), label="Examples", elem_id="states-examples"
    )
    trouble = gr.Markdown(visible=False, elem_id="states-trouble")

    def unit_weights(asked: dict[str, Any]) -> dict[str, Any]:  # the page sends one argument
        return weights_of_unit(models, asked)

    view = stepper([unit_weights])
    current = gr.State(None)
    figures_panel.build(models, current)
    scratch_panel.build(models, current)

    def show(name: str, written: str) -> tuple[Any, ...]:
        return shown(models, {"model": name, "text": written})

    def open_wish(asked: Mapping[str, str] | None) -> tuple[Any, ...]:
        asked, trouble = wish(models, asked), unknown_model(models, asked)
        drawn = shown(models, asked)
        if trouble:
            drawn = (drawn[0], gr.Markdown(trouble, visible=True), drawn[2])
        return asked["model"], asked["text"], gr.Dataset(samples=samples(asked["model"])), *drawn

    def choose(name: str) -> tuple[Any, ...]:
        return open_wish({"model": name})[1:]

    drawn = [view, trouble, current]
    everything = [model, text, examples, *drawn]
    view.open(open_wish, session.opened, everything, **QUIET)  # stepper.js sends it
    session.opened.change(open_wish, session.opened, everything, **QUIET)
    model.input(choose, model, everything[1:], **QUIET)
    text.submit(show, [model, text], drawn, **QUIET)
    examples.click(lambda row: row[0], examples, text, **QUIET).then(show, [model, text], drawn, **QUIET)
    return {"model": model, "text": text}


def samples(model: str | None) -> list[list[str]]:
    """The texts to offer for a checkpoint: those of the recipe of its name, a row each."""
    return [[text] for text in RECIPES[model].examples] if model in RECIPES else []


def wish(models: Models, asked: Mapping[str, str] | None) -> dict[str, str]:
    """What is asked for, with the first model there is and its first example for what is not."""
    names = models.names()
    fallback = FIRST["model"] if FIRST["model"] in names or not names else names[0]
    asked = dict(asked or {})
    model = asked["model"] if asked.get("model") in names else fallback
    offered = samples(model) or [[FIRST["text"]]]
    text = asked.get("text", "")
    return {**asked, "model": model, "text": text if text.strip() else offered[0][0]}


def unknown_model(models: Models, asked: Mapping[str, str] | None) -> str:
    """A sentence about a model that a link names and that is not there; empty if all is well."""
    if not asked or asked.get("model", FIRST["model"]) in models.names():
        return ""
    return f"There is no model {asked.get('model')!r}; the models are {', '.join(models.names()) or 'not trained yet'}."


def weights_of_unit(models: Models, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of one unit in each gate: weight_ih (G, I), weight_hh (G, H), two biases (G,); or {"error": why}.

    `asked` names the checkpoint, layer, direction and unit.
    """
    name, direction = str(asked.get("checkpoint")), str(asked.get("direction"))
    try:
        layer, unit = (int(asked.get(key, -1)) for key in ("layer", "unit"))
        model = models.get(name)
        suffixes = dict(zip(("forward", "backward"), recurrence.suffixes(model.rnn), strict=False))
        H, L = model.architecture.hidden_size, model.architecture.num_layers
        if layer not in range(L) or unit not in range(H) or direction not in suffixes:
            raise ValueError(
                f"{name} has {L} layers of {H} units, counted from 0; not unit {unit} in layer {layer} {direction}"
            )
    except ValueError as error:
        return {"error": sentence(error)}
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    found = zip(names, recurrence.weights_of(model.rnn, layer, suffixes[direction]), strict=True)
    return {name: packed(weight.detach().float().cpu().numpy()[unit::H]) for name, weight in found}


def shown(models: Models, asked: Mapping[str, str]) -> tuple[Any, Any, Any]:
    """The stepper's value, a line of trouble, and what is shown; in trouble the last good picture stays."""
    try:
        model = models.get(asked["model"])
        trace = record(model, asked["text"])
    except ValueError as error:
        return gr.skip(), gr.Markdown(sentence(error), visible=True), gr.skip()
    return payload(trace, asked["model"], model.cell, asked), gr.Markdown(visible=False), dict(asked)
