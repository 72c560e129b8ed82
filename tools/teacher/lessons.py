"""What the teacher learns from: texts and the probability that each is positive."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnn_demo.data.csv_files import Column, read_table
from rnn_demo.tasks.sentiment import Sentiment

LEVELS = (0.0, 0.08, 0.5, 0.92, 1.0)  # very negative to very positive, as people judged a phrase
SHORTEST = 4  # words of a phrase that belongs to one sentence; shorter ones stand in many


@dataclass(frozen=True, eq=False)
class Lessons:
    """N texts, and how probable it is that each is positive, (N,)."""

    texts: list[str]
    positive: np.ndarray

    def __add__(self, other: Lessons) -> Lessons:
        return Lessons(self.texts + other.texts, np.concatenate([self.positive, other.positive]))


def labelled(path: Path) -> Lessons:
    """The rows of a file that have a label, as the task reads them."""
    examples = Sentiment().read(path)
    return Lessons([e.text for e in examples], np.array([float(e.label == "positive") for e in examples]))


def phrases(path: Path, without: Sequence[str] = ()) -> Lessons:
    """Phrases with one of five levels, but for those that are cut from one of the sentences `without`."""
    rows = read_table(path, [Column("text"), Column("label5")]).whole()
    cut = {
        " ".join(words[start:stop])
        for words in (sentence.lower().split() for sentence in without)
        for start in range(len(words))
        for stop in range(start + SHORTEST, len(words) + 1)
    }
    texts, levels = rows["text"].tolist(), rows["label5"].astype(int).tolist()
    kept = [n for n, text in enumerate(texts) if text.lower() not in cut]
    return Lessons([texts[n] for n in kept], np.array([LEVELS[levels[n]] for n in kept]))


def is_held_out(text: str, share: float) -> bool:
    """Is a text in the share, chosen by a hash, that is kept to choose by?"""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64 < share
