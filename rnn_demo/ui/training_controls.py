"""Start and Stop, the wait in the queue, and updates at a steady pace, for every training run in the page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rnn_demo.experiments.workers import Job, JobFaultError, Pool, WorkerLostError
from rnn_demo.limits import MAX_LAB_TRAINING, MAX_LAB_WAITING, MAX_TRAININGS_OF_ADDRESS
from rnn_demo.ui.server.fairness import address_of
from rnn_demo.ui.server.faults import report
from rnn_demo.ui.server.training_queue import Ticket, TrainingQueue
from rnn_demo.ui.tab_context import QUIET

PACE = 0.25  # seconds between two updates: a browser may need a tenth of a second to draw one
REPEAT = 2.0  # seconds after which a place in the queue is repeated
LONGEST = 120.0  # seconds that one comparison may take
# Visitors wait in our own queue, which says how many are ahead, not in Gradio's.
# It lets in everyone who may train or wait, and a few more, who read that the queue is full or take another's place.
MOST_IN_QUEUE = MAX_LAB_TRAINING + MAX_LAB_WAITING + MAX_TRAININGS_OF_ADDRESS
IN_QUEUE: dict[str, Any] = {"concurrency_id": "lab", "concurrency_limit": MOST_IN_QUEUE, **QUIET}


def address_of_request(request: gr.Request) -> str:
    """The address that a visitor's request comes from, of IPv6 its network."""
    return address_of(getattr(request, "client", None))


@dataclass
class StopSignal:
    """`stop` is set when a visitor presses Stop, `late` when the work has taken as long as it may."""

    stop: bool = False
    late: bool = False


def request_stop(signal: StopSignal | None) -> Any:
    """Ask the work to stop after its current piece."""
    if signal is not None:
        signal.stop = True
    return gr.Button(interactive=False)


def start_or_stop(start: gr.Button, stop: gr.Button, running: bool) -> dict[Any, Any]:
    """Updates that show the Start button or the Stop button."""
    return {start: gr.update(visible=not running), stop: gr.update(visible=running, interactive=True)}


def waiting(queue: TrainingQueue, ticket: Ticket, is_stopped: Callable[[], bool]) -> Iterator[str]:
    """The visitor's place in the queue, when it changes, until their turn or they stop; `Full` if they lose it.

    It is repeated every `REPEAT` seconds: that a page was closed is noticed only when something is sent to it.
    """
    last_place, moment = 0, 0.0
    while (place := queue.place(ticket)) and not is_stopped():
        if place != last_place or time.monotonic() - moment > REPEAT:
            last_place, moment = place, time.monotonic()
            yield f"You are number {place} in the queue; {queue.places} visitors train at a time."
        time.sleep(PACE)


def when_first_in_queue(
    queue: TrainingQueue, address: str, signal: StopSignal, work: Iterator[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the visitor's place in the queue, and then what `work` yields; `Full` if too many wait already."""
    with queue.ticket(address) as ticket:
        for status in waiting(queue, ticket, lambda: signal.stop):
            yield {"status": status}
        if signal.stop:
            yield {"status": "Stopped before it started."}
        else:
            yield from work


def in_batches(pool: Pool, signal: StopSignal, job: Job, *arguments: Any, finish: bool = False) -> Iterator[list[Any]]:
    """What a job in its own process yields, in a batch every `PACE` seconds.

    When `signal` says stop or `LONGEST` seconds are over, the process is ended, or asked to `finish` by the message
    "stop"; it is ended when the iterator is closed. ValueError where it refused, failed or was lost.
    """
    end, stop_sent = time.monotonic() + LONGEST, False
    try:
        with pool.start(job, *arguments) as run:
            while not run.over:
                if (signal.stop or time.monotonic() > end) and not stop_sent:
                    signal.late = not signal.stop
                    if not finish:
                        return
                    run.send("stop")
                    stop_sent = True
                yield run.events(PACE)
    except WorkerLostError as error:
        raise ValueError(f"{error}; start it again") from error
    except JobFaultError as error:
        raise ValueError(report(error)) from error
