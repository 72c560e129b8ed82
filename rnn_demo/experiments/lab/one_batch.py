"""One batch of a run as the network gets it: texts of mixed length, filled up with padding, and the mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from rnn_demo.data.vocabulary import UNK
from rnn_demo.experiments.run_config import RunConfig
from rnn_demo.training.batching import Batches
from rnn_demo.zoo.build import build_model

ROWS, COLUMNS = 10, 40  # of a batch that are shown


@dataclass(frozen=True)
class OneBatch:
    """Some texts of a batch of `size`, the shortest first, each with its length; `longest` is that of the whole batch.

    `padding` is the share of the batch's cells that are padding; `unsorted` what it would be in a batch of texts of any
    length.
    """

    texts: tuple[tuple[str, ...], ...]
    lengths: tuple[int, ...]
    size: int
    longest: int
    padding: float
    unsorted: float


def one_batch(config: RunConfig, number: int, mixed: bool = False) -> OneBatch:
    """A batch of the run's first epoch, by its number, as the training would read it; or one of texts of any length."""
    with torch.device("meta"):
        model, split = build_model(config.recipe, list(config.examples))
    training = config.recipe.training
    batches = Batches(model, split.train, training.batch_size, training.max_tokens)
    generator = torch.Generator().manual_seed(training.seed + number // len(batches))
    batch = next(batch for k, batch in enumerate(batches.walk(generator)) if k == number % len(batches))
    texts = [row[:length] for row, length in zip(batch.inputs.tolist(), batch.lengths.tolist(), strict=True)]
    some = torch.randperm(len(batches.inputs), generator=generator)[: len(texts)].tolist()
    texts_of_any_length = [batches.inputs[row] for row in some]
    shares = [padding_share([len(row) for row in rows]) for rows in (texts, texts_of_any_length)]
    in_order = sorted(texts_of_any_length if mixed else texts, key=len)
    count, tokens = min(ROWS, len(in_order)), model.vocabulary.tokens
    rows = [in_order[round(k * (len(in_order) - 1) / max(1, count - 1))] for k in range(count)]
    return OneBatch(
        tuple(tuple(tokens[i] if i < len(tokens) else UNK for i in row[:COLUMNS]) for row in rows),
        tuple(len(row) for row in rows),
        len(in_order),
        len(in_order[-1]),
        *shares,
    )


def padding_share(lengths: Sequence[int]) -> float:
    """The share of padding where texts of these lengths are filled up to the longest."""
    return 1 - sum(lengths) / (len(lengths) * max(lengths))
