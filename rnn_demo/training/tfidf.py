"""What one should try first: logistic regression on the TF-IDF weights of words and pairs of words, without a network.

The same model as scikit-learn's `TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)` with
`LogisticRegression(C=...)`; a test holds the two equal.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

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
        self._learn(self._rows(texts), torch.tensor(positive, dtype=torch.float64), torch.tensor(importance), c)

    def log_odds(self, texts: Sequence[Tokens]) -> np.ndarray:
        """The log-odds of the positive label of each text, in nats, (N,)."""
        return self._odds(*self._rows(texts)).numpy()

    @property
    def parameters(self) -> int:
        """The number of weights, with the bias."""
        return len(self.weights) + 1

    def _rows(self, texts: Iterable[Tokens]) -> tuple[Tensor, Tensor, Tensor]:
        """The known phrases of all texts one after another, their TF-IDF weights, and where each text begins.

        The weights of a text have length 1 (Euclidean).
        """
        columns, values, starts = array("q"), array("d"), array("q")
        for text in texts:
            starts.append(len(columns))
            of_text = Counter(column for phrase in phrases(text) if (column := self.columns.get(phrase)) is not None)
            own = np.fromiter(of_text, dtype=np.int64, count=len(of_text))
            counts = np.fromiter(of_text.values(), dtype=float, count=len(of_text))
            tfidf = (1 + np.log(counts)) * self.idf[own]
            columns.extend(own)
            values.extend(tfidf / max(np.linalg.norm(tfidf), 1e-12))
        return (
            torch.from_numpy(np.array(columns, dtype=np.int64)),
            torch.from_numpy(np.array(values, dtype=float)),
            torch.from_numpy(np.array(starts, dtype=np.int64)),
        )

    def _odds(self, columns: Tensor, values: Tensor, starts: Tensor) -> Tensor:
        """The log-odds of N texts, (N,)."""
        sums = nn.functional.embedding_bag(columns, self.weights, starts, mode="sum", per_sample_weights=values)
        return sums.squeeze(1) + self.bias

    def _learn(self, rows: tuple[Tensor, Tensor, Tensor], positive: Tensor, importance: Tensor, c: float) -> None:
        """Minimise c times the summed cross-entropy plus half the squared length of the weights."""
        parameters = [self.weights.requires_grad_(), self.bias.requires_grad_()]
        optimizer = torch.optim.LBFGS(
            parameters, max_iter=ITERATIONS, tolerance_grad=1e-4, line_search_fn="strong_wolfe"
        )

        def closure() -> Tensor:
            optimizer.zero_grad()
            odds = self._odds(*rows)
            entropy = nn.functional.binary_cross_entropy_with_logits(odds, positive, importance, reduction="sum")
            loss = c * entropy + self.weights.square().sum() / 2
            loss.backward()  # type: ignore[no-untyped-call]
            return loss

        optimizer.step(closure)  # type: ignore[no-untyped-call]
        for parameter in parameters:
            parameter.detach_()


def phrases(text: Tokens) -> list[str]:
    """The words of a text and each pair of neighbours."""
    return [*text, *(f"{first} {second}" for first, second in pairwise(text))]
