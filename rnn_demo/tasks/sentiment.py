"""Sentiment: is a text positive or negative, and what did each word do to the verdict?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from rnn_demo.data.csv_files import Column, DataError, read_table
from rnn_demo.data.language import foreign_language
from rnn_demo.data.posts import kind_of
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.limits import check_tokens
from rnn_demo.network.arrays import softmax
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.padding import by_length
from rnn_demo.network.precision import has_kernel
from rnn_demo.network.threads import parallel_map
from rnn_demo.tasks.answers import SentimentAnswer, Word
from rnn_demo.tasks.base import Example, Split, Task, split_by_hash, temperature

LABELS = ("negative", "positive")
SPELLINGS = {"0": 0, "-1": 0, "1": 1, "neg": 0, "negative": 0, "pos": 1, "positive": 1}
NO_LABEL = ("", "nan", "null", "none", "n/a")  # what programs write where a label is missing
COLUMNS = (
    Column("text", ("review", "sentence", "comment", "content", "body", "message", "tweet", "phrase", "input")),
    Column("label", ("sentiment", "class", "target", "polarity"), optional=True),
)
MARKS = (  # of files to learn from
    *(Column(name, optional=True) for name in ("movie_id", "group", "kind", "certainty", "dup", "in_test")),
)
UNDECIDED = 0.1  # a probability of positive from 40% to 60% is no verdict
MANY = 64  # texts in one call: from here on speed counts
ASKING = ("is", "are", "was", "were", "does", "do", "did", "has", "have", "can", "could", "will", "would", "should")
MOSTLY_KNOWN = 2 / 3  # English texts reach it nearly always, other languages hardly ever
TEMPERATURES = np.arange(50, 301) / 100
CLOSE = 0.25  # log-odds: several times of what bfloat16 moves them by


class Sentiment(Task):
    """Reviews and sentences with labels that `read_labels` understands; rows without a label are left out.

    So are rows marked as the same as an earlier one (`dup`) or as one of the test split (`in_test`). A `certainty` is
    the probability of the label: 0.5 for a sentence without an opinion. Rows of one `group` are one sentence in several
    ways, `alike`; rows of one `movie_id` only stay together.
    """

    title = "Sentiment"
    question = "Is this review positive?"
    lesson = 3
    columns = ("text", "label")
    tokenizer = "reviews"

    def read(self, path: Path) -> list[Example]:
        rows = _unmarked(path)
        labels, problem = read_labels(rows["label"])
        if problem:
            raise DataError(f"{path.name}: {problem}")
        rows = rows.assign(label=labels)
        rows = rows[rows["label"] != ""]
        if rows.empty:
            raise DataError(f"{path.name} has no labelled row; add a column label with 0 or 1")
        columns = rows[["text", "label", "movie_id", "group", "kind", "certainty"]]
        return [
            Example(text, label, movie or group, kind, read_certainty(certainty, path.name, line), group)
            for line, text, label, movie, group, kind, certainty in columns.itertuples(name=None)
        ]

    def texts(self, path: Path) -> list[str]:
        return _unmarked(path)["text"].tolist()

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """A twentieth of the reviews to validate, whole movies at a time; the test split is a file of its own.

        Phrases are cut from sentences and alike within one, so beside reviews all of them are learnt.
        """
        sides = split_by_hash(examples, seed, validation=0.05, test=0.0)
        if not any(example.group for example in sides.validation):
            return sides
        phrases = tuple(example for example in sides.validation if not example.group)
        return Split(sides.train + phrases, tuple(example for example in sides.validation if example.group))

    def labels(self, examples: Sequence[Example]) -> list[str]:
        return list(LABELS)

    def choose_settings(self, model: SequenceModel, split: Split) -> dict[str, float]:
        """The temperature that makes held-out probabilities fit best (Guo et al. 2017, section 4.2)."""
        if not split.validation:
            return {}
        logits = model.logits([example.text for example in split.validation])
        positive = np.array([example.label == LABELS[1] for example in split.validation])
        return {"temperature": temperature(logits[:, 1] - logits[:, 0], positive, TEMPERATURES)}

    def predict(self, model: SequenceModel, texts: Sequence[str]) -> list[SentimentAnswer]:
        """The verdict, and with each word the verdict so far and by how much the word moved the log-odds.

        `probability` is always that of positive. From `MANY` texts on, they are read in bfloat16 where the processor
        has it, and again in full where the verdict is close: probabilities then differ by a thousandth or so.
        """
        per = model.settings.get("temperature", 1.0)
        tokens = [check_tokens(model.vocabulary.tokenize(text)) for text in texts]
        encoded = [model.vocabulary.encode(words) or [1] for words in tokens]
        quick = len(texts) >= MANY and has_bfloat16(model.device)
        logits = dict(running(model, encoded, quick))
        if quick:
            close = [row for row, part in logits.items() if abs(part[-1, 1] - part[-1, 0]) < CLOSE]
            again = running(model, [encoded[row] for row in close], quick=False)
            logits |= {close[row]: part for row, part in again}
        return [
            verdict(text, words, logits[row].astype(float) / per, model.vocabulary)
            for row, (text, words) in enumerate(zip(texts, tokens, strict=True))
        ]


def has_bfloat16(device: torch.device) -> bool:
    """Does the processor multiply bfloat16 by itself? One that does not is slower with it."""
    native = device.type == "cpu" and bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    return native and has_kernel(torch.bfloat16, device)


def running(model: SequenceModel, encoded: Sequence[list[int]], quick: bool) -> Iterator[tuple[int, np.ndarray]]:
    """Row by row, in the order of their lengths: the logits (1 + T, C) before the first and after each word."""

    @torch.inference_mode()
    def read(batch: tuple[list[int], Tensor, Tensor]) -> list[tuple[int, np.ndarray]]:
        rows, ids, lengths = batch
        with torch.autocast(model.device.type, torch.bfloat16, enabled=quick):
            h = model.states(model.embed(ids), lengths)
        before = model.head_logits(torch.zeros(len(rows), 1, model.head.in_features, device=model.device))
        logits = torch.cat([before, model.logits_so_far(h.float())], dim=1).cpu().numpy()  # (B, 1 + T, C)
        return [(row, own[: 1 + length]) for row, own, length in zip(rows, logits, lengths.tolist(), strict=True)]

    for rows in (parallel_map if quick else map)(read, by_length(encoded, 32, model.device)):
        yield from rows


def verdict(text: str, tokens: Sequence[str], logits: np.ndarray, vocabulary: Vocabulary) -> SentimentAnswer:
    """The answer for a text, from its words and the logits (1 + T, 2) before the first and after each of them."""
    running = softmax(logits)[1:, 1].tolist()
    changes = np.diff(logits[:, 1] - logits[:, 0]).tolist()  # the log-odds of positive
    unknown = vocabulary.unknown(tokens)
    missing = set(unknown)
    words: list[Word] = [
        {"word": word, "running": p, "contribution": m, "known": word not in missing}
        for word, p, m in zip(tokens, running, changes, strict=False)
    ]
    warning = caution(words)
    return {
        "input": text,
        "label": LABELS[running[-1] >= 0.5],
        "probability": running[-1],
        "unknown_words": unknown,
        "note": warning["why"] if warning else None,
        "words": words,
    }


def is_undecided(positive: float) -> bool:
    """Is a probability of positive too near to one half for a verdict?"""
    return abs(positive - 0.5) < UNDECIDED


def caution(words: Sequence[Word]) -> dict[str, str] | None:
    """Why a verdict on these words says little, {"headline", "why"}, or None where the network knows enough of them."""
    known = [word["known"] for word in words if any(map(str.isalpha, word["word"])) and not kind_of(word["word"])]
    if is_link([word["word"] for word in words]):
        why = "This is a link. The network reads the words of a text and follows no links, so paste the text itself."
    elif not known:
        why = "There is no word in this text; the network reads English words."
    elif not any(known):
        why = "The network knows none of these words, so it has nothing to go by. It reads English."
    elif language := foreign_language(word["word"] for word in words):
        why = f"This looks like {language}. The network reads English, so its verdict would mean nothing."
    elif sum(known) < MOSTLY_KNOWN * len(known):
        count = f"The network knows only {sum(known)} of these {len(known)} words"
        return {"headline": "a guess", "why": f"{count}, so this is hardly more than a guess. It reads English."}
    elif is_question([word["word"] for word in words]):
        return {"headline": "a guess", "why": "This asks for an opinion and gives none. The network learnt opinions."}
    else:
        return None
    return {"headline": "no verdict", "why": why}


def is_question(tokens: Sequence[str]) -> bool:
    """Is this one sentence that asks yes or no? "Is it any good?" is; "Is it bad? No." also answers."""
    return (
        len(tokens) > 1
        and tokens[0].casefold() in ASKING
        and [t for t in tokens if t in ".!?"] == ["?"] == [tokens[-1]]
    )


def is_link(tokens: Sequence[str]) -> bool:
    """Are these tokens a link and nothing else? What joins its parts is a good part of it."""
    if tokens and all(kind_of(token) == "link" for token in tokens):
        return True
    joints = sum(not any(map(str.isalnum, token)) for token in tokens)
    return bool(tokens) and tokens[0] in ("http", "https", "www") and joints >= 0.4 * len(tokens)


def read_labels(written: pd.Series) -> tuple[list[str], str]:
    """The labels of rows as "negative", "positive" or "", and why labels cannot be counted, or "".

    They are 0 and 1, -1 and 1, or words. Of another scale, as 1 to 5, nobody can say where positive begins, so none of
    its labels counts. The index of `written` is the line, for the sentence.
    """
    plain = written.str.strip(" \t\xa0\"'“”„").str.casefold()
    plain = plain.where(~plain.isin(NO_LABEL), "")
    scale = pd.to_numeric(plain.str.replace(",", "."), errors="coerce")
    numbers = sorted(scale.dropna().unique().tolist())
    if not set(numbers) <= {0, 1} and not set(numbers) <= {-1, 1}:
        return [""] * len(plain), f"{_scale(numbers)}; accuracy needs 0 and 1, or negative and positive, so rename them"
    words = plain.where(scale.isna(), scale.map("{:g}".format))
    labels = [LABELS[SPELLINGS[word]] if word in SPELLINGS else "" for word in words]
    odd = plain[~words.isin([*SPELLINGS, ""])]
    if odd.empty:
        return labels, ""
    count = "1 label is" if len(odd) == 1 else f"{len(odd):,} labels are"
    first = f"{odd.iloc[0][:40]!r} in line {odd.index[0]}"
    return labels, f"{count} not 0, 1, negative or positive (first: {first}); rename such labels"


def read_certainty(written: str, name: str, line: int) -> float:
    """The probability of a row's label, 1 where nothing is written; DataError if it is none."""
    try:
        certainty = float(written or 1)
    except ValueError:
        certainty = -1.0
    if not 0.5 <= certainty <= 1:
        raise DataError(f"{name}, line {line}: certainty is a number from 0.5 to 1, got {written[:40]!r}")
    return certainty


def _scale(numbers: Sequence[float]) -> str:
    low, high = numbers[0], numbers[-1]
    if len(numbers) <= 2:
        return f"the labels are {' and '.join(f'{number:g}' for number in numbers)}"
    such = f", such as {numbers[1]:g}" if low >= 0 and high <= 1 else ""
    return f"the labels run from {low:g} to {high:g}{such}"


def _unmarked(path: Path) -> pd.DataFrame:
    """The rows of a file that are not marked as the same as an earlier one, or as one of the test split."""
    rows = read_table(path, (*COLUMNS, *MARKS)).whole()
    return rows[(rows["dup"] != "1") & (rows["in_test"] != "1")]
