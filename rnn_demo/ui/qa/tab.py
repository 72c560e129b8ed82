"""QA chat: a conversation with a small network that says when it does not know."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import gradio as gr

from rnn_demo.tasks.qa import DEFAULT_THRESHOLD, REFUSAL
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.qa import coverage, teach
from rnn_demo.ui.qa.conversation import MAX_TURNS, Turn, conversation, explanation, neighbour, rejudged, turn_of
from rnn_demo.ui.scripts import calling
from rnn_demo.ui.session import QUIET, Link, Models, Session, asks_for, is_own, see
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets import ablation_table
from rnn_demo.ui.widgets.examples import examples
from rnn_demo.ui.widgets.examples import told as told_examples
from rnn_demo.ui.widgets.widget import sentence, widget
from rnn_demo.zoo import checkpoint

TITLE = "QA chat"
MODEL = "qa"
OURS = ("the network that came with the page", MODEL)
EXAMPLES = {
    "It was taught": (
        "What is the capital of France?",
        "who painted the mona lisa",
        "world war ii end year",
    ),
    "It must refuse": ("What is the capital of Wakanda?", "Who was the third person on the Moon?", "How are you?"),
}
UNANSWERED = calling("views/conversation.js", "unanswered")  # what of the question's text is still to be answered
NOTHING = calling("core/widget.js", "nothing")


def build(session: Session) -> None:
    """Lay out the tab and wire it."""
    models = session.models
    gr.Markdown(words("qa"))
    turns, chosen = gr.State([]), gr.State(-1)
    partner = gr.State(MODEL)  # the name of the model that is talked to
    own = gr.State(None, delete_callback=models.forget)  # the secret name of the visitor's own
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=320):
            whom = gr.Radio([OURS], value=MODEL, label="You are talking to", visible=False, elem_id="qa-partner")
            chat = widget("conversation", "qa-chat")
            question = gr.Textbox(
                label="Your question", placeholder="What is the capital of Japan?", lines=1, max_lines=1,
                submit_btn="Ask", elem_id="qa-question",
            )  # fmt: skip
            offered = examples("qa-examples", EXAMPLES)
        with gr.Column(scale=2, min_width=300):
            view = widget("answer", "qa-view")
            near = widget("nearest", "qa-near")
            threshold = gr.Slider(
                0, 1, value=threshold_of(models, MODEL), step=0.01, elem_id="qa-threshold",
                label="Threshold: how sure it must be to answer",
            )  # fmt: skip
            coverage.build(models, partner, threshold)
            show = gr.Button("Show in Hidden states", size="sm", elem_id="qa-show")
    teach.build(models, own)
    ablation_table.build(models, MODEL, "What are gates worth?", "gates", "qa-gates")

    def ask(text: str, turns: list[Turn], partner: str, threshold: float) -> list[Any]:
        return asked(models, text, turns, partner, threshold)

    def ask_again(turns: list[Turn], partner: str, threshold: float, chosen: gr.EventData) -> list[Any]:
        return asked(models, chosen.text, turns, partner, threshold)

    def arrive(link: Link, turns: list[Turn], partner: str, threshold: float) -> list[Any]:
        if not link or not asks_for(link, "qa"):
            return [gr.skip()] * 5
        return [link["text"], *ask(link["text"], turns, partner, threshold)]

    def explain(turns: list[Turn], chosen: gr.EventData) -> list[Any]:
        return chose(models, turns, chosen.turn)

    def judge(turns: list[Turn], chosen: int, partner: str, threshold: float) -> list[Any]:
        try:
            return told_of(models, rejudged(models, turns, partner, threshold), chosen)
        except ValueError as error:
            return told_of(models, turns, chosen, sentence(error))

    def nearest(turns: list[Turn], chosen: int) -> str:
        return neighbour(models, turns[chosen] if turns else None)

    def warm_up() -> None:
        with suppress(ValueError):  # which the first question tells
            models.get(MODEL)

    now, told = [turns, partner, threshold], [turns, chosen, chat, view]
    asks_again = [custom_event(chat, "again"), custom_event(offered, "choose")]
    explains, clears = custom_event(chat, "explain"), custom_event(chat, "clear")
    begins = [question.submit, session.arrived.change, *asks_again, explains, clears]
    gr.on(begins, None, None, near, js=NOTHING, **QUIET)  # what is near to the last question leaves at once
    for begun, handler, given, shown in (
        (question.submit, ask, [question, *now], told),
        (session.arrived.change, arrive, [session.arrived, *now], [question, *told]),
        (asks_again, ask_again, now, told),
        (explains, explain, turns, told),
        (clears, lambda: told_of(models, []), None, told),
    ):
        answered = gr.on(begun, handler, given, shown, **QUIET)
        answered.then(None, [question, chat], question, js=UNANSWERED, **QUIET)
        answered.then(nearest, [turns, chosen], near, trigger_mode="always_last", **QUIET)
    session.page.load(warm_up, None, None, **QUIET)  # while the visitor looks around
    threshold.input(judge, [turns, chosen, partner, threshold], told, trigger_mode="always_last", **QUIET)
    whom.input(lambda name: turned_to(models, name), whom, [partner, threshold, offered], **QUIET)
    own.change(
        lambda name: [met(models, name), *turned_to(models, name)], own, [whom, partner, threshold, offered], **QUIET
    )
    show.click(in_states, [turns, chosen], [session.opened, session.tabs], **QUIET)


def threshold_of(models: Models, name: str) -> float:
    """The threshold that was chosen for a model; a checkpoint is not loaded for it."""
    if is_own(name):
        return models.get(name).settings.get("threshold", DEFAULT_THRESHOLD)
    if name not in models.names():
        return DEFAULT_THRESHOLD
    return checkpoint.settings(checkpoint.find(name)).get("threshold", DEFAULT_THRESHOLD)


def met(models: Models, own: str) -> Any:
    """The choice of whom to talk to, once there is a model of the visitor's own."""
    answers = len(set(models.get(own).labels) - {REFUSAL})
    title = f"your own model ({answers:,} answer{'' if answers == 1 else 's'})"
    return gr.Radio([OURS, (title, own)], value=own, visible=True)


def turned_to(models: Models, name: str) -> list[Any]:
    """Values for the name of the model that is talked to, its threshold, and the examples, which are for ours alone."""
    return [name, threshold_of(models, name), told_examples({} if is_own(name) else EXAMPLES)]


def told_of(models: Models, turns: list[Turn], chosen: int = -1, notice: str = "") -> list[Any]:
    """Values for the turns, the chosen one, the conversation and the picture beside it."""
    try:
        picture = explanation(models, turns[chosen] if turns else None)
    except ValueError as error:  # the visitor's own model of this turn is gone
        picture, notice = explanation(models, None), sentence(error)
    return [turns, chosen, conversation(turns, chosen, notice), picture]


def asked(models: Models, text: str, turns: list[Turn], partner: str, threshold: float) -> list[Any]:
    """The values of `told_of` after a question."""
    try:
        turn = turn_of(models, partner, text, threshold)
    except ValueError as error:
        return [turns, -1, conversation(turns, notice=sentence(error)), gr.skip()]
    return told_of(models, [*turns, turn][-MAX_TURNS:])


def chose(models: Models, turns: list[Turn], chosen: int) -> list[Any]:
    """The values after a visitor chose a turn to be explained."""
    return told_of(models, turns, chosen) if chosen in range(len(turns)) else [gr.skip()] * 4


def in_states(turns: list[Turn], chosen: int) -> Any:
    """The wish to see the chosen question in Hidden states, read by the model that was asked it."""
    return see(turns[chosen]["model"], turns[chosen]["input"]) if turns else [gr.skip()] * 2
