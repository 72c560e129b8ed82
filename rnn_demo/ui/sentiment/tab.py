"""Sentiment: the network reads a text and changes its mind word by word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rnn_demo.analysis.review import EXPLANATIONS, turns
from rnn_demo.limits import check_text
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.sentiment import caution
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.sentiment import compare_texts, many_texts
from rnn_demo.ui.session import QUIET, Models, Session
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets import ablation_table
from rnn_demo.ui.widgets.examples import examples
from rnn_demo.ui.widgets.widget import dump, sentence, widget

TITLE = "Sentiment"
MODEL = "sentiment"


@dataclass(frozen=True)
class Sample:
    """A text to try, what it is an example of, and what a person would say of it."""

    kind: str
    text: str
    label: str


SAMPLES = (
    Sample("A surprise", "I expected to hate it, and I was wonderfully surprised.", "positive"),
    Sample("Contrast", "Despite a great cast, it is a failure.", "negative"),
    Sample("Negation", "This is not a good film, and nobody should have to sit through it.", "negative"),
    Sample("A long review", words("long_review").strip(), "positive"),
    Sample("Irony, often misread", "Brilliant. I have never been so happy to see the end credits.", "negative"),
)


def build(session: Session) -> None:
    """Lay out the tab and wire it."""
    models = session.models
    gr.Markdown(words("sentiment"))
    text = gr.Textbox(
        label="A review, or a sentence", lines=2, max_lines=8, value=SAMPLES[0].text, elem_id="sentiment-text",
        info="Shift+Enter reads it.", submit_btn=False,
    )  # fmt: skip
    with gr.Row():
        go = gr.Button("Read", variant="primary", size="md", scale=3, min_width=90, elem_id="sentiment-read")
        show = gr.Button("Show in Hidden states", size="md", scale=1, min_width=200, elem_id="sentiment-show")
    offered = examples("sentiment-examples", {"": [(sample.kind, sample.text) for sample in SAMPLES]})

    def explain(asked: dict[str, Any]) -> dict[str, Any]:  # the page sends one argument
        return explanation(models, asked)

    view = widget("sentiment", "sentiment-view", server_functions=[explain])
    compare_texts.build(models, MODEL, text, view)
    many_texts.build(models, MODEL)
    ablation_table.build(models, MODEL, "What is order worth?", "order", "sentiment-order")

    def read(text: str, shown: str | None = None) -> str:
        return reading(models, text, shown)

    def choose(event: gr.EventData) -> tuple[str, str]:
        return event.text, read(event.text)

    gr.on([go.click, text.submit], read, [text, view], view, **QUIET)
    custom_event(offered, "choose")(choose, None, [text, view], **QUIET)
    session.when_arrived("sentiment", read, text, view)
    session.when_first_seen("sentiment", read, text, view)
    session.show_in_states(show, MODEL, text)


def reading(models: Models, text: str, shown: str | None = None) -> str:
    """The data of the picture: what `predict` gives for this text, or what is wrong with it above what was `shown`."""
    try:
        model = models.get(MODEL, task="sentiment")
        found = TASKS[model.task].predict(model, [check_text(text)])[0]
    except ValueError as error:
        return dump(json.loads(shown or "{}") | {"notice": sentence(error)})
    found["words"] = [rounded(word) for word in found["words"]]
    truth = next((sample.label for sample in SAMPLES if sample.text == text.strip()), None)
    return dump(found | {"turns": turns(found["words"]), "caution": caution(found["words"]), "truth": truth})


def rounded(word: dict[str, Any]) -> dict[str, Any]:
    """Six places are enough for a picture, and keep that of a long text light."""
    return word | {name: round(word[name], 6) for name in ("running", "contribution")}


def explanation(models: Models, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A number for each word and a sentence about them, {"values", "said"}; or {"error": why not}.

    `asked` has the text and `how`, one of `EXPLANATIONS`.
    """
    try:
        how = str(asked.get("how"))
        if how not in EXPLANATIONS:
            raise ValueError(f"unknown explanation {how[:40]!r}; choose one of {', '.join(EXPLANATIONS)}")
        found = EXPLANATIONS[how](models.get(MODEL, task="sentiment"), check_text(asked.get("text")))
    except ValueError as error:
        return {"error": sentence(error)}
    return {"values": found.values.round(4).tolist(), "said": found.said}
