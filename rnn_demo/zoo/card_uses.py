"""What a checkpoint is for, what it must not be used for, and where it is known to be wrong: by task, for its card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WORST = 5  # labels with the lowest recall that are named


@dataclass(frozen=True)
class Uses:
    """Sentences of a model card: the use that is intended, what is out of scope, and what to know of the risks."""

    intended: str
    misuse: str
    risks: str


TEACHING = "It is made for teaching: to watch a recurrent network read, and to compare it with others."
NAMES = Uses(
    f"{TEACHING} It guesses in which language's list of names a name is most likely to stand.",
    "Never decide anything about a person with it: not where somebody comes from, not which language, passport, "
    "religion or ethnicity somebody has, nor whom to invite, hire, check or serve. A name does not tell these things, "
    "and a guess about a name says nothing about the person who bears it. Do not sort or enrich lists of people with "
    "it.",
    "Its list of names is uneven, and rare languages were practised more often than they stand in it, so that it "
    "expects them more often than the list has them. Nearly every Scottish surname of the list is an English one as "
    "well: of these two, and of neighbours such as Spanish and Portuguese, an answer means that it may be the other. "
    "Names travel, are translated, taken by marriage and written in many ways; many stand in several "
    "languages at once. Most languages of the world are not in the list, and it answers with one of the others.",
)
SENTIMENT = Uses(
    f"{TEACHING} It says whether an English review or sentence is positive, and what each word did to that.",
    "Do not judge people with it, or what people say of one another: it has no notion of a person, and words for "
    "groups of people may move its verdict though they carry no opinion. It is no tool for moderation, for hiring, for "
    "grading, for monitoring staff or customers, or for measuring what the public thinks of a group. It reads no "
    "language but English.",
    "It learnt from film reviews and has their habits: names of countries, religions and groups carry the tone of the "
    "films that they stood in. Irony, long arguments and what it was never taught mislead it. Its probability says how "
    "sure it is, not that it is right.",
)
QA = Uses(
    f"{TEACHING} It answers the questions that it was taught, in other words too, and should refuse all others.",
    "It is no source of facts: it chooses one of the answers that it was taught. Do not rely on it for "
    "anything that matters to somebody, as health, law or money.",
    "A question about a thing that it knows and a relation that it does not know may get a wrong answer with "
    "confidence. What it was taught may be out of date.",
)
OTHER = Uses(
    TEACHING,
    "It is of no use for anything but lessons: its data are tiny, or made by the program itself.",
    "It knows what is in its training data and nothing else.",
)
BY_TASK = {"names": NAMES, "sentiment": SENTIMENT, "qa": QA, "qa-own": QA, "qa-notebook": QA}


def uses_of(task: str) -> Uses:
    """What is said of checkpoints of a task."""
    return BY_TASK.get(task, OTHER)


def weakest_labels(measured: dict[str, dict[str, Any]]) -> str:
    """Which labels, of many, the network finds least often, in a sentence; "" where there are few."""
    for part, scores in measured.items():
        recall = sorted(scores.get("recall_by_label", {}).items(), key=lambda one: one[1])
        if len(recall) > 2 * WORST:
            named = ", ".join(f"{label} ({share:.0%})" for label, share in recall[:WORST])
            return f"On {part} it found these least often: {named}."
    return ""


def failures(stress: dict[str, Any] | None) -> str:
    """What the stress test counted, as a section with a table; "" where there is no report."""
    if not stress:
        return ""
    rows = "\n".join(
        f"| {row['area']} | {row['name']} | {row['kind']} | {row['failures']} of {row['cases']} | {_example(row)} |"
        for row in stress["capabilities"]
    )
    return f"""
## What it gets wrong

`python -m rnn_demo stress` asks about sentences of our own that the network was not taught, {stress["cases_each"]}
for each capability; it fails {stress["failures"]:,} of {stress["cases"]:,}. MFT: the label is known. INV: the verdict
should stay (and the probability of positive within 0.1). DIR: it should not move the other way.

| area | capability | kind | failed | the worst one, with its probability of positive |
|---|---|---|--:|---|
{rows}
"""


def _example(row: dict[str, Any]) -> str:
    """The worst failure, so that a Markdown table can hold it."""
    if not (failure := row["example"]):
        return ""
    pairs = zip(failure["texts"], failure["probabilities"], strict=True)
    read = "; ".join(f"{_escaped(text)} ({probability:.2f})" for text, probability in pairs)
    return f"{read}: should be {failure['expected']}"


def _escaped(text: str) -> str:
    """A text as Markdown shows it as it stands: in backticks, without what ends a cell or the code."""
    return "`" + text.replace("|", "/").replace("`", "'") + "`"
