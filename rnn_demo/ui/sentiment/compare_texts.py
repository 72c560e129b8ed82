"""Edit and compare: change a word or add one, and see both readings, one above the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import gradio as gr

from rnn_demo.analysis.review import parting
from rnn_demo.data.json_text import strict_json
from rnn_demo.experiments.workers import Pool
from rnn_demo.limits import check_text
from rnn_demo.ui.contracts import Parting, TextComparison, Verdict, WordVerdict
from rnn_demo.ui.long_work import LONG_REVIEW, predictions, worked_out
from rnn_demo.ui.models import Models
from rnn_demo.ui.scripts import calling
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.notice import notice, notice_for
from rnn_demo.ui.widgets.widget import widget


def build(models: Models, pool: Pool, name: str, text: gr.Textbox, reading_widget: gr.HTML) -> None:
    """An accordion with a second text, which starts as a copy of the one that was read."""
    with gr.Accordion("Edit and compare", open=False, elem_id="sentiment-compare") as accordion:
        gr.Markdown(words("sentiment/compare"))
        changed_text = gr.Textbox(
            label="The same text, changed",
            lines=1,
            max_lines=8,
            elem_id="sentiment-changed",
            info="Change a word or add one, then press Enter.",
        )
        with gr.Row():
            compare_button = gr.Button(
                "Compare", variant="primary", size="md", scale=0, min_width=120, elem_id="sentiment-compare-read"
            )
        problem = notice("sentiment-compare-notice")
        comparison_widget = widget("sentiment/compare_texts", "sentiment-compare-view")

    def compare(text: str, changed_text: str) -> list[Any]:
        try:
            return [strict_json(comparison(models, pool, name, text, changed_text)), notice_for(None)]
        except ValueError as error:
            return [gr.skip(), notice_for(error)]

    gr.on(
        [compare_button.click, changed_text.submit],
        compare,
        [text, changed_text],
        [comparison_widget, problem],
        **QUIET,
    )
    # The page does these two without asking the server. A new reading starts a new comparison.
    script = "widgets/sentiment/compare_texts.js"
    reset, copy = (calling(script, name) for name in ("resetComparison", "copyOnce"))
    reading_widget.change(None, text, [changed_text, comparison_widget], js=reset, **QUIET)
    accordion.expand(None, [text, changed_text], changed_text, js=copy, **QUIET)


def comparison(models: Models, pool: Pool, name: str, text: str, changed_text: str) -> TextComparison:
    """Both readings and the word at which they diverge; ValueError if one of the texts cannot be read."""
    model = models.get(name, task="sentiment")
    texts = check_text(text), check_text(changed_text)
    answers = worked_out(predictions, pool, name, model, *texts, longest=LONG_REVIEW)
    first, second = map(verdict_of, answers)
    return {"first": first, "second": second, "parting": cast(Parting, parting(first["words"], second["words"]))}


def verdict_of(prediction: Mapping[str, Any]) -> Verdict:
    """What the page shows of a prediction; six places of each number keep a long text light."""
    words: list[WordVerdict] = [
        {"word": word["word"], "known": word["known"], "running": round(word["running"], 6)}
        for word in prediction["words"]
    ]
    return {"label": prediction["label"], "probability": prediction["probability"], "words": words}
