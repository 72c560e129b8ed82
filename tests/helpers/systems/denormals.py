"""Does a thread take denormal numbers as zero? A product says so."""

from __future__ import annotations

import torch

COUNT = 2**18  # enough for torch to divide them among its threads


def lost_numbers(count: int = COUNT) -> int:
    """How many of so many denormal products, 1e-40 each, are zero in this thread and in those it gives work to."""
    return count - int((torch.full((count,), 1e-30) * 1e-10).count_nonzero())
