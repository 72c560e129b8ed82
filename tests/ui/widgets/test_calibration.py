"""How often it is right: the page's chart shows what was measured, and the measurement is that of a fresh run."""

from __future__ import annotations

import json

import pytest

from rnn_demo.analysis.metrics import evaluate
from rnn_demo.tasks import TASKS
from rnn_demo.ui.models import Models
from rnn_demo.ui.widgets.calibration import FEWEST, by_kind, charts, in_words, measured_parts
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.recipes import SHIPPED


@pytest.mark.parametrize("name", ["qa", "sentiment"])
def test_the_chart_shows_the_bins_that_were_measured(name: str) -> None:
    metrics = Models().metrics(name)
    parts = measured_parts(metrics)
    (chart,) = charts(parts)["charts"]
    ideal, *lines = chart["lines"]
    assert ideal["points"] == [(chart["x"]["low"],) * 2, (100, 100)]
    assert chart["x"]["low"] <= min(x for line in lines for x, _ in line["points"])
    assert len(lines) == len(parts) >= 1
    stored = [part["reliability"] for part in metrics["measured"].values() if "reliability" in part]
    for line in lines:
        assert len(line["points"]) >= 5
        points = [
            [(100 * one["confidence"], 100 * one["accuracy"]) for one in bins if one["examples"] >= FEWEST]
            for bins in stored
        ]
        assert line["points"] in points


def test_what_was_learnt_by_heart_says_nothing_about_new_questions() -> None:
    assert [title.split(" (")[0] for title in measured_parts(Models().metrics("qa"))] == [
        "Questions set aside in training"
    ]
    assert measured_parts({}) == {}
    assert measured_parts({"measured": {"recall": {"examples": 9_000, "reliability": [{"examples": 9_000}]}}}) == {}


def test_the_sentence_repeats_the_numbers_of_the_surest_and_the_least_sure() -> None:
    bins = [
        {"examples": 30, "confidence": 0.55, "accuracy": 0.5},
        {"examples": 40, "confidence": 0.97, "accuracy": 0.9},
    ]
    expected = "Test texts (70): where it was 97% sure on average, 90% were right; where it was 55% sure, 50%."
    assert in_words({"Test texts (70)": bins}) == expected


def test_the_numbers_of_the_shipped_checkpoint_are_those_of_a_fresh_run() -> None:
    model = checkpoint.open_checkpoint("sentiment")
    fresh = evaluate(model, TASKS["sentiment"].read(SHIPPED / "sentiment_sentences.csv"))
    stored = json.loads((checkpoint.find("sentiment") / "metrics.json").read_text())["measured"]["sentences"]
    assert [one["examples"] for one in fresh["reliability"]] == [one["examples"] for one in stored["reliability"]]
    for one, other in zip(fresh["reliability"], stored["reliability"], strict=True):
        assert one["accuracy"] == pytest.approx(other["accuracy"], abs=1e-6)
        assert one["confidence"] == pytest.approx(other["confidence"], abs=1e-3)


def test_each_kind_of_sentence_is_named_with_its_accuracy_the_easiest_first() -> None:
    kinds = {"double_negation": 0.5769, "plain_short": 1.0}
    text = by_kind({"measured": {"sentences": {"accuracy_by_kind": kinds}}})
    assert text.strip() == "Everyday sentences, by kind: plain short 100%, double negation 58%."
    assert by_kind({}) == ""
