"""The speed of a cell whose gates see x_t alone, over the length of the text: what a parallel scan gains, and where."""

from __future__ import annotations

import torch

from rnn_demo.bench.stopwatch import Measurement, Timed, measurement, medians_in_turns, three_digits
from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS

LENGTHS, SIZE, BATCHES = (64, 256, 1024), 128, (1, 64)
SCANNED = tuple(name for name, cell in CELLS.items() if not cell.gates_see_state)
RIVALS = ("gru", "lstm")


def scan_speed() -> Measurement:
    """The time of a GRU's forward and backward pass over that of the minGRU, for the longest text in a batch of one.

    The details have every cell, length and batch, and a minGRU that is unrolled in Python.
    """
    rows, gain = [], 0.0
    for batch in BATCHES:
        for length in LENGTHS:
            names = (*SCANNED, *RIVALS)
            works = [*(passes(name, batch, length) for name in names), unrolled("mingru", batch, length)]
            for work in works:
                work()  # which also allocates
            seconds = dict(zip((*names, "mingru unrolled"), medians_in_turns(5, *works), strict=True))
            times = ", ".join(f"{name} {three_digits(time)}" for name, time in seconds.items())
            rows.append(f"{batch} x {length} steps: {times}")
            if (batch, length) == (1, max(LENGTHS)):
                gain = seconds["gru"] / seconds["mingru"]
    return measurement(gain, "times", "at least 2", f"{SIZE} to {SIZE}, forward and backward; " + "; ".join(rows))


def passes(cell: str, batch: int, length: int) -> Timed[None]:
    """A forward and a backward pass, as training does them."""
    torch.manual_seed(0)
    rnn, x = recurrence.make(CELLS[cell], SIZE, SIZE, 1, 0.0, False), torch.randn(batch, length, SIZE)
    return Timed(lambda: rnn(x)[0].square().mean().backward())


def unrolled(cell: str, batch: int, length: int) -> Timed[None]:
    """The same by the cell's written-out step in a loop over time."""
    torch.manual_seed(0)
    rnn, x = recurrence.make(CELLS[cell], SIZE, SIZE, 1, 0.0, False), torch.randn(batch, length, SIZE)
    weights = recurrence.weights_of(rnn, 0)

    def work() -> None:
        recurrence.unroll(CELLS[cell], x, weights)["h"].square().mean().backward()  # type: ignore[no-untyped-call]

    return Timed(work)
