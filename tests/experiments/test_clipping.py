"""Of two networks that begin alike, one is trained with its gradient clipped, and clipping does what it says."""

from __future__ import annotations

import pytest

from rnn_demo.experiments.clipping import WITH, WITHOUT, Clipping, ClippingStep, clipping, headline, in_words
from rnn_demo.experiments.gradient_study import Divergence


@pytest.fixture(scope="module")
def both() -> dict[str, list[ClippingStep]]:
    by: dict[str, list[ClippingStep]] = {WITH: [], WITHOUT: []}
    for event in clipping(Clipping()):
        if isinstance(event, ClippingStep):
            by[event.network].append(event)
    return by


def test_both_begin_alike_and_only_one_is_clipped(both: dict[str, list[ClippingStep]]) -> None:
    first, same = both[WITH][0], both[WITHOUT][0]
    assert (first.loss, first.norm) == (same.loss, same.norm)
    assert all(step.clipped_norm == step.norm for step in both[WITHOUT])
    assert all(step.clipped_norm == min(step.norm, 1.0) for step in both[WITH])
    assert any(step.clipped_norm < step.norm for step in both[WITH])


def test_with_clipping_the_network_learns(both: dict[str, list[ClippingStep]]) -> None:
    assert min(step.loss for step in both[WITH]) < 0.5


def test_without_clipping_one_step_on_a_long_gradient_makes_the_next_far_longer() -> None:
    longest = {WITH: 0.0, WITHOUT: 0.0}
    for event in clipping(Clipping(factor=3.0, distance=20, learning_rate=0.03, epochs=1)):
        if isinstance(event, ClippingStep):
            longest[event.network] = max(longest[event.network], event.norm)
    assert longest[WITHOUT] > 100 * longest[WITH]


def test_a_loss_that_is_no_number_ends_that_network_alone() -> None:
    events = list(clipping(Clipping(factor=3.0, distance=40, learning_rate=0.3, epochs=1)))
    divergences = [event for event in events if isinstance(event, Divergence)]
    assert [one.network for one in divergences] == [WITHOUT]
    assert "clip the gradient" in divergences[0].reason
    assert sum(isinstance(e, ClippingStep) and e.network == WITH for e in events) == 16


def test_the_sentences_say_how_both_ended() -> None:
    steps = [ClippingStep(WITHOUT, 1, 9, 2.0, 2.17e10, 2.17e10), ClippingStep(WITH, 1, 9, 0.0521, 23.4, 1.0)]
    events = [*steps, Divergence(WITHOUT, "the loss became nan")]
    assert in_words(Clipping(), events) == (
        "Without clipping the loss is NaN after 1 step; the largest gradient norm was 2.2 × 10¹⁰. With gradients "
        "clipped to a norm of 1 the loss is 0.052 after 1 step; the largest gradient norm before clipping was 23."
    )
    assert headline(events) == [
        "Unclipped, the loss is NaN after 1 step;",
        "clipped, the loss is 0.052 after 1 step",
    ]
    last = [ClippingStep(WITH, step, 40, loss, 1.0, 1.0) for step, loss in enumerate([9.0] * 24 + [0.1, 0.3] * 8, 1)]
    assert headline(last) == ["Clipped, the loss is 0.2 (mean of its last 16 steps)"]
    assert headline(steps[:1]) == ["Unclipped, the loss is 2 after 1 step"]
    assert (in_words(Clipping(), []), headline([])) == ("", [])
