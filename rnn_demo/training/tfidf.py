"""What one should try first: logistic regression on the TF-IDF weights of words and pairs of words, without a network.

The same model as scikit-learn's `TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)` with
`LogisticRegression()`; a test holds the two equal.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

FEWEST = 2  # texts that a word or a pair must stand in
C = 1.0  # the inverse strength of the penalty on large weights
ITERATIONS = 200  # of L-BFGS, at most; it stops at the lowest loss

Tokens = Sequence[str]
Array = np.ndarray


class Tfidf:
    """Log-odds of a text as a weighted sum over its words and pairs of neighbouring words, its phrases."""

    def __init__(self, texts: Sequence[Tokens], positive: Array, importance: Array, c: float = C) -> None:
        """Learn from N texts, `positive`, bool (N,), and how much each counts, `importance` (N,), at least 0."""
        self.words = {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(texts)), 1)}
        rows, phrases, counts = self._count(texts)
        every, texts_with = np.unique(phrases, return_counts=True)
        self.known = every[texts_with >= FEWEST]  # (P,)
        self.idf = np.log((1 + len(texts)) / (1 + texts_with[texts_with >= FEWEST])) + 1  # (P,)
        self.weights = torch.zeros(len(self.known), 1, dtype=torch.float64)
        self.bias = torch.zeros(1, dtype=torch.float64)
        y, share = (torch.tensor(column, dtype=torch.float64)[:, None] for column in (positive, importance))  # (N, 1)
        self._learn(self._matrix(len(texts), rows, phrases, counts), y, share, c)

    def log_odds(self, texts: Sequence[Tokens]) -> Array:
        """The log-odds of the positive label of each text, in nats, (N,)."""
        return (self._matrix(len(texts), *self._count(texts)) @ self.weights + self.bias).squeeze(1).numpy()

    @property
    def parameters(self) -> int:
        """The number of weights, with the bias."""
        return len(self.weights) + 1

    def _count(self, texts: Sequence[Tokens]) -> tuple[Array, Array, Array]:
        """How often each phrase stands in each text: text, phrase and count, (E,) each, sorted by text and phrase.

        A word is its number, from 1 on; a pair is that of the first times `base`, plus that of the second. A word that
        was not learnt is 0, and is left out together with its pairs.
        """
        base = len(self.words) + 1
        numbers = np.array([self.words.get(word, 0) for text in texts for word in text], dtype=np.int64)
        rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        first, second = numbers[:-1], numbers[1:]
        pairs = (rows[:-1] == rows[1:]) & (first > 0) & (second > 0)
        phrases = np.concatenate([numbers[numbers > 0], (first * base + second)[pairs]])
        places = np.concatenate([rows[numbers > 0], rows[:-1][pairs]])
        both, counts = np.unique(places * base**2 + phrases, return_counts=True)  # 1e5 texts, 1e5 words: 1e15 < 2**63
        return both // base**2, both % base**2, counts

    def _matrix(self, size: int, rows: Array, phrases: Array, counts: Array) -> Tensor:
        """The TF-IDF weights of the known phrases of each text, a sparse matrix (N, P) whose rows have length 1."""
        columns = np.minimum(np.searchsorted(self.known, phrases), len(self.known) - 1)
        known = self.known[columns] == phrases
        rows, columns = rows[known], columns[known]
        values = (1 + np.log(counts[known])) * self.idf[columns]
        values /= np.sqrt(np.bincount(rows, values**2, minlength=size))[rows]
        ends = np.concatenate([[0], np.bincount(rows, minlength=size).cumsum()])
        parts = map(torch.from_numpy, (ends, columns, values))
        return _quietly(torch.sparse_csr_tensor, *parts, size=(size, len(self.known)), check_invariants=True)

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
