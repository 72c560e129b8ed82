"""What it gets wrong: the stored report of the stress test, and the visitor's own template, filled and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from rnn_demo.analysis.own_template import OWN_LISTS, fill_template
from rnn_demo.analysis.stress import MOVED, stored
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.sentences.capabilities import NEGATIVE, POSITIVE
from rnn_demo.data.wording import percent
from rnn_demo.experiments.workers import Pool
from rnn_demo.limits import MAX_FILLINGS, MAX_LISTS, MAX_TEMPLATE
from rnn_demo.ui.long_work import LONG_REVIEW, positive_shares, worked_out
from rnn_demo.ui.models import Models
from rnn_demo.ui.sentiment.contracts import Capabilities, Filling, Fillings
from rnn_demo.ui.sentiment.findings import capabilities
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.notice import notice, notice_for
from rnn_demo.ui.widgets.widget import widget

TITLE = "What it gets wrong"
TEMPLATE = "The {thing} was not {good}."
LISTS = "thing: film, soup, flight, phone\ngood: good, great, funny, perfect"
ALIKE, ANYTHING = "the same", "not said"
EXPECTED = (NEGATIVE, POSITIVE, ALIKE, ANYTHING)


def build(models: Models, pool: Pool, name: str) -> None:
    """An accordion with the report, where there is one, and under it a template."""
    report = stored_capabilities(models.metrics(name))
    with gr.Accordion(TITLE, open=False, elem_id="sentiment-wrong") as accordion:
        if report:
            gr.Markdown(words("sentiment/wrong"))
            table = widget("sentiment/capabilities", "sentiment-wrong-view")
            accordion.expand(lambda: strict_json(report), None, table, **QUIET)
        gr.Markdown(f"{words('sentiment/template')}\n\n{own_lists_in_words()}")
        template, lists, expected = template_controls()
        judge_button = gr.Button(
            "Fill and judge", variant="primary", size="md", scale=0, min_width=140, elem_id="sentiment-fill"
        )
        problem = notice("sentiment-template-notice")
        fillings_widget = widget("sentiment/fillings", "sentiment-fillings")

    def judge(template: str, lists: str, expected: str) -> list[Any]:
        try:
            return [strict_json(fillings(models, pool, name, template, lists, expected)), notice_for(None)]
        except ValueError as error:
            return [strict_json({}), notice_for(error)]

    triggers = [judge_button.click, template.submit, expected.change]
    gr.on(triggers, judge, [template, lists, expected], [fillings_widget, problem], **QUIET)


def template_controls() -> tuple[gr.Textbox, gr.Textbox, gr.Radio]:
    """A template, the words for its slots, and the right verdict."""
    template = gr.Textbox(
        TEMPLATE,
        label="A template",
        lines=1,
        max_lines=3,
        max_length=MAX_TEMPLATE,
        elem_id="sentiment-template",
        info="Slots in braces; Enter judges it.",
    )
    with gr.Row():
        lists = gr.Textbox(
            LISTS,
            label="Words for the slots",
            lines=3,
            max_lines=8,
            max_length=MAX_LISTS,
            min_width=280,
            elem_id="sentiment-lists",
            info=f"A list a line; at most {MAX_FILLINGS} fillings.",
        )
        expected = gr.Radio(
            list(EXPECTED), value=NEGATIVE, label="The right verdict", min_width=280, elem_id="sentiment-expected"
        )
    return template, lists, expected


def stored_capabilities(metrics: Mapping[str, Any]) -> Capabilities | None:
    """What the page shows of the report in a checkpoint's metrics; None where there is none."""
    report = stored(metrics)
    return capabilities(report) if report else None


def fillings(models: Models, pool: Pool, name: str, template: object, lists: object, expected: str) -> Fillings:
    """Every filling with its verdict, and whether it is as expected; ValueError says what is wrong."""
    if expected not in EXPECTED:
        raise ValueError(f"unknown verdict {str(expected)[:40]!r}; choose one of {', '.join(EXPECTED)}")
    texts, model = fill_template(template, lists), models.get(name, task="sentiment")
    shares = worked_out(positive_shares, pool, name, model, *texts, longest=LONG_REVIEW)
    rows: list[Filling] = [
        {"text": text, "probability": round(share, 6), "right": is_right(share, shares[0], expected)}
        for text, share in zip(texts, shares, strict=True)
    ]
    return {"summary": in_words(rows, expected), "rows": rows}


def is_right(share: float, first: float, expected: str) -> bool | None:
    """Is a verdict as expected? "The same" is near to the first filling's."""
    if expected == ANYTHING:
        return None
    return abs(share - first) <= MOVED if expected == ALIKE else (share >= 0.5) == (expected == POSITIVE)


def in_words(rows: Sequence[Filling], expected: str) -> str:
    """How many there are, how far apart their verdicts are, and how many are as expected."""
    shares = [row["probability"] for row in rows]
    count = "1 filling" if len(rows) == 1 else f"{len(rows)} fillings"
    span = f"{count}, from {percent(min(shares))} to {percent(max(shares))} positive."
    if expected == ANYTHING:
        return span
    right = sum(bool(row["right"]) for row in rows)
    wanted = f"within {MOVED:g} of the first one" if expected == ALIKE else expected
    return f"{span} {right} of {len(rows)} {'is' if right == 1 else 'are'} {wanted}, as it should be."


def own_lists_in_words() -> str:
    """The names of the lists that need not be written."""
    names = ", ".join(f"`{{{name}}}`" for name in OWN_LISTS)
    return f"Slots with words of ours, where you give no list: {names}."
