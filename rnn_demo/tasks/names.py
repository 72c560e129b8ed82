"""Names: which language does a name come from? Read letter by letter."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rnn_demo.data.csv_files import Column, read_table
from rnn_demo.data.tokens import without_accents
from rnn_demo.network.arrays import softmax
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.answers import NameAnswer
from rnn_demo.tasks.base import Example, Split, Task, label_answers, normal, split_by_hash, without_duplicates

FOLD = 1  # which fifth of the names is tested on: the same for every seed, so that several networks can be compared
EVENNESS = 0.4  # of how often each language is drawn: 0 as often as it stands in the data, 1 all alike
WELL_KNOWN, FAME = (
    "well-known ",
    6,
)  # the kind of a name that is often met begins so; it is practised so much more often
PRIOR = "prior of "  # the settings that hold the share of each language in training begin so
UNDECIDED = 0.4  # a best language below this probability is no answer
OTHER_ALPHABET = (
    "The network reads names in Latin letters, and “{sign}” is none: please write the name as in an English text."
)
TEMPERATURES = np.geomspace(0.5, 2.0, 61)


class Names(Task):
    """A name in, a language out."""

    title = "Names and languages"
    question = "Which language is this name?"
    answer = "language"
    caution = (
        "An answer is a guess from the letters alone, about a spelling and not about a person: many names are at home "
        "in several languages."
    )
    lesson = 2
    columns = ("name", "language")
    tokenizer = "accented_letters"

    def read(self, path: Path) -> list[Example]:
        """Each spelling of a name once for each language; Kruger and Krüger are two spellings.

        A column `kind`, which may be missing, says what sort of name it is.
        """
        columns = [*(Column(name) for name in self.columns), Column("kind", optional=True)]
        rows = read_table(path, columns).whole().itertuples(index=False, name=None)
        examples = [Example(text, label, spelling(text), *kind) for text, label, *kind in rows]
        return without_duplicates(examples)

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """A fifth to test and a twentieth to validate; a name that stands in two languages stays on one side.

        A name to judge by that was learnt with other accents is left out. Rare languages are practised more often,
        in part without accents.
        """
        sides = split_by_hash(examples, FOLD, validation=0.05, test=0.2)
        in_training = {normal(example.text) for example in sides.train}
        validation, test = (
            tuple(e for e in side if normal(e.text) not in in_training) for side in (sides.validation, sides.test)
        )
        return Split(sides.train, validation, test, practice=tuple(more_practice(sides.train, seed)))

    def labels(self, examples: Sequence[Example]) -> list[str]:
        return sorted({example.label for example in examples})

    def choose_settings(self, model: SequenceModel, split: Split) -> dict[str, float]:
        """The share of each language in training, and the temperature at which validation names surprise least."""
        drawn = Counter(example.label for example in (*split.train, *split.practice))
        shares = {f"{PRIOR}{label}": drawn[label] / drawn.total() for label in model.labels}
        if not split.validation:
            return shares
        logits = model.logits([example.text for example in split.validation])  # (N, C)
        targets, _ = self._targets(model, split.validation)
        losses = [
            -np.log(softmax(logits / t)[np.arange(len(targets)), targets].clip(1e-12)).mean() for t in TEMPERATURES
        ]
        return {**shares, "temperature": float(TEMPERATURES[int(np.argmin(losses))])}

    def measure(self, model: SequenceModel, examples: Sequence[Example]) -> dict[str, Any]:
        """How often the best language and the best three hold the right one, where every language counts as much."""
        targets, weights = self._targets(model, examples)
        best = np.argsort(-model.probabilities([example.text for example in examples]), axis=1)
        return {
            "balanced_accuracy": float(weights @ (best[:, 0] == targets)),
            "balanced_top_3": float(weights @ (best[:, :3] == targets[:, None]).any(axis=1)),
        }

    def _targets(self, model: SequenceModel, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the right labels (N,), and weights (N,) with the same sum for each label, 1 in all."""
        targets = np.array([model.labels.index(example.label) for example in examples])
        counts = np.bincount(targets)
        return targets, 1 / (counts[targets] * (counts > 0).sum())

    def predict(self, model: SequenceModel, texts: Sequence[str]) -> list[NameAnswer]:
        return [
            {**answer, "undecided": is_undecided(answer["probability"]), "note": other_alphabet(answer["input"])}
            for answer in label_answers(model, texts)
        ]


def prior(model: SequenceModel) -> dict[str, float]:
    """The share of each language in training, so before any letter is read; empty of a network that does not say."""
    named = {label: model.settings.get(f"{PRIOR}{label}") for label in model.labels}
    return {label: share for label, share in named.items() if share is not None}


def is_undecided(best: float) -> bool:
    """Is the most probable language too improbable to be called the answer?"""
    return best < UNDECIDED


def other_alphabet(name: str) -> str | None:
    """That Latin letters are read, of a name in others; else None."""
    strange = [sign for sign in name if sign.isalpha() and not unicodedata.name(sign, "").startswith("LATIN")]
    if not strange:
        return None
    return OTHER_ALPHABET.format(sign=strange[0])


def spelling(name: str) -> str:
    """The letters of a name in lower case, with their accents."""
    return "".join(character for character in name.lower() if character.isalnum())


def more_practice(examples: Sequence[Example], seed: int) -> Iterator[Example]:
    """Examples again, so that of n and N in two groups n^(1 - EVENNESS) and N^(1 - EVENNESS) are drawn.

    A group is what there is of one language and kind; its well-known names are drawn more often than the others. Each
    name with accents comes without them as well, and then in either spelling at random.
    """
    chance = random.Random(seed)
    groups: dict[tuple[str, str], list[Example]] = {}
    for example in examples:
        groups.setdefault((example.label, example.kind.removeprefix(WELL_KNOWN)), []).append(example)
    most = max(map(len, groups.values()), default=0)
    for group in sorted(groups):
        learnt = groups[group]
        wanted = round(most * (len(learnt) / most) ** (1 - EVENNESS))
        plain = [replace(e, text=p) for e in learnt if (p := without_accents(e.text)) != e.text.lower()]
        yield from plain
        weights = [FAME if example.kind.startswith(WELL_KNOWN) else 1 for example in learnt]
        for example in chance.choices(learnt, weights, k=max(0, wanted - len(learnt) - len(plain))):
            text = without_accents(example.text) if chance.random() < 0.5 else example.text
            yield replace(example, text=text)
