"""Jobs in their own processes: the same figures whatever else is running, stopped at once, and no crash spreads.

    pool = Pool()
    with pool.start(study, Study()) as run:      # any generator function at the top of a module, and its arguments
        while not run.over:
            for event in run.events(0.1):        # what it yields in a tenth of a second
                ...

Every process does one job and ends with it. It computes with one thread of torch, so a result does not depend on the
machine's load, and with the random numbers that it drew alone. A `yield` returns a tuple of the messages that were sent
to the job since the last one, or None; a job that yields `WAIT` continues when there is a message.

The processes are forked from a server of their own, which has imported what jobs need and does nothing else: they
start in a moment and share its memory. On Windows, which cannot fork, and on macOS, whose own libraries may crash in a
fork, each is started anew, which takes seconds.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Final, Literal, TypeVar, cast

Job = Callable[..., Generator[Any, Any, None]]
Result = TypeVar("Result")
Report = Literal["ready", "event", "end", "refusal", "fault"]
WAIT: Final = "wait for a message"
NICE = 19  # how far a job gives way to visitors who wait for an answer, as in `nice`
CALLS_AT_ONCE, LONGEST_CALL = 2, 120.0  # processes of a lane of `Pool.call`, and the seconds that one may take
LONGEST_START = 120.0  # seconds until a process must be ready
MOST_STARTS, START_PAUSE = 30, 0.1  # times and seconds between them
FORKS = sys.platform != "darwin" and "forkserver" in multiprocessing.get_all_start_methods()
_system: Any = multiprocessing.get_context("forkserver" if FORKS else "spawn")  # never a fork of threads at work
if FORKS:
    _system.set_forkserver_preload(["rnn_demo.experiments.job_imports"])
_log = logging.getLogger(__name__)


class WorkerLostError(Exception):
    """The process of a job ended by itself: it was killed, or the machine ran out of memory."""


class JobFaultError(Exception):
    """The job raised an error that is a fault of the program; its traceback is in the log of the process."""


class NotBegunError(Exception):
    """The job could not begin; the message is a sentence for the visitor who asked for it."""


class Worker:
    """A process that waits for its one job."""

    def __init__(self) -> None:
        self.connection, far_end = _system.Pipe()
        self.process = _system.Process(target=serve, args=(far_end,), daemon=True)
        self.process.start()
        far_end.close()

    def wait_until_ready(self) -> None:
        """Wait until it has imported what jobs need: a moment, or seconds for the first one."""
        if not self.connection.poll(LONGEST_START):
            raise WorkerLostError("a process for the job could not be started in time")
        with lost_when_closed(self):
            self.connection.recv_bytes()

    def close(self) -> None:
        """End the process at once, whatever it does.

        It is not waited for: on a busy machine one that gives way to all others takes a second to go.
        """
        self.process.kill()
        self.connection.close()


class lost_when_closed:  # noqa: N801  (a context manager, like contextlib.suppress)
    """Within it, a connection without a far end means that the worker was lost."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, EOFError | OSError):
            self.worker.process.join(1)
            code = self.worker.process.exitcode
            raise WorkerLostError(f"its process was lost, perhaps for lack of memory (code {code})") from error


class Run:
    """A job at work. Leaving its `with` block ends it at once."""

    listens = True  # to messages other than "stop"

    def __init__(self, worker: Worker, job: Job, arguments: tuple[Any, ...]) -> None:
        self._worker = worker
        self.over = False
        with lost_when_closed(worker):
            worker.connection.send_bytes(pickle.dumps((job, arguments)))

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def events(self, seconds: float) -> list[Any]:
        """What the job yields in the next seconds; at its end it returns earlier, and the run is `over`.

        ValueError or ArithmeticError as the job raised it, which ends the run; `WorkerLostError`, `JobFaultError`.
        """
        end = time.monotonic() + seconds
        events = self.receive(seconds)
        while not self.over and (left := end - time.monotonic()) > 0:
            events += self.receive(left)
        return events

    def receive(self, seconds: float | None) -> list[Any]:
        """The next event, alone in a list, if it comes within the seconds (None: whenever it comes), else []."""
        with lost_when_closed(self._worker):
            if self.over or not self._worker.connection.poll(seconds):
                return []
            message = self._worker.connection.recv_bytes()
        return self.unpack(message)

    def unpack(self, message: bytes) -> list[Any]:
        """The event in a message of the job, or [] at its end; the errors of `events`."""
        report, content = pickle.loads(message)
        if report == "event":
            return [content]
        self.over = True
        if report == "refusal":
            raise content
        if report == "fault":
            raise JobFaultError(content)
        return []

    def send(self, message: object) -> None:
        """Give the job a message; one that has ended gets none."""
        with suppress(OSError):
            self._worker.connection.send(message)

    def close(self) -> None:
        """End the job at once, if it has not ended."""
        self.over = True
        self._worker.close()


class Pool:
    """Where processes for jobs come from."""

    def __init__(self) -> None:
        self._lanes = {lane: threading.BoundedSemaphore(CALLS_AT_ONCE) for lane in ("answers", "files")}

    def start(self, job: Job, *arguments: Any) -> Run:
        """Begin a job, a generator function at the top of a module; it and its arguments must be picklable."""
        worker = self._worker()
        try:
            worker.wait_until_ready()
            return Run(worker, job, arguments)
        except BaseException:
            worker.close()
            raise

    def call(
        self, function: Callable[..., Result], *arguments: Any, lane: Literal["answers", "files"] = "answers"
    ) -> Result:
        """What a function at the top of a module gives for picklable arguments, computed in its own process.

        A few calls of a lane are worked on at a time, so that files hold up no answer. Where a system cannot fork, it
        is computed here, which takes less time than to start a process. ValueError or ArithmeticError as the function
        raised it, and ValueError where its process was lost or took too long; `JobFaultError`.
        """
        if not FORKS:
            return function(*arguments)
        try:
            with self._lanes[lane], self.start(once, function, arguments) as run:
                if results := run.receive(LONGEST_CALL):
                    return cast(Result, results[0])
        except WorkerLostError as error:
            raise ValueError(f"{error}; try again, or with a smaller input") from error
        raise ValueError(f"this took longer than {LONGEST_CALL:.0f} seconds and was stopped; try a smaller input")

    def _worker(self) -> Worker:
        for _ in range(MOST_STARTS):
            try:
                return Worker()
            except (EOFError, OSError):  # the server that forks was killed; it takes a moment until that is known
                time.sleep(START_PAUSE)
        raise WorkerLostError("no process for the job could be started")

    def warm_up(self) -> None:
        """Let the imports begin in the background, so that the first job need not wait for them."""
        if FORKS:
            threading.Thread(target=start_forkserver, name="worker-pool", daemon=True).start()


def start_forkserver() -> None:
    """Start the process that forks, which gives way to all answers while it imports, as jobs do."""
    from multiprocessing import forkserver

    # On Linux each thread has its own urgency, and what it starts has the same.
    if sys.platform == "linux" and hasattr(os, "nice"):
        os.nice(NICE)
    forkserver.ensure_running()


def once(function: Callable[..., Result], arguments: Sequence[Any]) -> Generator[Result, Any, None]:
    """The job of a `Pool.call`."""
    yield function(*arguments)


def serve(connection: Connection) -> None:
    """The life of a process: get ready, receive a job, report what it yields, end."""
    prepare_worker()
    try:
        report(connection, "ready")
        job, arguments = pickle.loads(connection.recv_bytes())
    except (BrokenPipeError, EOFError):  # the program has ended
        return
    try:
        perform(connection, job(*arguments))
    except (ValueError, ArithmeticError) as error:  # a bad setting, a loss that is no number
        report(connection, "refusal", error)
    except (BrokenPipeError, EOFError):
        return
    except Exception as error:
        _log.exception("a job failed")
        report(connection, "fault", f"{type(error).__name__}: {error}"[:500])
    else:
        report(connection, "end")


def prepare_worker() -> None:
    """One thread, less urgent than answers, with everything imported."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the program, which ends its processes
    import rnn_demo.experiments.job_imports  # noqa: F401

    threading.Thread(target=end_with_program, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)


def end_with_program() -> None:
    """End the process when the program that it works for has ended, even in the middle of a long step."""
    if (program := multiprocessing.parent_process()) is not None:
        program.join()
        os._exit(1)


def perform(connection: Connection, events: Generator[Any, Any, None]) -> None:
    """Send what a job yields, and give it the messages that arrive."""
    messages: tuple[Any, ...] = ()
    with suppress(StopIteration):
        while True:
            event = events.send(messages or None)
            if event is not WAIT:
                report(connection, "event", event)
            messages = receive_messages(connection, at_least=int(event is WAIT))


def receive_messages(connection: Connection, at_least: int) -> tuple[Any, ...]:
    """Wait for at least `at_least` messages, and return all that have arrived."""
    messages: list[Any] = []
    while len(messages) < at_least or connection.poll():
        messages.append(connection.recv())
    return tuple(messages)


def report(connection: Connection, kind: Report, content: object = None) -> None:
    """Tell the program something, if it is still there to hear it."""
    connection.send_bytes(pack(kind, content))


def pack(kind: Report, content: object = None) -> bytes:
    """A message for `Run.unpack`, whole: a connection of torch's would share tensors and leave out their numbers."""
    return pickle.dumps((kind, content))
