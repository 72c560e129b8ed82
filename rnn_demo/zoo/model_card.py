"""The model card of a checkpoint: what it is, what it was trained on, how good it is. All figures are its metrics'."""

from __future__ import annotations

import math
from typing import Any

from rnn_demo.analysis import calibration
from rnn_demo.zoo.card_metadata import front_matter
from rnn_demo.zoo.card_uses import failures, uses_of, weakest_labels
from rnn_demo.zoo.checkpoint import PICTURE

COLUMNS = {  # metric -> (heading, format)
    "examples": ("examples", "{:,}"),
    "accuracy": ("accuracy", "{:.4f}"),
    "macro_f1": ("macro-F1", "{:.4f}"),
    "majority_baseline": ("majority baseline", "{:.4f}"),
    "loss": ("loss (nats)", "{:.4f}"),
    "calibration_error": ("calibration error", "{:.4f}"),
    "perplexity": ("perplexity", "{:.3f}"),
}
AT_THRESHOLD = {
    "answered_right": "{:.1%} of the questions with an answer are answered correctly",
    "refused": '{:.1%} of those without one get "I don\'t know"',
    "auc": "the area under the ROC curve is {:.3f}",
}


def card(name: str, title: str, terms: str, metrics: dict[str, Any]) -> str:
    """The card as Markdown, in the sections of the Hugging Face Hub's own, with the front matter that it reads."""
    table = "\n".join(f"| {key} | {value} |" for key, value in (metrics["architecture"] | metrics["training"]).items())
    uses, measured = uses_of(metrics["task"]), metrics["measured"]
    return f"""\
---
{front_matter(name, metrics)}
---
# {name}

{title if title.endswith("?") else title + "."} {metrics["parameters"]:,} parameters, trained with

    {metrics["command"]}

## Uses

**Intended.** {uses.intended}

**Out of scope.** {uses.misuse}

## Bias, risks and limitations

{" ".join(filter(None, [uses.risks, weakest_labels(measured)]))}
{failures(metrics.get("stress"))}
## Training data

{terms}. The checkpoint contains the weights and the vocabulary, not the data.

## Training procedure

{_training(metrics)}

| option | value |
|---|---|
{table}

## Evaluation

{_results(measured)}
{_calibration(measured)}"""


def _results(measured: dict[str, dict[str, Any]]) -> str:
    """A table with a row for each part of the data, and a sentence on what does not fit into a table."""
    headings = " | ".join(heading for heading, _ in COLUMNS.values())
    lines = [f"| measured on | {headings} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for part, scores in measured.items():
        cells = (form.format(scores[key]) if key in scores else "" for key, (_, form) in COLUMNS.items())
        lines.append(f"| {part} | {' | '.join(cells)} |")
    for part, scores in measured.items():
        for key, words in (("recall_by_label", "Recall by label"), ("accuracy_by_kind", "Accuracy by kind")):
            if scores.get(key):
                lines += ["", f"{words} on {part}: " + ", ".join(f"{k} {v:.3f}" for k, v in scores[key].items()) + "."]
        if "balanced_accuracy" in scores:
            best, top_3 = scores["balanced_accuracy"], scores["balanced_top_3"]
            lines += ["", f"With each label counted alike, {best:.1%} on {part}, and {top_3:.1%} among the best three."]
        if "threshold" in scores:
            facts = (form.format(scores[key]) for key, form in AT_THRESHOLD.items() if key in scores)
            lines += ["", f"On {part}, at a threshold of {scores['threshold']:.2f}: {', '.join(facts)}."]
    return "\n".join(lines)


def _training(metrics: dict[str, Any]) -> str:
    """How it was trained, stage by stage."""
    epochs = len(metrics["epochs"])
    loss = f"; the summed loss of the last epoch was {metrics['summed_loss']:.4f}" if epochs else ""
    text = (
        f"{epochs} {'epoch' if epochs == 1 else 'epochs'} in {metrics['train_seconds']:.1f} s on {metrics['device']}, "
        f"seed {metrics['seed']}{loss}."
    )
    if pretraining := metrics.get("pretraining"):
        text += (
            f"\n\nBefore that it was pretrained on predicting the next word: {pretraining['words']:,} words of "
            f"{', '.join(pretraining['data'])} in {pretraining['seconds']:.1f} s. Its perplexity on held-out text is "
            f"{math.exp(pretraining['loss']):.1f}."
        )
    if rounds := metrics.get("teaching"):
        text += (
            "\n\nAfter that came self-training, on unlabelled texts with the mean prediction of two teachers: the "
            "model itself and a linear model of phrases of up to three words.\n\n" + "\n".join(map(_round, rounds))
        )
    return text


def _round(stage: dict[str, Any]) -> str:
    """One round of self-training as a line of a list."""
    labelled = f", together with the labelled {', '.join(stage['labelled'])}" if stage["labelled"] else ""
    third = (
        "; a third teacher was a transformer, all-MiniLM-L6-v2 (22 million parameters, Apache-2.0), fine-tuned on "
        "the same labelled texts (`tools/teacher`), which also labelled sentences cut from the reviews"
        if stage.get("teacher")
        else ""
    )
    return f"* {stage['texts']:,} texts of {', '.join(stage['data'])}, {len(stage['epochs'])} epochs{labelled}{third}"


def picture(name: str, metrics: dict[str, Any]) -> str:
    """The reliability diagram that the card shows, as SVG; empty if too few examples were measured."""
    reliability = calibration.worth_showing(metrics["measured"])
    return calibration.diagram(f"{name} on {reliability[0]}", reliability[1]) if reliability else ""


def _calibration(measured: dict[str, dict[str, Any]]) -> str:
    """The reliability diagram and its numbers; empty if too few examples were measured."""
    reliability = calibration.worth_showing(measured)
    if not reliability:
        return ""
    part, bins = reliability
    return f"""
### Calibration

How many of its answers on {part} are correct, by how confident it was:

![Reliability diagram on {part}]({PICTURE})

{calibration.table(bins)}
"""
