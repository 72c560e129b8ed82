"""Sentiment: the network reads a text and changes its mind word by word."""

from __future__ import annotations

import json

import gradio as gr

from rnn_demo.limits import check_text
from rnn_demo.recipes import RECIPES
from rnn_demo.tasks import TASKS
from rnn_demo.ui.session import QUIET, Models, Session
from rnn_demo.ui.widget import dump, sentence, widget, words

TITLE = "Sentiment"
MODEL = "sentiment"


def build(session: Session) -> None:
    """Lay out the tab and wire it."""
    examples = RECIPES[MODEL].examples
    gr.Markdown(words("sentiment"))
    text = gr.Textbox(
        label="A review, or a sentence", lines=2, max_lines=10, value=examples[0], elem_id="sentiment-text",
        info="Enter reads it, Shift+Enter starts a new line.", submit_btn=False,
    )  # fmt: skip
    with gr.Row():
        go = gr.Button("Read", variant="primary", scale=1, min_width=90, elem_id="sentiment-read")
        show = gr.Button("Show in Hidden states", scale=1, min_width=180, elem_id="sentiment-show")
    with gr.Row(elem_classes="rnn-examples"):
        buttons = [gr.Button(example, size="sm", min_width=160) for example in examples]
    view = widget("sentiment_view", "sentiment-view")

    def read(text: str, shown: str | None = None) -> str:
        return reading(session.models, text, shown)

    for trigger in (go.click, text.submit):
        trigger(read, [text, view], view, **QUIET)
    for button in buttons:
        button.click(lambda example: (example, read(example)), button, [text, view], **QUIET)
    session.when_arrived("sentiment", read, text, view)
    session.when_first_seen("sentiment", read, text, view)
    session.show_in_states(show, MODEL, text)


def reading(models: Models, text: str, shown: str | None = None) -> str:
    """The data of the picture: what `predict` gives for this text, or what is wrong with it above what was `shown`."""
    try:
        model = models.get(MODEL, task="sentiment")
        return dump(TASKS[model.task].predict(model, [check_text(text)])[0])
    except ValueError as error:
        return dump(json.loads(shown or "{}") | {"notice": sentence(error)})
