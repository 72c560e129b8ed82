"""The nearest training example in the network's feature space: an explanation by example.

Two questions are alike when their features, the pooled states that the head reads, point in the same direction.

    index = index_examples(model, examples)     # once for a model
    nearest(model, "France's capital?", index)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rnn_demo.network.model import SequenceModel
from rnn_demo.network.padding import by_length
from rnn_demo.tasks import Example


@dataclass(frozen=True, eq=False)
class ExampleIndex:
    """Training examples and the directions (N, F) of their features, each of length 1.

    `rounding` is the largest error of a cosine with one of the directions, where these were stored rounded.
    """

    examples: tuple[Example, ...]
    directions: NDArray[np.float32]
    rounding: float = 0.0


@dataclass(frozen=True)
class Neighbour:
    """The example whose features are nearest, and the cosine of the angle between them: 1 is the same direction."""

    example: Example
    cosine: float


def index_examples(model: SequenceModel, examples: Sequence[Example]) -> ExampleIndex:
    """Compute the features of all examples once; ValueError if there are none."""
    if not examples:
        raise ValueError("there are no examples to compare with; give at least one")
    return ExampleIndex(tuple(examples), directions(model, [example.text for example in examples]))


def nearest(model: SequenceModel, text: str, index: ExampleIndex) -> Neighbour:
    """The example whose features are nearest to those of `text`; the first one of several equally near.

    Of rounded directions every one that may be the nearest is computed again, so that rounding changes no answer.
    """
    question = directions(model, [text])[0]  # (F,)
    cosines = index.directions @ question  # (N,)
    close = np.flatnonzero(~(cosines < cosines.max() - 2 * index.rounding))
    if index.rounding:
        cosines[close] = directions(model, [index.examples[row].text for row in close]) @ question
    best = int(close[cosines[close].argmax()])
    return Neighbour(index.examples[best], float(cosines[best]))


@torch.inference_mode()
def directions(model: SequenceModel, texts: Sequence[str], batch_size: int = 64) -> NDArray[np.float32]:
    """The features of each text, (N, F), scaled to length 1; ValueError for a per-step head."""
    if model.pooling is None:
        raise ValueError("a per-step model has no features of a whole text; choose a model that answers once")
    result = np.zeros((len(texts), model.head.in_features), dtype=np.float32)
    for rows, ids, lengths in by_length([model.encode(text) for text in texts], batch_size, model.device):
        features = model.pooling(model.states(model.embed(ids), lengths), lengths)  # (B, F)
        result[rows] = torch.nn.functional.normalize(features, dim=-1).cpu().numpy()
    return result
