"""Names: which language does a name come from? Read letter by letter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.answers import LabelAnswer
from rnn_demo.tasks.base import Example, Split, Task, label_answers, normal, split_by_hash, without_duplicates


class Names(Task):
    """A name in, a language out."""

    title = "Names and languages"
    question = "Which language is this name?"
    answer = "language"
    lesson = 2
    columns = ("name", "language")
    tokenizer = "letters"

    def read(self, path: Path) -> list[Example]:
        """Each spelling of a name once for each language; Kruger and Krüger are two spellings."""
        return without_duplicates([Example(e.text, e.label, group=spelling(e.text)) for e in super().read(path)])

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """A fifth to test and a twentieth to validate; a name that stands in two languages stays on one side.

        The network reads no accents: a name to judge by that it has learnt in another spelling is left out.
        """
        sides = split_by_hash(examples, seed, validation=0.05, test=0.2)
        in_training = {normal(example.text) for example in sides.train}
        new = [tuple(e for e in side if normal(e.text) not in in_training) for side in (sides.validation, sides.test)]
        return Split(sides.train, *new)

    def labels(self, examples: Sequence[Example]) -> list[str]:
        return sorted({example.label for example in examples})

    def predict(self, model: SequenceModel, texts: Sequence[str]) -> list[LabelAnswer]:
        return label_answers(model, texts)


def spelling(name: str) -> str:
    """The letters of a name in lower case, with their accents."""
    return "".join(character for character in name.lower() if character.isalnum())
