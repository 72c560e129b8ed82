"""Start: a network reads a sentence by itself, and there are four ways on from it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.links import Link, values_of
from rnn_demo.ui.start.frame import CARDS
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.widgets.widget import landing_place

TITLE = "Start"
SUBTITLE = "watch it read"


def build(context: TabContext) -> None:
    """Lay out the place into which the first frame is moved, and wire the ways on."""
    place = landing_place("start-place")

    def leave(event: gr.EventData) -> list[Any]:
        return values_of(link_for(getattr(event, "card", None), getattr(event, "text", "")))

    custom_event(place, "go")(leave, None, [context.arrived, context.opened, context.tabs], **QUIET)


def link_for(card: object, text: object) -> Link:
    """Where a card leads, or a sentence of the visitor's own: to Sentiment, which reads it."""
    return dict(CARDS[card]) if isinstance(card, str) and card in CARDS else {"tab": "sentiment", "text": str(text)}
