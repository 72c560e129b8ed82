"""The whole sequence in Plotly: figures that open under the stepper when a visitor asks for them."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr
from gradio.components.plot import PlotData

from rnn_demo.figures import VIEWS
from rnn_demo.figures.figure import CONFIG, Subject, layer_name
from rnn_demo.trace import Trace, record
from rnn_demo.ui.session import QUIET, Models
from rnn_demo.ui.widget import words

OF_A_LAYER = ("heat map", "path", "updates")  # the figures for which a layer is chosen
OF_A_LABEL = ("memory", "tokens", "integrated gradients")  # and those that explain a label


def build(models: Models, shown: gr.State) -> None:
    """Figures of what `shown` names, {"model", "text"}, in an accordion; Plotly loads when it is first opened."""
    is_open = gr.State(False)
    with gr.Accordion("The whole sequence", open=False, elem_id="states-figures") as panel:
        with gr.Row():
            view = gr.Radio(list(VIEWS), value=next(iter(VIEWS)), label="Figure", scale=3, elem_id="states-view")
            layer = gr.Dropdown([("layer 1", 0)], value=0, label="Layer", scale=1, min_width=120)
            quantity = gr.Dropdown(["h"], value="h", label="Quantity", scale=1, min_width=120)
            label = gr.Dropdown(
                [("the answer", "")], value="", label="Explain", scale=1, min_width=140, visible=False,
                elem_id="states-label",
            )  # fmt: skip
            grouped = gr.Checkbox(False, label="Similar units together", scale=1, min_width=120)
        about = gr.Markdown(elem_id="states-figure-words")
        plot = gr.Plot(visible=False, show_label=False, elem_id="states-plot")

    def redraw(
        opened: bool, asked: dict[str, Any] | None, view: str, layer: int, quantity: str, grouped: bool, label: str
    ) -> Any:
        if not opened or not asked:
            return [gr.skip()] * 6
        model = models.get(asked["model"])
        trace = record(model, asked["text"])
        names = {q.name: f"{q.name}, {q.title}" for q in model.cell.quantities}
        layer = layer if 0 <= layer < len(trace.layers) else len(trace.layers) - 1
        quantity = quantity if quantity in names else "h"
        label = label if label in model.labels else ""
        end = len(trace.tokens) - 1
        subject = Subject(trace, asked["model"], model, end, layer, quantity, grouped, label or None)
        return [
            gr.Plot(plot_data(view, subject), visible=True),
            gr.Dropdown(layers(trace), value=layer, visible=len(trace.layers) > 1 and view in OF_A_LAYER),
            gr.Dropdown([(title, name) for name, title in names.items()], value=quantity, visible=view == "heat map"),
            gr.Checkbox(visible=view == "heat map"),
            gr.Dropdown(
                [("the answer", ""), *((name, name) for name in model.labels)], value=label, visible=view in OF_A_LABEL
            ),
            explanations().get(view, ""),
        ]

    choices = [view, layer, quantity, grouped, label]
    outputs = [plot, layer, quantity, grouped, label, about]
    arguments: dict[str, Any] = {"inputs": [is_open, shown, *choices], "outputs": outputs}
    panel.expand(lambda: True, None, is_open, **QUIET).then(redraw, **arguments, **QUIET)
    panel.collapse(lambda: False, None, is_open, **QUIET)
    shown.change(redraw, **arguments, **QUIET)
    for changed in (view.input, layer.input, quantity.input, grouped.input, label.input):
        changed(redraw, **arguments, **QUIET)


def explanations() -> dict[str, str]:
    """What to look at in each figure: the parts of texts/figures.md by their headings."""
    parts = (part.partition("\n") for part in words("figures").split("## ")[1:])
    return {title.strip(): text.strip() for title, _, text in parts}


def plot_data(view: str, subject: Subject) -> PlotData:
    """A figure with its toolbar's settings, which gr.Plot passes on only in this form."""
    figure = json.loads(VIEWS[view](subject).to_json())
    return PlotData(type="plotly", plot=json.dumps({**figure, "config": CONFIG}))


def layers(trace: Trace) -> list[tuple[str, int]]:
    """The layers and directions of a trace, to choose from."""
    return [(layer_name(trace, layer), k) for k, layer in enumerate(trace.layers)]
