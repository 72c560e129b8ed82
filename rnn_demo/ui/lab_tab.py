"""Training lab: a visitor trains networks in the page, watches them learn, and keeps what came of it."""

from __future__ import annotations

import gradio as gr

from rnn_demo.lab import warm_up
from rnn_demo.ui import clipping_panel, flow_panel, race_panel, run_table, train_panel
from rnn_demo.ui.session import QUIET, Session
from rnn_demo.ui.visitors import Visitors
from rnn_demo.ui.widget import words

TITLE = "Training lab"


def build(session: Session) -> None:
    """Lay out the tab and wire it; when a page is closed, its visitor is forgotten."""
    visitors = Visitors(session.models)
    gr.Markdown(words("lab"))
    ended = train_panel.build(visitors, session.arrived)
    run_table.build(session, visitors, ended)
    with gr.Accordion("The cell race: who remembers longest?", open=False, elem_id="race"):
        race_panel.build(visitors.line)
    with gr.Accordion("Gradient through time", open=False, elem_id="flow"):
        flow_panel.build(session.page, visitors.line)
    with gr.Accordion("What clipping does", open=False, elem_id="clipping"):
        clipping_panel.build(visitors.line)

    def leave(request: gr.Request) -> None:
        visitors.leave(train_panel.session(request))

    session.page.unload(leave)
    session.tab.select(warm_up, None, None, **QUIET)
