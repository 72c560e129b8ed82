"""Networks that learn side by side in the page: Start and Stop, curves that keep up, and a figure of the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import gradio as gr

from rnn_demo.ui.session import QUIET
from rnn_demo.ui.training_controls import (
    IN_LINE,
    StopSignal,
    idle_buttons,
    request_stop,
    running_buttons,
    start_stop_buttons,
    when_first_in_line,
)
from rnn_demo.ui.waiting_line import Line
from rnn_demo.ui.widgets.plots import plotted
from rnn_demo.ui.widgets.widget import dump, sentence, widget

Setting = TypeVar("Setting")
Ended = TypeVar("Ended")


@dataclass(frozen=True)
class SideBySide(Generic[Setting, Ended]):
    """One such comparison.

    `chosen` makes a setting from the values of the controls, or raises ValueError; `watched` yields what the page
    draws, the last time with the outcome, as `ended`; `figure` draws the outcome.
    """

    name: str
    invitation: str
    chosen: Callable[..., Setting]
    watched: Callable[[Setting, StopSignal], Iterator[dict[str, Any]]]
    figure: Callable[[list[Ended], Setting], Any]


def stage(contest: SideBySide[Setting, Ended], controls: Sequence[gr.components.Component], line: Line) -> None:
    """Lay out the buttons, the curves and the figure, and wire them; all visitors wait in one line."""
    signal, over = gr.State(None), gr.State(None)
    start, stop = start_stop_buttons(contest.name)
    view = widget("curves", f"{contest.name}-view", {"said": contest.invitation})
    plot = gr.Plot(visible=False, show_label=False, elem_id=f"{contest.name}-plot")

    def run(*values: Any) -> Iterator[list[Any]]:
        signal, ended = StopSignal(), []
        try:
            setting = contest.chosen(*values)
            yield [gr.skip(), signal, *running_buttons(), gr.Plot(visible=False), None]
            for told in when_first_in_line(line, signal, contest.watched(setting, signal)):
                ended = told.pop("ended", [])
                yield [dump(told), *[gr.skip()] * 5]
            yield [gr.skip(), None, *idle_buttons(), gr.skip(), (ended, setting) if ended else None]
        except ValueError as error:
            yield [dump({"notice": sentence(error)}), None, *idle_buttons(), gr.Plot(visible=False), None]

    def drawn(over: tuple[list[Ended], Setting] | None) -> list[Any]:
        return [gr.Plot(plotted(contest.figure(*over)), visible=True) if over else gr.skip(), None]

    # The figure comes in an event of its own: Gradio at times loses what one event hides and shows.
    start.click(run, list(controls), [view, signal, start, stop, plot, over], **IN_LINE).then(
        drawn, over, [plot, over], **QUIET
    )
    stop.click(request_stop, signal, stop, queue=False, **QUIET)
