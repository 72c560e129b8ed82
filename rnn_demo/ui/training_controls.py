"""Start and Stop, a place in line, and pictures at a pace that can be followed, for all trainings in the page."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import gradio as gr

from rnn_demo.limits import MAX_LAB_WAITING
from rnn_demo.ui.session import QUIET
from rnn_demo.ui.waiting_line import Line

Event = TypeVar("Event")
PACE = 0.1  # seconds between two pictures
LONGEST = 120.0  # seconds that one comparison may take
# Everybody waits in our own line, which says how many are ahead, and not in Gradio's queue.
IN_LINE: dict[str, Any] = {"concurrency_id": "lab", "concurrency_limit": 2 + MAX_LAB_WAITING, **QUIET}


@dataclass
class StopSignal:
    """Set when a visitor presses Stop."""

    stop: bool = False


def request_stop(signal: StopSignal | None) -> Any:
    """Ask the work to stop after its current piece."""
    if signal is not None:
        signal.stop = True
    return gr.Button(interactive=False)


def start_stop_buttons(name: str) -> tuple[gr.Button, gr.Button]:
    """A Start and a Stop button, of which one is visible at a time."""
    with gr.Row():
        start = gr.Button("Start", variant="primary", size="md", min_width=100, elem_id=f"{name}-start")
        stop = gr.Button("Stop", variant="stop", size="md", min_width=100, visible=False, elem_id=f"{name}-stop")
    return start, stop


def running_buttons() -> list[Any]:
    """Updates of both buttons for the time of the work."""
    return [gr.Button(visible=False), gr.Button(visible=True, interactive=True)]


def idle_buttons() -> list[Any]:
    """Updates of both buttons for the idle state."""
    return [gr.Button(visible=True), gr.Button(visible=False)]


def place_in_line(place: int) -> str:
    """What a visitor is told who waits."""
    return f"You are number {place} in line; one visitor trains at a time."


def when_first_in_line(line: Line, signal: StopSignal, work: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the visitor's place in line, and then what `work` yields; `Full` if too many wait already."""
    ticket = line.join()
    try:
        while (place := line.place(ticket)) and not signal.stop:
            yield {"said": place_in_line(place)}
            time.sleep(PACE)
        if signal.stop:
            yield {"said": "Stopped before it started."}
        else:
            yield from work
    finally:
        line.leave(ticket)


def paced(events: Generator[Event], signal: StopSignal) -> Iterator[list[Event]]:
    """Events in batches, one every `PACE` seconds, until `signal` says stop or `LONGEST` seconds are over.

    Closing the iterator closes `events`.
    """
    started = drawn = time.monotonic()
    batch: list[Event] = []
    try:
        for event in events:
            batch.append(event)
            now = time.monotonic()
            if signal.stop or now - started > LONGEST:
                break
            if now - drawn > PACE:
                yield batch
                batch, drawn = [], now
        yield batch
    finally:
        events.close()
