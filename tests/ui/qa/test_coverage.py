"""Coverage: the numbers beside the curve are the model's own, and are held against the share to be refused."""

from __future__ import annotations

import pytest

from rnn_demo.tasks.qa import answerable_share
from rnn_demo.ui.models import Models
from rnn_demo.ui.qa import coverage

POINTS = [
    {"threshold": 0.0, "answered": 1.0, "right": 0.5},
    {"threshold": 0.4, "answered": 0.75, "right": 0.8},
    {"threshold": 1.0, "answered": 0.0, "right": None},
]


def test_the_sentences_have_the_numbers_of_the_model() -> None:
    part = coverage.measured_part(Models(), "qa")
    share = answerable_share(part)
    assert share is not None
    # The most frequent label of the validation questions is the refusal, which metrics.json counts by itself.
    assert 1 - share == pytest.approx(part["majority_baseline"], abs=1e-9)
    here = next(point for point in part["coverage"] if point["threshold"] == part["threshold"])
    text = coverage.in_words(part["coverage"], part["threshold"], share)
    assert text.startswith(
        f"**{share:.0%} of these questions have an answer that it was taught; the other {1 - share:.0%}"
    )
    assert f"it answers {here['answered']:.0%} of these questions, and {here['right']:.1%} of its answers" in text
    assert "about as many as have an answer" in text


def test_the_curve_is_put_into_words_for_any_threshold() -> None:
    text = coverage.in_words(POINTS, 0.41, 0.6)
    assert "the other 40% it should refuse" in text
    assert "At the threshold 0.41 it answers 75% of these questions, and 80.0% of its answers are correct." in text
    assert "That is 15 points more than have an answer." in text
    assert "At a threshold of 0 it would answer 100% of them, and 50% of its answers would be correct." in text
    assert "it would answer" not in coverage.in_words(POINTS, 0.0, None)
    assert coverage.in_words(POINTS[2:], 0.5, 0.5) == ""
    assert coverage.verdict(-0.2) == "That is 20 points fewer than have an answer."
