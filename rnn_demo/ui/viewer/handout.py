"""A handout: one HTML file in which a network reads whatever is typed, from a disk and without a network.

The scripts are the page's own. The file holds the weights, and the embeddings of the words of its text and of as many
of the most frequent ones as there is room for.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
SHEETS = ("picture", "stepper", "cell", "parts", "knife", "handout")


class HandoutDescription(NetworkDescription):
    """A network and where the stepper opens; `whole` says whether all words are there, and `says` which ones are.

    `ranges` say where its units usually are, for surgery.
    """

    whole: bool
    says: str
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
    others = [token for token in model.vocabulary.tokens[2:] if token not in set(own)]  # the most frequent ones first
    for ranges in (_ranges(model), None):  # surgery works without them
        page, least = (document(model, name, text, own, words, ranges) for words in (others, []))
        whole, bare = len(page.encode()), len(least.encode())
        if whole <= MAX_HANDOUT_BYTES:
            return page
        if bare <= MAX_HANDOUT_BYTES:
            share = (MAX_HANDOUT_BYTES - bare) / (whole - bare)
            kept = others[: int(len(others) * share * 0.98)]  # frequent words are short, numbers in base64 all alike
            page = document(model, name, text, own, kept, ranges)
            assert len(page.encode()) <= MAX_HANDOUT_BYTES, "the words that are kept are shorter than those left out"
            return page
    raise ValueError(
        f"the handout would have {bare / 1e6:.1f} MB; at most {MAX_HANDOUT_BYTES / 1e6:.1f} MB are allowed, so "
        "choose a smaller network"
    )


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
        "says": f"the {known:,} most frequent of the {total:,} tokens that the network knows, those of its first text "
        "among them",
        "start": {"text": text, "view": "cell"},
        "ranges": ranges,
    }
    return _page(title, about, text, description)


def _ranges(model: SequenceModel) -> UnitRanges | None:
    """Where its units usually are; None where no texts come with the program for its task."""
    try:
        return ranges_of_model(model)
    except ValueError:
        return None


def _page(title: str, about: str, text: str, description: dict[str, Any] | HandoutDescription) -> str:
    numbers = strict_json(description).replace("<", "\\u003c")  # so that no token can end the script element
    sheets = "".join((CSS / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    shown = html.escape(text, quote=True)
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{html.escape(title)}</title><style>{COLOURS}{palette.css()}{sheets}</style>"
        f"<body class=handout><header><h1>{html.escape(title)}</h1><p>{html.escape(about)}</p></header>"
        '<form id="own"><label for="text">A text of your own</label>'
        f'<input id="text" value="{shown}" autocomplete="off" spellcheck="false"><button>Read</button></form>'
        '<p id="notice" role="status"></p>'
        f'<div id="stepper">{TEMPLATE}</div>'
        f'<script type="application/json" id="network">{numbers}</script>'
        f'<script type="module">{bundle("handout/start.js")}</script>\n'
    )
