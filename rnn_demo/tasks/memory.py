"""Tasks that need memory: generated from a seed, at any length, and unsolvable for a network that forgets.

    MEMORY["recall"].make(1000, distance=20, seed=0)      # "c" + 19 other letters + "?"  ->  "c"

A network may judge film reviews well without remembering much; it cannot solve these tasks without.
"""

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rnn_demo.limits import check_whole
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.base import Example, Task, answers_after_each_step, label_answers, step_answers

MAX_EXAMPLES, MAX_DISTANCE = 100_000, 200


@dataclass(frozen=True)
class Making:
    """How many examples are generated, and for how many steps something must be remembered."""

    count: int = 2_000
    distance: int = 20

    def __post_init__(self) -> None:
        check_whole(self, count=(1, MAX_EXAMPLES), distance=(1, MAX_DISTANCE))


class MemoryTask(Task):
    """A text of single characters in, one of `choices` out; of a per-step task the last `asked` answers count."""

    columns = ("text", "label")
    tokenizer = "characters"
    choices: ClassVar[tuple[str, ...]]
    asked: ClassVar[int] = 1

    def make(self, count: int, distance: int, seed: int) -> list[Example]:
        """`count` examples of one distance; the same seed makes the same ones. ValueError for what is out of range."""
        making = Making(count, distance)
        dice = random.Random(f"{type(self).__name__}/{distance}/{seed}")
        return [self.one(making.distance, dice) for _ in range(making.count)]

    @abstractmethod
    def one(self, distance: int, dice: random.Random) -> Example:
        """One example, made with these dice."""

    def labels(self, examples: Sequence[Example]) -> list[str]:
        return list(self.choices)

    def answers(self, model: SequenceModel, texts: Sequence[str]) -> list[str]:
        """The network's answer to each text, in the form of a label."""
        if self.per_step:
            return answers_after_each_step(model, texts)
        return [model.labels[c] for c in model.logits(texts, batch_size=256).argmax(1)]

    def accuracy(self, model: SequenceModel, examples: Sequence[Example]) -> float:
        """The share of right answers among those that are asked for."""
        answers = self.answers(model, [example.text for example in examples])
        pairs = [pair for e, answer in zip(examples, answers, strict=True) for pair in self._asked(e.label, answer)]
        return sum(label == answer for label, answer in pairs) / len(pairs)

    def _asked(self, label: str, answer: str) -> list[tuple[str, str]]:
        return list(zip(label, answer, strict=True))[-self.asked :] if self.per_step else [(label, answer)]

    def measure(self, model: SequenceModel, examples: Sequence[Example]) -> dict[str, Any]:
        return {"asked_accuracy": self.accuracy(model, examples), "chance": self.chance(examples)}

    def predict(self, model: SequenceModel, texts: Sequence[str]) -> list[Any]:
        return step_answers(model, texts) if self.per_step else label_answers(model, texts)


class Recall(MemoryTask):
    """Which symbol stood at the start? In between come letters that mean nothing (Hochreiter & Schmidhuber 1997)."""

    title = "Recall the first symbol"
    choices = tuple("abcdefgh")

    def one(self, distance: int, dice: random.Random) -> Example:
        first = dice.choice(self.choices)
        return Example(first + "".join(dice.choices("uvwxyz", k=distance - 1)) + "?", first)


class Adding(MemoryTask):
    """Two digits are marked by a + before them, one in each half of the text; what is their sum?

    The adding problem of Hochreiter & Schmidhuber (1997), with digits for real numbers.
    """

    title = "Add two marked digits"
    choices = tuple(str(n) for n in range(19))

    def one(self, distance: int, dice: random.Random) -> Example:
        digits = dice.choices("0123456789", k=max(2, distance))
        half = len(digits) // 2
        marked = (dice.randrange(half), half + dice.randrange(len(digits) - half))
        text = "".join("+" * (k in marked) + digit for k, digit in enumerate(digits))
        return Example(text, str(sum(int(digits[k]) for k in marked)))


class Parity(MemoryTask):
    """Is the number of ones odd? A single bit of memory, but every step may flip it."""

    title = "Parity of bits"
    choices = ("even", "odd")

    def one(self, distance: int, dice: random.Random) -> Example:
        bits = "".join(dice.choices("01", k=distance))
        return Example(bits, self.choices[bits.count("1") % 2])


class Brackets(MemoryTask):
    """How many brackets are open at the end? At most four are at any time, and what never opened never closes."""

    title = "Depth of brackets"
    choices = tuple("01234")

    def one(self, distance: int, dice: random.Random) -> Example:
        text, depth = "", 0
        for _ in range(distance):
            opens = depth == 0 or (depth < 4 and dice.random() < 0.5)
            text, depth = text + ")("[opens], depth + (1 if opens else -1)
        return Example(text, str(depth))


class Copy(MemoryTask):
    """Repeat four symbols after the gap, one at each ?; until then the answer is a dash (Arjovsky et al. 2016)."""

    title = "Copy four symbols"
    choices = tuple("-abcdefgh")
    per_step = True
    asked = 4

    def one(self, distance: int, dice: random.Random) -> Example:
        symbols = "".join(dice.choices(self.choices[1:], k=self.asked))
        gap = "." * (distance - 1)
        return Example(symbols + gap + "?" * self.asked, "-" * (self.asked + len(gap)) + symbols)

    def right_answers(self, tokens: Sequence[str]) -> list[str]:
        asked = [tokens[: t + 1].count("?") for t in range(len(tokens) - 1)]
        return [tokens[k - 1] if token == "?" else "-" for k, token in zip(asked, tokens, strict=False)]


MEMORY: dict[str, MemoryTask] = {
    "recall": Recall(),
    "adding": Adding(),
    "parity": Parity(),
    "brackets": Brackets(),
    "copy": Copy(),
}
