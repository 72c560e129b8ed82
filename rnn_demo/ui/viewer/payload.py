"""The stepper: the page's own drawing of a trace. Python sends the numbers once; stepping happens in the browser."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from rnn_demo.analysis.trace import Trace
from rnn_demo.figures import VIEWS
from rnn_demo.network.arrays import Array
from rnn_demo.network.cells import Cell, find_cell
from rnn_demo.network.equations import Tree, parse, textbook
from rnn_demo.network.model import SequenceModel

# One function body, in this order: `js_on_load` is a single text.
SCRIPTS = (
    "core/dom.js",
    "stepper/trace.js",
    "core/drawing.js",
    "stepper/unrolled.js",
    "stepper/cell.js",
    "stepper/unit.js",
    "stepper/export.js",
    "stepper/controls.js",
)
TOP = 3  # answers shown for each step
# What the head is given after each step, by the pooling of the model.
READS = {
    "last": "the h of the last step so far",
    "mean": "the mean of each unit of h over the steps so far",
    "max": "the largest value of each unit of h so far",
    "attention": "a weighted mean of every h so far, with weights from a small network of its own",
    "concat": "three things side by side: the last h, and the mean and the largest value of each unit so far",
    "per-step": "the h of this step alone",
}
PIECES = {"letters": "letter", "characters": "letter"}  # what a token is called, by tokenizer; else a word
TEMPLATE = """\
<div class="stepper" hidden tabindex="0" role="group"
  aria-label="The unrolled network. Arrow keys step, Home and End jump, Space plays.">
  <div class="head">
    <p class="now" aria-live="polite"></p>
    <p class="reads"></p>
    <p class="note" hidden></p>
  </div>
  <div class="bar" role="toolbar" aria-label="Steps"></div>
  <div class="stage"></div>
  <div class="legend"></div>
  <div class="bar tools" role="toolbar" aria-label="More"></div>
  <div class="under" hidden></div>
  <div class="unit" hidden></div>
  <div class="bubble" hidden></div>
</div>
"""


def payload(
    trace: Trace,
    checkpoint: str,
    model: SequenceModel | None = None,
    start: Mapping[str, Any] | None = None,
    title: str = "",
) -> str:
    """A trace as JSON with base64 float32 arrays, and the description of its cell and its head, for stepper.js.

    `start` holds the step, layer, direction, unit, view and notation to open at, as they stand in a link.
    """
    best = np.argsort(-trace.probabilities, axis=1)[:, :TOP]  # (T, 3)
    return json.dumps(
        {
            "checkpoint": checkpoint,
            "title": title or checkpoint,
            "cell": describe(model.cell if model else find_cell(trace.cell)),
            **(head(model) if model else {} if trace.labels else {"asks": ""}),
            "tokens": trace.tokens,
            "unknown": trace.unknown,
            "cut": trace.cut,
            "answers": [
                [[trace.labels[c], round(float(trace.probabilities[t, c]), 4)] for c in row]
                for t, row in enumerate(best)
            ],
            "attention": None if trace.attention is None else trace.attention.tolist(),
            "x": packed(trace.x),
            "layers": [
                {
                    "layer": layer.layer,
                    "direction": layer.direction,
                    "a_ih": packed(layer.a_ih),
                    "a_hh": packed(layer.a_hh),
                    "quantities": {name: packed(values) for name, values in layer.quantities.items()},
                    "initial": {name: packed(values) for name, values in layer.initial.items()},
                }
                for layer in trace.layers
            ],
            "figures": list(VIEWS),
            "start": dict(start or {}),
        },
        ensure_ascii=False,
    )


def head(model: SequenceModel) -> dict[str, str]:
    """In words: what a token is, what the head is asked after each step, and what it reads to answer."""
    a, piece = model.architecture, PIECES.get(model.vocabulary.tokenizer, "word")
    pooling = "per-step" if a.per_step else a.pooling
    layer = f" h is that of layer {a.num_layers}, the last." if a.num_layers > 1 else ""
    future = " The backward direction has read the rest of the text before." if a.bidirectional else ""
    return {
        "piece": piece,
        "asks": f"next {piece}" if a.per_step else "answer so far",
        "pooling": pooling,
        "reads": f"The head reads {READS[pooling]}.{layer}{future}",
    }


def describe(cell: type[Cell]) -> dict[str, Any]:
    """What the page needs to draw any cell: its names, and each quantity with its equation as a tree."""
    trees = {quantity.name: _tree(quantity.equation) for quantity in cell.quantities}
    book = textbook({name: tree for name, tree in trees.items() if tree})
    return {
        "title": cell.title,
        "gates": cell.gates,
        "state": cell.state,
        "quantities": [
            asdict(q) | {"tree": {"pytorch": trees[q.name], "textbook": book.trees.get(q.name)}}
            for q in cell.quantities
        ],
        "flipped": book.flipped,
        "note": book.note,
    }


def _tree(equation: str) -> Tree | None:
    """An equation as a tree, or None where its LaTeX is beyond the reader: the page then shows values alone."""
    try:
        return parse(equation)
    except ValueError:
        return None


def packed(array: Array) -> dict[str, Any]:
    """An array as its shape and its float32 numbers in base64, least significant byte first."""
    data = np.ascontiguousarray(array, dtype="<f4").tobytes()
    return {"shape": array.shape, "data": base64.b64encode(data).decode("ascii")}
