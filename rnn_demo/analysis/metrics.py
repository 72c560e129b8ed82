"""How good is a model? The figures in `metrics.json`, the model cards and the README are computed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from rnn_demo.analysis.forecasts import compare
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.series import held_out, values_of
from rnn_demo.training.batching import Batches, check_labels
from rnn_demo.training.loss import evaluate_loss

BINS = 15  # of a reliability diagram


def evaluate(model: SequenceModel, examples: Sequence[Example]) -> dict[str, Any]:
    """Measure `model` on labelled examples.

    For a sequence task: "examples", "accuracy", "macro_f1", "majority_baseline" (the fraction of the most frequent
    label), "loss" (nats), "calibration_error" and the bins "reliability" that it comes from, "recall_by_label" for up
    to 32 labels, and "accuracy_by_kind" where the examples have kinds. For a per-step task: "examples", "steps",
    "accuracy" of the answers that are asked for, "loss" per step, and "perplexity". Of a forecast, "accuracy" is the
    share of steps at which it is nearer than the naive one, and the figures of `Comparison.measured` take the place of
    "perplexity". A task may add figures of its own.
    Raises ValueError for no examples and for a label that the model does not have.
    """
    if not examples:
        raise ValueError("there are no examples to measure on; give at least one")
    check_labels(model, examples)
    measured = _evaluate_steps(model, examples) if model.architecture.per_step else _evaluate_texts(model, examples)
    return measured | (TASKS[model.task].measure(model, examples) if model.task in TASKS else {})


def _evaluate_texts(model: SequenceModel, examples: Sequence[Example]) -> dict[str, Any]:
    targets = np.array([model.labels.index(example.label) for example in examples])
    probabilities = model.probabilities([example.text for example in examples])
    predicted, bins = probabilities.argmax(1), reliability(probabilities, targets)
    counts = np.bincount(targets, minlength=len(model.labels))
    measured: dict[str, Any] = {
        "examples": len(examples),
        "accuracy": float((predicted == targets).mean()),
        "macro_f1": macro_f1(predicted, targets),
        "majority_baseline": float(counts.max() / len(targets)),
        "loss": float(-np.log(np.maximum(probabilities[np.arange(len(targets)), targets], 1e-12)).mean()),
        "calibration_error": calibration_error(bins),
        "reliability": bins,
    }
    if len(model.labels) <= 32:
        measured["recall_by_label"] = {
            label: float((predicted[targets == c] == c).mean()) for c, label in enumerate(model.labels) if counts[c]
        }
    kinds = np.array([example.kind for example in examples])
    if kinds.any():
        measured["accuracy_by_kind"] = {
            str(kind): float((predicted == targets)[kinds == kind].mean()) for kind in np.unique(kinds)
        }
    return measured


def _evaluate_steps(model: SequenceModel, examples: Sequence[Example]) -> dict[str, Any]:
    batches = Batches(model, examples, batch_size=64, max_tokens=10_000)
    loss, accuracy = evaluate_loss(model, batches)
    measured = {"examples": len(examples), "steps": batches.counted, "accuracy": accuracy, "loss": loss}
    if not model.forecasts:
        return measured | {"perplexity": float(np.exp(loss))}
    values = values_of(examples[0])
    return measured | compare(model, values, len(values) - held_out(examples[0])).measured()


def macro_f1(predicted: np.ndarray, targets: np.ndarray) -> float:
    """The mean of 2 P R / (P + R) over the labels that occur in `targets`.

    scikit-learn's default also averages over labels that were only predicted, with a score of 0, and may be lower.
    """
    scores = []
    for c in np.unique(targets):
        hits = ((predicted == c) & (targets == c)).sum()
        scores.append(2 * hits / ((predicted == c).sum() + (targets == c).sum()))
    return float(np.mean(scores))


def reliability(probabilities: np.ndarray, targets: np.ndarray) -> list[dict[str, Any]]:
    """Accuracy by confidence, in bins of equal width, from probabilities (N, C) and targets (N,); no empty bins."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == targets
    bins = []
    for above, to in ((number / BINS, (number + 1) / BINS) for number in range(BINS)):
        inside = (confidence > above) & (confidence <= to)
        if inside.any():
            means = {"confidence": float(confidence[inside].mean()), "accuracy": float(right[inside].mean())}
            bins.append({"above": above, "to": to, "examples": int(inside.sum())} | means)
    return bins


def calibration_error(bins: Sequence[dict[str, Any]]) -> float:
    """Expected calibration error of the chosen label (Guo et al. 2017, equation 3), from the bins of `reliability`."""
    examples = sum(part["examples"] for part in bins)
    return float(sum(part["examples"] * abs(part["accuracy"] - part["confidence"]) for part in bins) / examples)


def parameters(model: torch.nn.Module) -> int:
    """The number of trainable parameters."""
    return sum(parameter.numel() for parameter in model.parameters())
