"""Sequences of mixed length as batches, padded on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor


def pad(sequences: Sequence[Sequence[float]], fill: float = 0) -> tuple[Tensor, Tensor]:
    """Sequences of mixed length -> ids or numbers (B, T), padded on the right with `fill`, and lengths (B,)."""
    lengths = [len(sequence) for sequence in sequences]
    longest = max(lengths)
    rows = [[*sequence, *[fill] * (longest - len(sequence))] for sequence in sequences]
    return torch.tensor(rows), torch.tensor(lengths)  # all at once: row by row takes three times as long


def by_length(
    sequences: Sequence[Sequence[float]], batch_size: int, device: torch.device | None = None
) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """Batches of similar length, so that little is padded: row numbers, and on the device ids (B, T), lengths (B,)."""
    order = sorted(range(len(sequences)), key=lambda row: len(sequences[row]))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        ids, lengths = pad([sequences[row] for row in rows])
        yield rows, ids.to(device), lengths.to(device)
