"""What surgery does to an answer, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Effect:
    """What surgery does to the answer after the last step.

    `before` is the base's best answer with its `probability`, which `becomes` another one; `log_odds` is by how much
    log p / (1 - p) of that answer changes. `after` is the best answer of the patched run, with `after_probability`.
    """

    before: str
    probability: float
    becomes: float
    log_odds: float
    after: str
    after_probability: float


def effect_of(labels: Sequence[str], before: np.ndarray, after: np.ndarray) -> Effect:
    """From the logits of both runs after one step, each (C,) and divided by the temperature."""
    log_before, log_after = (_log_shares(logits) for logits in (before, after))
    best, new = int(np.argmax(before)), int(np.argmax(after))
    change = _log_odds(after, best) - _log_odds(before, best)
    return Effect(
        labels[best],
        float(np.exp(log_before[best])),
        float(np.exp(log_after[best])),
        change,
        labels[new],
        float(np.exp(log_after[new])),
    )


def _log_shares(logits: np.ndarray) -> np.ndarray:
    highest = logits.max()
    shares: np.ndarray = logits - highest - np.log(np.exp(logits.astype(float) - highest).sum())
    return shares


def _log_odds(logits: np.ndarray, label: int) -> float:
    """log p / (1 - p) of a label, exact where p is near 1."""
    others = np.delete(logits.astype(float), label)
    highest = others.max()
    return float(logits[label] - highest - np.log(np.exp(others - highest).sum()))
