"""What the stepper is sent to open the head: pooling, logits and softmax, for the answers that it shows."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray

from rnn_demo.analysis.trace import Trace
from rnn_demo.network.arrays import Array
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.pooling import AllPoolings
from rnn_demo.ui.contracts import Head, Input

TOP = 3  # answers shown for each step
DIGITS = 5  # of the numbers of the head, after the point


def best_labels(trace: Trace) -> list[NDArray[np.intp]]:
    """For each step the numbers of the most probable labels, best first; none where these are not numbers."""
    none = np.zeros(0, dtype=np.intp)
    return [np.argsort(-p)[:TOP] if np.isfinite(p).all() else none for p in trace.probabilities]  # p is (C,)


def describe_head(trace: Trace, model: SequenceModel | None) -> Head:
    """The head of a trace; what it pools, and by which weights, is known with the model alone."""
    best, scaled_logits = best_labels(trace), trace.logits.astype(float) / trace.temperature  # (T, C)
    a = model.architecture if model else None
    return {
        "pooling": "" if a is None else "per-step" if a.per_step else a.pooling,
        "features": model.head.in_features if model else 0,
        "output": a.output if a else "softmax",
        "temperature": trace.temperature,
        "count": len(trace.labels),
        "logits": [rounded(z[k]) for z, k in zip(trace.logits, best, strict=True)],
        "parts": parts(trace, model, best) if model else [],
        "log_sum": [log_sum(z) if len(k) else None for z, k in zip(scaled_logits, best, strict=True)],
    }


def log_sum(z: Array) -> float:
    """The logarithm of the sum of e^z, from which the largest z is taken out first, so that no power is too large."""
    highest = float(z.max())
    return round(highest + math.log(float(np.exp(z - highest).sum())), 7)


@torch.inference_mode()
def parts(trace: Trace, model: SequenceModel, best: list[NDArray[np.intp]]) -> list[list[list[float | None]]]:
    """For each answer shown at a step, what each pooled vector adds to its logit, and last its bias.

    They add up to the logit. The head with a sigmoid has one output, the logit of its second label; that of the first
    is always 0.
    """
    depth = max(layer.layer for layer in trace.layers)
    h = np.concatenate([layer.quantities["h"] for layer in trace.layers if layer.layer == depth], axis=1)  # (T, D*H)
    states = torch.from_numpy(h)[None].to(model.device)
    pooling = model.pooling
    split = pooling.parts if isinstance(pooling, AllPoolings) else [pooling]
    pooled = [(states if part is None else part.so_far(states))[0].cpu().numpy() for part in split]  # each (T, F)
    weight, bias = model.head.weight.float().cpu().numpy(), model.head.bias.float().cpu().numpy()
    if model.architecture.output == "sigmoid":  # logits (0, y)
        weight, bias = np.concatenate([0 * weight, weight]), np.concatenate([0 * bias, bias])
    weights = np.split(weight, np.cumsum([part.shape[1] for part in pooled])[:-1], axis=1)  # each (C, F)
    return [
        [rounded([*(w[c] @ features[t] for w, features in zip(weights, pooled, strict=True)), bias[c]]) for c in labels]
        for t, labels in enumerate(best)
    ]


def rounded(values: Array | list[float]) -> list[float | None]:
    """Numbers for JSON; None for one that is not finite."""
    return [round(float(value), DIGITS) if math.isfinite(value) else None for value in values]


def describe_input(trace: Trace) -> Input:
    """What x_t is; of a module in a notebook nothing is known but that it was given numbers."""
    spells = trace.input == "lettered"
    return {"kind": "embedding" if spells else trace.input, "spells": spells}
