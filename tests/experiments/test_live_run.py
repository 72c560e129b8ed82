"""A run in the lab is the run of the command line, whatever is done to it: watched, paused, stopped or broken."""

import json
import math
import random
from dataclasses import replace

import pytest
import torch

from rnn_demo.experiments import live_run
from rnn_demo.experiments.live_run import POINTS, Curve, LiveRun
from rnn_demo.experiments.run_config import configure
from rnn_demo.training import Diverged, Step
from rnn_demo.zoo import build

SHORT = {"epochs": 4, "hidden_size": 12}
EXPLODES = {"cell": "rnn_relu", "optimizer": "sgd", "learning_rate": 10.0, "clip_norm": 0.0}


def finished(live, moment=0.0):
    while not live.over:
        live.advance(moment)
        live.picture()
    return live


def unwatched(config):
    *_, trained = build.fit_examples(config.recipe, list(config.examples), config.data)
    return trained


def weights(model):
    return torch.cat([value.flatten() for value in model.state_dict().values()])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("characters", SHORT),
        ("surnames", {"epochs": 2, "dropout": 0.4}),
        ("characters", SHORT | {"free_running": 0.5}),
        ("recall", {"epochs": 1, "count": 100, "distance": 5}),
        ("copy", {"epochs": 1, "count": 100, "distance": 3}),
    ],
)
def test_watching_changes_nothing(name, options):
    config = configure(name, options)
    live = finished(LiveRun(config))
    alone = unwatched(config)
    assert live.trained.metrics["measured"] == alone.metrics["measured"]
    assert torch.equal(weights(live.trained.model), weights(alone.model))


@pytest.mark.parametrize("steps", [1, 4, 7])
def test_a_stopped_run_keeps_what_was_learnt_and_its_plan_says_where(steps):
    live = LiveRun(configure("characters", SHORT))
    examples = live.config.examples
    while not live.over:
        live.advance(0.0)
        if live.step and live.step.step == steps:
            live.stop()
    assert live.config.options["max_steps"] == steps
    again = unwatched(replace(live.config, examples=examples))
    assert again.metrics["measured"] == live.trained.metrics["measured"]
    assert torch.equal(weights(again.model), weights(live.trained.model))
    assert f"--max-steps {steps}" in live.trained.metrics["command"]
    assert json.dumps(live.trained.metrics, allow_nan=False)


def test_a_run_that_breaks_says_so_and_keeps_the_last_good_model():
    config = configure("turns", EXPLODES)
    live = finished(LiveRun(config))
    assert "the loss became" in live.notices[0]
    assert live.picture()["judgement"]["kind"] == "diverged"
    good = live.config.options["max_steps"]
    assert live.notices[1] == f"The model from step {good}, the last good step, was kept."
    assert weights(live.trained.model).isfinite().all()
    assert math.isfinite(live.trained.metrics["measured"]["validation"]["loss"])
    again = unwatched(replace(live.config, examples=config.examples))  # from the settings that it names
    assert again.metrics["measured"] == live.trained.metrics["measured"]
    with pytest.raises(Diverged, match=f"step {live.step.step + 1};"):
        list(build.fit_examples(config.recipe, list(config.examples)))


def test_a_run_that_breaks_at_once_keeps_nothing(monkeypatch):
    monkeypatch.setattr(live_run.LiveRun, "_back_up", lambda live: None)
    live = finished(LiveRun(configure("turns", EXPLODES)))
    assert live.trained is None
    assert "no model was kept" in live.notices[1]


def test_a_run_is_bounded_and_says_so(monkeypatch):
    live = LiveRun(configure("characters", {"epochs": 1000}))
    while live.step is None:  # which takes long on a busy machine
        live.advance(0.0)
    monkeypatch.setattr(live_run, "MAX_LAB_SECONDS", 0.05)
    finished(live, 0.01)
    assert live.step.step < live.step.steps
    assert "Training was stopped after 0.05 seconds" in live.notices[0]
    assert live.trained is not None


def test_a_picture_of_a_run_that_explodes_is_json_that_a_browser_reads(monkeypatch):
    steps = [Step(1, number, 9, loss, norm, 1, 1) for number, loss, norm in ((1, 0.5, 1.0), (2, 2e20, math.inf))]
    monkeypatch.setattr(live_run, "fit_examples", lambda *_, **__: (step for step in steps))
    live = LiveRun(configure("characters", SHORT))
    live.advance(1.0)
    picture = json.loads(json.dumps(live.picture(), allow_nan=False))
    assert (picture["loss"], picture["norm"]) == (2e20, None)
    assert picture["curves"]["norm"] == [[1, 1.0], [2, None]]


def test_a_run_that_is_stopped_at_its_last_step_says_how_long_is_left():
    live = LiveRun(configure("characters", SHORT | {"max_steps": 5}))
    finished(live)
    assert (live.picture()["step"], live.picture()["steps"], live.picture()["left"]) == (5, 5, 0)


def test_a_picture_tells_where_the_run_stands():
    live = LiveRun(configure("characters", SHORT))
    assert "step" not in live.picture()
    finished(live)
    picture = live.picture()
    assert (picture["step"], picture["epoch"], picture["left"]) == (12, 4, 0)
    assert [point[0] for point in picture["curves"]["loss"]] == list(range(1, 13))
    assert [point[0] for point in picture["curves"]["validation_loss"]] == [3, 6, 9, 12]
    last = live.trained.metrics["epochs"][-1]
    assert picture["curves"]["validation_loss"][-1][1] == last["validation_loss"]
    assert picture["tokens_per_second"] > 0
    assert picture["sample"]["written"]
    assert picture["sample"]["epoch"] == 4
    assert picture["judgement"]["sentence"].startswith("It ")
    assert picture["kept"] is None  # the recipe keeps its last weights
    assert picture["sample"]["free"] > 0


def test_the_samples_of_every_kind():
    for name, start in (("surnames", "Rossi"), ("facts", "What is the capital of France?"), ("copy", "abcd....????")):
        live = LiveRun(configure(name, {"epochs": 1, "batch_size": 64, "count": 50}), start)
        sample = finished(live).sample
        assert len(sample["tokens"]) == len(sample["labels"]) == len(sample["shares"])
        assert sample["labels"][-1] in live.trained.model.labels
    both = finished(LiveRun(configure("surnames", {"epochs": 1, "bidirectional": True}), "Rossi")).sample
    assert both["labels"][:-1] == [None] * 4  # it has read the end by then
    attends = finished(LiveRun(configure("surnames", {"epochs": 1, "pooling": "attention"}), "Rossi")).sample
    assert len(attends["attention"]) == 5
    assert sum(attends["attention"]) == pytest.approx(1)
    assert "attention" not in both


def test_a_text_of_ones_own_is_watched_from_its_own_beginning():
    assert LiveRun(configure("characters", {}, "Once upon a time")).prompt == "Once u"
    assert LiveRun(configure("characters", {})).prompt == "hello "


def test_a_curve_stays_short_and_keeps_its_mean_and_its_end():
    dice, curve = random.Random(0), Curve()
    values = [dice.random() for _ in range(5000)]
    for step, value in enumerate(values, 1):
        curve.add(step, value)
    points = curve.points()
    assert POINTS / 2 - 1 <= len(points) <= POINTS
    assert points[-1][0] == 5000
    assert sum(total for _, total, _ in curve.bins) == pytest.approx(sum(values))
    assert [step for step, _ in points] == sorted(step for step, _ in points)


def test_a_steps_answers_and_tokens_are_counted():
    config = configure("surnames", {"epochs": 1})
    steps = [event for event in build.fit_examples(config.recipe, list(config.examples)) if isinstance(event, Step)]
    split = build.build_model(config.recipe, list(config.examples))[1]
    learnt = (*split.train, *split.practice)
    assert sum(step.answers for step in steps) == len(learnt)
    assert sum(step.tokens for step in steps) == sum(len(e.text) for e in learnt)


def test_a_slow_sample_is_no_reason_to_show_none_for_long(monkeypatch):
    """The first sample of a process takes a tenth of a second and more; the next is not put off for ten times that."""
    clock = [0.0]

    def slow(*_):
        clock[0] += 0.4
        return {"start": "", "written": "", "temperature": 0.5, "forced": 1.0, "free": 2.0}

    live = LiveRun(configure("characters", {"epochs": 2, "hidden_size": 4}))
    live.advance(0)
    live.advance(0)
    monkeypatch.setattr(live_run, "sample", slow)
    monkeypatch.setattr(live_run.time, "perf_counter", lambda: clock[0])
    live.take_sample()
    assert live_run.SAMPLE_PAUSE <= live._next_sample - live.seconds <= live_run.LONGEST_PAUSE
