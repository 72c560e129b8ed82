"""What one should try first: logistic regression on the TF-IDF weights of words and pairs of words, without a network.

The same model as scikit-learn's `TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)` with
`LogisticRegression(C=...)`; a test holds the two equal.
"""

from __future__ import annotations

import warnings
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

FEWEST = 2  # texts that a phrase must stand in
C = 10.0  # the inverse strength of the penalty on large weights
ITERATIONS = 200  # of L-BFGS, at most; it stops at the lowest loss

Tokens = Sequence[str]


class Tfidf:
    """Log-odds of a text as a weighted sum over its words and pairs of neighbouring words."""

    def __init__(self, texts: Sequence[Tokens], positive: np.ndarray, importance: np.ndarray, c: float = C) -> None:
        """Learn from N texts, `positive`, bool (N,), and how much each counts, `importance` (N,), at least 0."""
        found = Counter(chain.from_iterable(set(phrases(text)) for text in texts))
        known = sorted(phrase for phrase, count in found.items() if count >= FEWEST)
        self.columns = {phrase: column for column, phrase in enumerate(known)}
        counts = np.array([found[phrase] for phrase in known])
        self.idf = np.log((1 + len(texts)) / (1 + counts)) + 1  # (P,) of the P known phrases
        self.weights = torch.zeros(len(known), 1, dtype=torch.float64)
        self.bias = torch.zeros(1, dtype=torch.float64)
        y, share = (torch.tensor(column, dtype=torch.float64)[:, None] for column in (positive, importance))  # (N, 1)
        self._learn(self._rows(texts), y, share, c)

    def log_odds(self, texts: Sequence[Tokens]) -> np.ndarray:
        """The log-odds of the positive label of each text, in nats, (N,)."""
        return (self._rows(texts) @ self.weights + self.bias).squeeze(1).numpy()

    @property
    def parameters(self) -> int:
        """The number of weights, with the bias."""
        return len(self.weights) + 1

    def _rows(self, texts: Sequence[Tokens]) -> Tensor:
        """The TF-IDF weights of the known phrases of each text, a sparse matrix (N, P) whose rows have length 1."""
        columns, values, ends = array("q"), array("d"), array("q", [0])
        for text in texts:
            of_text = Counter(column for phrase in phrases(text) if (column := self.columns.get(phrase)) is not None)
            own = np.array(sorted(of_text), dtype=np.int64)
            tfidf = (1 + np.log([of_text[column] for column in own])) * self.idf[own]
            columns.extend(own)
            values.extend(tfidf / max(np.linalg.norm(tfidf), 1e-12))
            ends.append(len(columns))
        parts = (torch.from_numpy(np.array(part)) for part in (ends, columns, values))
        return _quietly(torch.sparse_csr_tensor, *parts, size=(len(texts), len(self.columns)), check_invariants=True)

    def _learn(self, x: Tensor, positive: Tensor, importance: Tensor, c: float) -> None:
        """Minimise c times the summed cross-entropy plus half the squared length of the weights."""
        x_t = _quietly(x.transpose(0, 1).to_sparse_csr)  # (P, N)
        options = {"max_iter": ITERATIONS, "tolerance_grad": 1e-4, "history_size": 10, "line_search_fn": "strong_wolfe"}
        optimizer = torch.optim.LBFGS([self.weights, self.bias], **options)  # type: ignore[arg-type]

        def closure() -> Tensor:
            odds = x @ self.weights + self.bias  # (N, 1)
            slope = c * importance * (torch.sigmoid(odds) - positive)  # of the loss along the odds
            self.weights.grad, self.bias.grad = x_t @ slope + self.weights, slope.sum(0)
            entropy = nn.functional.binary_cross_entropy_with_logits(odds, positive, importance, reduction="sum")
            return c * entropy + self.weights.square().sum() / 2

        optimizer.step(closure)  # type: ignore[no-untyped-call]


def _quietly(function: Callable[..., Tensor], *arguments: Tensor, **options: Any) -> Tensor:
    """Call it without torch's warnings that sparse matrices are new in it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse ")
        return function(*arguments, **options)


def phrases(text: Tokens) -> list[str]:
    """The words of a text and each pair of neighbours."""
    return [*text, *(f"{first} {second}" for first, second in pairwise(text))]
