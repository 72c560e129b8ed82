"""Coverage: the numbers beside the curve are the model's own, and are held against the share to be refused."""

from __future__ import annotations

import pytest

from rnn_demo.tasks import TASKS
from rnn_demo.tasks.qa import answerable_share, is_refusal
from rnn_demo.ui.models import Models
from rnn_demo.ui.qa import coverage
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.build import read_examples
from rnn_demo.zoo.recipes import find_recipe

POINTS = [
    {"threshold": 0.0, "answered": 1.0, "right": 0.5},
    {"threshold": 0.4, "answered": 0.75, "right": 0.8},
    {"threshold": 1.0, "answered": 0.0, "right": None},
]


def test_the_sentences_have_the_numbers_of_the_model() -> None:
    part = coverage.measured_part(Models(), "qa")
    share = answerable_share(part)
    assert share is not None
    # The most frequent label of the validation questions is the plain refusal; a few are refused for a reason.
    assert part["majority_baseline"] < 1 - share < part["majority_baseline"] + 0.03
    here = min(part["coverage"], key=lambda point: abs(point["threshold"] - part["threshold"]))
    assert here["threshold"] == pytest.approx(part["threshold"], abs=0.011)
    text = coverage.in_words(part["coverage"], part["threshold"], share)
    assert text.startswith(
        f"**{share:.0%} of these questions have an answer that it was taught; the other {1 - share:.0%}"
    )
    assert f"it answers {here['answered']:.0%} of these questions, and {here['right']:.1%} of its answers" in text
    assert "about as many as have an answer" in text


def test_what_is_shipped_was_measured_by_the_rule_that_answers() -> None:
    model, recipe = checkpoint.open_checkpoint("qa"), find_recipe("qa")
    held_out = TASKS["qa"].split(read_examples(recipe, None), recipe.training.seed).validation
    fresh = TASKS["qa"].measure(model, held_out)
    stored = coverage.measured_part(Models(), "qa")
    for score in ("threshold", "answered_right", "refused", "auc"):
        assert stored[score] == pytest.approx(fresh[score], abs=1e-3), score
    for before, now in zip(stored["coverage"], fresh["coverage"], strict=True):
        assert before == pytest.approx(now, abs=1e-3)
    some = held_out[::40]
    answers = TASKS["qa"].predict(model, [example.text for example in some])
    # A question that is answered once a slip in it is put right was refused as it stood.
    as_typed = [answer["known"] and answer["did_you_mean"] is None for answer in answers]
    refused = [not known for known, example in zip(as_typed, some, strict=True) if is_refusal(example.label)]
    assert TASKS["qa"].measure(model, some)["refused"] == pytest.approx(sum(refused) / len(refused))


def test_the_curve_is_put_into_words_for_any_threshold() -> None:
    text = coverage.in_words(POINTS, 0.41, 0.6)
    assert "the other 40% it should refuse" in text
    assert "At the threshold 0.41 it answers 75% of these questions, and 80.0% of its answers are correct." in text
    assert "That is 15 points more than have an answer." in text
    assert "At a threshold of 0 it would answer 100% of them, and 50% of its answers would be correct." in text
    assert "it would answer" not in coverage.in_words(POINTS, 0.0, None)
    assert coverage.in_words(POINTS[2:], 0.5, 0.5) == ""
    assert coverage.verdict(-0.2) == "That is 20 points fewer than have an answer."
