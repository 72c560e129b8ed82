"""The limit: how fast this machine multiplies matrices, and the share of that which training and reading reach.

A recurrent network is products of matrices, one after the other, so no program computes it faster than the machine
multiplies two large ones. Only the products of the recurrent layers and of the head are counted: a share also says how
much time everything else takes, from the tokens of a text to the optimizer.
"""

from __future__ import annotations

import functools
import statistics
import time
from typing import Any

import torch

from rnn_demo.bench.stopwatch import Measurement, Timed, measurement
from rnn_demo.network.cells import find_cell
from rnn_demo.network.model import Architecture, SequenceModel

SIZE, ROUNDS = 2048, 9
TRAINING = 3  # a step computes the answers, and the gradients of the weights and of what they are multiplied with


@functools.cache
def matrix_rate(dtype: torch.dtype = torch.float32) -> float:
    """Multiplications and additions a second in the product of two SIZE x SIZE matrices, the best of several."""
    one, other = torch.rand(2, SIZE, SIZE).to(dtype)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        one @ other
        times.append(time.perf_counter() - started)
    return 2 * SIZE**3 / min(times)


def layers_flops(a: Architecture, width: int) -> int:
    """Multiplications and additions of one step of one sequence in all recurrent layers; `width` is that of x."""
    cell, total = find_cell(a.cell), 0
    for _ in range(a.num_layers):
        total += 2 * a.directions * len(cell.gates) * a.hidden_size * (width + cell.gates_see_state * a.hidden_size)
        width = a.hidden_size * a.directions
    return total


def reading_flops(model: SequenceModel, steps: int, answers: int) -> int:
    """The operations for reading `steps` steps and answering `answers` times."""
    width = model.rnn.input_size
    return steps * layers_flops(model.architecture, width) + answers * 2 * model.head.weight.numel()


def training_flops(model: SequenceModel, steps: int, answers: int) -> int:
    """The operations for learning from `steps` steps and `answers` answers."""
    return TRAINING * reading_flops(model, steps, answers)


def share(flops: float, work: Timed[Any] | float) -> float:
    """The share of the limit that work reaches: something timed, by its median, or its seconds."""
    seconds = statistics.median(work.seconds) if isinstance(work, Timed) else work
    return flops / seconds / matrix_rate()


def judged_by_share(result: Measurement, promise: str) -> Measurement:
    """A row that promises its share of the limit, in percent; what it measured otherwise goes to the details.

    It is for what a comparison says little of, because the peer is slow on one processor and quick on another.
    """
    detail = f"{result['measured']:.3g} {result['unit']}: {result['detail']}"
    return result | measurement(100 * result["share"], "% of the limit", promise, detail)


def in_words() -> str:
    """What the limit is on this machine."""
    return f"{matrix_rate() / 1e9:,.0f} GFLOP/s in the product of two {SIZE:,} x {SIZE:,} matrices of float32"
