"""The unit detective: what does each unit of a network follow, with which evidence?

    report = detect(open_checkpoint("names"), texts)
    report.findings[0].feature, report.findings[0].score, report.findings[0].bar

A corpus is divided in two. On one half each unit chooses, of many features that are computed from the text
(`features.py`), the one that it follows best; its score is reported on the other half. Beside it stands the bar: the
best score that any unit reaches there on a shuffled feature (`scores.py`). A unit that does not pass it follows nothing
of what was looked for, which says nothing about what else it may do. Then the unit is held at its mean: what happens to
the answers on texts with the feature, and on a control without (`loss.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from rnn_demo.analysis.units.activations import Activations, Place, activations, unit_ranges
from rnn_demo.analysis.units.features import Feature, feature_values, features_for
from rnn_demo.analysis.units.loss import Loss, loss_over, split_by_feature, unit_losses
from rnn_demo.analysis.units.scores import Scorer, bars
from rnn_demo.data.json_text import finite
from rnn_demo.limits import MAX_UNIT_TOKENS
from rnn_demo.network.arrays import Array
from rnn_demo.network.model import SequenceModel

__all__ = ["Finding", "Passage", "Report", "detect", "unit_ranges"]

SHUFFLES, SEED = 20, 0
STRONG = 0.5  # an AUC of 0.75, or a correlation of 0.5: below it a unit leans to a feature, and does not follow it
PASSAGES, AROUND = 3, 12  # of each end, and tokens on either side
BINS = 24
LOSS_TEXTS = 48  # on which units are cut
LETTERS = ("letters", "accented_letters", "characters")


@dataclass(frozen=True)
class Passage:
    """Some tokens in a row with the unit's value after each, around its highest or its lowest one, the one `at`."""

    tokens: tuple[str, ...]
    values: tuple[float, ...]
    at: int


@dataclass(frozen=True)
class Finding:
    """What is known of one unit.

    `verdict` is "follows", "leans to" or "nothing"; `feature` is the one it fits best, also then, with its score on the
    half where it was chosen and on the other one, which is reported, and the bar there. Scores have a sign: below 0 the
    unit falls where the feature rises. `auc` is that of a yes-or-no feature. 1 and 99 % of the unit's values lie below
    `low` and `high`. `lost` and `control` say what its loss does to texts with much of the feature, and to others.
    """

    layer: int
    direction: str
    quantity: str
    unit: int
    verdict: str
    feature: str
    title: str
    chosen_score: float
    score: float
    bar: float
    auc: float | None
    low: float
    high: float
    mean: float
    edges: tuple[float, float]
    histogram: tuple[int, ...]
    top: tuple[Passage, ...]
    bottom: tuple[Passage, ...]
    lost: Loss | None
    control: Loss | None


@dataclass(frozen=True)
class Report:
    """All units, those with the best evidence first; `features` are those that were looked for."""

    texts: int
    tokens: int
    shuffles: int
    seed: int
    features: tuple[str, ...]
    findings: tuple[Finding, ...]

    def to_dict(self, checkpoint: str, corpus: str) -> dict[str, Any]:
        """Plain lists and texts, as `units --json` prints them."""
        return dict(finite({"checkpoint": checkpoint, "corpus": corpus, **asdict(self)}))


def detect(
    model: SequenceModel,
    texts: Sequence[str],
    shuffles: int = SHUFFLES,
    seed: int = SEED,
    losses: bool = True,
    most_tokens: int = MAX_UNIT_TOKENS,
) -> Report:
    """Look at every unit of every state of a network over a corpus.

    At most `most_tokens` tokens are read, of texts drawn with the seed. ValueError, in a sentence, for a corpus of
    fewer than 4 texts. Without `losses` no unit is cut.
    """
    chosen = _drawn(model, texts, seed, most_tokens)
    if len(chosen) < 4:
        raise ValueError(f"the corpus has {len(chosen)} texts; give at least 4, so that it can be divided in two")
    halves = [activations(model, chosen[part::2]) for part in (0, 1)]
    features = features_for([*halves[0].texts, *halves[1].texts], model.vocabulary.tokenizer in LETTERS)
    tables = [_table(model, features, half) for half in halves]
    if len(model.labels) == 2:
        features = [*features, _verdict(model)]
    is_number = [feature.is_number for feature in features]
    findings: list[Finding] = []
    for place in halves[0].values:
        scorers = [Scorer(half.values[place], is_number) for half in halves]
        heights = [
            bars(scorer, table, half.starts, shuffles, seed)
            for scorer, table, half in zip(scorers, tables, halves, strict=True)
        ]
        scores = [scorer.scores(table) for scorer, table in zip(scorers, tables, strict=True)]
        findings += _findings(model, place, features, halves[1], tables[1], scores, heights, losses)
    findings.sort(key=lambda each: (-_above(each), each.layer, each.direction, each.quantity, each.unit))
    tokens = sum(len(half.logits) for half in halves)
    titles = tuple(feature.name for feature in features)
    return Report(len(chosen), tokens, shuffles, seed, titles, tuple(findings))


def _drawn(model: SequenceModel, texts: Sequence[str], seed: int, most_tokens: int) -> list[str]:
    """Texts in random order, as many as may be read."""
    chosen: list[str] = []
    total = 0
    for number in np.random.default_rng(seed).permutation(len(texts)):
        total += len(model.vocabulary.tokenize(texts[number]))
        if total > most_tokens and len(chosen) >= 4:
            break
        chosen.append(texts[number])
    return chosen


def _table(model: SequenceModel, features: Sequence[Feature], half: Activations) -> Array:
    """All features of a half, (N, F); last, of a network with two labels, its own verdict so far, in log odds."""
    columns = [feature_values(feature, half.texts) for feature in features]
    if len(model.labels) == 2:
        columns.append(half.logits[:, 1] - half.logits[:, 0])
    return np.stack(columns, axis=1)


def _verdict(model: SequenceModel) -> Feature:
    return Feature("verdict so far", f"the network's own log odds of {model.labels[1]} so far", True, lambda tokens: [])


def _findings(
    model: SequenceModel,
    place: Place,
    features: Sequence[Feature],
    half: Activations,
    table: Array,
    scores: Sequence[Array],
    heights: Sequence[Array],
    losses: bool,
) -> list[Finding]:
    """The units of one place, (H,): chosen by the first scores (H, F) and bars (F,), reported by the second."""
    values, starts = half.values[place], half.starts
    best = ((np.abs(scores[0]) - heights[0]) / (1.001 - heights[0])).argmax(1)
    step = max(1, len(half.texts) // LOSS_TEXTS)
    cut = list(range(0, len(half.texts), step))[:LOSS_TEXTS] if losses else []
    moved, changed = unit_losses(model, [half.texts[row] for row in cut], place, values.mean(0))
    amounts = np.stack([table[starts[row] : starts[row + 1]].mean(0) for row in cut]) if cut else table[:0]
    findings = []
    for unit, f in enumerate(best.tolist()):
        feature, mine = features[f], values[:, unit]
        chosen_score, score, bar = float(scores[0][unit, f]), float(scores[1][unit, f]), float(heights[1][f])
        is_same = chosen_score * score > 0 and abs(chosen_score) > heights[0][f]
        verdict = "nothing" if not is_same or abs(score) <= bar else "follows" if abs(score) >= STRONG else "leans to"
        rows = split_by_feature(amounts[:, f], feature.is_number) if cut else (np.zeros(0, bool),) * 2
        lost, control = (loss_over(moved[:, unit], changed[:, unit], chosen) for chosen in rows)
        counts, edges = np.histogram(mine, BINS)
        low, high = np.percentile(mine, (1, 99))
        findings.append(
            Finding(
                *place,
                unit=unit,
                verdict=verdict,
                feature=feature.name,
                title=feature.title,
                chosen_score=chosen_score,
                score=score,
                bar=bar,
                auc=None if feature.is_number else (score + 1) / 2,
                low=float(low),
                high=float(high),
                mean=float(mine.mean()),
                edges=(float(edges[0]), float(edges[-1])),
                histogram=tuple(counts.tolist()),
                top=_passages(half, mine),
                bottom=_passages(half, mine, -1),
                lost=lost,
                control=control,
            )
        )
    return findings


def _passages(half: Activations, values: Array, sign: int = 1) -> tuple[Passage, ...]:
    """Around a unit's highest values (N,), or its lowest ones, each in another text."""
    starts, found = half.starts, []
    tops = [int(np.argmax(sign * values[a:b])) + a for a, b in pairwise(starts)]
    for text in np.argsort(-sign * values[tops], kind="stable")[:PASSAGES]:
        at, start, end = tops[text], starts[text], starts[text + 1]
        low, high = max(start, at - AROUND), min(end, at + AROUND + 1)
        tokens = half.texts[text][low - start : high - start]
        found.append(Passage(tuple(tokens), tuple(values[low:high].tolist()), at - low))
    return tuple(found)


def _above(finding: Finding) -> float:
    """How far a finding stands above its bar, for the order; those that follow nothing come last."""
    height = (abs(finding.score) - finding.bar) / (1.001 - finding.bar)
    return height + {"follows": 4, "leans to": 2, "nothing": 0}[finding.verdict]
