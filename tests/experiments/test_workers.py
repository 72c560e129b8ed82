"""A job in its own process reports what it yields, ends at once, and takes nobody with it."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import forkserver

import pytest
from helpers.processes import jobs
from helpers.systems.denormals import COUNT

from rnn_demo.experiments import workers
from rnn_demo.experiments.workers import FORKS, JobFaultError, Pool, Run, WorkerLostError
from rnn_demo.network.denormals import flush_denormals
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


def test_a_search_for_garbage_copies_nothing_that_processes_share(pool: Pool) -> None:
    assert pool.call(jobs.left_alone) > 100_000


@pytest.mark.skipif(not flush_denormals(), reason="this processor has no such switch")
def test_small_numbers_are_zero_in_a_job(pool: Pool) -> None:
    assert everything(pool.start(jobs.vanishing)) == [COUNT]


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
    assert jobs.is_gone(pid)  # though it never yields again


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
        "from helpers.processes import jobs; from rnn_demo.experiments.workers import Pool; import os, signal\n"
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
    assert all(jobs.is_gone(pid) for pid in pids)


# --- a call: one function, one result ---------------------------------------------------------------------------------


def test_a_call_gives_the_result_or_the_refusal_of_its_function(pool: Pool) -> None:
    assert pool.call(jobs.halved, 7) == 3
    with pytest.raises(ValueError, match="odd numbers only"):
        pool.call(jobs.halved, 8)
    with pytest.raises(JobFaultError, match="TypeError"):
        pool.call(jobs.halved, "7")
    assert pool.call(jobs.process) != os.getpid()


def test_a_call_whose_process_is_lost_or_too_slow_says_so(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"lost, perhaps for lack of memory \(code -9\); try again"):
        pool.call(jobs.vanish)
    monkeypatch.setattr(workers, "LONGEST_CALL", 0.2)
    with pytest.raises(ValueError, match="longer than 0 seconds"):
        pool.call(time.sleep, 60)


def test_only_a_few_calls_are_worked_at_once(pool: Pool) -> None:
    with ThreadPoolExecutor(6) as threads:
        spans = list(threads.map(lambda _: pool.call(jobs.span, 0.2), range(6)))
    most = max(sum(start <= moment < end for start, end in spans) for moment, _ in spans)
    assert 1 <= most <= workers.CALLS_AT_ONCE


def test_without_forks_a_call_is_worked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "FORKS", False)
    assert Pool().call(jobs.process) == os.getpid()


# --- the life of a process, lived here --------------------------------------------------------------------------------


def life(monkeypatch: pytest.MonkeyPatch, *messages: object) -> list[tuple[str, object]]:
    """What a process that gets these messages reports, a job with its arguments first."""
    nices: list[int] = []
    monkeypatch.setattr(os, "nice", nices.append)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    near, far = multiprocessing.Pipe()
    for message in messages:
        near.send_bytes(pickle.dumps(message))
    if not messages:
        near.close()
        workers.serve(far)
        return []
    workers.serve(far)
    assert nices == [workers.NICE]
    reports = []
    while near.poll():
        reports.append(pickle.loads(near.recv_bytes()))
    return reports


@pytest.mark.parametrize(
    ("job", "last"),
    [
        (jobs.count, ("end", None)),
        (jobs.refuse, ("refusal", "seeds")),
        (jobs.fail, ("fault", "KeyError: 'ı'")),
        (jobs.diverge, ("refusal", "the loss became nan at step 3")),
    ],
)
def test_a_process_reports_that_it_is_ready_then_events_and_how_it_ended(
    monkeypatch: pytest.MonkeyPatch, job: Callable[..., object], last: tuple[str, object]
) -> None:
    arguments = {jobs.count: (3,), jobs.refuse: ("seeds",)}.get(job, ())
    first, *events, end = life(monkeypatch, (job, arguments))
    assert first == ("ready", None)
    assert events == [("event", number) for number in ((0, 1, 2) if job is jobs.count else (1,))]
    assert (end[0], end[1] if end[1] is None else str(end[1])) == last


def test_a_process_hands_messages_to_a_job_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    reports = life(monkeypatch, (jobs.echo, ()), "a", None)
    assert [content for kind, content in reports if kind == "event"] in (
        [("a",), ("a",), (None,)],
        [("a", None)],
        [("a",), (None,)],
    )


def test_a_process_ends_where_the_program_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    assert life(monkeypatch) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no urgency of its own")
def test_the_process_that_forks_gives_way_from_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    niceness: list[int] = []
    monkeypatch.setattr(forkserver, "ensure_running", lambda: niceness.append(os.getpriority(os.PRIO_PROCESS, 0)))
    thread = threading.Thread(target=workers.start_forkserver)
    thread.start()
    thread.join()
    assert niceness == [workers.NICE]
    assert os.getpriority(os.PRIO_PROCESS, 0) < workers.NICE  # of this thread
