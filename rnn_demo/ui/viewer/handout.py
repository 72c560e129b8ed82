"""A handout: one HTML file in which a network reads whatever is typed, from a disk and without a network.

The scripts are the page's own. The file holds the weights, and the embeddings of the words of its text and of as many
others as there is room for: frequent ones, and those that move the answer most.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnn_demo.data.atomic_files import write_whole
from rnn_demo.data.json_text import strict_json
from rnn_demo.figures import palette
from rnn_demo.limits import MAX_HANDOUT_BYTES, MAX_TRACE_TOKENS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.ui.viewer.network import NetworkDescription, describe_network
from rnn_demo.ui.viewer.notebook import COLOURS
from rnn_demo.ui.viewer.payload import TEMPLATE
from rnn_demo.ui.viewer.ranges import UnitRanges, ranges_of_model
from rnn_demo.ui.viewer.static_files import CSS, bundle
from rnn_demo.zoo.checkpoint import open_checkpoint

# That the file's script cuts texts by (static/js/engine/vocabulary.js).
TOKENIZERS = ("characters", "letters", "accented_letters", "words", "plain_words", "reviews", "posts", "spaced_words")
TO_DO = (
    "Type a text of your own and press Read. Step with the arrow keys, or click a column; the buttons below the "
    "drawing open the cell, a unit’s equations and surgery. All of it is in this file and needs no internet."
)
MOST_TRIED = 5_000  # of the most frequent tokens: each is read alone, to see how far it moves the answer
SHEETS = ("picture", "stepper", "cell", "parts", "knife", "handout")


class HandoutDescription(NetworkDescription):
    """A network and where the stepper opens; `whole` says whether all its tokens are there, `total` how many it has.

    `ranges` say where its units usually are, for surgery.
    """

    whole: bool
    total: int
    start: dict[str, str]
    ranges: UnitRanges | None


def save_handout(checkpoint: str, text: str | None, out: Path | None) -> int:
    """Write a checkpoint's handout into a file, whole or not at all; its bytes. ValueError where it cannot be."""
    if text is None or out is None:
        raise ValueError('say what the network reads, and where the file goes: --text "not bad" --out handout.html')
    if out.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"--out must end in .html, got {out.name!r}")
    if not out.parent.is_dir():
        raise ValueError(f"there is no folder {str(out.parent)!r} for {out.name}; make it first, or choose another")
    if out.is_dir():
        raise ValueError(f"{str(out)!r} is a folder; give a file that does not exist yet, or that may be replaced")
    content = handout(open_checkpoint(checkpoint, hub=True), Path(checkpoint).name, text).encode()
    try:
        write_whole(out, content)
    except OSError as error:
        raise ValueError(f"{str(out)!r} cannot be written ({error.strerror}); choose another place for it") from None
    return len(content)


def handout(model: SequenceModel, name: str, text: str) -> str:
    """The whole file. ValueError, in a sentence, for a text or a network that no handout can hold."""
    rule = model.vocabulary.tokenizer
    if rule not in TOKENIZERS:
        raise ValueError(
            f"a handout cannot cut a text as {rule!r} does, by which this model reads; "
            f"it can for models that read by {', '.join(TOKENIZERS)}"
        )
    read = model.vocabulary.tokens_of(text)
    if len(read) > MAX_TRACE_TOKENS:
        raise ValueError(
            f"the text has {len(read):,} tokens; a handout opens with at most {MAX_TRACE_TOKENS}, so shorten it"
        )
    own = list(dict.fromkeys(read))
    others = telling_tokens(model, set(own))
    for ranges in (_ranges(model), None):  # surgery works without them
        page, least = (document(model, name, text, own, words, ranges) for words in (others, []))
        whole, bare = len(page.encode()), len(least.encode())
        if whole <= MAX_HANDOUT_BYTES:
            return page
        if bare <= MAX_HANDOUT_BYTES:
            share = (MAX_HANDOUT_BYTES - bare) / (whole - bare)
            kept = others[: int(len(others) * share * 0.98)]  # words differ in length, numbers in base85 are all alike
            page = document(model, name, text, own, kept, ranges)
            assert len(page.encode()) <= MAX_HANDOUT_BYTES, "the words that are kept are no longer than those left out"
            return page
    raise ValueError(
        f"the handout would have {bare / 1e6:.1f} MB; at most {MAX_HANDOUT_BYTES / 1e6:.1f} MB are allowed, so "
        "choose a smaller network"
    )


def telling_tokens(model: SequenceModel, own: set[str]) -> list[str]:
    """All tokens but the text's `own` ones, those first without which most texts would be read otherwise.

    In turn one that is frequent, and two that move the answer most from that to an unknown token. Of these a word
    counts for the less, the rarer it is: in texts the n-th word is about n times as rare as the first one.
    """
    tokens = model.vocabulary.tokens[2:]  # the most frequent ones first
    tried = tokens[:MOST_TRIED]
    unknown, *logits = model.logits_of([[1], *([number] for number in model.vocabulary.encode(tried))])
    moved = [float(np.linalg.norm(each - unknown)) / (k + 1) ** 0.5 for k, each in enumerate(logits)]
    by_effect = iter(sorted(range(len(tried)), key=lambda k: -moved[k]))
    order: dict[str, None] = {}
    for token in tokens:
        order[token] = None
        order.update(dict.fromkeys(tried[k] for _, k in zip(range(2), by_effect, strict=False)))
    return [token for token in order if token not in own]


def document(
    model: SequenceModel,
    name: str,
    text: str,
    own: Sequence[str],
    others: Sequence[str],
    ranges: UnitRanges | None = None,
) -> str:
    """The file with the embeddings of these tokens: the text's own ones and others."""
    task = TASKS.get(model.task)
    about = (task.question or task.title) if task else ""
    title = f"{name}: {model.cell.title}"
    tokens = [*own, *others]
    known = sum(token in model.vocabulary.index for token in tokens)
    total = len(model.vocabulary) - 2
    description: HandoutDescription = {
        **describe_network(model, name, tokens, title, about),
        "whole": known == total,
        "total": total,
        "start": {"text": text, "view": "cell"},
        "ranges": ranges,
    }
    piece = description["words"]["piece"]
    lacks = (
        ""
        if known == total
        else f" This file knows {known:,} of the {total:,} {piece}s that the network knows: those of its first text, "
        "frequent ones, and those that move the answer most."
    )
    return _page(title, lacks, text, in_base85(description))


def _ranges(model: SequenceModel) -> UnitRanges | None:
    """Where its units usually are; None where no texts come with the program for its task."""
    try:
        return ranges_of_model(model)
    except ValueError:
        return None


def in_base85(value: Any) -> Any:
    """The same with all packed numbers in base85, which takes 6% less room than base64; "." stands for "<"."""
    if isinstance(value, list):
        return [in_base85(each) for each in value]
    if not isinstance(value, dict):
        return value
    if {"shape", "type", "data"} <= set(value):
        text = base64.b85encode(base64.b64decode(value["data"])).decode("ascii").replace("<", ".")
        return {**value, "data": text, "code": "base85"}
    return {key: in_base85(each) for key, each in value.items()}


def _page(title: str, lacks: str, text: str, description: dict[str, Any]) -> str:
    numbers = strict_json(description).replace("<", "\\u003c")  # so that no token can end the script element
    sheets = "".join((CSS / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    shown = html.escape(text, quote=True)
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{html.escape(title)}</title><style>{COLOURS}{palette.css()}{sheets}</style>"
        f"<body class=handout><header><h1>{html.escape(title)}</h1><p>{html.escape(TO_DO + lacks)}</p></header>"
        '<form id="own"><label for="text">A text of your own</label>'
        f'<input id="text" value="{shown}" autocomplete="off" spellcheck="false"><button>Read</button></form>'
        '<p id="notice" role="status"></p>'
        f'<div id="stepper">{TEMPLATE}</div>'
        f'<script type="application/json" id="network">{numbers}</script>'
        f'<script type="module">{bundle("handout/start.js")}</script>\n'
    )
