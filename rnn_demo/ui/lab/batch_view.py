"""A picture of one batch as the run would read it: its texts, the padding, and the mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from rnn_demo.data.json_text import strict_json
from rnn_demo.data.vocabulary import UNK
from rnn_demo.data.wording import percent, sentence
from rnn_demo.experiments.lab.one_batch import OneBatch, one_batch
from rnn_demo.experiments.run_config import SettingError, configure
from rnn_demo.ui.lab import settings as controls
from rnn_demo.ui.lab.contracts import BatchPayload
from rnn_demo.ui.tab_context import QUIET
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.widget import widget
from rnn_demo.zoo.recipes import find_recipe

PADDED = "surnames"  # a recipe whose texts are of unequal length
UNKNOWN = "□"


def build(recipe: gr.Dropdown, text: gr.Textbox, settings: Sequence[gr.components.Component]) -> None:
    """A drawer with a batch of the run that the controls describe, and another one at each press of the button."""
    number = gr.State(0)
    with gr.Accordion("One batch: padding and mask", open=False, elem_id="lab-batch") as drawer:
        gr.Markdown(words("lab/batch"))
        view = widget("lab/batch", "lab-batch-view")
        again = gr.Button("Another batch", size="sm", elem_id="lab-batch-next")

    def show(recipe: str, text: str, number: int, *values: Any) -> list[Any]:
        return [batch_value(recipe, text, number, dict(zip(controls.CONTROLS, values, strict=True))), number + 1]

    inputs, outputs = [recipe, text, number, *settings], [view, number]
    gr.on([drawer.expand, again.click], show, inputs, outputs, **QUIET)


def batch_value(recipe: str, text: str, number: int, settings: dict[str, Any]) -> str:
    """A batch of this run for the page, or why there is none; if it has no padding, one that has some."""
    try:
        batch = one_batch(configure(recipe, settings, text), number)
    except SettingError as error:
        return strict_json({"notice": sentence(error)})
    if batch.padding:
        return strict_json(payload(batch))
    other = one_batch(configure(PADDED, {}), number, mixed=True)
    comparison = (
        f"The texts of this batch all have {batch.longest} tokens, so nothing is padded. For comparison, a batch of "
        f"“{find_recipe(PADDED).title}” with texts of any length: {percent(other.unsorted)} of it is padding. Where "
        f"texts of similar length are read together, as in training, it is {percent(other.padding)}."
    )
    return strict_json(payload(other, comparison))


def payload(batch: OneBatch, comparison: str = "") -> BatchPayload:
    """A batch as the page draws it, with what is to be seen in it, or the sentences of a `comparison`."""
    columns = min(batch.longest, max(map(len, batch.texts)))
    has_unknown = any(UNK in tokens for tokens in batch.texts)
    unknown = f" {UNKNOWN} is a token that the network does not know." if has_unknown else ""
    return {
        "said": (comparison or said(batch)) + unknown,
        "rows": [
            {"tokens": [UNKNOWN if token == UNK else token for token in tokens], "length": length}
            for tokens, length in zip(batch.texts, batch.lengths, strict=True)
        ],
        "columns": columns,
        "cut": batch.longest - columns,
    }


def said(batch: OneBatch) -> str:
    """How much of a batch is padding, and what sorting by length is good for."""
    texts = f"{batch.size} text{'' if batch.size == 1 else 's'}"
    if batch.size > len(batch.texts):
        texts += f", of which {len(batch.texts)} are shown"
    more = f"{texts}; the longest has {batch.longest} tokens, and {percent(batch.padding)} of the batch is padding."
    if batch.unsorted <= batch.padding:
        return more
    return (
        f"{more} In a batch of texts of any length it would be {percent(batch.unsorted)}: that is why texts of similar "
        "length are read together."
    )
