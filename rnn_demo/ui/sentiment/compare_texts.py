"""Edit and compare: change a word or add one, and see both readings one above the other."""

from __future__ import annotations

import json

import gradio as gr

from rnn_demo.analysis.review import parting
from rnn_demo.limits import check_text
from rnn_demo.tasks import TASKS
from rnn_demo.ui.scripts import calling
from rnn_demo.ui.session import QUIET, Models
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.widget import dump, sentence, widget


def build(models: Models, name: str, text: gr.Textbox, read: gr.HTML) -> None:
    """A second text under the one that was read, which starts as a copy of it, in an accordion."""
    with gr.Accordion("Edit and compare", open=False, elem_id="sentiment-compare") as panel:
        gr.Markdown(words("compare"))
        changed = gr.Textbox(
            label="The same text, changed", lines=2, max_lines=8, elem_id="sentiment-changed",
            info="Change a word or add one; Shift+Enter compares.", submit_btn=False,
        )  # fmt: skip
        go = gr.Button("Compare", variant="primary", size="sm", min_width=120, elem_id="sentiment-compare-read")
        view = widget("compare_texts", "sentiment-compare-view")

    def compare(text: str, changed: str, shown: str | None) -> str:
        return comparison(models, name, text, changed, shown)

    for trigger in (go.click, changed.submit):
        trigger(compare, [text, changed, view], view, **QUIET)
    # The page does these two without asking the server.
    fresh, copy_of = (calling("views/compare_texts.js", name) for name in ("fresh", "copyOf"))
    read.change(None, [text, read, changed, view], [changed, view], js=fresh, **QUIET)
    panel.expand(None, [text, changed], changed, js=copy_of, **QUIET)


def comparison(models: Models, name: str, text: str, changed: str, shown: str | None = None) -> str:
    """Both readings and where they part; or what is wrong with a text, above what was `shown`."""
    try:
        model = models.get(name, task="sentiment")
        first, second = TASKS[model.task].predict(model, [check_text(text), check_text(changed)])
    except ValueError as error:
        return dump(json.loads(shown or "{}") | {"notice": sentence(error)})
    return dump({"first": first, "second": second, "parting": parting(first["words"], second["words"])})
