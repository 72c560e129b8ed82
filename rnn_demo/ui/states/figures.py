"""The whole sequence in Plotly: figures that open under the stepper when a visitor asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from rnn_demo.analysis.trace import Trace, record
from rnn_demo.figures import VIEWS
from rnn_demo.figures.figure import Subject, layer_name
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.session import QUIET, Models, called
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.plots import plotted

OF_A_LAYER = ("heat map", "path", "updates")  # the figures for which a layer is chosen
OF_A_LABEL = ("memory", "tokens", "integrated gradients")  # and those that explain a label


LAST, PRESENT = "the last step", "the present step"
# The step that the page shows, for a handler whose last input is a number: stepping itself asks the server nothing.
PRESENT_STEP = "(...inputs) => [...inputs.slice(0, -1), document.querySelector('#stepper .slider').value - 1]"


def build(models: Models, shown: gr.State, stepper: gr.HTML) -> None:
    """Figures of what `shown` names, {"model", "text"}, in an accordion; Plotly loads when it is first opened."""
    is_open = gr.State(False)
    with gr.Accordion("The whole sequence", open=False, elem_id="states-figures") as panel:
        with gr.Row():
            view = gr.Radio(list(VIEWS), value=next(iter(VIEWS)), label="Figure", scale=3, elem_id="states-view")
            layer = gr.Dropdown([("layer 1", 0)], value=0, label="Layer", scale=1, min_width=170)
            quantity = gr.Dropdown(["h"], value="h", label="Quantity", scale=1, min_width=170)
            label = gr.Dropdown(
                [("the answer", "")], value="", label="Explain", scale=1, min_width=140, visible=False,
                elem_id="states-label",
            )  # fmt: skip
            after = gr.Radio(
                [LAST, PRESENT], value=LAST, label="as it is after", scale=1, min_width=140, visible=False,
                elem_id="states-after",
            )  # fmt: skip
            grouped = gr.Checkbox(False, label="Similar units together", scale=1, min_width=120)
        about = gr.Markdown(elem_id="states-figure-words")
        plot = gr.Plot(visible=False, show_label=False, elem_id="states-plot")
    step = gr.Number(0, visible=False)

    def redraw(
        opened: bool, asked: dict[str, Any] | None, view: str, layer: int, quantity: str, grouped: bool, label: str,
        after: str, step: float | None,
    ) -> Any:  # fmt: skip
        if not opened or not asked:
            return [gr.skip()] * 7
        model = models.get(asked["model"])
        trace = record(model, asked["text"])
        names = {q.name: f"{q.name}, {q.title}" for q in model.cell.quantities}
        layer = layer if 0 <= layer < len(trace.layers) else len(trace.layers) - 1
        quantity = quantity if quantity in names else "h"
        label = label if label in model.labels else ""
        now = min(max(int(step or 0), 0), len(trace.tokens) - 1)
        explained = now if after == PRESENT else None
        subject = Subject(trace, called(asked["model"]), model, now, layer, quantity, grouped, label or None, explained)
        explains = view in OF_A_LABEL
        return [
            gr.Plot(plotted(VIEWS[view](subject)), visible=True),
            gr.Dropdown(layers(trace), value=layer, visible=len(trace.layers) > 1 and view in OF_A_LAYER),
            gr.Dropdown([(title, name) for name, title in names.items()], value=quantity, visible=view == "heat map"),
            gr.Checkbox(visible=view == "heat map"),
            gr.Dropdown([("the answer", ""), *((name, name) for name in model.labels)], value=label, visible=explains),
            gr.Radio(visible=explains),
            explanations().get(view, ""),
        ]

    choices = [view, layer, quantity, grouped, label, after, step]
    outputs = [plot, layer, quantity, grouped, label, after, about]
    drawing: dict[str, Any] = {
        "fn": redraw, "inputs": [is_open, shown, *choices], "outputs": outputs, "js": PRESENT_STEP, **QUIET
    }  # fmt: skip
    panel.expand(lambda: True, None, is_open, **QUIET).then(**drawing)
    panel.collapse(lambda: False, None, is_open, **QUIET)
    shown.change(wished, shown, [panel, is_open, view], **QUIET).then(**drawing)
    changed = [view.input, layer.input, quantity.input, grouped.input, label.input, after.input]
    # stepper.js sends `explain` a moment after a step, while the present step is explained
    gr.on([*changed, custom_event(stepper, "explain")], **drawing)


def wished(asked: Mapping[str, Any] | None) -> Any:
    """Open the panel with the figure that a link names; leave it as it is where none is named."""
    figure = (asked or {}).get("figure")
    return (gr.Accordion(open=True), True, figure) if figure in VIEWS else [gr.skip()] * 3


def explanations() -> dict[str, str]:
    """What to look at in each figure: the parts of texts/figures.md by their headings."""
    parts = (part.partition("\n") for part in words("figures").split("## ")[1:])
    return {title.strip(): text.strip() for title, _, text in parts}


def layers(trace: Trace) -> list[tuple[str, int]]:
    """The layers and directions of a trace, to choose from."""
    return [(layer_name(trace, layer), k) for k, layer in enumerate(trace.layers)]
