"""A run on a GPU that is lent: `spaces`, here its stand-in, forks a process for it; no GPU or no time is a sentence."""

from __future__ import annotations

import sys
import threading
from typing import Any

import gradio as gr
import pytest
import torch
from gradio.context import LocalContext
from helpers.processes.remote_runs import until
from helpers.zero_gpu import spaces

from rnn_demo.experiments.lab import lent_gpu
from rnn_demo.experiments.lab.lent_gpu import LendingPool, LentRun, on_device, seconds_to_ask
from rnn_demo.experiments.remote_run import RemoteRun
from rnn_demo.experiments.run_config import RunConfig, configure
from rnn_demo.experiments.workers import NotBegunError, WorkerLostError
from rnn_demo.limits import MAX_LENT_SECONDS
from rnn_demo.training import choose_device

SHORT = on_device(configure("characters", {"epochs": 6, "hidden_size": 12}))
LONG = on_device(configure("characters", {"epochs": 900, "hidden_size": 12}))


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> LendingPool:
    """The pool of a Space with ZeroGPU, whose visitors have as much time as the stand-in gives them."""
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.setitem(sys.modules, "spaces", spaces)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(spaces, "left", {})
    return LendingPool()


def result(run: RemoteRun) -> list[float]:
    """The weights of the network in the end."""
    assert run.outcome is not None
    assert run.outcome.trained is not None, run.picture["notices"]
    return torch.cat([value.flatten() for value in run.outcome.trained.model.state_dict().values()]).tolist()


def test_a_lent_gpu_trains_the_network_that_a_process_of_the_page_trains(pool: LendingPool) -> None:
    here = until(RemoteRun(on_device(SHORT, "cpu")), pool)
    lent = until(RemoteRun(SHORT), pool)
    assert result(lent) == pytest.approx(result(here), abs=1e-6)
    assert spaces.left == {None: spaces.QUOTA - seconds_to_ask(SHORT)}  # the other one asked for no GPU
    assert lent.picture["over"]


def test_a_run_on_a_lent_gpu_stops_with_what_it_has_learnt_and_does_not_pause(pool: LendingPool) -> None:
    run = until(RemoteRun(LONG), pool, lambda run: run._backup is not None)
    assert not run.can_pause
    run.pause()
    run.stop()
    until(run, pool)
    assert run.outcome is not None
    assert run.outcome.config.recipe.training.max_steps > 0
    assert run.picture["curves"]["loss"][-1][0] == run.picture["step"]  # the curves stay as they were
    assert result(run)
    assert any("last good step" in notice for notice in run.picture["notices"])


def test_without_time_left_a_visitor_reads_why_and_what_to_do(
    pool: LendingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spaces, "left", {None: 3.0})
    run = until(RemoteRun(SHORT), pool)
    assert run.outcome is None
    (notice,) = run.picture["notices"]
    assert f"{seconds_to_ask(SHORT)}s requested vs. 3s left" in notice
    assert "press Start" in notice


def test_the_time_is_that_of_the_visitor_whose_request_it_is(pool: LendingPool) -> None:
    class Request:
        headers = {spaces.TOKEN: "Ann"}

    token = LocalContext.request.set(Request())
    try:
        until(RemoteRun(SHORT), pool)
    finally:
        LocalContext.request.reset(token)
    assert list(spaces.left) == ["Ann"]


def test_a_run_that_takes_longer_than_it_asked_for_is_stopped_and_evaluated_in_time(
    pool: LendingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lent_gpu, "seconds_to_ask", lambda *_: lent_gpu.END + 0.5)
    run = until(RemoteRun(LONG), pool)
    assert result(run)
    assert run.picture["step"] < run.picture["steps"]
    assert any("for which the GPU was lent" in notice for notice in run.picture["notices"])


def test_a_lent_gpu_that_is_taken_away_costs_no_more_than_the_last_steps(
    pool: LendingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def aborted(*arguments: Any) -> Any:
        events = lent_gpu.train_lent(*arguments)
        yield from (next(events) for _ in range(3))
        raise gr.Error("GPU task aborted")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)  # for it runs here
    pool._call = aborted
    run = until(RemoteRun(LONG), pool)
    assert result(run)
    assert any("lost" in notice for notice in run.picture["notices"])


def test_a_visitor_who_leaves_ends_the_call(pool: LendingPool) -> None:
    closed = threading.Event()

    def endless(*_: Any) -> Any:
        try:
            while True:
                yield lent_gpu.pack("event", 1)
        finally:
            closed.set()

    run = LentRun(pool, endless)
    assert run.receive(10) == [1]
    run.close()
    assert closed.wait(10)


def test_a_call_that_fails_at_once_or_ends_early_leaves_nobody_waiting(pool: LendingPool) -> None:
    def refused(*_: Any) -> Any:
        raise gr.Error("no GPU is free")

    def cut_short(*_: Any) -> Any:
        yield lent_gpu.pack("event", 1)

    with pytest.raises(NotBegunError, match="no GPU is free"):
        LentRun(pool, refused).receive(10)
    run = LentRun(pool, cut_short)
    assert run.receive(10) == [1]
    with pytest.raises(WorkerLostError, match="ended early"):
        run.receive(10)


@pytest.mark.parametrize("epochs", [1, 20, 1000])
def test_the_time_asked_for_grows_with_the_plan_and_has_a_limit(epochs: int) -> None:
    plan: RunConfig = configure("characters", {"epochs": epochs})
    longer = configure("characters", {"epochs": epochs, "batch_size": 4})
    assert seconds_to_ask(plan) <= seconds_to_ask(longer) <= MAX_LENT_SECONDS
    assert seconds_to_ask(plan, "a prompt", 0.5) == seconds_to_ask(plan)


@pytest.mark.usefixtures("pool")
def test_no_part_of_the_page_chooses_the_gpu_that_torch_claims_to_have() -> None:
    assert torch.cuda.is_available()
    assert choose_device("auto").type == "cpu"
