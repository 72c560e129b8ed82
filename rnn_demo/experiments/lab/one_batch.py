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


def one_batch(config: RunConfig, number: int) -> OneBatch:
    """A batch of the run's first epoch, by its number, as the training would read it."""
    with torch.device("meta"):
        model, split = build_model(config.recipe, list(config.examples))
    training = config.recipe.training
    batches = Batches(model, split.train, training.batch_size, training.max_tokens)
    generator = torch.Generator().manual_seed(training.seed + number // len(batches))
    batch = next(batch for k, batch in enumerate(batches.walk(generator)) if k == number % len(batches))
    order = batch.lengths.argsort(stable=True).tolist()
    count, tokens = min(ROWS, len(order)), model.vocabulary.tokens
    row_numbers = [order[round(k * (len(order) - 1) / max(1, count - 1))] for k in range(count)]
    rows = [batch.inputs[row, : batch.lengths[row]].tolist() for row in row_numbers]
    some = torch.randperm(len(batches.inputs), generator=generator)[: len(order)].tolist()
    return OneBatch(
        tuple(tuple(tokens[i] if i < len(tokens) else UNK for i in row[:COLUMNS]) for row in rows),
        tuple(len(row) for row in rows),
        len(order),
        int(batch.lengths.max()),
        padding_share(batch.lengths.tolist()),
        padding_share([len(batches.inputs[row]) for row in some]),
    )


def padding_share(lengths: Sequence[int]) -> float:
    """The share of padding where texts of these lengths are filled up to the longest."""
    return 1 - sum(lengths) / (len(lengths) * max(lengths))
