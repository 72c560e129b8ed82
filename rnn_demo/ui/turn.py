"""A visitor's turn at what takes the whole machine: wait in line, watch, stop."""

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
PACE = 0.12  # seconds between two pictures: eight in a second
LONGEST = 120.0  # seconds that one turn may take
# For the events of all who train: they wait in our line, which says where they stand, and not in Gradio's.
IN_LINE: dict[str, Any] = {"concurrency_id": "lab", "concurrency_limit": 2 + MAX_LAB_WAITING, **QUIET}


@dataclass
class Wish:
    """A visitor's wish to stop what goes on."""

    stop: bool = False


def stopped(wish: Wish | None) -> Any:
    """Wish that it stops; it does so after the present piece of work."""
    if wish is not None:
        wish.stop = True
    return gr.Button(interactive=False)


def buttons(name: str) -> tuple[gr.Button, gr.Button]:
    """A button to start with and one to stop with, of which one is seen at a time."""
    with gr.Row():
        start = gr.Button("Start", variant="primary", size="md", min_width=100, elem_id=f"{name}-start")
        stop = gr.Button("Stop", variant="stop", size="md", min_width=100, visible=False, elem_id=f"{name}-stop")
    return start, stop


def going_on() -> list[Any]:
    """Values for both buttons while it goes on."""
    return [gr.Button(visible=False), gr.Button(visible=True, interactive=True)]


def at_rest() -> list[Any]:
    """Values for both buttons before and after."""
    return [gr.Button(visible=True), gr.Button(visible=False)]


def in_line(line: Line, wish: Wish, work: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What `work` tells, once it is one's turn; until then one's place in line. `Full` if too many wait already."""
    ticket = line.join()
    try:
        while (place := line.place(ticket)) and not wish.stop:
            yield {"said": f"You are number {place} in line; one visitor trains at a time."}
            time.sleep(PACE)
        if wish.stop:
            yield {"said": "Stopped before it began."}
        else:
            yield from work
    finally:
        line.leave(ticket)


def bunches(events: Generator[Event], wish: Wish) -> Iterator[list[Event]]:
    """Events in bunches, as many pictures as can be drawn; they end when that is wished, or after `LONGEST` seconds.

    Who stops asking ends the work behind them.
    """
    started = drawn = time.monotonic()
    bunch: list[Event] = []
    try:
        for event in events:
            bunch.append(event)
            now = time.monotonic()
            if wish.stop or now - started > LONGEST:
                break
            if now - drawn > PACE:
                yield bunch
                bunch, drawn = [], now
        yield bunch
    finally:
        events.close()
