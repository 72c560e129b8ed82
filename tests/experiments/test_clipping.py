"""Of two networks that begin alike, one is trained with its gradient clipped, and clipping does what it says."""

from __future__ import annotations

import pytest

from rnn_demo.experiments.clipping import WITH, WITHOUT, Clipping, Stride, clipping
from rnn_demo.experiments.gradient_study import Lost


@pytest.fixture(scope="module")
def both() -> dict[str, list[Stride]]:
    by: dict[str, list[Stride]] = {WITH: [], WITHOUT: []}
    for event in clipping(Clipping()):
        if isinstance(event, Stride):
            by[event.who].append(event)
    return by


def test_both_begin_alike_and_only_one_is_clipped(both: dict[str, list[Stride]]) -> None:
    first, same = both[WITH][0], both[WITHOUT][0]
    assert (first.loss, first.norm) == (same.loss, same.norm)
    assert all(stride.followed == stride.norm for stride in both[WITHOUT])
    assert all(stride.followed == min(stride.norm, 1.0) for stride in both[WITH])
    assert any(stride.followed < stride.norm for stride in both[WITH])


def test_with_clipping_the_network_learns(both: dict[str, list[Stride]]) -> None:
    assert min(stride.loss for stride in both[WITH]) < 0.5


def test_without_clipping_one_step_on_a_long_gradient_makes_the_next_far_longer() -> None:
    longest = {WITH: 0.0, WITHOUT: 0.0}
    for event in clipping(Clipping(factor=3.0, distance=20, learning_rate=0.03, epochs=1)):
        if isinstance(event, Stride):
            longest[event.who] = max(longest[event.who], event.norm)
    assert longest[WITHOUT] > 100 * longest[WITH]


def test_a_loss_that_is_no_number_ends_that_network_alone() -> None:
    events = list(clipping(Clipping(factor=3.0, distance=40, learning_rate=0.3, epochs=1)))
    lost = [event for event in events if isinstance(event, Lost)]
    assert [one.who for one in lost] == [WITHOUT]
    assert "clip the gradient" in lost[0].why
    assert sum(isinstance(e, Stride) and e.who == WITH for e in events) == 16
