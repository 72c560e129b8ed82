"""A run in its own process is the run of the command line; it pauses, and survives the loss of its process."""

from __future__ import annotations

import json
import os
import runpy
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from helpers.inline_pool import InlinePool
from helpers.processes.jobs import is_gone, process_of
from helpers.processes.remote_runs import until

from rnn_demo.experiments.remote_run import RemoteRun
from rnn_demo.experiments.run_config import configure
from rnn_demo.experiments.script import script
from rnn_demo.experiments.teach_table import Taught, lesson
from rnn_demo.experiments.workers import Pool
from rnn_demo.network.threads import one_thread
from rnn_demo.tasks import TASKS, Example
from rnn_demo.zoo import build, checkpoint
from rnn_demo.zoo.build import Trained

SHORT = {"epochs": 6, "hidden_size": 12}
LONG = {"epochs": 900, "hidden_size": 12}


@pytest.fixture(scope="module")
def pool() -> Pool:
    return Pool()


def weights(trained: Trained) -> torch.Tensor:
    return torch.cat([value.flatten() for value in trained.model.state_dict().values()])


def result(run: RemoteRun) -> Trained:
    assert run.outcome is not None
    assert run.outcome.trained is not None
    return run.outcome.trained


def alone(name: str, options: dict[str, Any]) -> Trained:
    """The same run in this process, with one thread and nobody else."""
    config = configure(name, options)
    with one_thread():
        *_, trained = build.fit_examples(config.recipe, list(config.examples), config.data)
    assert isinstance(trained, Trained)
    return trained


@contextmanager
def askers(count: int) -> Iterator[list[str]]:
    """So many visitors in this process who read texts with one model until the block ends; what they were answered."""
    model = checkpoint.open_checkpoint("names")
    over, answers = threading.Event(), list[str]()

    def ask() -> None:
        while not over.wait(0.05):
            answers.append(TASKS["names"].predict(model, ["Ivan"])[0]["label"])

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_four_runs_beside_twenty_askers_give_what_each_gives_alone_and_its_script(
    pool: Pool, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every bit of every weight and every figure, while this process answers and draws random numbers."""
    settings = [
        ("characters", SHORT),
        ("surnames", {"epochs": 1, "dropout": 0.4}),
        ("surnames", {"epochs": 1, "dropout": 0.4, "seed": 5}),
        ("recall", {"epochs": 1, "count": 100, "distance": 5}),
    ]
    runs = [RemoteRun(configure(name, options)) for name, options in settings]
    with askers(20) as answers:
        while not all(run.over for run in runs):
            for run in runs:
                run.advance(pool, 0.02)
            torch.rand(3)
    assert set(answers) == {"Russian"}
    for run, (name, options) in zip(runs, settings, strict=True):
        expected = alone(name, options)
        assert result(run).metrics["measured"] == expected.metrics["measured"]
        assert torch.equal(weights(result(run)), weights(expected))
        saved = tmp_path / "train.py"
        saved.write_text(script(run.config), encoding="utf-8")
        again = runpy.run_path(str(saved), run_name="__main__")
        assert json.loads(capsys.readouterr().out) == result(run).metrics["measured"]
        assert torch.equal(weights(again["event"]), weights(expected))


def test_the_first_picture_is_that_of_the_first_step_and_comes_at_once(pool: Pool) -> None:
    run = RemoteRun(configure("characters", LONG))
    run.advance(pool, 200)
    assert run.picture["step"] == 1
    assert run.picture["sample"]
    run.close()


def test_a_pause_changes_nothing_and_a_sample_is_taken_meanwhile(pool: Pool) -> None:
    options = {"epochs": 40, "hidden_size": 12}
    run = RemoteRun(configure("characters", options))
    until(run, pool, lambda run: run.picture.get("step", 0) > 3)
    run.pause()
    until(run, pool, lambda run: run.paused)
    step = run.picture["step"]
    run.change_sample("the ", 0.0)
    assert run.picture["sample"]["start"] == "the "
    run.advance(pool, 0.3)
    assert run.picture["step"] == step
    run.resume()
    until(run, pool)
    assert torch.equal(weights(result(run)), weights(alone("characters", options)))


@pytest.mark.parametrize("paused", [False, True])
def test_a_stopped_run_is_evaluated_and_says_how_it_is_made_again(pool: Pool, paused: bool) -> None:
    run = until(RemoteRun(configure("characters", LONG)), pool, lambda run: run.picture.get("step"))
    if paused:
        run.pause()
        until(run, pool, lambda run: run.paused)
    run.stop()
    until(run, pool)
    options = dict(run.config.options)
    assert options["max_steps"] < 2700
    assert result(run).metrics["measured"] == alone("characters", options).metrics["measured"]


def test_a_closed_run_ends_at_once(pool: Pool) -> None:
    run = until(RemoteRun(configure("characters", LONG)), pool, lambda run: run.picture.get("step"))
    run.close()
    run.advance(pool, 1)
    assert run.over
    assert run.outcome is None
    assert run._run is not None
    assert is_gone(process_of(run._run))


def test_the_last_good_weights_survive_the_process(pool: Pool) -> None:
    run = until(RemoteRun(configure("characters", LONG)), pool, lambda run: run._backup)
    assert run._run is not None
    assert run._backup is not None
    os.kill(process_of(run._run), signal.SIGKILL)
    until(run, pool)
    assert run.picture["notices"][0].startswith("The process that trained this network was lost")
    assert run.config.options["max_steps"] == run._backup.step
    again = alone("characters", dict(run.config.options) | {"keep": "last"})
    assert torch.equal(weights(result(run)), weights(again))


def test_a_process_that_is_lost_before_its_first_step_is_reported(pool: Pool) -> None:
    run = RemoteRun(configure("characters", LONG))
    run.advance(pool, 0)
    assert run._run is not None
    os.kill(process_of(run._run), signal.SIGKILL)
    until(run, pool)
    assert "nothing of the run could be saved; start it again." in run.picture["notices"][-1]


def test_an_error_of_the_program_ends_the_run_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, seconds: float) -> None:
        raise ValueError("no such layer")

    monkeypatch.setattr("rnn_demo.experiments.live_run.LiveRun.advance", broken)
    run = until(RemoteRun(configure("characters", SHORT)), InlinePool())
    assert run.picture["notices"] == ["The training ended with an error: no such layer."]


def test_a_lesson_in_a_process_gives_what_it_gives_here(pool: Pool) -> None:
    rows = [Example(f"Where is thing {k}?", f"In box {k % 4}") for k in range(12)]
    with pool.start(lesson, rows) as run:
        events = []
        while not run.over:
            events += run.events(0.1)
    with one_thread():
        *_, here = lesson(rows)
    assert isinstance(events[-1], Taught)
    assert isinstance(here, Taught)
    assert torch.equal(weights(events[-1].trained), weights(here.trained))
