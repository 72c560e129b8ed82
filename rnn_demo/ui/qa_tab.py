"""QA chat: a conversation with a small network that says when it does not know."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from rnn_demo import checkpoints
from rnn_demo.limits import check_text
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.qa import DEFAULT_THRESHOLD, refusal
from rnn_demo.ui.session import QUIET, Link, Models, Session, asks_for
from rnn_demo.ui.widget import dump, sentence, widget, words

TITLE = "QA chat"
MODEL = "qa"
EXAMPLES = (
    "What is the capital of France?",
    "Who painted the Mona Lisa?",
    "What is the capital of Wakanda?",
    "How are you today?",
)
MAX_TURNS, MAX_QUESTION = 50, 500  # of a conversation, and characters of a question typed in the page

Turns = list[dict[str, Any]]


def build(session: Session) -> None:
    """Lay out the tab and wire it."""
    gr.Markdown(words("qa"))
    turns = gr.State([], time_to_live=3600)
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=320):
            chat = gr.Chatbot(
                label="Conversation", height=380, layout="bubble", render_markdown=False, feedback_options=None,
                buttons=["copy_all"], elem_id="qa-chat", placeholder="Ask a question, or choose one below.",
            )  # fmt: skip
            question = gr.Textbox(
                label="Your question", placeholder="What is the capital of Japan?", lines=1, max_lines=1,
                max_length=MAX_QUESTION, submit_btn="Ask", elem_id="qa-question",
            )  # fmt: skip
            with gr.Row(elem_classes="rnn-examples"):
                examples = [gr.Button(text, size="sm", min_width=120) for text in EXAMPLES]
        with gr.Column(scale=2, min_width=300):
            view = widget("answer_view", "qa-view")
            threshold = gr.Slider(
                0, 1, value=default_threshold(session.models), step=0.01, elem_id="qa-threshold",
                label="Threshold: how sure it must be to answer",
            )  # fmt: skip
            with gr.Row():
                show = gr.Button("Show in Hidden states", size="sm", elem_id="qa-show")
                clear = gr.Button("Clear", size="sm", elem_id="qa-clear")

    def ask(text: str, turns: Turns, threshold: float) -> tuple[Any, ...]:
        try:
            answered = answer(session.models, text)
        except ValueError as error:
            return text, turns, messages(turns, threshold), view_of(turns, threshold, notice=sentence(error))
        turns = [*turns, answered][-MAX_TURNS:]
        return "", turns, messages(turns, threshold), view_of(turns, threshold)

    question.submit(ask, [question, turns, threshold], [question, turns, chat, view], **QUIET)
    for button in examples:
        button.click(ask, [button, turns, threshold], [question, turns, chat, view], **QUIET)
    threshold.input(
        lambda turns, threshold: (messages(turns, threshold), view_of(turns, threshold)),
        [turns, threshold], [chat, view], trigger_mode="always_last", **QUIET,
    )  # fmt: skip
    for trigger in (clear.click, chat.clear):
        trigger(lambda: ([], [], dump({})), None, [turns, chat, view], **QUIET)
    last = gr.Textbox(visible=False)
    turns.change(lambda turns: turns[-1]["input"] if turns else "", turns, last, **QUIET)
    session.show_in_states(show, MODEL, last)

    def arrive(link: Link, turns: Turns, threshold: float) -> tuple[Any, ...]:
        return ask(link["text"], turns, threshold) if link and asks_for(link, "qa") else (gr.skip(),) * 4

    session.arrived.change(arrive, [session.arrived, turns, threshold], [question, turns, chat, view], **QUIET)


def default_threshold(models: Models) -> float:
    """The threshold a visitor starts with; the network itself is not loaded for it."""
    if MODEL not in models.names():
        return DEFAULT_THRESHOLD
    return checkpoints.settings(checkpoints.find(MODEL)).get("threshold", DEFAULT_THRESHOLD)


def answer(models: Models, text: str) -> dict[str, Any]:
    """One turn: the prediction, the tokens as the network read them, and how much the question is one to refuse."""
    model = models.get(MODEL, task="qa")
    prediction = TASKS[model.task].predict(model, [check_text(text)])[0]
    return prediction | {"tokens": model.vocabulary.tokenize(text), "refusal": refusal(model, text)}


def is_known(turn: dict[str, Any], threshold: float) -> bool:
    """Would it answer at this threshold? Of words it has never seen it knows nothing."""
    return turn["confidence"] >= threshold and len(turn["unknown_words"]) < len(set(turn["tokens"]))


def messages(turns: Turns, threshold: float) -> list[dict[str, str]]:
    """The conversation as the chat shows it, at this threshold."""
    return [
        message
        for turn in turns
        for message in (
            {"role": "user", "content": escape(turn["input"])},  # the chat would take it for HTML
            {"role": "assistant", "content": escape(said(turn, threshold))},
        )
    ]


def said(turn: dict[str, Any], threshold: float) -> str:
    """What the network says in one turn."""
    if is_known(turn, threshold):
        return f"{turn['top'][0]['answer']}  ({turn['confidence']:.0%} sure)"
    unknown = ", ".join(turn["unknown_words"][:8])
    return "I don't know." + (f" I have never seen: {unknown}." if unknown else "")


def view_of(turns: Turns, threshold: float, notice: str = "") -> str:
    """The data of the picture beside the conversation."""
    shown: dict[str, Any] = {"notice": notice} if notice else {}
    if turns:
        shown |= turns[-1] | {"threshold": threshold, "known": is_known(turns[-1], threshold)}
    return dump(shown)
