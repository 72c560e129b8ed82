"""How often a checkpoint is right when it says how sure it is: measured, as a chart in an accordion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from rnn_demo.data.wording import percent
from rnn_demo.figures import palette
from rnn_demo.ui.contracts import Axis, Chart, Charts
from rnn_demo.ui.models import Models
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.charts import chart, line, percent_axis
from rnn_demo.ui.widgets.widget import widget

TITLE = "How often is it right?"
PARTS = {  # what a checkpoint was measured on, as readers know it
    "imdb_test": "IMDb reviews",
    "sst2_dev": "Sentences of film critics",
    "sentences": "Everyday sentences",
    "validation": "Questions set aside in training",
    "test": "Test texts",
}
FEWEST = 20  # examples in a bin; the accuracy of fewer is mostly luck
Parts = dict[str, list[dict[str, Any]]]


def build(models: Models, name: str, elem_id: str) -> gr.Accordion | None:
    """The checkpoint's chart and a sentence from its own numbers; nothing where nobody measured."""
    metrics = models.metrics(name)
    parts = measured_parts(metrics)
    if not parts:
        return None
    with gr.Accordion(TITLE, open=False, elem_id=elem_id) as accordion:
        gr.Markdown(f"{words('calibration')}\n\n{in_words(parts)}{by_kind(metrics)}", elem_id=f"{elem_id}-words")
        widget("curves", f"{elem_id}-chart", charts(parts))
    return accordion


def measured_parts(metrics: Mapping[str, Any]) -> Parts:
    """The bins of every test, by its title, or of the validation examples where there was none; large ones alone."""
    measured = metrics.get("measured", {})
    names = [name for name in PARTS if name in measured and name != "validation"] or ["validation"]
    bins = {
        f"{PARTS[name]} ({measured[name]['examples']:,})": [
            one for one in measured[name].get("reliability", []) if one["examples"] >= FEWEST
        ]
        for name in names
        if name in measured
    }
    return {title: part for title, part in bins.items() if part}


def charts(parts: Parts) -> Charts:
    """A line for each part: how sure it was, and how often it was right, in percent."""
    low = 40.0 if all(one["confidence"] >= 0.4 for part in parts.values() for one in part) else 0.0
    x: Axis = {"name": "how sure it was, in percent", "scale": "even", "low": low, "high": 100}
    lines = [
        line(title, colour, [(100 * one["confidence"], 100 * one["accuracy"]) for one in part], marked=True)
        for (title, part), colour in zip(parts.items(), palette.NAMED[2:], strict=False)
    ]
    ideal = line("right as often as it says", palette.TEXT, [(low, low), (100, 100)], dashed=True)
    label = f"How often it was right against how sure it was. {in_words(parts)}"
    picture: Chart = chart(label, x, percent_axis("right, in percent"), [ideal, *lines])
    return {"charts": [picture]}


def in_words(parts: Parts) -> str:
    """What the surest and the least sure answers of each part are worth."""
    sentences = []
    for title, bins in parts.items():
        surest, least = ((percent(each["confidence"]), percent(each["accuracy"])) for each in (bins[-1], bins[0]))
        sentences.append(
            f"{title}: where it was {surest[0]} sure on average, {surest[1]} were right; "
            f"where it was {least[0]} sure, {least[1]}."
        )
    return " ".join(sentences)


def accuracy_by_kind(metrics: Mapping[str, Any]) -> Mapping[str, float]:
    """The share of right verdicts on each kind of hard sentence; nothing where nobody measured."""
    kinds: Mapping[str, float] = metrics.get("measured", {}).get("sentences", {}).get("accuracy_by_kind", {})
    return kinds


def by_kind(metrics: Mapping[str, Any]) -> str:
    """Of sentences that are marked with what makes them hard: the accuracy on each kind, the easiest first."""
    kinds = accuracy_by_kind(metrics)
    if not kinds:
        return ""
    ranks = sorted(kinds.items(), key=lambda one: -one[1])
    return (
        f"\n\n{PARTS['sentences']}, by kind: "
        + ", ".join(f"{kind.replace('_', ' ')} {percent(share)}" for kind, share in ranks)
        + "."
    )
