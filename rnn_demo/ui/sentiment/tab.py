"""Sentiment: the network reads a text and changes its mind word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import gradio as gr

from rnn_demo.analysis.review import EXPLANATIONS, double_negation, large_changes
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import percent, sentence
from rnn_demo.experiments.comparison import order_in_words
from rnn_demo.experiments.workers import Pool
from rnn_demo.figures import comparison as figures
from rnn_demo.limits import check_text
from rnn_demo.tasks.sentiment import caution, is_undecided
from rnn_demo.ui import long_work
from rnn_demo.ui.contracts import Caution, LargeChange, Reading, WordContribution
from rnn_demo.ui.gradio_compat import custom_event
from rnn_demo.ui.links import Link, asks_for, to_states
from rnn_demo.ui.long_work import LONG_REVIEW, LONG_TEXT, predictions, worked_out
from rnn_demo.ui.models import Models
from rnn_demo.ui.sentiment import compare_texts, failures, text_file
from rnn_demo.ui.tab_context import QUIET, TabContext
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets import calibration, comparison
from rnn_demo.ui.widgets.examples import examples
from rnn_demo.ui.widgets.notice import notice, notice_for
from rnn_demo.ui.widgets.widget import widget

TITLE = "Sentiment"
SUBTITLE = "judge a text"
MODEL = "sentiment"
MOST_PARAGRAPHS = 12  # that are read by themselves as well
LONG_REVIEW_FILE = Path(__file__).with_name("long_review.txt")


@dataclass(frozen=True)
class ExampleText:
    """A text to try, what it is an example of, and the label that a human reader would give it."""

    kind: str
    text: str
    label: str


EXAMPLES = (
    ExampleText("A surprise", "I expected to hate it, and I was wonderfully surprised.", "positive"),
    ExampleText("Contrast", "Despite a great cast, it is a failure.", "negative"),
    ExampleText("Negation", "This is not a good film, and nobody should have to sit through it.", "negative"),
    ExampleText("Where it fails: a long review", LONG_REVIEW_FILE.read_text(encoding="utf-8").strip(), "positive"),
    ExampleText("Where it fails: a double negation", "Nobody could say that it is not funny.", "positive"),
    ExampleText("Where it fails: irony", "Brilliant. I have never been so happy to see the end credits.", "negative"),
)


def build(context: TabContext) -> None:
    """Lay out the tab and wire it."""
    models = context.models
    gr.Markdown(words("sentiment/reading"))
    text = gr.Textbox(
        EXAMPLES[0].text,
        label="A review or a sentence",
        lines=1,
        max_lines=8,
        elem_id="sentiment-text",
        info="Enter reads it; Shift+Enter begins a new line.",
    )
    with gr.Row():
        read_button = gr.Button("Read", variant="primary", size="md", scale=0, min_width=100, elem_id="sentiment-read")
        show_button = gr.Button("Show in Hidden states", size="md", scale=0, min_width=210, elem_id="sentiment-show")
    example_row = examples("sentiment-examples", {"": [(example.kind, example.text) for example in EXAMPLES]})
    problem = notice("sentiment-notice")

    def explain(request: dict[str, Any]) -> dict[str, Any]:  # the page sends one argument
        return explanation(models, context.pool, request)

    reading_widget = widget("sentiment/reading", "sentiment-view", server_functions=[explain])
    build_accordions(models, context.pool, text, reading_widget)

    def read(text: str) -> list[Any]:
        return reading_and_notice(models, context.pool, text)

    def choose(event: gr.EventData) -> list[Any]:
        return [event.text, *read(event.text)]

    def arrive(link: Link) -> list[Any]:
        return [link["text"], *read(link["text"])] if link and asks_for(link, "sentiment") else [gr.skip()] * 3

    def open_tab(was_open: bool, link: Link, text: str) -> list[Any]:
        return [True, *([gr.skip()] * 2 if was_open or asks_for(link, "sentiment") else read(text))]

    outputs, was_open = [reading_widget, problem], gr.State(False)
    gr.on([read_button.click, text.submit], read, text, outputs, **QUIET)
    custom_event(example_row, "choose")(choose, None, [text, *outputs], **QUIET)
    context.arrived.change(arrive, context.arrived, [text, *outputs], **QUIET)
    context.tab.select(open_tab, [was_open, context.arrived, text], [was_open, *outputs], **QUIET)
    show_button.click(lambda text: to_states(MODEL, text), text, [context.opened, context.tabs], **QUIET)


def build_accordions(models: Models, pool: Pool, text: gr.Textbox, reading_widget: gr.HTML) -> None:
    """What is below the reading: two texts compared, a file of texts, and what is known of the network."""
    compare_texts.build(models, pool, MODEL, text, reading_widget)
    text_file.build(pool, MODEL)
    failures.build(models, pool, MODEL)
    calibration.build(models, MODEL, "sentiment-calibration")
    examples_of_test = models.metrics(MODEL).get("measured", {}).get("sst2_dev", {}).get("examples")
    sentences = examples_of_test if isinstance(examples_of_test, int) else None
    comparison.build(
        models,
        MODEL,
        "Does word order matter?",
        "sentiment/order",
        "sentiment-order",
        partial(order_in_words, sentences=sentences),
        partial(figures.order, sentences=sentences),
    )


def reading_and_notice(models: Models, pool: Pool, text: str) -> list[Any]:
    """Values for the reading and the notice: of a text that cannot be read, the last reading stays."""
    try:
        return [strict_json(reading(models, text, pool)), notice_for(None)]
    except ValueError as error:
        return [gr.skip(), notice_for(error)]


def reading(models: Models, text: str, pool: Pool) -> Reading:
    """The payload: what `predict` gives for a text, and what is to be seen in it. ValueError: why not."""
    model = models.get(MODEL, task="sentiment")
    parts = paragraphs(text)
    answer, *alone = worked_out(predictions, pool, MODEL, model, check_text(text), *parts, longest=LONG_REVIEW)
    words = [rounded_word(word) for word in answer["words"]]
    return {
        "input": answer["input"],
        "label": answer["label"],
        "probability": answer["probability"],
        "undecided": is_undecided(answer["probability"]),
        "words": words,
        "changes": cast(list[LargeChange], large_changes(words)),
        "caution": cast(Caution | None, caution(words)),
        "truth": next((example.label for example in EXAMPLES if example.text == text.strip()), None),
        "remark": remark(words, models.metrics(MODEL)),
        "paragraphs": [round(part["probability"], 6) for part in alone],
    }


def remark(words: Sequence[WordContribution], metrics: Mapping[str, Any]) -> str | None:
    """A sentence on a double negation, with how often the network was measured to understand one; None without."""
    pair = double_negation(words)
    if pair is None:
        return None
    kinds = calibration.accuracy_by_kind(metrics)
    remark_on_pair = f"A double negation, “{pair[0]}” and “{pair[1]}”: the second may undo the first."
    if "double_negation" not in kinds:
        return remark_on_pair
    right = percent(kinds["double_negation"])
    return f"{remark_on_pair} That is hard for the network: it got {right} of such test sentences right."


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, with a blank line between them; none where there is one, or more than anybody reads."""
    parts = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    return parts if 2 <= len(parts) <= MOST_PARAGRAPHS else []


def rounded_word(word: Mapping[str, Any]) -> WordContribution:
    """A word for the page; six places of each number keep a long text light."""
    running, contribution = (round(word[name], 6) for name in ("running", "contribution"))
    return {"word": word["word"], "known": word["known"], "running": running, "contribution": contribution}


def explanation(models: Models, pool: Pool, request: Mapping[str, Any]) -> dict[str, Any]:
    """A number for each word and a sentence about them, {"values", "summary"}, or {"error": why not}.

    `request` has the text and `how`, one of `EXPLANATIONS`.
    """
    try:
        how = str(request.get("how"))
        if how not in EXPLANATIONS:
            raise ValueError(f"unknown explanation {how[:40]!r}; choose one of {', '.join(EXPLANATIONS)}")
        model, text = models.get(MODEL, task="sentiment"), check_text(request.get("text"))
        result = worked_out(partial(long_work.explanation, how=how), pool, MODEL, model, text, longest=LONG_TEXT)
    except ValueError as error:
        return {"error": sentence(error)}
    return {"values": result.values.round(4).tolist(), "summary": result.note}
