"""Training lab: visitors train networks in the page, watch them learn, and save the results."""

from __future__ import annotations

import gradio as gr

from rnn_demo.ui.lab import clipping, gradients, race, runs, train
from rnn_demo.ui.lab.visitor_runs import Visitors, session_of
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.static_files import words

TITLE = "Training lab"


def build(context: TabContext) -> None:
    """Lay out the tab and wire it; when a page is closed, its runs are dropped."""
    visitors = Visitors(context.models, context.pool)
    gr.Markdown(words("lab"))
    ended = train.build(visitors, context.arrived)
    runs.build(context, visitors, ended)
    with gr.Accordion("The cell race: which cell remembers longest?", open=False, elem_id="race"):
        race.build(visitors)
    with gr.Accordion("Gradient through time", open=False, elem_id="flow"):
        gradients.build(visitors)
    with gr.Accordion("What gradient clipping does", open=False, elem_id="clipping"):
        clipping.build(visitors)

    def leave(request: gr.Request) -> None:
        visitors.leave(session_of(request))

    context.page.unload(leave)
    context.page.load(context.pool.warm_up, None, None, **QUIET)  # before Start is pressed
