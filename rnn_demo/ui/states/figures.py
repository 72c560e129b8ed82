"""The whole sequence in Plotly: figures that open under the stepper when a visitor asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, eq=False)
class FiguresPanel:
    """The components of the accordion; `step` is what the page fills in, the step that the stepper shows."""

    accordion: gr.Accordion
    view: gr.Radio
    layer: gr.Dropdown
    quantity: gr.Dropdown
    label: gr.Dropdown
    moment: gr.Radio
    grouped: gr.Checkbox
    about: gr.Markdown
    plot: gr.Plot
    step: gr.Number

    @property
    def choices(self) -> list[Any]:
        """What a visitor may choose beside the figure."""
        return [self.layer, self.quantity, self.grouped, self.label, self.moment]


def build(models: Models, traces: Traces, current: gr.State, stepper: gr.HTML) -> None:
    """Figures of what `current` names, {"model", "text"}, in an accordion; Plotly loads when it is first opened."""
    is_open = gr.State(False)
    panel = layout()

    def draw(inputs: Values) -> Values:
        """The figure, and choices that fit the model."""
        if not inputs[is_open] or not inputs[current]:
            return {panel.plot: gr.skip()}
        try:
            return figure_and_choices(panel, models, traces, inputs, inputs[current])
        except ValueError as error:
            return {panel.plot: gr.Plot(visible=False), panel.about: sentence(error)}

    drawing: dict[str, Any] = {
        "fn": draw,
        "inputs": {is_open, current, panel.step, panel.view, *panel.choices},
        "outputs": [panel.plot, panel.about, *panel.choices],
        "js": calling("stepper/figures.js", "withStep"),
        **QUIET,
    }
    panel.accordion.expand(lambda: True, None, is_open, **QUIET).then(**drawing)
    panel.accordion.collapse(lambda: False, None, is_open, **QUIET)
    current.change(figure_to_open, current, [panel.accordion, is_open, panel.view], **QUIET).then(**drawing)
    # The stepper sends `explain` a moment after a step, while the current step is explained.
    changes = [choice.input for choice in (panel.view, *panel.choices)]
    gr.on([*changes, custom_event(stepper, "explain")], **drawing)


def layout() -> FiguresPanel:
    """The choices in a row, and below them the figure."""
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
    return FiguresPanel(accordion, view, layer, quantity, label, moment, grouped, about, plot, step)


def figure_and_choices(
    panel: FiguresPanel, models: Models, traces: Traces, inputs: Values, current: Mapping[str, Any]
) -> Values:
    """The figure that the inputs describe, of what is current; ValueError, in a sentence, where there is none."""
    name, figure = current["model"], VIEWS[inputs[panel.view]]
    model, trace = models.get(name), traces.of(name, current["text"])
    if figure.of_answers and not trace.labels:
        raise ValueError(NO_LABELS)
    titles = {q.name: f"{q.name}, {q.title}" for q in model.cell.quantities}
    step = min(max(int(inputs[panel.step] or 0), 0), len(trace.tokens) - 1)
    subject = Subject(
        trace,
        models.title(name),
        model,
        step=step,
        layer=min(max(inputs[panel.layer], 0), len(trace.layers) - 1),
        quantity=inputs[panel.quantity] if inputs[panel.quantity] in titles else "h",
        grouped=inputs[panel.grouped],
        label=inputs[panel.label] if inputs[panel.label] in model.labels else None,
        explained=step if inputs[panel.moment] == PRESENT else None,
    )
    quantities = [(title, key) for key, title in titles.items()]
    labels = [THE_ANSWER, *((each, each) for each in model.labels)]
    has_layers = figure.of_layer and len(trace.layers) > 1
    return {
        panel.plot: gr.Plot(plot_value(figure(subject)), visible=True),
        panel.layer: gr.Dropdown(layers(trace), value=subject.layer, visible=has_layers),
        panel.quantity: gr.Dropdown(quantities, value=subject.quantity, visible=figure.of_quantity),
        panel.grouped: gr.Checkbox(visible=figure.of_quantity),
        panel.label: gr.Dropdown(labels, value=subject.label or "", visible=figure.of_label),
        panel.moment: gr.Radio(visible=figure.of_label),
        panel.about: explanations().get(inputs[panel.view], ""),
    }


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
