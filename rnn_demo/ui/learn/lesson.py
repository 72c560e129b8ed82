"""A lesson as data: steps, each with some sentences, a view, and questions whose answers are named functions."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = ("choose", "number", "word", "unit", "curve", "steps")
OWN = "*"  # as an argument: the visitor's own text


@dataclass(frozen=True)
class Call:
    """A named function with its arguments, as a lesson writes it: states model=hello text=hell."""

    name: str
    arguments: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{key}={value}" for key, value in self.arguments.items())])


@dataclass(frozen=True)
class Choice:
    """What may be answered, or which mistake made: its key, its words, and what is said to it.

    `mistake` is empty for the right one.
    """

    key: str
    words: str
    mistake: str


@dataclass(frozen=True)
class Question:
    kind: str
    answer: Call
    asks: tuple[str, ...]
    choices: tuple[Choice, ...]
    because: str
    reveal: Call | None
    line: int


@dataclass(frozen=True)
class Step:
    """Half a screen: a title, paragraphs, a picture, a text of the visitor's own, a link, questions."""

    title: str
    paragraphs: tuple[str, ...]
    view: Call | None
    own: tuple[str, str] | None
    link: tuple[str, str] | None
    questions: tuple[Question, ...]
    line: int


@dataclass(frozen=True)
class Lesson:
    number: int
    title: str
    about: str
    minutes: int
    steps: tuple[Step, ...]
    say: str
    remember: tuple[str, ...]
    experiment: str
    file: str
