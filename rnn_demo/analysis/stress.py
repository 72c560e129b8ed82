"""What does a reader of opinions get wrong? Its verdicts on sentences by capability, counted, with an example of each.

A small behavioural test after Ribeiro et al. (2020), "Beyond accuracy: behavioral testing of NLP models with
CheckList"; the sentences are our own (`data/sentences/capabilities.py`). Nothing is chosen by those of the part "test".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from rnn_demo.data.sentences.capabilities import NEGATIVE, PARTS, POSITIVE, Capability, Case, capabilities, cases
from rnn_demo.network.model import SequenceModel

CASES, SEED = 100, 0
MOVED = 0.1  # a probability that moves by more has moved
NO_OPINION = (1 / 3, 2 / 3)  # between these a probability of positive says neither

Positive = np.ndarray  # the probability of positive of each text of a case, (N,)


class Failure(TypedDict):
    """A case that failed: what was read, the probability of positive of each text, and what would have been right."""

    texts: list[str]
    probabilities: list[float]
    expected: str


class Score(TypedDict):
    """How many cases of a capability failed, and the worst of them; `flips`: how many got two different labels."""

    name: str
    area: str
    kind: str
    cases: int
    failures: int
    flips: int
    example: Failure | None


class Report(TypedDict):
    """The scores of all capabilities, and what they were asked."""

    part: str
    cases_each: int
    seed: int
    cases: int
    failures: int
    capabilities: list[Score]


def stress(model: SequenceModel, part: str = "test", count: int = CASES, seed: int = SEED) -> Report:
    """The report on a sentiment model, with `count` cases of each capability; ValueError for another kind of model."""
    if set(model.labels) != {NEGATIVE, POSITIVE}:
        raise ValueError(
            f"a network of the task {model.task} has no opinions; give one that answers positive or negative"
        )
    if part not in PARTS:
        raise ValueError(f"unknown part {part!r}; choose one of {', '.join(PARTS)}")
    every = ((each, cases(each, part, count, seed)) for each in capabilities())
    asked = [(each, made) for each, made in every if made]
    texts = [text for _, made in asked for case in made for text in case.texts]
    positive = iter(positive_probabilities(model, texts))
    scores = [
        score(each, made, [np.array([next(positive) for _ in case.texts]) for case in made]) for each, made in asked
    ]
    return {
        "part": part,
        "cases_each": count,
        "seed": seed,
        "cases": sum(each["cases"] for each in scores),
        "failures": sum(each["failures"] for each in scores),
        "capabilities": scores,
    }


def positive_probabilities(model: SequenceModel, texts: Sequence[str]) -> np.ndarray:
    """The probability of positive that the page shows for each text, (N,)."""
    logits = model.logits(texts).astype(float)
    odds = logits[:, model.labels.index(POSITIVE)] - logits[:, model.labels.index(NEGATIVE)]
    return 1 / (1 + np.exp(-odds / model.settings.get("temperature", 1.0)))


def score(capability: Capability, made: Sequence[Case], positive: Sequence[Positive]) -> Score:
    """What the probabilities of all texts of its cases say about a capability."""
    excess_of, right_answer = JUDGES[capability.kind]
    excess = [excess_of(case, p) for case, p in zip(made, positive, strict=True)]
    worst = int(np.argmax(excess))
    failure: Failure | None = None
    if excess[worst] > 0:
        shown = _shown(positive[worst])
        failure = {
            "texts": [made[worst].texts[place] for place in shown],
            "probabilities": [round(float(positive[worst][place]), 4) for place in shown],
            "expected": right_answer(made[worst]),
        }
    return {
        "name": capability.name,
        "area": capability.area,
        "kind": capability.kind,
        "cases": len(made),
        "failures": sum(amount > 0 for amount in excess),
        "flips": sum(_flips(case, p) for case, p in zip(made, positive, strict=True)),
        "example": failure,
    }


def _shown(positive: Positive) -> list[int]:
    """The first text, and the one whose probability is farthest from it."""
    return [0, int(np.argmax(abs(positive - positive[0])))] if len(positive) > 1 else [0]


def _flips(case: Case, positive: Positive) -> bool:
    """Did texts that have an opinion, the same one, get two labels?"""
    return bool(case.label) and len(set(positive >= 0.5)) == 2


# --- what counts as a failure -----------------------------------------------------------------------------------
# Each says by how much a case fails, above 0, or how far it is from that, and what would have been right.


def _wrong(case: Case, positive: Positive) -> float:
    """Of a minimum functionality: the wrong side of one half, or an opinion where there is none."""
    p = float(positive[0])
    if not case.label:
        return max(NO_OPINION[0] - p, p - NO_OPINION[1])
    return 0.5 - p if case.label == POSITIVE else p - 0.5 + 1e-9  # one half counts as positive


def _moved(case: Case, positive: Positive) -> float:
    """Of an invariance: by how much more the probability moves than it may, or that an opinion changes sides."""
    moved = float(abs(positive - positive[0]).max()) - MOVED
    return max(moved, 1e-9) if _flips(case, positive) else moved


def _wrong_way(case: Case, positive: Positive) -> float:
    """Of a direction: by how much more the second text moves away from the label than it may."""
    towards = float(positive[1] - positive[0])
    return (-towards if case.label == POSITIVE else towards) - MOVED


JUDGES: dict[str, tuple[Callable[[Case, Positive], float], Callable[[Case], str]]] = {
    "MFT": (_wrong, lambda case: case.label or "neither"),
    "INV": (_moved, lambda case: "the same verdict"),
    "DIR": (_wrong_way, lambda case: f"not less {case.label}"),
}


def line(row: Score) -> str:
    """A score as a line of text, with an example where there is one."""
    said = f"{row['name']} ({row['kind']}): {row['cases'] - row['failures']} of {row['cases']} right"
    if row["flips"] and row["kind"] == "INV":
        said += f", {row['flips']} with two labels"
    if (failure := row["example"]) is None:
        return said
    read = ", ".join(f"{text!r} {p:.2f}" for text, p in zip(failure["texts"], failure["probabilities"], strict=True))
    return f"{said}; should be {failure['expected']}: {read}"


def stored(metrics: Mapping[str, Any]) -> Report | None:
    """The report in a checkpoint's metrics, or None where there is none."""
    report: Report | None = metrics.get("stress")
    return report if isinstance(report, dict) and report.get("capabilities") else None
