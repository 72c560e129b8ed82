"""What the stepper is sent to draw a trace: the numbers once; stepping then happens in the browser."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

import numpy as np

from rnn_demo.analysis.trace import LayerTrace, Trace, bad_steps
from rnn_demo.figures import VIEWS
from rnn_demo.network.arrays import Array
from rnn_demo.network.cells import Cell, find_cell
from rnn_demo.network.equations import Tree, parse, textbook
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import names, sentiment
from rnn_demo.ui.contracts import CellDescription, LayerPayload, PackedArray, QuantityDescription, Start, TracePayload
from rnn_demo.ui.viewer.head import best_labels, describe_head, describe_input
from rnn_demo.zoo.recipes import RECIPES

# What the head is given after each step, by the pooling of the model.
READS = {
    "last": "the h of the last step so far",
    "mean": "the mean of each unit of h over the steps so far",
    "max": "the largest value of each unit of h so far",
    "attention": "a weighted mean of every h so far. The weights are the attention, shown above the columns: shares of "
    "100%, from a small network of its own that sees one h at a time",
    "concat": "three things side by side: the last h, and the mean and the largest value of each unit so far",
    "per-step": "the h of this step alone",
}
BACKWARD = (
    "At step t the direction → has read the text up to t, the direction ← from the end back to t; so an “answer so "
    "far” already knows how the text ends."
)
PIECES = {
    "letters": "letter",
    "accented_letters": "letter",
    "characters": "letter",
}  # what a token is called, by tokenizer; else a word
TEMPLATE = """\
<div class="stepper" hidden tabindex="0" role="group"
  aria-label="The unrolled network. Arrow keys step, Home and End jump, Space plays.">
  <div class="head">
    <p class="now" aria-live="polite"></p>
    <p class="reads"></p>
    <div class="advice" role="group" aria-label="Larger gradients" hidden></div>
    <p class="note" data-terms hidden></p>
  </div>
  <div class="bar" role="toolbar" aria-label="Steps"></div>
  <div class="bar pass" role="toolbar" aria-label="Forward or backward" hidden></div>
  <div class="head-box" translate="no" hidden></div>
  <div class="stage" translate="no"></div>
  <div class="explains"></div>
  <div class="bar acting" role="group" aria-label="Units that act here" hidden></div>
  <div class="input-box" hidden></div>
  <div class="legend"></div>
  <div class="bar tools" role="toolbar" aria-label="More"></div>
  <div class="fold-box" hidden></div>
  <div class="under" translate="no" hidden></div>
  <div class="unit" translate="no" hidden></div>
  <div class="bubble" hidden></div>
</div>
"""


def payload(
    trace: Trace,
    checkpoint: str,
    model: SequenceModel | None = None,
    start: Mapping[str, object] | None = None,
    title: str = "",
    about: str = "",
) -> TracePayload:
    """A trace with the description of its cell and its head, for the stepper.

    `start` holds the step, layer, direction, unit, view and notation to open at, as they are written in a link;
    `about` says what the network was asked.
    """
    piece, asks, reads = head_in_words(model) if model else ("token", "answer so far" if trace.labels else "", "")
    parameters = {name: str(value) for name, value in (start or {}).items() if name in Start.__annotations__}
    return {
        "checkpoint": checkpoint,
        "title": title or checkpoint,
        "cell": describe_cell(model.cell if model else find_cell(trace.cell)),
        "piece": piece,
        "asks": asks,
        "reads": reads,
        "about": about,
        "head": describe_head(trace, model),
        "input": describe_input(trace),
        "broken": bad_steps_warning(trace),
        "tokens": list(trace.tokens),
        "unknown": list(trace.unknown),
        "answered": [token for token in trace.unknown if token in trace.labels],
        "cut": trace.cut,
        "answers": best_answers(trace),
        "forecasts": [f"{value:.5g}" for value in trace.forecasts],
        "undecided": undecided_steps(trace, model),
        "prior": shares_before(model) if model else {},
        "notation": notation_of(checkpoint),
        "advice": (names.other_alphabet("".join(trace.tokens)) or "") if is_names(model) else "",
        "attention": None if trace.attention is None else trace.attention.tolist(),
        "x": pack_array(trace.x),
        "layers": [pack_layer(layer) for layer in trace.layers],
        "figures": [name for name, view in VIEWS.items() if trace.labels or not view.of_answers],
        "start": cast(Start, parameters),
    }


def notation_of(checkpoint: str) -> str:
    """The notation of a checkpoint's equations until the reader chooses one: that of its recipe, else PyTorch's."""
    return RECIPES[checkpoint].notation if checkpoint in RECIPES else "pytorch"


def is_names(model: SequenceModel | None) -> bool:
    """Does the model say which language a name is?"""
    return model is not None and model.task == "names"


def shares_before(model: SequenceModel) -> dict[str, float]:
    """The share of each answer before anything is read, where the network learnt it."""
    return {label: round(share, 4) for label, share in names.prior(model).items()}


def undecided_steps(trace: Trace, model: SequenceModel | None) -> list[bool]:
    """Of each step, whether its best answer is too improbable to be one."""
    if is_names(model):
        return [names.is_undecided(float(p.max())) for p in trace.probabilities]
    return [len(trace.labels) == 2 and sentiment.is_undecided(float(p[1])) for p in trace.probabilities]


def best_answers(trace: Trace) -> list[list[tuple[str, float]]]:
    """For each step the most probable labels with their probabilities; none where these are not numbers."""
    best = best_labels(trace)
    return [
        [(trace.labels[c], round(float(p[c]), 4)) for c in k] for k, p in zip(best, trace.probabilities, strict=True)
    ]


def bad_steps_warning(trace: Trace) -> str:
    """A sentence that says where the numbers stop being numbers, as in a network whose training diverged; or ""."""
    if trace.first_bad_step is None:
        return ""
    titles = {quantity.name: f"the {quantity.title}" for quantity in find_cell(trace.cell).quantities}
    values = [("the input", trace.x, False)]
    for layer in trace.layers:
        where = f" of layer {layer.layer + 1}" if layer.layer or len(trace.layers) > 1 else ""
        sums = {"W_ih x + b_ih": layer.a_ih, "W_hh h + b_hh": layer.a_hh}
        for name, array in {"h": layer.quantities["h"], **layer.quantities, **sums}.items():
            values.append((titles.get(name, name) + where, array, layer.direction == "backward"))
    values += [("the answer", trace.logits, False)]
    for name, array, backward in values:
        steps = bad_steps(array)
        if steps and steps[-1 if backward else 0] == trace.first_bad_step:
            place = f"Up to step {steps[-1] + 1}," if backward else f"From step {steps[0] + 1} on,"
            return f"{place} {name} is not a number (NaN or infinite)."
    raise AssertionError("the first bad step is that of one of its arrays")


def head_in_words(model: SequenceModel) -> tuple[str, str, str]:
    """In words: what a token is, what the head is asked after each step, and what it reads to answer."""
    a, piece = model.architecture, "value" if model.forecasts else PIECES.get(model.vocabulary.tokenizer, "word")
    pooling = "per-step" if a.per_step else a.pooling
    layer = f" h is that of layer {a.num_layers}, the last." if a.num_layers > 1 else ""
    future = f" {BACKWARD}" if a.bidirectional else ""
    asks = f"next {piece}" if a.per_step else "answer so far"
    return piece, asks, f"The head reads {READS[pooling]}.{layer}{future}"


def describe_cell(cell: type[Cell]) -> CellDescription:
    """What the page needs to draw any cell: its names, and each quantity with its equation as a tree."""
    trees = {quantity.name: _tree(quantity.equation) for quantity in cell.quantities}
    book = textbook({name: tree for name, tree in trees.items() if tree})
    quantities = []
    for quantity in cell.quantities:
        description = asdict(quantity) | {
            "tree": {"pytorch": trees[quantity.name], "textbook": book.trees.get(quantity.name)}
        }
        del description["equation"]  # the tree says it
        quantities.append(cast(QuantityDescription, description))
    return {
        "title": cell.title,
        "gates": list(cell.gates),
        "state": list(cell.state),
        "quantities": quantities,
        "flipped": list(book.flipped),
        "note": book.note,
    }


def _tree(equation: str) -> Tree | None:
    """An equation as a tree, or None where its LaTeX is beyond the reader: the page then shows values alone."""
    try:
        return parse(equation)
    except ValueError:
        return None


def pack_layer(layer: LayerTrace) -> LayerPayload:
    return {
        "layer": layer.layer,
        "direction": layer.direction,
        "a_ih": pack_array(layer.a_ih),
        "a_hh": pack_array(layer.a_hh),
        "quantities": {name: pack_array(values) for name, values in layer.quantities.items()},
        "initial": {name: pack_array(values) for name, values in layer.initial.items()},
    }


def pack_array(array: Array) -> PackedArray:
    """An array as its shape and its float32 numbers in base64, least significant byte first."""
    data = np.ascontiguousarray(array, dtype="<f4").tobytes()
    return {"shape": list(array.shape), "data": base64.b64encode(data).decode("ascii")}
