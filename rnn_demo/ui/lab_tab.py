"""Training lab: a visitor trains networks in the page, watches them learn, and keeps what came of it."""

from __future__ import annotations

import gradio as gr

from rnn_demo.ui import run_table, train_panel
from rnn_demo.ui.session import Session
from rnn_demo.ui.visitors import Visitors
from rnn_demo.ui.widget import words

TITLE = "Training lab"


def build(session: Session) -> None:
    """Lay out the tab and wire it; when a page is closed, its visitor is forgotten."""
    visitors = Visitors(session.models)
    gr.Markdown(words("lab"))
    ended = train_panel.build(visitors)
    run_table.build(session, visitors, ended)

    def leave(request: gr.Request) -> None:
        visitors.leave(train_panel.session(request))

    session.page.unload(leave)
