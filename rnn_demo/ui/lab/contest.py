"""Networks that learn side by side in the page: start and stop, a picture that keeps up, a figure of how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import gradio as gr

from rnn_demo.ui.session import QUIET
from rnn_demo.ui.turn import IN_LINE, Wish, at_rest, buttons, going_on, in_line, stopped
from rnn_demo.ui.waiting_line import Line
from rnn_demo.ui.widgets.plots import plotted
from rnn_demo.ui.widgets.widget import dump, sentence, widget

Setting = TypeVar("Setting")
Ended = TypeVar("Ended")


@dataclass(frozen=True)
class Contest(Generic[Setting, Ended]):
    """What tells one contest from another.

    `chosen` makes the setting of what stands at the controls, or raises ValueError; `watched` tells the contest as the
    page draws it, last with how it `ended`; `figure` is of those who ended.
    """

    name: str
    invitation: str
    chosen: Callable[..., Setting]
    watched: Callable[[Setting, Wish], Iterator[dict[str, Any]]]
    figure: Callable[[list[Ended], Setting], Any]


def stage(contest: Contest[Setting, Ended], controls: Sequence[gr.components.Component], line: Line) -> None:
    """Lay out the buttons, the picture and the figure, and wire them; everybody waits in the same line."""
    wish, over = gr.State(None), gr.State(None)
    start, stop = buttons(contest.name)
    view = widget("curves", f"{contest.name}-view", {"said": contest.invitation})
    plot = gr.Plot(visible=False, show_label=False, elem_id=f"{contest.name}-plot")

    def run(*values: Any) -> Iterator[list[Any]]:
        wish, ended = Wish(), []
        try:
            setting = contest.chosen(*values)
            yield [gr.skip(), wish, *going_on(), gr.Plot(visible=False), None]
            for told in in_line(line, wish, contest.watched(setting, wish)):
                ended = told.pop("ended", [])
                yield [dump(told), *[gr.skip()] * 5]
            yield [gr.skip(), None, *at_rest(), gr.skip(), (ended, setting) if ended else None]
        except ValueError as error:
            yield [dump({"notice": sentence(error)}), None, *at_rest(), gr.Plot(visible=False), None]

    def drawn(over: tuple[list[Ended], Setting] | None) -> list[Any]:
        return [gr.Plot(plotted(contest.figure(*over)), visible=True) if over else gr.skip(), None]

    # The figure comes in an event of its own: what is hidden and shown in one gets lost at times.
    start.click(run, list(controls), [view, wish, start, stop, plot, over], **IN_LINE).then(
        drawn, over, [plot, over], **QUIET
    )
    stop.click(stopped, wish, stop, queue=False, **QUIET)
