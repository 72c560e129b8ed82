"""What is known of the units of a network, for surgery: where they usually are, and what they follow.

It is computed when somebody asks for it, and kept for whoever asks next.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypedDict, TypeVar
from weakref import WeakKeyDictionary

from rnn_demo.analysis.units import Finding, detect
from rnn_demo.data.wording import sentence
from rnn_demo.network.model import SequenceModel
from rnn_demo.ui.models import Models
from rnn_demo.ui.viewer.ranges import UnitRanges, ranges_of_model
from rnn_demo.zoo.corpora import corpus

MOST_TOKENS, MOST_SENT, MOST_ALIKE = 6_000, 40, 3  # read for findings; units that are sent, and of one feature

Answer = TypeVar("Answer")
Refusal = dict[str, str]  # {"error": a sentence}


@dataclass(eq=False)
class Kept(Generic[Answer]):
    """An answer about each network, for as long as there is the network.

    Of a class that asks at once, one visitor waits for it and all have it.
    """

    compute: Callable[[SequenceModel], Answer]
    answers: WeakKeyDictionary[SequenceModel, Answer] = field(default_factory=WeakKeyDictionary)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, models: Models, asked_for: Mapping[str, Any]) -> Answer | Refusal:
        """The answer about the checkpoint that is named; {"error": a sentence} where there is none."""
        try:
            model = models.get(str(asked_for.get("checkpoint")))
            with self.lock:
                if model not in self.answers:
                    self.answers[model] = self.compute(model)
                return self.answers[model]
        except ValueError as error:
            return {"error": sentence(error)}


class SentFinding(TypedDict):
    """A unit and the feature that it follows: scores, the passage where it is strongest, its histogram."""

    layer: int
    direction: str
    quantity: str
    unit: int
    verdict: str
    title: str
    score: float
    bar: float
    auc: float | None
    tokens: list[str]
    values: list[float]
    at: int
    histogram: list[int]
    edges: list[float]


class SentFindings(TypedDict):
    """What was read and looked for, the units with the best evidence, and how many of all follow nothing of it."""

    corpus: str
    features: int
    units: int
    nothing: int
    findings: list[SentFinding]


def findings_of_model(model: SequenceModel) -> SentFindings:
    """What the units of a network follow; ValueError, in a sentence, where no texts come with the program."""
    name, texts = corpus(model)
    report = detect(model, texts, losses=False, most_tokens=MOST_TOKENS)
    evident = [finding for finding in report.findings if finding.verdict != "nothing"]
    return {
        "corpus": f"{report.texts:,} texts of {name}",
        "features": len(report.features),
        "units": len(report.findings),
        "nothing": len(report.findings) - len(evident),
        "findings": [_sent(finding) for finding in varied(evident)],
    }


def varied(findings: Sequence[Finding]) -> list[Finding]:
    """Those with the best evidence, few of each feature; features that are a single token come last."""
    counts: Counter[tuple[str, str]] = Counter()
    chosen = []
    for finding in findings:
        counts[finding.feature, finding.quantity] += 1
        if counts[finding.feature, finding.quantity] <= MOST_ALIKE:
            chosen.append(finding)
    return sorted(chosen, key=lambda finding: finding.feature.startswith("is "))[:MOST_SENT]


def _sent(finding: Finding) -> SentFinding:
    strongest = (finding.top if finding.score >= 0 else finding.bottom)[0]
    return {
        "layer": finding.layer,
        "direction": finding.direction,
        "quantity": finding.quantity,
        "unit": finding.unit,
        "verdict": finding.verdict,
        "title": finding.title,
        "score": round(finding.score, 3),
        "bar": round(finding.bar, 3),
        "auc": None if finding.auc is None else round(finding.auc, 3),
        "tokens": list(strongest.tokens),
        "values": [round(value, 3) for value in strongest.values],
        "at": strongest.at,
        "histogram": list(finding.histogram),
        "edges": [round(edge, 3) for edge in finding.edges],
    }


RANGES: Kept[UnitRanges] = Kept(ranges_of_model)
FINDINGS: Kept[SentFindings] = Kept(findings_of_model)
