"""The whole sequence in Plotly: figures that open under the stepper when a visitor asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from rnn_demo.analysis.trace import Trace
from rnn_demo.data.wording import sentence
from rnn_demo.figures import VIEWS
from rnn_demo.figures.figure import Subject, layer_name
from rnn_demo.ui.gradio_compat import custom_event, plot_value
from rnn_demo.ui.models import Models
from rnn_demo.ui.scripts import calling
from rnn_demo.ui.states.traces import Traces
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words

Values = dict[Any, Any]  # by component

PRESENT = "present"
NO_LABELS = (
    "This network forecasts a number and has no labels to compare: choose the heat map, the path or the updates."
)
MOMENTS = [("the last step", "last"), ("the current step", PRESENT)]  # after which an answer is explained
THE_ANSWER = ("the answer", "")


def build(models: Models, traces: Traces, current: gr.State, stepper: gr.HTML) -> None:
    """Figures of what `current` names, {"model", "text"}, in an accordion; Plotly loads when it is first opened."""
    is_open = gr.State(False)
    with gr.Accordion("The whole sequence", open=False, elem_id="states-figures") as accordion:
        with gr.Row():
            view = gr.Radio(list(VIEWS), value=next(iter(VIEWS)), label="Figure", scale=3, elem_id="states-view")
            layer = gr.Dropdown([("layer 1", 0)], value=0, label="Layer", scale=1, min_width=170)
            quantity = gr.Dropdown(["h"], value="h", label="Quantity", scale=1, min_width=170)
            label = gr.Dropdown(
                [THE_ANSWER], value="", label="Explain which answer", scale=1, min_width=140, visible=False
            )
            moment = gr.Radio(
                MOMENTS, value="last", label="at which step", min_width=140, visible=False, elem_id="states-after"
            )
            grouped = gr.Checkbox(False, label="Group similar units", scale=1, min_width=120)
        about = gr.Markdown(elem_id="states-figure-words")
        plot = gr.Plot(visible=False, show_label=False, elem_id="states-plot")
    step = gr.Number(0, visible=False)  # the last of the inputs, which the page fills in

    def draw(inputs: Values) -> Values:
        """The figure, and choices that fit the model."""
        if not inputs[is_open] or not inputs[current]:
            return {plot: gr.skip()}
        name, figure = inputs[current]["model"], VIEWS[inputs[view]]
        try:
            model, trace = models.get(name), traces.of(name, inputs[current]["text"])
        except ValueError as error:
            return {plot: gr.Plot(visible=False), about: sentence(error)}
        if figure.of_answers and not trace.labels:
            return {plot: gr.Plot(visible=False), about: NO_LABELS}
        titles = {q.name: f"{q.name}, {q.title}" for q in model.cell.quantities}
        subject = Subject(
            trace,
            models.title(name),
            model,
            step=min(max(int(inputs[step] or 0), 0), len(trace.tokens) - 1),
            layer=min(max(inputs[layer], 0), len(trace.layers) - 1),
            quantity=inputs[quantity] if inputs[quantity] in titles else "h",
            grouped=inputs[grouped],
            label=inputs[label] if inputs[label] in model.labels else None,
        )
        if inputs[moment] == PRESENT:
            subject = replace(subject, explained=subject.step)
        labels = [THE_ANSWER, *((each, each) for each in model.labels)]
        return {
            plot: gr.Plot(plot_value(figure(subject)), visible=True),
            layer: gr.Dropdown(layers(trace), value=subject.layer, visible=figure.of_layer and len(trace.layers) > 1),
            quantity: gr.Dropdown(
                [(title, key) for key, title in titles.items()], value=subject.quantity, visible=figure.of_quantity
            ),
            grouped: gr.Checkbox(visible=figure.of_quantity),
            label: gr.Dropdown(labels, value=subject.label or "", visible=figure.of_label),
            moment: gr.Radio(visible=figure.of_label),
            about: explanations().get(inputs[view], ""),
        }

    choices: list[Any] = [view, layer, quantity, grouped, label, moment]
    drawing: dict[str, Any] = {
        "fn": draw,
        "inputs": {is_open, current, step, *choices},
        "outputs": [plot, about, *choices[1:]],
        "js": calling("stepper/figures.js", "withStep"),
        **QUIET,
    }
    accordion.expand(lambda: True, None, is_open, **QUIET).then(**drawing)
    accordion.collapse(lambda: False, None, is_open, **QUIET)
    current.change(figure_to_open, current, [accordion, is_open, view], **QUIET).then(**drawing)
    # The stepper sends `explain` a moment after a step, while the current step is explained.
    gr.on([*(choice.input for choice in choices), custom_event(stepper, "explain")], **drawing)


def figure_to_open(current: Mapping[str, Any] | None) -> Any:
    """Open the accordion with the figure that a link names; leave it as it is where none is named."""
    figure = (current or {}).get("figure")
    return (gr.Accordion(open=True), True, figure) if figure in VIEWS else [gr.skip()] * 3


def explanations() -> dict[str, str]:
    """What to look at in each figure: the parts of texts/states/figures.md by their headings."""
    parts = (part.partition("\n") for part in words("states/figures").split("## ")[1:])
    return {title.strip(): text.strip() for title, _, text in parts}


def layers(trace: Trace) -> list[tuple[str, int]]:
    """The layers and directions of a trace, to choose from."""
    return [(layer_name(trace, layer), k) for k, layer in enumerate(trace.layers)]
