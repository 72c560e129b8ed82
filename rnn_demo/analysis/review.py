"""What the page says about a verdict: where it changed, and what it rests on.

`words` are those that the sentiment task's `predict` returns: {"word", "running", "contribution", "known"}.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from rnn_demo.analysis.attribution import integrated_gradients, log_odds_without
from rnn_demo.limits import MAX_EXPLAINED_TOKENS, check_text
from rnn_demo.network.arrays import Array
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.sentiment import LABELS

Words = Sequence[Mapping[str, Any]]

MAX_CHANGES, MIN_CHANGE = 4, 0.1  # how many are listed, and the smallest change of the probability
POINTS = (16, 64)  # of integrated gradients, the fewest and the most: a long text gets fewer,
MAX_READ_WORDS = 32_000  # so that its reader need not wait
LARGE_GAP = 0.1  # of what the numbers of all words should add up to
MAX_SINGLE_OMISSIONS = 400  # a longer text is read again without a sentence at a time, not a word
PIECE = (15, 40)  # the fewest and the most words of what is then left out at once
LARGEST = ("max", "concat")  # poolings whose head reads each unit's largest value
NEGATIONS = frozenset(("not", "n't", "cannot", "no", "never", "nobody", "nothing", "none", "neither", "nor", "without"))
_SENTENCE_ENDS = frozenset(".!?…;")
_CLAUSE_ENDS = _SENTENCE_ENDS | {",", ":", "(", ")", "and", "but"}


# --- the verdict so far -------------------------------------------------------------------------------------------


def large_changes(words: Words) -> list[dict[str, Any]]:
    """The steps that changed the probability of positive most, the largest change first: [{"step", "by"}, ...]."""
    if not words:
        return []
    first = words[0]
    before = [_before(first), *(word["running"] for word in words[:-1])]
    changes = [word["running"] - p for word, p in zip(words, before, strict=True)]
    largest = sorted(range(len(changes)), key=lambda t: -abs(changes[t]))[:MAX_CHANGES]
    return [{"step": t, "by": changes[t]} for t in largest if abs(changes[t]) >= MIN_CHANGE]


def _before(first: Mapping[str, Any]) -> float:
    """The probability before the first word, from what that word did to the log odds."""
    p = min(max(first["running"], 1e-12), 1 - 1e-12)
    return 1 / (1 + math.exp(first["contribution"] - math.log(p / (1 - p))))


def parting(one: Words, other: Words) -> dict[str, Any]:
    """Where two texts differ: {"start": words shared at the start, "rest": words shared at the end, "same"}."""
    a, b = ([word["word"] for word in words] for words in (one, other))
    shortest = min(len(a), len(b))
    start = next((k for k in range(shortest) if a[k] != b[k]), shortest)
    rest = next((k for k in range(shortest - start) if a[-1 - k] != b[-1 - k]), shortest - start)
    return {"start": start, "rest": rest, "same": a == b}


def double_negation(words: Words) -> tuple[str, str] | None:
    """The first two negations in one clause, where the second often cancels the first; None if there are none.

    "Neither ... nor" denies once: "nor" begins a clause.
    """
    first = ""
    for token in (word["word"] for word in words):
        if token in _CLAUSE_ENDS:
            first = ""
        elif token in NEGATIONS:
            if first and token != "nor":
                return first, token
            first = token
    return None


# --- what it rests on ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Explanation:
    """A number for each word, (T,), and in words what it is and how far to trust it.

    The numbers are in log odds of positive; those of `by_pooling` are shares.
    """

    values: Array
    note: str


def by_gradients(model: SequenceModel, text: str) -> Explanation:
    """Integrated gradients of the verdict, with the gap between their sum and what they should add up to."""
    tokens = _tokens(model, text)
    fewest, most = POINTS
    points = min(most, max(fewest, MAX_READ_WORDS // len(tokens)))
    result = integrated_gradients(model, tokens, LABELS[1], points=points)
    per = model.settings.get("temperature", 1.0)
    difference, gap = result.difference / per, result.gap / per
    care = (
        f" The gap of {abs(gap):.2f} is large: compare with “leave one out”."
        if abs(gap) > LARGE_GAP * abs(difference)
        else ""
    )
    return Explanation(
        result.attributions / per,
        f"The contributions add up to {signed(difference - gap)}; from blanks to this text the log odds change by "
        f"{signed(difference)} (worked out with {points} points).{care}",
    )


def by_omission(model: SequenceModel, text: str) -> Explanation:
    """Leave one out: how much lower the log odds of positive are when the text is really read without the word."""
    tokens = _tokens(model, text)
    spans = pieces(tokens)
    odds = log_odds_without(model, tokens, [(len(tokens), len(tokens)), *spans], LABELS[1])
    drops = (odds[0] - odds[1:]) / model.settings.get("temperature", 1.0)  # (S,), against the whole text
    values = np.repeat(drops, [stop - start for start, stop in spans])
    if len(spans) == len(tokens):
        return Explanation(
            values,
            f"The text was read {len(spans)} more times, each time without one word; these numbers need not add up.",
        )
    return Explanation(
        values,
        f"This text is long ({len(tokens):,} words), so it was read {len(spans)} more times, each time "
        "without a sentence or a few short ones. All words left out together show the same number.",
    )


@torch.inference_mode()
def by_pooling(model: SequenceModel, text: str) -> Explanation:
    """Max pooling: the share of the units that have their largest value at each word, which adds up to 1.

    ValueError for a model whose head does not read the largest values.
    """
    if model.architecture.pooling not in LARGEST:
        pooling = model.architecture.pooling
        raise ValueError(f"the head of this network reads no largest values, because its pooling is {pooling}")
    tokens = _tokens(model, text)
    ids = torch.tensor([model.vocabulary.encode(tokens)], device=model.device)
    h = model.states(model.embed(ids), torch.tensor([len(tokens)], device=model.device))[0]  # (T, D*H)
    counts = np.bincount(h.argmax(0).cpu().numpy(), minlength=len(tokens))
    used = int((counts > 0).sum())
    return Explanation(
        counts / counts.sum(),
        f"The {counts.sum()} units have their largest values at {used} of the {len(tokens):,} words.",
    )


EXPLANATIONS = {"gradients": by_gradients, "omission": by_omission, "pooling": by_pooling}


def pieces(tokens: Sequence[str]) -> list[tuple[int, int]]:
    """What is left out at a time, [start, stop): each word, or in a long text a sentence of `PIECE` words."""
    if len(tokens) <= MAX_SINGLE_OMISSIONS:
        return [(t, t + 1) for t in range(len(tokens))]
    fewest, most = PIECE
    spans, start = [], 0
    for t, token in enumerate(tokens, 1):
        length = t - start
        if t == len(tokens) or length == most or (length >= fewest and token in _SENTENCE_ENDS):
            spans.append((start, t))
            start = t
    return spans


def signed(value: float) -> str:
    """A number with its sign, as the page writes it: +1.20, −0.41; what is 0 in two digits has none."""
    size = f"{abs(value):.2f}"
    return size if float(size) == 0 else f"{'−' if value < 0 else '+'}{size}"


def _tokens(model: SequenceModel, text: str) -> list[str]:
    tokens = model.vocabulary.tokenize(check_text(text))
    if not tokens:
        raise ValueError("the text has no word; write at least one")
    if len(tokens) > MAX_EXPLAINED_TOKENS:
        raise ValueError(
            f"the text has {len(tokens):,} words and punctuation marks; at most {MAX_EXPLAINED_TOKENS:,} are explained "
            "one by one, so shorten it or stay with the verdict so far"
        )
    return tokens
