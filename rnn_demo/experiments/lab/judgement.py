"""What a run has come to, told from its curves alone: it learns, overfits, diverges, gets stuck, or learns nothing.

Example:

    judge(curves, Facts(steps_per_epoch=3, planned=450, chance=0.17, answers=71, writes=True)).sentence
    "It knows its text (99%) but not new lines (46%): ... since then it overfits."
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rnn_demo.data.wording import percent

Points = Sequence[tuple[int, float | None]]  # (step, value); None or infinite where a value is not a number
JudgementKind = Literal["diverged", "chance", "overfits", "learnt", "learning", "stuck"]
KNOWN = 0.9  # the accuracy from which on something is learnt
GAP = 0.1  # training accuracy minus that on new examples from which a network overfits
RISE = 0.05  # nats by which a loss must rise, and a tenth of itself, before that means anything
EARLY, LAST = 0.25, 0.1  # shares of a run: too early to judge what is not learnt; the stretch that counts as its end


@dataclass(frozen=True)
class Facts:
    """What the curves do not tell.

    `chance` is the accuracy of always giving the most frequent answer, which a network reaches without reading. The
    accuracy on new examples (on the training examples, where there are no others) was measured on `answers` answers.
    `planned` is the number of steps of the whole run.
    """

    steps_per_epoch: float
    planned: int
    chance: float
    answers: int
    writes: bool = False
    over: bool = True
    diverged: bool = False  # has the loss become no number?

    @property
    def known(self) -> str:
        return "its text" if self.writes else "its training examples"

    @property
    def new(self) -> str:
        return "new lines" if self.writes else "new examples"

    def epoch(self, step: int) -> int:
        """The epoch that a step belongs to, from 1."""
        return max(1, math.ceil(step / self.steps_per_epoch - 1e-9))

    def is_chance(self, accuracy: float) -> bool:
        """Might an accuracy be nothing but chance, within two standard deviations?"""
        return accuracy <= self.chance + 2 * math.sqrt(self.chance * (1 - self.chance) / max(1, self.answers))


@dataclass(frozen=True)
class Judgement:
    """What a run has come to, and a sentence that says so with its own numbers."""

    kind: JudgementKind
    sentence: str
    epoch: int = 0  # from which on it overfits


def judge(curves: Mapping[str, Points], facts: Facts) -> Judgement | None:
    """The judgement of a run as it stands, or None while it is too early for one.

    `curves` has "loss" and "accuracy" on the training examples and perhaps "validation_loss" and "validation_accuracy".
    """
    loss = numbers(curves["loss"])
    if facts.diverged or len(loss) < len(curves["loss"]):
        return _broken(loss)
    if not loss:
        return None
    if (risen := _risen(loss)) and facts.over:
        return risen
    checks = numbers(curves.get("validation_loss", ()))
    overfitting = _overfits(curves, checks, facts)
    if overfitting or not facts.over:
        return overfitting
    learnt, new = last(curves["accuracy"]) or 0.0, last(curves.get("validation_accuracy", ()))
    accuracy, where = (learnt, facts.known) if new is None else (new, facts.new)
    beside = "" if new is None else f", and {percent(learnt)} of {facts.known}"
    short = loss[-1][0] < EARLY * facts.planned
    if facts.is_chance(accuracy) and learnt <= facts.chance + GAP:
        ways = "more epochs or teacher forcing" if facts.writes else "a shorter distance, more epochs or another cell"
        advice = "it was stopped early" if short else f"try {ways}"
        return Judgement(
            "chance",
            f"It has learnt nothing beyond chance: {percent(accuracy)} right, and always giving the most frequent "
            f"answer is right in {percent(facts.chance)}; {advice}.",
        )
    if accuracy >= KNOWN:
        if new is None:
            return Judgement("learnt", f"It knows {facts.known} by heart: {percent(learnt)} right.")
        return Judgement("learnt", f"It has learnt it: {percent(new)} of {facts.new} right{beside}.")
    score = f"{percent(accuracy)} of {where} right{beside}; chance is {percent(facts.chance)}"
    if _still_falls(checks or loss):
        return Judgement("learning", f"It is still learning: {score}. More epochs would help.")
    return Judgement("stuck", f"It has come to a standstill: {score}. Try more hidden units or another cell.")


def _broken(loss: Sequence[tuple[int, float]]) -> Judgement:
    """The loss is no number any more."""
    if not loss:
        return Judgement("diverged", "It diverges: its very first loss is not a number.")
    first, largest = loss[0][1], max(value for _, value in loss)
    rise = f", rose to {number(largest)}" if largest > first else ""
    return Judgement(
        "diverged",
        f"It diverges: its loss was {number(first)} at first{rise}, and after step {loss[-1][0]} it is not a number.",
    )


def _risen(loss: Sequence[tuple[int, float]]) -> Judgement | None:
    """The loss ends far above where it began."""
    start, end = loss[0][1], mean_of_end(loss)
    if len(loss) < 5 or end <= start + max(RISE, 0.1 * start):
        return None
    return Judgement(
        "diverged",
        f"It diverges: its loss was {number(start)} before it had learnt anything and is {number(end)} now. "
        "Try a smaller learning rate.",
    )


def _overfits(curves: Mapping[str, Points], checks: Sequence[tuple[int, float]], facts: Facts) -> Judgement | None:
    """The loss on new examples rises while that on the training examples falls."""
    if len(checks) < 3:
        return None
    step, lowest = min(checks, key=lambda check: check[1])
    now, learnt, new = checks[-1][1], last(curves["accuracy"]) or 0.0, last(curves["validation_accuracy"])
    loss = numbers(curves["loss"])
    then = mean_of_end([(s, v) for s, v in loss if s <= step] or loss[:1])
    rises = now - lowest > max(RISE, 0.1 * lowest) and facts.epoch(checks[-1][0]) - facts.epoch(step) >= 2
    if not rises or mean_of_end(loss) >= then or new is None or learnt - new < GAP:
        return None
    epoch = facts.epoch(step)
    opening = "It knows" if learnt >= KNOWN else "It is learning"
    chance = f", no better than chance ({percent(facts.chance)})" if facts.is_chance(new) else ""
    return Judgement(
        "overfits",
        f"{opening} {facts.known} ({percent(learnt)}) but not {facts.new} ({percent(new)}{chance}): the validation "
        f"loss was lowest in epoch {epoch}, {number(lowest)}, and is now {number(now)}: since then it overfits.",
        epoch,
    )


def _still_falls(loss: Sequence[tuple[int, float]]) -> bool:
    """Is the end of a curve clearly below the stretch before it?"""
    count = max(1, round(LAST * len(loss)))
    before = [value for _, value in loss[-2 * count : -count]] or [loss[0][1]]
    return mean_of_end(loss) < 0.97 * sum(before) / len(before)


def mean_of_end(loss: Sequence[tuple[int, float]]) -> float:
    """The mean of the last tenth of the values."""
    end = [value for _, value in loss[-max(1, round(LAST * len(loss))) :]]
    return sum(end) / len(end)


def numbers(points: Points) -> list[tuple[int, float]]:
    """The points whose value is a number."""
    return [(step, value) for step, value in points if value is not None and math.isfinite(value)]


def last(points: Points) -> float | None:
    """The last value that is a number, None where there is none."""
    return next((value for _, value in reversed(numbers(points))), None)


def number(value: float) -> str:
    """A loss in three digits."""
    return f"{value:.2f}" if 0.01 <= abs(value) < 1000 else f"{value:.2g}"
