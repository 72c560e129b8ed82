"""Two processes search in one study; one is killed in the middle: nothing is lost, and nothing is counted twice."""

from __future__ import annotations

import importlib.util
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import optuna
import pytest
from helpers.processes import tuning_jobs
from helpers.systems import postgresql
from optuna.trial import TrialState

from rnn_demo.experiments import tuning
from rnn_demo.experiments.workers import Pool, Run

HAS_POSTGRESQL = importlib.util.find_spec("pg8000") is not None and postgresql.programs() is not None
POSTGRESQL = pytest.param(
    "postgresql", marks=pytest.mark.skipif(not HAS_POSTGRESQL, reason="needs PostgreSQL and the package pg8000")
)


@pytest.fixture(params=["journal", "sqlite", POSTGRESQL])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty storage."""
    if request.param == "postgresql":
        with postgresql.running_postgresql() as address:
            yield address
    else:
        yield f"{tmp_path}/tune.log" if request.param == "journal" else f"sqlite:///{tmp_path}/tune.db"


def trials_of(storage: str, *states: TrialState) -> list[optuna.trial.FrozenTrial]:
    return tuning.open_study("hello", storage).get_trials(states=states or None)


def results(run: Run) -> list[dict]:
    """All that a search yields from now on."""
    found = []
    while not run.over:
        found += run.receive(None)
    return found


def wait_for(sign: Path) -> None:
    end = time.monotonic() + 60
    while not sign.exists():
        assert time.monotonic() < end, "the trial did not begin"
        time.sleep(0.02)


def test_two_processes_one_study_and_one_is_killed(storage: str, tmp_path: Path) -> None:
    pool, sign = Pool(), tmp_path / "in the middle"
    with (
        pool.start(tuning_jobs.hang_in_a_trial, storage, str(sign), 2) as killed,
        pool.start(tuning_jobs.tune, storage, 4) as other,
    ):
        yielded = [*killed.receive(60), *killed.receive(60)]
        wait_for(sign)
        killed.close()
        yielded += results(other)
    if ".log" not in storage:  # a journal has no signs of life, so nobody knows that the process is gone
        end = time.monotonic() + 60
        while not trials_of(storage, TrialState.FAIL):  # until a trial begins after its last sign of life is old
            assert time.monotonic() < end, "the lost trial was not noticed"
            time.sleep(0.5)
            with pool.start(tuning_jobs.tune, storage, 1) as next_one:
                yielded += results(next_one)

    (lost,) = trials_of(storage, TrialState.RUNNING, TrialState.FAIL)
    complete = trials_of(storage, TrialState.COMPLETE)
    assert len(complete) + 1 == len(trials_of(storage))  # none waits
    stored = {trial.number: (trial.value, trial.params) for trial in complete}
    assert stored == {trial["trial"]: (trial["value"], trial["options"]) for trial in yielded}
    assert len(stored) == len(yielded)
    tried = Counter(options_of(trial) for trial in complete)
    assert set(tried.values()) == {1}
    assert tried[options_of(lost)] == (0 if ".log" in storage else 1)
    assert tuning.best_trial("hello", storage) == max(yielded, key=lambda trial: trial["value"])


def options_of(trial: optuna.trial.FrozenTrial) -> frozenset:
    assert len(trial.params) == 4
    return frozenset(trial.params.items())


def test_a_search_that_goes_on_tries_what_it_would_have_tried_at_once(tmp_path: Path) -> None:
    whole = list(tuning.search("hello", tuning_jobs.QUICK, None, 4))
    storage = f"{tmp_path}/tune.journal"
    parts = [trial for _ in range(2) for trial in tuning.search("hello", tuning_jobs.QUICK, None, 2, storage)]
    assert parts == whole


def test_a_driver_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("No module named 'pg8000'")

    monkeypatch.setattr(optuna.storages, "RDBStorage", missing)
    with pytest.raises(ValueError, match=r"No module named 'pg8000'.*pip install \"rnn_demo\[postgresql\]\""):
        tuning.open_study("hello", "postgresql+pg8000://tuner@localhost/tune")
