"""A run is judged from its curves alone, and every number in its sentence is one of theirs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rnn_demo.data.wording import percent
from rnn_demo.experiments.lab.judgement import Facts, judge
from rnn_demo.experiments.live_run import LiveRun
from rnn_demo.experiments.run_config import configure
from rnn_demo.tasks import MEMORY

STEPS = 100  # of a made-up run, ten to an epoch
FACTS = Facts(steps_per_epoch=10, planned=STEPS, chance=0.25, answers=400, writes=True)


def towards(start: float, end: float, bend: float = 3.0, count: int = STEPS) -> list[float]:
    """Values from start towards end, quickly at first."""
    return [end + (start - end) * math.exp(-bend * k / count) for k in range(count)]


def curves(loss, accuracy, validation_loss=(), validation_accuracy=()):
    """Curves as a run has them: a point a step, and of what is validated a point an epoch."""

    def each(values, stride):
        return [(stride * (k + 1), value) for k, value in enumerate(values)]

    return {
        "loss": each(loss, 1),
        "accuracy": each(accuracy, 1),
        "validation_loss": each(validation_loss, 10),
        "validation_accuracy": each(validation_accuracy, 10),
    }


LEARNS = towards(2.0, 0.05), towards(0.2, 0.99)
OVERFITS = curves(*LEARNS, [1.9, 1.7, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 2.2], [0.3, 0.4, *[0.5] * 8])


def test_overfitting_is_told_with_its_epoch_and_its_numbers():
    judgement = judge(OVERFITS, FACTS)
    assert (judgement.kind, judgement.epoch) == ("overfits", 3)
    assert judgement.sentence == (
        "It knows its text (95%) but not new lines (50%): the validation loss was lowest in epoch 3, 1.50, and is now "
        "2.20: since then it overfits."
    )
    examples = judge(OVERFITS, replace(FACTS, writes=False)).sentence
    assert "its training examples (95%) but not new examples (50%)" in examples


def test_overfitting_is_told_while_the_run_goes_on_and_the_rest_at_its_end():
    going_on = replace(FACTS, over=False)
    assert judge(OVERFITS, going_on).kind == "overfits"
    learnt = curves(*LEARNS, towards(1.9, 0.1, count=10), towards(0.3, 0.97, 9, 10))
    assert judge(learnt, going_on) is None
    assert judge(learnt, FACTS).kind == "learnt"


def test_a_small_wobble_is_no_overfitting():
    """A validation loss that rises on examples that are almost as well known, or when all loss rises, says nothing."""
    wobble = curves(*LEARNS, [1.9, 1.0, 0.5, 0.3, 0.2, 0.10, 0.11, 0.12, 0.13, 0.17], [0.3, *[0.93] * 9])
    assert judge(wobble, FACTS).kind == "learnt"
    both_rise = curves([0.5, 0.5, *[0.7] * 98], [0.7] * STEPS, [0.6, 0.5, *[0.8] * 8], [0.5] * 10)
    assert judge(both_rise, FACTS).kind != "overfits"


@pytest.mark.parametrize("last", [math.nan, math.inf, None])
def test_a_loss_that_is_no_number_has_diverged(last):
    judgement = judge(curves([2.0, 5.0, 1e6, last], [0.2] * 4), FACTS)
    assert judgement.kind == "diverged"
    assert judgement.sentence == (
        "It diverges: its loss was 2.00 at first, rose to 1e+06, and after step 3 it is not a number."
    )


def test_a_run_that_broke_has_diverged_though_its_curve_ends_before_that():
    broken = replace(FACTS, diverged=True)
    assert judge(curves([2.0, 5.0], [0.2, 0.2]), broken).kind == "diverged"
    assert judge(curves([], []), broken).kind == "diverged"
    assert judge(curves([], []), FACTS) is None


def test_a_loss_that_ends_above_its_start_has_diverged():
    judgement = judge(curves([2.0, *[6.0] * 99], [0.25] * STEPS), FACTS)
    assert judgement.kind == "diverged"
    assert "its loss was 2.00 before it had learnt anything and is 6.00 now" in judgement.sentence


def test_what_is_no_better_than_the_most_frequent_answer_is_chance():
    judgement = judge(curves(towards(1.4, 1.38), [0.27] * STEPS, towards(1.4, 1.39, count=10), [0.28] * 10), FACTS)
    assert judgement.kind == "chance"
    assert "28% right, and always giving the most frequent answer is right in 25%" in judgement.sentence
    assert judge(curves(towards(1.4, 1.0), [0.4] * STEPS), FACTS).kind != "chance"
    few = replace(FACTS, answers=10)  # of ten answers, four may be right by chance
    assert judge(curves([1.38] * STEPS, [0.3] * STEPS, [1.38] * 10, [0.4] * 10), few).kind == "chance"


def test_what_is_learnt_still_learns_or_stands_still():
    new = curves(*LEARNS, towards(1.9, 0.1, count=10), [0.3, *[0.99] * 9])
    assert judge(new, FACTS).sentence == "It has learnt it: 99% of new lines right, and 95% of its text."
    by_heart = curves(towards(2.0, 0.01, 20), towards(0.2, 1.0, 20))
    assert judge(by_heart, FACTS).sentence == "It knows its text by heart: >99% right."

    def towards_half(bend: float) -> dict:
        both = [(2.0, 1.0), (0.25, 0.5)]
        steps, checks = ([towards(*ends, bend, count) for ends in both] for count in (STEPS, 10))
        return curves(*steps, *checks)

    assert judge(towards_half(1.5), FACTS).kind == "learning"
    stuck = judge(towards_half(40), FACTS)
    assert stuck.kind == "stuck"
    assert "50% of new lines right, and 50% of its text; chance is 25%" in stuck.sentence


def finished(recipe, options):
    live = LiveRun(configure(recipe, options))
    while not live.over:
        live.advance(1.0)
    return live


@pytest.mark.parametrize("name", MEMORY)
def test_every_task_of_memory_is_learnt_as_the_lab_offers_it_at_least_in_part(name):
    result = finished(name, {}).picture()["judgement"]
    assert result["kind"] in ("learnt", "learning", "stuck"), result["sentence"]
    if name in ("recall", "parity"):
        assert result["kind"] == "learnt"


@pytest.mark.parametrize(
    ("recipe", "options", "kind"),
    [
        ("hello", {}, "learnt"),
        ("recall", {"distance": 60, "epochs": 2}, "chance"),
        ("turns", {"cell": "rnn_relu", "optimizer": "sgd", "learning_rate": 10.0, "clip_norm": 0.0}, "diverged"),
    ],
)
def test_real_runs_are_judged_by_their_own_numbers(recipe, options, kind):
    live = finished(recipe, options)
    result = live.picture()["judgement"]
    assert result["kind"] == kind
    if kind in ("learnt", "chance"):
        curve = live.curves["validation_accuracy"].points() or live.curves["accuracy"].points()
        assert percent(curve[-1][1]) in result["sentence"]
