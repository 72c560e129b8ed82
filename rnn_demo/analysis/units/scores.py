"""How well units follow features, and how well any unit follows a feature that says nothing.

The score of a yes-or-no feature is 2 AUC - 1, that of a number Pearson's correlation: both from -1 to 1, and 0 where a
unit knows nothing. Of hundreds of units some follow anything by chance, so there is a bar: the best score that any of
them reaches on the feature of other texts, rotated within each text, which keeps how the feature runs along a text and
how often it is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from rnn_demo.network.arrays import Array

LEAST = 12  # tokens of which a feature must be true, and not true, to be scored


class Scorer:
    """Units (N, U), prepared once to be scored on many features."""

    def __init__(self, units: Array, is_number: Sequence[bool]) -> None:
        self.standard, self.ranks = standard(units), ranks(units) - (len(units) + 1) / 2
        self.is_number = np.asarray(is_number, dtype=bool)

    def scores(self, features: Array) -> Array:
        """The score of each unit on each feature (N, F), (U, F); 0 where either does not vary."""
        numbers, count = self.is_number, len(features)
        result = np.zeros((self.ranks.shape[1], features.shape[1]), dtype=np.float32)
        result[:, numbers] = self.standard.T @ standard(features[:, numbers]) / count
        truths = features[:, ~numbers]
        true = truths.sum(0, dtype=float)
        with np.errstate(
            divide="ignore", invalid="ignore"
        ):  # by the rank sum of where it is true (Mann & Whitney 1947)
            scores = 2 * (self.ranks.T @ truths) / (true * (count - true))
        result[:, ~numbers] = np.where((true >= LEAST) & (count - true >= LEAST), scores, 0)
        return result


def standard(values: Array) -> Array:
    """Columns of mean 0 and deviation 1; one that does not vary is 0."""
    centred = values - values.mean(0)
    spread = centred.std(0)
    result: Array = centred / np.where(spread > 1e-6, spread, np.inf)
    return result


def ranks(values: Array) -> Array:
    """The rank of each value in its column, from 1; equal values share the mean of theirs."""
    result: Array = pd.DataFrame(values).rank().to_numpy(np.float32)
    return result


def shuffled(features: Array, starts: Sequence[int], generator: np.random.Generator) -> Array:
    """The features (N, F) of the same texts in random order, each text's rotated by a random number of steps."""
    texts = list(pairwise(starts))
    parts = []
    for number in generator.permutation(len(texts)):
        start, end = texts[number]
        parts.append(np.roll(features[start:end], generator.integers(end - start), axis=0))
    return np.concatenate(parts)


def bars(scorer: Scorer, features: Array, starts: Sequence[int], shuffles: int, seed: int) -> Array:
    """For each feature the best score, in size, of any unit in any of so many shuffles, (F,)."""
    generator = np.random.default_rng(seed)
    best = np.zeros(features.shape[1], dtype=np.float32)
    for _ in range(shuffles):
        best = np.maximum(best, np.abs(scorer.scores(shuffled(features, starts, generator))).max(0))
    return best
