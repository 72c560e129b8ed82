"""What `predict` returns for a text, as `predict --json` prints it and the API gives it, by kind of task."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Share(TypedDict):
    """One of the best labels with its probability; of questions the label is an answer."""

    label: NotRequired[str]
    answer: NotRequired[str]
    probability: float


class QAVerdict(TypedDict):
    """The answer to a question, or None for "I don't know": below the threshold, or where that is most probable.

    `confidence` is the probability of the best answer other than "I don't know".
    """

    answer: str | None
    known: bool
    confidence: float


class QAAnswer(QAVerdict):
    """The same with the best five answers, `top`.

    Of a question that is refused, `did_you_mean` is the same question with a slip put right, where it then has an
    answer: `would_answer`. Where that is a sure one, it is the `answer`, and `top` that of the question put right.
    `reason` says why a question is refused, where that was learnt, and else is None.
    """

    input: str
    reason: str | None
    top: list[Share]
    unknown_words: list[str]
    did_you_mean: str | None
    would_answer: str | None


class Word(TypedDict):
    """A word of a review: the probability of positive after it, and by how much it moved the log-odds of positive."""

    word: str
    running: float
    contribution: float
    known: bool


class SentimentAnswer(TypedDict):
    """The verdict on a review.

    `probability` is always that of *positive*, also beside `"label": "negative"`: 0.03 is a sure negative one. `note`
    says why a verdict on words that the network does not know says little; None where it knows enough of them.
    """

    input: str
    label: str
    probability: float
    unknown_words: list[str]
    note: str | None
    words: list[Word]


class LabelAnswer(TypedDict):
    """The most probable label with its probability, and the best five."""

    input: str
    label: str
    probability: float
    top: list[Share]


class NameAnswer(LabelAnswer):
    """The same for a name: is the best language too improbable to be an answer, and why the name cannot be read."""

    undecided: bool
    note: str | None


class StepAnswer(TypedDict):
    """One character of output after each character of the input."""

    input: str
    output: str
