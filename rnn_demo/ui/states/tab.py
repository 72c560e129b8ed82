"""Hidden states: choose a trained model, type a text, and walk through it one step at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from rnn_demo.data.writing import sentence, strict_json
from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS
from rnn_demo.ui.contracts import UnitWeights
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.models import Models, display_name, is_own
from rnn_demo.ui.states import figures, numpy_and_torch
from rnn_demo.ui.states.traces import Traces
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.payload import TEMPLATE, pack_array, payload
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets import examples
from rnn_demo.ui.widgets.notice import notice, notice_for
from rnn_demo.ui.widgets.widget import stepper
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.recipes import RECIPES

TITLE = "Hidden states"
EXAMPLES_TITLE = "Examples"
FIRST = {"model": "names", "text": "Ivan"}  # shown when the tab is opened and nothing else was asked for

# The model and text to show, {"model", "text"} and more, as a link writes them; once they are shown, with the "task".
Selection = Mapping[str, Any]


def build(context: TabContext) -> None:
    """Lay out the tab and wire it."""
    models, traces = context.models, Traces(context.models)
    first = first_of(models)

    gr.Markdown(words("states"))
    with gr.Row(equal_height=True):
        # A custom value, too: a name that is gone meanwhile is answered by our sentence, not by Gradio's.
        model = gr.Dropdown(
            menu(models),
            value=first,
            label="Model",
            scale=1,
            min_width=240,
            elem_id="states-model",
            allow_custom_value=True,
        )
        text = gr.Textbox(
            FIRST["text"], label="Text", scale=3, min_width=320, max_lines=4, elem_id="states-text", submit_btn="Read"
        )
    example_row = examples.examples("states-examples", {EXAMPLES_TITLE: example_texts(first)})
    problem = notice("states-trouble")

    def unit_weights(place: dict[str, Any]) -> UnitWeights:  # the page sends one argument
        return weights_of_unit(models, place)

    stepper_widget = stepper(TEMPLATE, [unit_weights])
    current = gr.State(None)
    figures.build(models, traces, current, stepper_widget)
    numpy_and_torch.build(models, traces, current)

    def open_first(selection: Selection | None, current: Selection | None) -> list[Any]:
        return show(traces, with_defaults(models, selection), current)

    def change_model(name: str, text: str, current: Selection | None) -> list[Any]:
        if current and current["model"] == name:  # Gradio may report it twice, with the text of before
            return [*[gr.skip()] * 4, notice_for(None), gr.skip()]
        return show(traces, with_model(models, name, text, current), current)

    def read(name: str, text: str, current: Selection | None) -> list[Any]:
        return show(traces, {"model": name, "text": text}, current)

    def example_text(event: gr.EventData) -> str:
        return event.text

    outputs = [model, text, example_row, stepper_widget, problem, current]
    # Once the stepper is there:
    custom_event(stepper_widget, "open")(open_first, [context.opened, current], outputs, **QUIET)
    context.opened.change(open_first, [context.opened, current], outputs, **QUIET)
    model.input(change_model, [model, text, current], outputs, **QUIET)
    text.submit(read, [model, text, current], outputs, **QUIET)
    custom_event(example_row, "choose")(example_text, None, text, **QUIET).then(
        read, [model, text, current], outputs, **QUIET
    )


def menu(models: Models, own: str = "") -> list[tuple[str, str]]:
    """The models to choose from: what each is, in a few words, and its name; a visitor's `own` while it is shown."""
    first = [(display_name(own), own)] if is_own(own) else []
    return [*first, *((description(name), name) for name in models.names())]


def description(name: str) -> str:
    """A model's name with its cell and its size, from its metrics: nothing is loaded."""
    architecture = checkpoint.metrics(checkpoint.FOLDER / name).get("architecture")
    if not isinstance(architecture, dict) or architecture.get("cell") not in CELLS:
        return name
    layers = f"{architecture['num_layers']} × " if architecture.get("num_layers", 1) != 1 else ""
    both = ", both directions" if architecture.get("bidirectional") else ""
    return f"{name}: {CELLS[architecture['cell']].title}, {layers}{architecture.get('hidden_size', '?')} units{both}"


def example_texts(model: str | None) -> tuple[str, ...]:
    """The texts to offer for a checkpoint: those of the recipe of its name."""
    return RECIPES[model].examples if model in RECIPES else ()


def example(model: str) -> str:
    """The text that a model reads when none is asked for."""
    return (example_texts(model) or (FIRST["text"],))[0]


def first_of(models: Models) -> str:
    """The model to show when none is asked for."""
    names = models.names()
    return FIRST["model"] if FIRST["model"] in names or not names else names[0]


def with_defaults(models: Models, selection: Selection | None) -> dict[str, Any]:
    """A selection with the first model and the model's first example for what it does not name."""
    selection = dict(selection or {})
    model, text = selection.get("model") or first_of(models), selection.get("text", "")
    return {**selection, "model": model, "text": text if text.strip() else example(model)}


def with_model(models: Models, name: str, text: str, current: Selection | None) -> dict[str, str]:
    """What to show after another model was chosen: the same text if it has the same task, else its first example."""
    try:
        same = current is not None and current["task"] == models.get(name).task
    except ValueError:
        same = True  # `show` says what is wrong with the model
    return {"model": name, "text": text if same and text.strip() else example(name)}


def show(traces: Traces, selection: Selection, current: Selection | None = None) -> list[Any]:
    """Values for the model, the text, the examples, the stepper, the notice and what is current.

    With a problem, what is current stays and a sentence is shown; where nothing is current yet, an example is.
    """
    models = traces.models
    try:
        return values(traces, selection)
    except ValueError as error:
        problem = notice_for(error)
    if current:
        model = gr.Dropdown(menu(models, current["model"]), value=current["model"])
        return [model, gr.skip(), gr.skip(), gr.skip(), problem, gr.skip()]
    for name in dict.fromkeys([selection["model"], first_of(models), *models.names()]):
        try:
            first = values(traces, {**selection, "model": name, "text": example(name)})
        except ValueError:
            continue
        return [*first[:4], problem, first[5]]
    return [gr.Dropdown(menu(models)), *[gr.skip()] * 3, problem, gr.skip()]


def values(traces: Traces, selection: Selection) -> list[Any]:
    """The same values where all is well; ValueError, in a sentence, where the model or the text cannot be read."""
    name, text = selection["model"], selection["text"]
    model = traces.models.get(name)
    return [
        gr.Dropdown(menu(traces.models, name), value=name),
        text,
        examples.new_rows({EXAMPLES_TITLE: example_texts(name)}),
        strict_json(payload(traces.of(name, text), name, model, selection, display_name(name))),
        notice_for(None),
        {**selection, "task": model.task},
    ]


def weights_of_unit(models: Models, place: Mapping[str, Any]) -> UnitWeights:
    """The rows of one unit in each gate; `place` names the checkpoint, layer, direction and unit."""
    name, direction = str(place.get("checkpoint")), str(place.get("direction"))
    layer, unit = (_number(place.get(key)) for key in ("layer", "unit"))
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
    weight_ih, weight_hh, bias_ih, bias_hh = (
        pack_array(weight.detach().float().cpu().numpy()[unit::H])
        for weight in recurrence.weights_of(model.rnn, layer, suffixes[direction])
    )
    return {"weight_ih": weight_ih, "weight_hh": weight_hh, "bias_ih": bias_ih, "bias_hh": bias_hh}


def _number(value: object) -> int:
    """A whole number as a script sends it; −1, which counts nothing, for anything else."""
    return value if isinstance(value, int) and abs(value) < 2**31 else -1
