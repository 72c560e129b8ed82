"""Learn: short lessons with a question before every answer, drawn from the live networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import sentence
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.learn.contracts import Place
from rnn_demo.ui.learn.course import course_payload
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.present import judgement, sheet_payload, step_payload
from rnn_demo.ui.learn.words import language_of, languages
from rnn_demo.ui.links import Link, values_of
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.widgets.widget import widget

TITLE = "Learn"
SUBTITLE = "lesson by lesson"
NAME = "learn"
LONGEST = 2_000  # characters of a parameter of a link


def build(context: TabContext) -> None:
    """A place that the script fills once it is opened, and the ways from it into the other tabs."""
    networks = Networks(context.models)

    def course(request: dict[str, Any]) -> Any:
        return or_error(lambda: course_payload(language_of(fields(request).get("lang"))))

    def step(request: dict[str, Any]) -> Any:
        return or_error(lambda: step_payload(networks, fields(request)))

    def judge(request: dict[str, Any]) -> Any:
        return or_error(lambda: judgement(networks, fields(request)))

    def sheet(request: dict[str, Any]) -> Any:
        return or_error(lambda: sheet_payload(networks, fields(request)))

    def go(event: gr.EventData) -> list[Any]:
        return values_of(link_of(getattr(event, "link", None)))

    place = widget("learn/learn", "learn-view", {"languages": languages()}, [course, step, judge, sheet])
    custom_event(place, "go")(go, None, [context.arrived, context.opened, context.tabs], **QUIET)
    context.arrived.change(follow, context.arrived, place, **QUIET)


def fields(request: object) -> Mapping[str, Any]:
    """What the script asks for; nothing where that is no object."""
    return request if isinstance(request, Mapping) else {}


def or_error(compute: Callable[[], Any]) -> Any:
    """What is computed, or what is wrong in a sentence."""
    try:
        return compute()
    except ValueError as error:
        return {"error": sentence(error)}


def follow(link: Link) -> Any:
    """The place that a link names, for the script; nothing where it leads elsewhere."""
    if not link or link["tab"] != NAME:
        return gr.skip()
    place: Place = {"at": link.get("at", ""), "languages": languages()}
    if link.get("lesson"):
        place |= {"lesson": link["lesson"][:LONGEST], "step": link.get("step", "1")[:LONGEST]}
    return strict_json(place)


def link_of(parameters: object) -> Link:
    """A link that the script names, where it is one into the page."""
    if not isinstance(parameters, Mapping) or "tab" not in parameters:
        return None
    return {str(key)[:LONGEST]: str(value)[:LONGEST] for key, value in parameters.items()}
