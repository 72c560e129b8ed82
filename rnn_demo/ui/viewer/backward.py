"""What the stepper is sent to draw a backward pass: every gradient once; stepping then happens in the browser."""

from __future__ import annotations

import math

import numpy as np

from rnn_demo.analysis.backward_pass import BackwardPass, Doubles, LayerGradients
from rnn_demo.analysis.trace import Trace
from rnn_demo.data.json_text import finite
from rnn_demo.network.model import SequenceModel
from rnn_demo.ui.contracts import BackwardPayload, LayerGradientsPayload
from rnn_demo.ui.viewer.payload import pack_array

MOST_LABELS = 12  # answers whose loss can be chosen: the most probable ones
SURE = 0.95  # with a more probable answer, the loss and all of its gradients are small
# By which way the loss comes in, by the pooling of the model.
ENTERS = {
    "last": "The head reads the last h, so the gradient enters there",
    "mean": "The head reads the mean of every h, so the loss sends a gradient straight into every step",
    "max": "The head reads each unit's largest value, so the loss sends a gradient straight into the step that had it",
    "attention": "The head reads a weighted mean of every h, so the loss sends a gradient straight into every step",
    "concat": "The head reads the last h, the mean and the largest values, so the loss sends a gradient straight into "
    "every step",
    "per-step": "The head reads the last h alone, so the gradient enters there",
    "every step": "Each step's loss sends its gradient into the h of that step, where it meets what comes back from "
    "the later ones; the two add up",
}


def backward_payload(gradients: BackwardPass, trace: Trace, model: SequenceModel, fresh: bool) -> BackwardPayload:
    """A backward pass of the text of a trace for the stepper; `fresh` says whether of new weights."""
    return {
        "label": gradients.label,
        "labels": most_probable(trace, gradients.label),
        "loss": finite(gradients.loss),
        "losses": [None if loss is None else finite(loss) for loss in gradients.losses],
        "targets": list(gradients.targets),
        "says": in_words(gradients, trace, model, fresh),
        "x": lengths(gradients.x),
        "layers": [layer_payload(layer) for layer in gradients.layers],
    }


def layer_payload(layer: LayerGradients) -> LayerGradientsPayload:
    return {
        "total": {name: pack_array(rows.astype(np.float32)) for name, rows in layer.total.items()},
        "norms": {name: lengths(rows) for name, rows in layer.total.items()},
        "above": {
            name: lengths(layer.above if name == "h" else rows - layer.carried[name])
            for name, rows in layer.total.items()
        },
        "carried": {name: lengths(rows) for name, rows in layer.carried.items()},
    }


def lengths(rows: Doubles) -> list[float | None]:
    """The length of each row of (T, H); None where it is no number."""
    return list(finite(np.linalg.norm(rows, axis=1)))


def most_probable(trace: Trace, label: str) -> list[str]:
    """The labels that the trained network finds most probable after the last token, with the chosen one among them."""
    probabilities = np.nan_to_num(trace.probabilities[-1], nan=0.0)
    best = [trace.labels[k] for k in np.argsort(-probabilities)[:MOST_LABELS]]
    return best if label in best else [*best[:-1], label]


def answer_of(trace: Trace) -> str:
    """The answer that the trained network gives after the last token."""
    return trace.labels[int(np.nan_to_num(trace.probabilities[-1], nan=0.0).argmax())]


def in_words(gradients: BackwardPass, trace: Trace, model: SequenceModel, fresh: bool) -> str:
    """Which loss it is, how large, and where its gradient enters."""
    a = model.architecture
    gives = "what the trained network answers" if fresh else "what the network answers"
    whose = gives if gradients.label == answer_of(trace) else "not " + gives
    weights = " with fresh weights, before any training" if fresh else ""
    loss = f"{gradients.loss:.2g}" if math.isfinite(gradients.loss) else "not a number"
    several = sum(target is not None for target in gradients.targets) > 1
    if several:
        parts = [
            f"The loss is L = {loss}{weights}: the sum of −log p over all steps, where p is the probability of what is "
            f"right at that step, and at the last one of “{gradients.label}” ({whose})."
        ]
    else:
        parts = [f"The loss is L = −log p(“{gradients.label}”) = {loss} after the last token{weights} ({whose})."]
    has_two_ends = a.bidirectional and a.pooling in ("last", "concat")
    ends = ", and in the backward direction (←) at the first token" if has_two_ends else ""
    parts.append(f"{ENTERS['every step' if several else 'per-step' if a.per_step else a.pooling]}{ends}.")
    if a.num_layers > 1:
        parts.append("A lower layer is sent its gradient by the layer above, at every step.")
    if math.exp(-gradients.loss) > SURE:
        parts.append("The network is sure of it, so every gradient is small: compare the factors, or choose another.")
    return " ".join(parts)
