"""QA chat: a conversation with a small network that says when it does not know."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rnn_demo.data.wording import sentence
from rnn_demo.experiments.comparison import gates_in_words
from rnn_demo.figures import comparison as figures
from rnn_demo.tasks.qa import DEFAULT_THRESHOLD, is_refusal
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.links import Link, asks_for, to_race, to_states
from rnn_demo.ui.models import Models, is_own
from rnn_demo.ui.qa import coverage, teach
from rnn_demo.ui.qa.conversation import MAX_TURNS, Turn, conversation, explanation, neighbour, rejudge, turn_of
from rnn_demo.ui.qa.opening import asked_by_visitor, shipped_opening
from rnn_demo.ui.scripts import calling
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets import calibration, comparison
from rnn_demo.ui.widgets.examples import examples, new_rows
from rnn_demo.ui.widgets.widget import widget
from rnn_demo.zoo import checkpoint

TITLE = "QA chat"
SUBTITLE = "ask and teach"
MODEL = "qa"
BUILT_IN = ("the built-in model", MODEL)
PLACEHOLDER = "What is the capital of Japan?"
MOST_TAUGHT = 3  # rows of the visitor's table that are offered as examples
EXAMPLES = {
    "Questions it knows": ("What is the capital of France?", "who painted the mona lisa", "what is a gru", "hello"),
    "It should say “I don't know” to": (
        "What is the capital of Wakanda?",
        "What kind of government is Sweden?",
        "and of Germany?",
        "What is 17 + 25?",
    ),
}
# What of the text in the question's box is still to be answered.
EMPTY_ANSWERED = calling("widgets/qa/conversation.js", "emptyAnswered")
EMPTY_VALUE = calling("core/widget.js", "emptyValue")


@dataclass(frozen=True, eq=False)
class ChatComponents:
    """The components of the tab that its events read and write."""

    turns: gr.State
    selected: gr.State  # the turn that is explained
    partner: gr.State  # the name of the model that answers
    own: gr.State  # the secret name of the visitor's own model
    intro: gr.Markdown
    partner_choice: gr.Radio
    conversation_widget: gr.HTML
    question: gr.Textbox
    examples: gr.HTML
    answer_widget: gr.HTML
    neighbour_widget: gr.HTML
    threshold: gr.Slider
    reliability: gr.Accordion | None  # how often the page's own model is right
    show: gr.Button


def build(context: TabContext) -> None:
    """Lay out the tab and wire it."""
    models = context.models
    chat = layout(models)
    teach.build(models, context.pool, chat.own)
    gates = comparison.build(
        models, MODEL, "Do gates help here?", "qa/gates", "qa-gates", gates_in_words, figures.gates
    )
    if gates:
        with gates:
            race = gr.Button("See the race, where gates make all the difference", size="sm", elem_id="qa-race")
        race.click(to_race, None, [context.arrived, context.tabs], **QUIET)
    wire_questions(context, chat)
    wire_choices(context, chat)


def layout(models: Models) -> ChatComponents:
    """The conversation on the left, and beside it how the network read the question."""
    opening = shipped_opening()
    intro = gr.Markdown(words("qa/chat"), elem_id="qa-intro")
    turns, selected, partner = gr.State(opening["turns"]), gr.State(-1), gr.State(MODEL)
    # A plain function: for every visitor Gradio copies the page's settings, and with a method all of `models`.
    own = gr.State(None, delete_callback=lambda name: models.forget(name))
    with gr.Row(equal_height=False, elem_id="qa-talk"):
        with gr.Column(scale=3, min_width=320):
            partner_choice = gr.Radio([BUILT_IN], value=MODEL, label="Chat with", visible=False, elem_id="qa-partner")
            conversation_widget = widget("qa/conversation", "qa-chat", json.loads(conversation(opening["turns"])))
            question = gr.Textbox(
                label="Your question",
                placeholder=PLACEHOLDER,
                max_lines=1,
                submit_btn="Ask",
                elem_id="qa-question",
            )
            example_row = examples("qa-examples", EXAMPLES)
        with gr.Column(scale=2, min_width=300):
            answer_widget = widget("qa/answer", "qa-view", opening["explanation"])
            neighbour_widget = widget("qa/nearest", "qa-near", opening["neighbour"])
            label, value = "Threshold: how confident it must be to answer", threshold_of(models, MODEL)
            threshold = gr.Slider(0, 1, value=value, step=0.01, label=label, elem_id="qa-threshold", buttons=[])
            show = gr.Button("Show in Hidden states", size="sm", elem_id="qa-show")
    coverage.build(models, partner, threshold)
    reliability = calibration.build(models, MODEL, "qa-calibration")
    return ChatComponents(
        turns,
        selected,
        partner,
        own,
        intro,
        partner_choice,
        conversation_widget,
        question,
        example_row,
        answer_widget,
        neighbour_widget,
        threshold,
        reliability,
        show,
    )


def wire_questions(context: TabContext, chat: ChatComponents) -> None:
    """Whatever asks or explains a question: the box, a link, an example, a click on a turn, Clear."""
    models = context.models

    def ask(text: str, turns: list[Turn], partner: str, threshold: float) -> list[Any]:
        return values_after_question(models, text, turns, partner, threshold)

    def ask_again(turns: list[Turn], partner: str, threshold: float, event: gr.EventData) -> list[Any]:
        return values_after_question(models, event.text, turns, partner, threshold)

    def arrive(link: Link, turns: list[Turn], partner: str, threshold: float) -> list[Any]:
        if not link or not asks_for(link, "qa"):
            return [gr.skip()] * 5
        return [link["text"], *ask(link["text"], turns, partner, threshold)]

    def explain(turns: list[Turn], event: gr.EventData) -> list[Any]:
        return values_of_turn(models, turns, event.turn)

    def nearest(turns: list[Turn], selected: int) -> str:
        return neighbour(models, turns[selected] if turns else None)

    chat_state = [chat.turns, chat.partner, chat.threshold]
    outputs = [chat.turns, chat.selected, chat.conversation_widget, chat.answer_widget]
    again_events = [custom_event(chat.conversation_widget, "again"), custom_event(chat.examples, "choose")]
    explain_event, clear_event = (
        custom_event(chat.conversation_widget, "explain"),
        custom_event(chat.conversation_widget, "clear"),
    )
    changes = [chat.question.submit, context.arrived.change, *again_events, explain_event, clear_event]
    # The match of the last question goes at once.
    gr.on(changes, None, None, chat.neighbour_widget, js=EMPTY_VALUE, **QUIET)
    for trigger, handler, inputs, targets in (
        (chat.question.submit, ask, [chat.question, *chat_state], outputs),
        (context.arrived.change, arrive, [context.arrived, *chat_state], [chat.question, *outputs]),
        (again_events, ask_again, chat_state, outputs),
        (explain_event, explain, chat.turns, outputs),
        (clear_event, lambda: chat_values(models, []), None, outputs),
    ):
        event = gr.on(trigger, handler, inputs, targets, **QUIET)
        event.then(None, chat.conversation_widget, None, js=EMPTY_ANSWERED, **QUIET)
        event.then(
            nearest,
            [chat.turns, chat.selected],
            chat.neighbour_widget,
            trigger_mode="always_last",
            **QUIET,
        )


def wire_choices(context: TabContext, chat: ChatComponents) -> None:
    """The threshold, the model that answers, and the way to Hidden states."""
    models = context.models

    def change_threshold(turns: list[Turn], selected: int, partner: str, threshold: float) -> list[Any]:
        try:
            return chat_values(models, rejudge(models, turns, partner, threshold), selected)
        except ValueError as error:
            return chat_values(models, turns, selected, sentence(error))

    outputs = [chat.turns, chat.selected, chat.conversation_widget, chat.answer_widget]
    partner_outputs = [chat.partner, chat.threshold, chat.examples, chat.intro, chat.question]
    if chat.reliability:
        chat.partner.change(
            lambda name: gr.Accordion(visible=not is_own(name)), chat.partner, chat.reliability, **QUIET
        )
    chat.threshold.input(
        change_threshold,
        [chat.turns, chat.selected, chat.partner, chat.threshold],
        outputs,
        trigger_mode="always_last",
        **QUIET,
    )
    chat.partner_choice.input(lambda name: partner_values(models, name), chat.partner_choice, partner_outputs, **QUIET)
    chat.own.change(
        lambda name: [partner_choices(models, name), *partner_values(models, name or MODEL)],
        chat.own,
        [chat.partner_choice, *partner_outputs],
        **QUIET,
    )
    chat.show.click(open_states, [chat.turns, chat.selected], [context.opened, context.tabs], **QUIET)


def threshold_of(models: Models, name: str) -> float:
    """The threshold that suits a model; a checkpoint is not loaded for it, and a missing model has the usual one."""
    try:
        settings = models.get(name).settings if is_own(name) else checkpoint.settings(checkpoint.find(name))
    except ValueError:  # the next question says what is wrong
        settings = {}
    return settings.get("threshold", DEFAULT_THRESHOLD)


def partner_choices(models: Models, own: str | None) -> Any:
    """The choice between the page's model and the visitor's own, once there is one."""
    if own is None:
        return gr.Radio([BUILT_IN], value=MODEL, visible=False)
    answers = sum(not is_refusal(label) for label in models.get(own).labels)
    title = f"your own model ({answers:,} answer{'' if answers == 1 else 's'})"
    return gr.Radio([BUILT_IN, (title, own)], value=own, visible=True)


def partner_values(models: Models, name: str) -> list[Any]:
    """Values for the model that answers, its threshold, the examples, the words above and those in the box.

    A visitor's own model has the rows that it was taught as its examples.
    """
    if not is_own(name):
        threshold = threshold_of(models, name)
        return [name, threshold, new_rows(EXAMPLES), words("qa/chat"), gr.Textbox(placeholder=PLACEHOLDER)]
    try:
        rows = [example.text for example in models.taught(name)[:MOST_TAUGHT]]
    except ValueError:  # it is gone, as the next question says
        rows = []
    placeholder = rows[0] if rows else "A question that you taught it"
    offered = new_rows({"Questions you taught it": rows})
    return [name, threshold_of(models, name), offered, words("qa/own"), gr.Textbox(placeholder=placeholder)]


def chat_values(models: Models, turns: list[Turn], selected: int = -1, notice: str = "") -> list[Any]:
    """Values for the turns, the selected one, the conversation and the answer beside it."""
    try:
        answer = explanation(models, turns[selected] if turns else None)
    except ValueError as error:  # the visitor's own model of this turn is gone
        answer, notice = explanation(models, None), sentence(error)
    return [turns, selected, conversation(turns, selected, notice), answer]


def values_after_question(models: Models, text: str, turns: list[Turn], partner: str, threshold: float) -> list[Any]:
    """The values of `chat_values` after a question."""
    try:
        turn = turn_of(models, partner, text, threshold)
    except ValueError as error:
        return [turns, -1, conversation(turns, notice=sentence(error)), gr.skip()]
    return chat_values(models, [*asked_by_visitor(turns), turn][-MAX_TURNS:])


def values_of_turn(models: Models, turns: list[Turn], selected: int) -> list[Any]:
    """The values of `chat_values` after a click on a turn."""
    return chat_values(models, turns, selected) if selected in range(len(turns)) else [gr.skip()] * 4


def open_states(turns: list[Turn], selected: int) -> Any:
    """Open the selected question in Hidden states, with the model that was asked."""
    if not turns:
        gr.Info("Ask a question first; then you can watch the network read it.")
        return [gr.skip()] * 2
    return to_states(turns[selected]["model"], turns[selected]["input"])
