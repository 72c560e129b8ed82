"""Hidden states: choose a trained model, type a text, and walk through it one step at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rnn_demo.analysis.nearest_words import nearest_words
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import sentence
from rnn_demo.limits import MAX_TRACE_TOKENS
from rnn_demo.network import recurrence
from rnn_demo.ui.contracts import BackwardPayload, NearestWords, UnitWeights
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.models import Models
from rnn_demo.ui.states import figures, numpy_and_torch
from rnn_demo.ui.states.backward import gradients_of
from rnn_demo.ui.states.beside import others_of
from rnn_demo.ui.states.contracts import Others
from rnn_demo.ui.states.menu import asked, default_model, menu
from rnn_demo.ui.states.traces import Traces
from rnn_demo.ui.states.units import FINDINGS, RANGES, Refusal, SentFindings
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.payload import TEMPLATE, head_in_words, pack_array, payload
from rnn_demo.ui.viewer.ranges import UnitRanges
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets import examples
from rnn_demo.ui.widgets.notice import notice, notice_for
from rnn_demo.ui.widgets.widget import stepper, widget
from rnn_demo.zoo.recipes import RECIPES

TITLE = "Hidden states"
SUBTITLE = "look inside"
EXAMPLES_TITLE = "Examples"
NAMES = {"model": "names", "text": "Ivan"}  # what a link without a model, or a model without an example, is read with
FORECAST_READ = 48  # values that a network which forecasts reads when no text is asked for
MOST_WORDS, LONGEST_WORD = MAX_TRACE_TOKENS, 2_000  # that the nearest ones are looked up of

# The model and text to show, {"model", "text"} and more, as a link writes them; once they are shown, with the "task".
Selection = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class StatesPanel:
    """The components that show what is `current`, and that say what to show."""

    model: gr.HTML
    text: gr.Textbox
    example_row: gr.HTML
    stepper: gr.HTML
    problem: gr.HTML
    current: gr.State

    @property
    def outputs(self) -> list[Any]:
        """In the order of `show`."""
        return [self.model, self.text, self.example_row, self.stepper, self.problem, self.current]


def build(context: TabContext) -> None:
    """Lay out the tab and wire it."""
    traces = Traces(context.models)
    panel = layout(traces)
    figures.build(context.models, traces, panel.current, panel.stepper)
    numpy_and_torch.build(context.models, traces, panel.current)
    wire(context, traces, panel)


def layout(traces: Traces) -> StatesPanel:
    """The model and the text side by side, the examples, and the stepper."""
    first = default_model(traces.models)
    gr.Markdown(words("states/stepper"), elem_id="states-words")
    with gr.Row(equal_height=True, elem_id="states-asked"):
        with gr.Column(scale=2, min_width=240):
            model = widget("model_menu", "states-model", menu(traces.models, first))
        with gr.Column(scale=3, min_width=320):
            text = gr.Textbox(example(first), label="Text", max_lines=4, elem_id="states-text", submit_btn="Read")
    example_row = examples.examples("states-examples", {EXAMPLES_TITLE: example_texts(first)})
    problem = notice("states-trouble")
    return StatesPanel(
        model, text, example_row, stepper(TEMPLATE, server_functions(traces)), problem, current=gr.State(None)
    )


def server_functions(traces: Traces) -> list[Callable[[dict[str, Any]], Any]]:
    """What the stepper's script asks for by these names, each with one argument."""
    models = traces.models

    def unit_weights(place: dict[str, Any]) -> UnitWeights:
        return weights_of_unit(models, place)

    def embedding_neighbours(words: dict[str, Any]) -> NearestWords:
        return neighbours_of_words(models, words)

    def gradients(place: dict[str, Any]) -> BackwardPayload:
        return gradients_of(traces, place)

    def others(names: dict[str, Any]) -> Others:
        return others_of(models, names)

    def ranges(place: dict[str, Any]) -> UnitRanges | Refusal:
        return RANGES.of(models, place)

    def findings(place: dict[str, Any]) -> SentFindings | Refusal:
        return FINDINGS.of(models, place)

    return [unit_weights, embedding_neighbours, gradients, others, ranges, findings]


def wire(context: TabContext, traces: Traces, panel: StatesPanel) -> None:
    """Show what a link, another tab, the menu, the text box or an example asks for."""
    models, current, outputs = context.models, panel.current, panel.outputs

    def follow(request: gr.Request, opened: Selection | None, current: Selection | None) -> list[Any]:
        return show(traces, with_defaults(models, opened), current, session_of(request))

    def open_first(request: gr.Request, opened: Selection | None, current: Selection | None) -> list[Any]:
        if opened:  # `follow` shows it; a second answer would write over what the visitor types meanwhile
            return [gr.skip()] * len(outputs)
        return follow(request, None, current)

    def change_model(request: gr.Request, text: str, current: Selection | None, event: gr.EventData) -> list[Any]:
        return show(traces, with_model(models, event.name, text, current), current, session_of(request))

    def read(request: gr.Request, text: str, current: Selection | None) -> list[Any]:
        name = current["model"] if current else default_model(models)
        return show(traces, {"model": name, "text": text}, current, session_of(request))

    def refresh_menu(request: gr.Request, current: Selection | None) -> Any:
        return strict_json(menu(models, current["model"], session_of(request))) if current else gr.skip()

    def example_text(event: gr.EventData) -> str:
        return event.text

    # Once the stepper is there:
    custom_event(panel.stepper, "open")(open_first, [context.opened, current], outputs, **QUIET)
    context.opened.change(follow, [context.opened, current], outputs, **QUIET)
    custom_event(panel.model, "choose")(change_model, [panel.text, current], outputs, **QUIET)
    panel.text.submit(read, [panel.text, current], outputs, **QUIET)
    custom_event(panel.example_row, "choose")(example_text, None, panel.text, **QUIET).then(
        read, [panel.text, current], outputs, **QUIET
    )
    # A run of the lab may have ended meanwhile.
    context.tab.select(refresh_menu, current, panel.model, queue=False, **QUIET)


def example_texts(model: str | None) -> tuple[str, ...]:
    """The texts to offer for a checkpoint: those of the recipe of its name."""
    return RECIPES[model].examples if model in RECIPES else ()


def example(model: str) -> str:
    """The text that a model reads when none is asked for."""
    return (example_texts(model) or (NAMES["text"],))[0]


def with_defaults(models: Models, selection: Selection | None) -> dict[str, Any]:
    """A selection with the first model and the model's first example for what it does not name.

    A text without a model was always read by the names network, and such links are about.
    """
    selection = dict(selection or {})
    text = selection.get("text", "")
    usual = NAMES["model"] if text.strip() and NAMES["model"] in models.names() else default_model(models)
    model = selection.get("model") or usual
    return {**selection, "model": model, "text": text if text.strip() else example(model)}


def with_model(models: Models, name: str, text: str, current: Selection | None) -> dict[str, str]:
    """What to show after another model was chosen: the same text if it has the same task, else its first example."""
    try:
        same = current is not None and current["task"] == models.get(name).task
    except ValueError:
        same = True  # `show` says what is wrong with the model
    return {"model": name, "text": text if same and text.strip() else own_example(models, name) or example(name)}


def own_example(models: Models, name: str) -> str:
    """The last values of the series that a visitor's own network learnt to forecast; "" for any other model."""
    try:
        return " ".join(models.taught(name)[0].text.split()[-FORECAST_READ:]) if models.get(name).forecasts else ""
    except (ValueError, IndexError):
        return ""  # `show` says what is wrong with the model


def show(traces: Traces, selection: Selection, current: Selection | None = None, session: str = "") -> list[Any]:
    """Values for the model, the text, the examples, the stepper, the notice and what is current.

    With a problem, what is current stays and a sentence is shown; where nothing is current yet, an example is.
    """
    models = traces.models
    try:
        return values(traces, selection, session)
    except ValueError as error:
        problem = notice_for(error)
    if current:
        return [
            strict_json(menu(models, current["model"], session)),
            gr.skip(),
            gr.skip(),
            gr.skip(),
            problem,
            gr.skip(),
        ]
    for name in dict.fromkeys([selection["model"], default_model(models), *models.names()]):
        try:
            first = values(traces, {**selection, "model": name, "text": example(name)}, session)
        except ValueError:
            continue
        return [*first[:4], problem, first[5]]
    return [strict_json(menu(models, "", session)), *[gr.skip()] * 3, problem, gr.skip()]


def values(traces: Traces, selection: Selection, session: str = "") -> list[Any]:
    """The same values where all is well; ValueError, in a sentence, where the model or the text cannot be read."""
    name, text = selection["model"], selection["text"]
    models = traces.models
    model = models.get(name)
    about = asked(model, name, head_in_words(model)[0])
    return [
        strict_json(menu(models, name, session)),
        text,
        examples.new_rows({EXAMPLES_TITLE: example_texts(name)}),
        strict_json(payload(traces.of(name, text), name, model, selection, models.title(name), about)),
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


def neighbours_of_words(models: Models, asked_for: Mapping[str, Any]) -> NearestWords:
    """For each of some words the nearest ones of a checkpoint's embedding; `asked_for` names both."""
    words = asked_for.get("words")
    try:
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ValueError("the words must be a list of texts")
        if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
            raise ValueError(f"at most {MOST_WORDS} words of at most {LONGEST_WORD:,} letters are looked up at once")
        return {"nearest": nearest_words(models.get(str(asked_for.get("checkpoint"))), words)}
    except ValueError as error:
        return {"error": sentence(error)}


def session_of(request: gr.Request) -> str:
    """The name of the visitor's session; "" outside a page."""
    return str(request.session_hash or "")


def _number(value: object) -> int:
    """A whole number as a script sends it; −1, which counts nothing, for anything else."""
    return value if isinstance(value, int) and abs(value) < 2**31 else -1
