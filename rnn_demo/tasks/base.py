"""What a task is: where its examples come from, how they are divided, and how an answer is written down.

To add one, write a subclass in a module beside this one and list it in `tasks/__init__.py`.
"""

from __future__ import annotations

import hashlib
import unicodedata
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch

from rnn_demo.data.csv_files import Column, read_table
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.padding import by_length
from rnn_demo.tasks.answers import LabelAnswer, StepAnswer

UNLABELLED = ""  # the label of a text that has none


@dataclass(frozen=True)
class Example:
    """A text and its label; in a per-step task the label has one character for each character of the text."""

    text: str
    label: str
    group: str = ""  # examples of one group never fall on both sides of a split; "" is the text itself
    kind: str = ""  # what sort of example it is, where the data says so
    certainty: float = 1.0  # the probability of the label; the other labels share the rest
    alike: str = ""  # examples of one such mark should get the same answer
    extra: bool = False  # from a second source: to train on and never to judge by


@dataclass(frozen=True)
class Split:
    """Examples to train on, to validate on, and to test on once at the end; `practice` is trained on as well.

    It is made from the training examples: other ways to say them.
    """

    train: tuple[Example, ...]
    validation: tuple[Example, ...] = field(default=())
    test: tuple[Example, ...] = field(default=())
    practice: tuple[Example, ...] = field(default=())


class Task(ABC):
    """Reading a text and choosing a label."""

    title: ClassVar[str]
    question: ClassVar[str] = ""  # what a network is asked, for a menu; its title where there is none
    answer: ClassVar[str] = "answer"  # what one of its answers is called
    caution: ClassVar[str] = ""  # what an answer is not to be taken for, in sentences
    lesson: ClassVar[int] = 9  # how early a beginner should meet it: 1 is the first
    columns: ClassVar[tuple[str, str]]  # of a data file: the text, the label
    tokenizer: ClassVar[str]
    per_step: ClassVar[bool] = False
    asked: ClassVar[int] = 0  # of a per-step task, how many of the last answers count as right or wrong; 0: all
    writes: ClassVar[bool] = False  # do its answers continue the text, so that a network can read its own?
    tests_recall: ClassVar[bool] = False  # is the training set a test as well, because it is to be known by heart?

    def read(self, path: Path) -> list[Example]:
        """The examples of a CSV file; DataError says what is wrong with it."""
        rows = read_table(path, [Column(name) for name in self.columns]).whole()
        return [Example(text, label) for text, label in rows.itertuples(index=False, name=None)]

    def texts(self, path: Path) -> list[str]:
        """The texts of a CSV file, labelled or not, to learn the language from."""
        name = self.columns[0]
        return read_table(path, [Column(name)]).whole()[name].tolist()

    def in_pieces(self, examples: Sequence[Example], length: int) -> list[Example]:
        """The examples as they are learnt, where a long text can be cut into several of `length` tokens."""
        return list(examples)

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """Eight tenths to train, one to validate, one to test; the same ones for the same seed."""
        return split_by_hash(examples, seed, validation=0.1, test=0.1)

    def asked_labels(self, example: Example) -> Sequence[str]:
        """The labels of an example that count as right or wrong: its label, or after each step a character."""
        return example.label[-self.asked :] if self.per_step else [example.label]

    def chance(self, examples: Sequence[Example]) -> float:
        """The accuracy of always giving the most frequent label."""
        labels = Counter(label for example in examples for label in self.asked_labels(example))
        return max(labels.values()) / labels.total()

    def labels(self, examples: Sequence[Example]) -> list[str]:
        """The labels a model chooses between, in order of first appearance."""
        return list(dict.fromkeys(example.label for example in examples))

    def vocabulary(
        self, examples: Sequence[Example], tokenizer: str, max_size: int | None, min_count: int
    ) -> Vocabulary:
        return Vocabulary.build((example.text for example in examples), tokenizer, max_size, min_count)

    def choose_settings(self, model: SequenceModel, split: Split) -> dict[str, float]:
        """The settings that are chosen once training is over, on the validation examples."""
        return {}

    def measure(self, model: SequenceModel, examples: Sequence[Example]) -> dict[str, Any]:
        """What `evaluate` reports for this task beside accuracy and loss."""
        return {}

    def right_answers(self, tokens: Sequence[str]) -> list[str]:
        """The right answer after each token but the last, of a per-step task whose text says it; else none."""
        return []

    @abstractmethod
    def predict(self, model: SequenceModel, texts: Sequence[str]) -> list[Any]:
        """One JSON object for each text, in order, as `predict --json` and the API give it; see `tasks.answers`."""


def top(
    model: SequenceModel, probabilities: np.ndarray, key: str, count: int = 5, without: Collection[str] = ()
) -> list[list[Any]]:
    """Of each row of probabilities (N, C) the best labels, best first: [{key: label, "probability": p}, ...].

    The labels `without` are left out.
    """
    most = min(count + len(without), probabilities.shape[1])
    first = np.argpartition(-probabilities, most - 1, axis=1)[:, :most]  # (N, most), in any order
    first = np.take_along_axis(first, np.take_along_axis(-probabilities, first, axis=1).argsort(axis=1), axis=1)
    shares = np.take_along_axis(probabilities, first, axis=1).tolist()
    rows = (
        [(model.labels[c], share) for c, share in zip(*row, strict=True) if model.labels[c] not in without]
        for row in zip(first.tolist(), shares, strict=True)
    )
    return [[{key: label, "probability": share} for label, share in row[:count]] for row in rows]


def temperature(odds: np.ndarray, right: np.ndarray, candidates: np.ndarray) -> float:
    """Which candidate log-odds (N,) must be divided by to fit best (Guo et al. 2017, section 4.2).

    `right` (N,) says of each whether what the odds are for is true.
    """
    signed = np.where(right, odds, -odds)
    losses = [np.logaddexp(0, -signed / candidate).mean() for candidate in candidates]
    return float(candidates[int(np.argmin(losses))])


@torch.inference_mode()
def answers_after_each_step(model: SequenceModel, texts: Sequence[str]) -> list[str]:
    """For each text the most probable label after each of its characters, of a model with a per-step head."""
    outputs = [""] * len(texts)
    for rows, ids, lengths in by_length([model.encode(text) for text in texts], 64, model.device):
        best = model(ids, lengths).argmax(-1).tolist()  # (B, T)
        for row, labels, length in zip(rows, best, lengths.tolist(), strict=True):
            outputs[row] = "".join(model.labels[c] for c in labels[:length])
    return outputs


def label_answers(model: SequenceModel, texts: Sequence[str]) -> list[LabelAnswer]:
    """The most probable label of each text."""
    tops = top(model, model.probabilities(texts), "label")
    return [
        {"input": text, "label": best[0]["label"], "probability": best[0]["probability"], "top": best}
        for text, best in zip(texts, tops, strict=True)
    ]


def step_answers(model: SequenceModel, texts: Sequence[str]) -> list[StepAnswer]:
    """The most probable label after each character of each text."""
    outputs = answers_after_each_step(model, texts)
    return [{"input": text, "output": output} for text, output in zip(texts, outputs, strict=True)]


def normal(text: str) -> str:
    """A text without case, accents, punctuation and spacing: what makes two examples the same one."""
    plain = text.lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
    return "".join(filter(str.isalnum, plain))


def split_by_hash(examples: Sequence[Example], seed: int, validation: float, test: float) -> Split:
    """Divide by a hash of each example's group, so that the order of ungrouped examples does not matter.

    A text that is in two groups goes with the first, so that no text is on two sides. An extra example is one
    to train on, and left out where its text is to be judged by.
    """
    sides: dict[str, list[Example]] = {"train": [], "validation": [], "test": []}
    groups: dict[str, str] = {}
    for example in examples:
        text = normal(example.text) or example.text
        group = groups.setdefault(text, example.group or text)
        digest = hashlib.sha256(f"{seed}:{group}".encode()).digest()
        share = int.from_bytes(digest[:8], "big") / 2**64
        side = "test" if share < test else "validation" if share < test + validation else "train"
        sides["train" if example.extra else side].append(example)
    judged = {normal(example.text) or example.text for side in ("validation", "test") for example in sides[side]}
    sides["train"] = [e for e in sides["train"] if not e.extra or (normal(e.text) or e.text) not in judged]
    return Split(*(tuple(sides[side]) for side in ("train", "validation", "test")))


def without_duplicates(examples: Sequence[Example]) -> list[Example]:
    """Each pair of text (or group) and label once, the first time it appears."""
    keys = ((e.group or normal(e.text) or e.text, e.label) for e in reversed(examples))
    return list(dict(zip(keys, reversed(examples), strict=True)).values())[::-1]
