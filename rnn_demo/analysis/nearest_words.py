"""The nearest words of a word: those whose embeddings point in the same direction.

Example:

    nearest_words(model, ["not"])        # [[("n't", 0.61), ("never", 0.55), ...]]
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from rnn_demo.network.model import SequenceModel

SPECIAL = 2  # <PAD> and <UNK> come first in every vocabulary, and are no words


@torch.inference_mode()
def nearest_words(model: SequenceModel, tokens: Sequence[str], count: int = 5) -> list[list[tuple[str, float]]]:
    """For each token the `count` words of the vocabulary that are nearest by the cosine of their embeddings.

    The token itself is left out. Of an unknown one, it is what the network reads in its place that is compared: the
    vector that its letters make, or that of `<UNK>`. ValueError for a model without an embedding.
    """
    if model.embedding is None:
        raise ValueError("this model has no embedding; choose one that reads words or letters through one")
    if not tokens:
        return []
    ids = torch.tensor([model.vocabulary.encode(list(tokens))], device=model.device)
    x = torch.nn.functional.normalize(model.embedding(ids)[0], dim=-1)  # (N, E)
    words = torch.nn.functional.normalize(model.embedding.weight[SPECIAL:], dim=-1)  # (V - 2, E)
    cosines = x @ words.T  # (N, V - 2)
    for row, token in zip(cosines, ids[0].tolist(), strict=True):
        if SPECIAL <= token < SPECIAL + len(words):
            row[token - SPECIAL] = -torch.inf
    best = cosines.topk(max(0, min(count, len(words) - 1)), dim=1)
    return [
        [(model.vocabulary.tokens[k + SPECIAL], round(cosine, 4)) for k, cosine in zip(*row, strict=True)]
        for row in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]
