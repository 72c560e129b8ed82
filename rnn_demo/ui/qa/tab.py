"""QA chat: a conversation with a small network that says when it does not know."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rnn_demo.tasks.qa import DEFAULT_THRESHOLD, REFUSAL
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.links import Link, asks_for, to_states
from rnn_demo.ui.models import Models, is_own
from rnn_demo.ui.qa import coverage, teach
from rnn_demo.ui.qa.conversation import MAX_TURNS, Turn, conversation, explanation, neighbour, rejudged, turn_of
from rnn_demo.ui.scripts import calling
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets import ablation_table
from rnn_demo.ui.widgets.examples import examples, new_rows
from rnn_demo.ui.widgets.widget import sentence, widget
from rnn_demo.zoo import checkpoint

TITLE = "QA chat"
MODEL = "qa"
OURS = ("the built-in model", MODEL)
EXAMPLES = {
    "Questions it knows": ("What is the capital of France?", "who painted the mona lisa", "world war ii end year"),
    "It should say “I don't know” to": (
        "What is the capital of Wakanda?",
        "Who was the third person on the Moon?",
        "How are you?",
    ),
}
UNANSWERED = calling("views/conversation.js", "unanswered")  # what of the question's text is still to be answered
NOTHING = calling("core/widget.js", "nothing")


@dataclass(frozen=True, eq=False)
class Parts:
    """The components of the tab that its events read and write."""

    turns: gr.State
    selected: gr.State  # the turn that is explained
    partner: gr.State  # the name of the model that answers
    own: gr.State  # the secret name of the visitor's own model
    partner_choice: gr.Radio
    chat: gr.HTML
    question: gr.Textbox
    examples: gr.HTML
    view: gr.HTML
    near: gr.HTML
    threshold: gr.Slider
    show: gr.Button


def build(context: TabContext) -> None:
    """Lay out the tab and wire it."""
    models = context.models
    parts = layout(models)
    teach.build(models, parts.own)
    ablation_table.build(models, MODEL, "Do gates help here?", "gates", "qa-gates")
    wire_questions(context, parts)
    wire_choices(context, parts)


def layout(models: Models) -> Parts:
    """The conversation on the left, and beside it how the network read the question."""
    gr.Markdown(words("qa"))
    turns, selected, partner = gr.State([]), gr.State(-1), gr.State(MODEL)
    # A plain function: for every visitor Gradio copies the page's settings, and with a method all of `models`.
    own = gr.State(None, delete_callback=lambda name: models.forget(name))
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=320):
            partner_choice = gr.Radio([OURS], value=MODEL, label="Chat with", visible=False, elem_id="qa-partner")
            chat = widget("conversation", "qa-chat")
            question = gr.Textbox(
                label="Your question",
                placeholder="What is the capital of Japan?",
                max_lines=1,
                submit_btn="Ask",
                elem_id="qa-question",
            )
            example_row = examples("qa-examples", EXAMPLES)
        with gr.Column(scale=2, min_width=300):
            view = widget("answer", "qa-view")
            near = widget("nearest", "qa-near")
            label, value = "Threshold: how confident it must be to answer", threshold_of(models, MODEL)
            threshold = gr.Slider(0, 1, value=value, step=0.01, label=label, elem_id="qa-threshold")
            coverage.build(models, partner, threshold)
            show = gr.Button("Show in Hidden states", size="sm", elem_id="qa-show")
    return Parts(
        turns, selected, partner, own, partner_choice, chat, question, example_row, view, near, threshold, show
    )


def wire_questions(context: TabContext, parts: Parts) -> None:
    """Whatever asks or explains a question: the box, a link, an example, a click on a turn, Clear."""
    models = context.models

    def ask(text: str, turns: list[Turn], partner: str, threshold: float) -> list[Any]:
        return answered(models, text, turns, partner, threshold)

    def ask_again(turns: list[Turn], partner: str, threshold: float, event: gr.EventData) -> list[Any]:
        return answered(models, event.text, turns, partner, threshold)

    def arrive(link: Link, turns: list[Turn], partner: str, threshold: float) -> list[Any]:
        if not link or not asks_for(link, "qa"):
            return [gr.skip()] * 5
        return [link["text"], *ask(link["text"], turns, partner, threshold)]

    def explain(turns: list[Turn], event: gr.EventData) -> list[Any]:
        return explained(models, turns, event.turn)

    def nearest(turns: list[Turn], selected: int) -> str:
        return neighbour(models, turns[selected] if turns else None)

    now = [parts.turns, parts.partner, parts.threshold]
    outputs = [parts.turns, parts.selected, parts.chat, parts.view]
    asks_again = [custom_event(parts.chat, "again"), custom_event(parts.examples, "choose")]
    explains, clears = custom_event(parts.chat, "explain"), custom_event(parts.chat, "clear")
    begins = [parts.question.submit, context.arrived.change, *asks_again, explains, clears]
    gr.on(begins, None, None, parts.near, js=NOTHING, **QUIET)  # the match of the last question goes at once
    for trigger, handler, inputs, targets in (
        (parts.question.submit, ask, [parts.question, *now], outputs),
        (context.arrived.change, arrive, [context.arrived, *now], [parts.question, *outputs]),
        (asks_again, ask_again, now, outputs),
        (explains, explain, parts.turns, outputs),
        (clears, lambda: all_parts(models, []), None, outputs),
    ):
        event = gr.on(trigger, handler, inputs, targets, **QUIET)
        event.then(None, [parts.question, parts.chat], parts.question, js=UNANSWERED, **QUIET)
        event.then(nearest, [parts.turns, parts.selected], parts.near, trigger_mode="always_last", **QUIET)


def wire_choices(context: TabContext, parts: Parts) -> None:
    """The threshold, the model that answers, and the way to Hidden states."""
    models = context.models

    def judge(turns: list[Turn], selected: int, partner: str, threshold: float) -> list[Any]:
        try:
            return all_parts(models, rejudged(models, turns, partner, threshold), selected)
        except ValueError as error:
            return all_parts(models, turns, selected, sentence(error))

    def warm_up() -> None:
        with suppress(ValueError):  # the first question says what is wrong
            models.get(MODEL)

    outputs = [parts.turns, parts.selected, parts.chat, parts.view]
    of_partner = [parts.partner, parts.threshold, parts.examples]
    context.page.load(warm_up, None, None, **QUIET)  # while the visitor looks around
    parts.threshold.input(
        judge,
        [parts.turns, parts.selected, parts.partner, parts.threshold],
        outputs,
        trigger_mode="always_last",
        **QUIET,
    )
    parts.partner_choice.input(lambda name: partner_values(models, name), parts.partner_choice, of_partner, **QUIET)
    parts.own.change(
        lambda name: [partners(models, name), *partner_values(models, name)],
        parts.own,
        [parts.partner_choice, *of_partner],
        **QUIET,
    )
    parts.show.click(in_states, [parts.turns, parts.selected], [context.opened, context.tabs], **QUIET)


def threshold_of(models: Models, name: str) -> float:
    """The threshold that suits a model; a checkpoint is not loaded for it, and a missing model has the usual one."""
    try:
        settings = models.get(name).settings if is_own(name) else checkpoint.settings(checkpoint.find(name))
    except ValueError:  # the next question says what is wrong
        settings = {}
    return settings.get("threshold", DEFAULT_THRESHOLD)


def partners(models: Models, own: str) -> Any:
    """The choice between the page's model and the visitor's own, once there is one."""
    answers = len(set(models.get(own).labels) - {REFUSAL})
    title = f"your own model ({answers:,} answer{'' if answers == 1 else 's'})"
    return gr.Radio([OURS, (title, own)], value=own, visible=True)


def partner_values(models: Models, name: str) -> list[Any]:
    """Values for the model that answers, its threshold, and the examples, which suit the page's model alone."""
    return [name, threshold_of(models, name), new_rows({} if is_own(name) else EXAMPLES)]


def all_parts(models: Models, turns: list[Turn], selected: int = -1, notice: str = "") -> list[Any]:
    """Values for the turns, the selected one, the conversation and the picture beside it."""
    try:
        picture = explanation(models, turns[selected] if turns else None)
    except ValueError as error:  # the visitor's own model of this turn is gone
        picture, notice = explanation(models, None), sentence(error)
    return [turns, selected, conversation(turns, selected, notice), picture]


def answered(models: Models, text: str, turns: list[Turn], partner: str, threshold: float) -> list[Any]:
    """The values of `all_parts` after a question."""
    try:
        turn = turn_of(models, partner, text, threshold)
    except ValueError as error:
        return [turns, -1, conversation(turns, notice=sentence(error)), gr.skip()]
    return all_parts(models, [*turns, turn][-MAX_TURNS:])


def explained(models: Models, turns: list[Turn], selected: int) -> list[Any]:
    """The values of `all_parts` after a click on a turn."""
    return all_parts(models, turns, selected) if selected in range(len(turns)) else [gr.skip()] * 4


def in_states(turns: list[Turn], selected: int) -> Any:
    """Open the selected question in Hidden states, with the model that was asked."""
    return to_states(turns[selected]["model"], turns[selected]["input"]) if turns else [gr.skip()] * 2
