"""An experiment in the page: Start and Stop, curves of its training runs as they go, and a place for the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import sentence
from rnn_demo.experiments.lab.setting_words import for_visitors
from rnn_demo.experiments.workers import Job
from rnn_demo.ui.gradio_compat import plot_value
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.training_controls import (
    IN_QUEUE,
    StopSignal,
    address_of_request,
    in_batches,
    request_stop,
    start_or_stop,
    when_first_in_queue,
)
from rnn_demo.ui.widgets.widget import widget


class StudyPanel:
    """The buttons and curves of one experiment, a job in its own process; all visitors wait in one queue."""

    def __init__(self, name: str, invitation: str, visitors: Visitors, job: Job) -> None:
        self.name, self.visitors, self.job, self.signal = name, visitors, job, gr.State(None)
        with gr.Row():
            self.start = gr.Button(
                "Start", variant="primary", size="md", scale=0, min_width=160, elem_id=f"{name}-start"
            )
            self.stop = gr.Button(
                "Stop", variant="stop", size="md", min_width=100, visible=False, elem_id=f"{name}-stop"
            )
        self.curves = widget("curves", f"{name}-view", {"status": invitation})
        self.stop.click(request_stop, self.signal, self.stop, queue=False, **QUIET)

    def on_start(
        self,
        controls: Sequence[gr.components.Component],
        setting_of: Callable[..., Any],
        payloads: Callable[[Any, Iterable[list[Any]]], Iterator[dict[str, Any]]],
        reset: dict[Any, Any],
        show: Callable[[gr.Request, Any, Any], dict[Any, Any]],
        also: Sequence[Callable[..., Any]] = (),
    ) -> Any:
        """Train when Start is pressed, or at one of the events `also`; return the event.

        `setting_of` makes a setting from the values of the controls, or raises ValueError. `payloads` gets it and the
        job's events in batches, and yields what the page draws, the last time with the `results`. `reset` has the
        updates, by component, of what shows the results, and `show` makes those for a setting and its results.
        """

        def train(request: gr.Request, *values: Any) -> Iterator[dict[Any, Any]]:
            signal, results = StopSignal(), None
            idle = {self.signal: None, **start_or_stop(self.start, self.stop, False)}
            try:
                setting = setting_of(*values)
                yield {self.signal: signal, **start_or_stop(self.start, self.stop, True), **reset}
                events = in_batches(self.visitors.pool, signal, self.job, setting)
                queue, address = self.visitors.queue, address_of_request(request)
                for payload in when_first_in_queue(queue, address, signal, payloads(setting, events)):
                    results = payload.pop("results", None)
                    yield {self.curves: strict_json(payload)}
                yield idle | (show(request, setting, results) if results else {})
            except ValueError as error:
                yield {self.curves: strict_json({"notice": sentence(for_visitors(str(error)))}), **idle}
            except Exception:  # a fault of ours, which the page reports
                yield idle
                raise

        return gr.on(
            [self.start.click, *also],
            train,
            list(controls),
            [self.curves, self.signal, self.start, self.stop, *reset],
            **IN_QUEUE,
        )

    def draw_on_start(
        self,
        controls: Sequence[gr.components.Component],
        setting_of: Callable[..., Any],
        payloads: Callable[[Any, Iterable[list[Any]]], Iterator[dict[str, Any]]],
        figure: Callable[[Any, Any], Any],
    ) -> None:
        """The same with a Plotly figure of the results and the setting below the curves."""
        results = gr.State(None)
        plot = gr.Plot(visible=False, show_label=False, elem_id=f"{self.name}-plot")

        def draw_figure(results: tuple[Any, Any] | None) -> list[Any]:
            return [gr.Plot(plot_value(figure(*results)), visible=True) if results else gr.skip(), None]

        # The figure comes in its own event: Gradio at times loses what one event hides and shows.
        self.on_start(
            controls,
            setting_of,
            payloads,
            reset={plot: gr.update(visible=False), results: None},
            show=lambda _, setting, outcome: {results: (outcome, setting)},
        ).then(draw_figure, results, [plot, results], **QUIET)
