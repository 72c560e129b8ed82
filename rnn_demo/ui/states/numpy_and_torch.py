"""NumPy and torch: the same weights in ten lines of NumPy, and how far the two are apart."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np

from rnn_demo.analysis.trace import Trace
from rnn_demo.data.wording import sentence
from rnn_demo.network.cells import TanhRNN
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.numpy_rnn import CharRNN
from rnn_demo.ui.models import Models
from rnn_demo.ui.states import numpy_gradients
from rnn_demo.ui.states.traces import Traces
from rnn_demo.ui.tab_context import QUIET

STEPS = 12  # shown in the table


@dataclass(frozen=True, eq=False)
class NumpyComparison:
    """h (T, H) and scores (T, C) of the NumPy network, and the largest difference of any of them from torch's."""

    h: np.ndarray
    y: np.ndarray
    largest_difference: float


def from_torch(model: SequenceModel) -> CharRNN | None:
    """The NumPy network with a model's weights; None unless it is one tanh layer that reads and answers symbols."""
    a = model.architecture
    if model.cell is not TanhRNN or not a.per_step or a.input != "one_hot" or a.num_layers * a.directions > 1:
        return None
    weights = {name: weight.detach().cpu().double().numpy() for name, weight in model.named_parameters()}
    return CharRNN(
        W_xh=weights["rnn.weight_ih_l0"],
        W_hh=weights["rnn.weight_hh_l0"],
        W_hy=weights["head.weight"],
        b_h=weights["rnn.bias_ih_l0"] + weights["rnn.bias_hh_l0"],
        b_y=weights["head.bias"],
    )


def compare(network: CharRNN, trace: Trace) -> NumpyComparison:
    """Read a trace's input with the NumPy network too."""
    h, y = network.forward(trace.x.astype(np.float64))
    differences = np.abs(h - trace.layers[0].quantities["h"]).max(), np.abs(y - trace.logits).max()
    return NumpyComparison(h, y, float(max(differences)))


def build(models: Models, traces: Traces, current: gr.State) -> None:
    """An accordion for those models whose weights the NumPy network can take."""
    with (
        gr.Accordion("From scratch: NumPy and torch", open=False, visible=False, elem_id="states-scratch") as accordion,
        gr.Tabs(),
    ):
        with gr.Tab("forward", elem_id="states-scratch-forward"):
            table = gr.Markdown(elem_id="states-scratch-table")
            gr.Markdown(code(CharRNN.forward))
        with gr.Tab("gradients", elem_id="states-scratch-gradients"):
            gradients = gr.Markdown(elem_id="states-scratch-backward")
            gr.Markdown(code(CharRNN.gradients))

    def update(current: Mapping[str, Any] | None) -> tuple[Any, Any, Any]:
        try:
            model = models.get(current["model"]) if current else None
            network = from_torch(model) if model else None
            if not current or model is None or network is None:
                return gr.Accordion(visible=False), gr.skip(), gr.skip()
            trace = traces.of(current["model"], current["text"])
        except ValueError as error:
            return gr.skip(), sentence(error), sentence(error)
        return (
            gr.Accordion(visible=True),
            in_words(compare(network, trace), trace),
            gradients_in_words(network, model, trace),
        )

    current.change(update, current, [accordion, table, gradients], **QUIET)


def code(function: Callable[..., Any]) -> str:
    """A method of the NumPy network, as Markdown: `gr.Code` would cost every visitor 130 KB."""
    source = textwrap.dedent(inspect.getsource(function))
    return f"`rnn_demo/network/numpy_rnn.py`, `{function.__qualname__}`\n\n```python\n{source}```"


def gradients_in_words(network: CharRNN, model: SequenceModel, trace: Trace) -> str:
    """The gradients of both as Markdown, or a sentence that says why there is no loss."""
    try:
        return numpy_gradients.in_words(numpy_gradients.compare_gradients(network, model, trace), trace.tokens)
    except ValueError as error:
        return sentence(error)


def in_words(comparison: NumpyComparison, trace: Trace) -> str:
    """The comparison as Markdown: the largest difference, and h of each step in both."""
    units = comparison.h.shape[1]
    lines = [
        "The same weights in NumPy (64-bit) and torch (32-bit): the largest difference in any h or score "
        f"is **{comparison.largest_difference:.1e}**.",
        "",
        "| step | by | " + " | ".join(f"h {k + 1}" for k in range(units)) + " |",
        "|---" * (units + 2) + "|",
    ]
    both = (("NumPy", comparison.h), ("torch", trace.layers[0].quantities["h"]))
    for t in range(min(len(trace.tokens), STEPS)):
        for name, h in both:
            lines.append(f"| {t + 1} | {name} | " + " | ".join(f"{value:.6f}" for value in h[t]) + " |")
    return "\n".join(lines)
