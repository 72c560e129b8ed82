"""The model card of a checkpoint: what it is, what it learnt from, how good it is; every figure is from its metrics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rnn_demo.analysis import calibration
from rnn_demo.zoo.checkpoint import PICTURE

_SHOWN = {
    "examples": "{:,}", "accuracy": "{:.4f}", "macro_f1": "{:.4f}", "majority_baseline": "{:.4f}",
    "loss": "{:.4f}", "calibration_error": "{:.4f}", "perplexity": "{:.3f}",
}  # fmt: skip


def card(name: str, title: str, terms: str, metrics: dict[str, Any]) -> str:
    """The card as Markdown, with the front matter that the Hugging Face Hub reads."""
    architecture, training = metrics["architecture"], metrics["training"]
    lines = [
        "---",
        "license: mit",
        "library_name: rnn_demo",
        f"tags: [recurrent-neural-network, {architecture['cell'].replace('_', '-')}, {metrics['task']}]",
        "---",
        f"# {name}",
        "",
        f"{title}. {metrics['parameters']:,} parameters, made by",
        "",
        f"    {metrics['command']}",
        "",
        f"Data: {terms}. Only the weights are here, not the data.",
        "",
        "## Measured",
        "",
        "| on | " + " | ".join(_SHOWN).replace("_", " ") + " |",
        "|---" * (len(_SHOWN) + 1) + "|",
    ]
    for part, measured in metrics["measured"].items():
        cells = (form.format(measured[key]) if key in measured else "" for key, form in _SHOWN.items())
        lines.append(f"| {part} | " + " | ".join(cells) + " |")
    for part, measured in metrics["measured"].items():
        recalls = measured.get("recall_by_label", {})
        if recalls:
            lines += ["", f"Recall by label on {part}: " + ", ".join(f"{k} {v:.3f}" for k, v in recalls.items()) + "."]
        kinds = measured.get("accuracy_by_kind", {})
        if kinds:
            lines += ["", f"Accuracy by kind on {part}: " + ", ".join(f"{k} {v:.3f}" for k, v in kinds.items()) + "."]
        if "threshold" in measured:
            lines += ["", f"At the threshold {measured['threshold']:.2f} on {part}: {_at_threshold(measured)}."]
    lines += [
        "",
        f"Losses are in nats. Trained for {len(metrics['epochs'])} epochs in {metrics['train_seconds']:.1f} s on "
        f"{metrics['device']}, seed {metrics['seed']}"
        + (f"; final summed loss {metrics['summed_loss']:.4f}." if metrics["epochs"] else "."),
        *_reading(metrics.get("pretraining")),
        *_teaching(metrics.get("teaching", ())),
        *_reliability(metrics["measured"]),
        "",
        "## Settings",
        "",
        "| option | value |",
        "|---|---|",
        *(f"| {key} | {value} |" for key, value in (architecture | training).items()),
        "",
        "## Limits",
        "",
        "It knows what stands in its data and nothing else. It is for teaching: decide nothing about people with it.",
    ]
    return "\n".join(lines) + "\n"


def _at_threshold(measured: dict[str, Any]) -> str:
    told = {"answered_right": "{:.1%} of the questions with an answer are answered rightly",
            "refused": "{:.1%} of those without one are refused",
            "auc": "the area under the curve is {:.3f}"}  # fmt: skip
    return ", ".join(form.format(measured[key]) for key, form in told.items() if key in measured)


def picture(name: str, metrics: dict[str, Any]) -> str:
    """The reliability diagram that the card shows, as SVG; empty if too few examples were measured."""
    shown = calibration.worth_showing(metrics["measured"])
    return calibration.diagram(f"{name} on {shown[0]}", shown[1]) if shown else ""


def _reliability(measured: dict[str, dict[str, Any]]) -> list[str]:
    shown = calibration.worth_showing(measured)
    if not shown:
        return []
    part, bins = shown
    return [
        "",
        "## Does its confidence mean something?",
        "",
        f"Of the answers on {part} that it gave with a certain confidence, so many were right:",
        "",
        f"![Reliability on {part}]({PICTURE})",
        "",
        *calibration.table(bins),
    ]


def _reading(pretraining: dict[str, Any] | None) -> list[str]:
    if not pretraining:
        return []
    return [
        "",
        f"Before that it learnt to foresee the next word: it read {pretraining['words']:,} words of "
        f"{', '.join(pretraining['data'])} in {pretraining['seconds']:.1f} s, and its perplexity on held-out text is "
        f"{math.exp(pretraining['loss']):.1f}.",
    ]


def _teaching(rounds: Sequence[dict[str, Any]]) -> list[str]:
    if not rounds:
        return []
    told = " Then ".join(
        f"{part['texts']:,} texts of {', '.join(part['data'])}, {len(part['epochs'])} times over"
        + (f", beside {', '.join(part['labelled'])}" if part["labelled"] else "")
        + "."
        for part in rounds
    )
    return [
        "",
        "After that it was taught what two teachers, itself and a model that counts phrases of up to three words, "
        f"thought of text that nobody had labelled: {told}",
    ]
