"""A job in a process of its own reports what it yields, ends at once, and takes nobody with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing import forkserver

import pytest
from helpers import jobs

from rnn_demo.experiments.workers import FORKS, JobFaultError, Pool, Run, WorkerLostError
from rnn_demo.training import Diverged


@pytest.fixture(scope="module")
def pool() -> Pool:
    return Pool()


def everything(run: Run) -> list[object]:
    """All that a job yields."""
    with run:
        events = []
        while not run.over:
            events += run.events(0.05)
        return events


def gone(pid: int) -> bool:
    """Is there no such process? Waits for a moment."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_everything_that_a_job_yields_arrives_in_order(pool: Pool) -> None:
    assert everything(pool.start(jobs.count, 5_000)) == list(range(5_000))


def test_a_job_has_one_thread_and_random_numbers_of_its_own(pool: Pool) -> None:
    alone = everything(pool.start(jobs.random_numbers, 7))
    first, second = pool.start(jobs.random_numbers, 7), pool.start(jobs.random_numbers, 8)
    with first, second:
        mixed = []
        while not first.over:
            second.receive(0.01)
            mixed += first.receive(0.01)
    assert mixed == alone
    assert {threads for threads, _ in alone} == {1}  # type: ignore[misc]


def test_messages_reach_a_job_that_waits_for_them(pool: Pool) -> None:
    with pool.start(jobs.echo) as run:
        run.send("faster")
        assert run.receive(60) == [("faster",)]
        assert run.receive(0.05) == []
        run.send(None)
        assert run.receive(60) == [(None,)]
        assert run.events(1) == []
        assert run.over
        run.send("too late")


def test_closing_a_run_ends_its_process_at_once(pool: Pool) -> None:
    with pool.start(jobs.endless) as run:
        [pid] = run.receive(60)
    assert gone(pid)  # though it never yields again


@pytest.mark.parametrize(
    ("job", "arguments", "error", "says"),
    [
        (jobs.refuse, ("seeds must be at most 10, got 11",), ValueError, "^seeds must be at most 10, got 11$"),
        (jobs.diverge, (), Diverged, "nan at step 3"),
        (jobs.fail, (), JobFaultError, "KeyError"),
        (jobs.die, (), WorkerLostError, "code -9"),
    ],
)
def test_how_a_job_ended_is_reported_and_the_next_one_runs(
    pool: Pool, job: jobs.Any, arguments: tuple[str, ...], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        everything(pool.start(job, *arguments))
    assert everything(pool.start(jobs.count, 2)) == [0, 1]


@pytest.mark.skipif(not FORKS, reason="this system cannot fork")
def test_a_server_of_processes_that_was_killed_is_replaced(pool: Pool) -> None:
    assert everything(pool.start(jobs.count, 2)) == [0, 1]
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
    assert everything(pool.start(jobs.count, 2)) == [0, 1]


@pytest.mark.skipif(not FORKS, reason="this system cannot fork")
def test_what_is_forked_has_one_thread(pool: Pool) -> None:
    """A fork of a process with several threads at work may never end."""
    assert everything(pool.start(jobs.count, 1)) == [0]
    assert len(os.listdir(f"/proc/{forkserver._forkserver._forkserver_pid}/task")) == 1


def test_no_process_outlives_a_program_that_is_killed() -> None:
    program = (
        "from helpers import jobs; from rnn_demo.experiments.workers import Pool; import os, signal\n"
        "if __name__ == '__main__':\n"
        "    runs = [Pool().start(job, *of) for job, of in ((jobs.count, [10**9]), (jobs.echo, []))]\n"
        "    print(*map(jobs.process_of, runs), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = os.pathsep.join(sys.path)
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}
    ).stdout
    pids = [int(word) for word in output.split()]
    assert len(pids) == 2
    assert all(gone(pid) for pid in pids)
