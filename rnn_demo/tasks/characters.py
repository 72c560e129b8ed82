"""Characters: after each character of a text, which one comes next? "hell" -> "ello" is the first lesson."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnn_demo.data.csv_files import DataError, read_text
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.answers import StepAnswer
from rnn_demo.tasks.base import Example, Split, Task, normal, step_answers

WINDOW = 64  # characters that are read in one go when learning from a long text


class Characters(Task):
    """Any plain text; it is cut into windows, and the target of each character is the one after it."""

    title = "Next character"
    question = "Which letter comes next?"
    answer = "letter"
    lesson = 1
    columns = ("text", "next")
    tokenizer = "characters"
    per_step = True
    writes = True

    def read(self, path: Path) -> list[Example]:
        return read_characters(read_text(path), path.name)

    def in_pieces(self, examples: Sequence[Example], length: int) -> list[Example]:
        """The same text in windows of `length` characters."""
        return windows("".join(example.text for example in examples) + examples[-1].label[-1], length)

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """The last tenth of the windows to validate, when there are at least ten, without those that were learnt."""
        cut = len(examples) - len(examples) // 10
        learnt = {normal(example.text) for example in examples[:cut]}
        return Split(tuple(examples[:cut]), tuple(e for e in examples[cut:] if normal(e.text) not in learnt))

    def labels(self, examples: Sequence[Example]) -> list[str]:
        return sorted({character for example in examples for character in example.text + example.label})

    def right_answers(self, tokens: Sequence[str]) -> list[str]:
        return list(tokens[1:])

    def predict(self, model: SequenceModel, texts: Sequence[str]) -> list[StepAnswer]:
        return step_answers(model, texts)


def read_characters(text: str, name: str) -> list[Example]:
    """The windows of a text without the line ends around it; DataError, which calls it `name`, if nothing follows."""
    text = text.strip("\r\n")
    if len(text) < 2:
        count = f"{len(text)} character{'' if len(text) == 1 else 's'}"
        raise DataError(f"{name} has {count}; at least 2 are needed, so that one follows another")
    return windows(text)


def windows(text: str, size: int = WINDOW) -> list[Example]:
    """Cut a text: "hello" -> ("hell", "ello"). Equal windows stay: a text may repeat itself."""
    starts = range(0, len(text) - 1, size)
    return [Example(text[i : i + size][: len(text) - 1 - i], text[i + 1 : i + 1 + size], str(i)) for i in starts]
