"""What a gradient that vanishes costs: its numbers become denormal, which many processors compute slowly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import torch

from rnn_demo.bench import machine_peak as peak
from rnn_demo.bench.footprint import ROOT
from rnn_demo.bench.stopwatch import Measurement, Timed, ratio
from rnn_demo.bench.training import PROMISED_SIZE, model_and_batch
from rnn_demo.training import TrainingConfig
from rnn_demo.training.loop import training_step

CONFIG = TrainingConfig(device="cpu")
# A loop as any tutorial has it, with torch as it comes: it takes a step for each line that it reads.
BARE_LOOP = """
import sys, time, torch
from torch import nn
torch.set_num_threads({threads})
torch.manual_seed(0)
embedding, lstm, head = nn.Embedding(1002, 128), nn.LSTM(128, 128, batch_first=True), nn.Linear(128, 2)
optimizer = torch.optim.Adam([*embedding.parameters(), *lstm.parameters(), *head.parameters()])
inputs, targets = torch.randint(2, 1002, (64, 256)), torch.randint(0, 2, (64,))
for _ in sys.stdin:
    started = time.perf_counter()
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(head(lstm(embedding(inputs))[0][:, -1]), targets)
    loss.backward()
    optimizer.step()
    print(time.perf_counter() - started, flush=True)
"""


def step_of(per_step: bool) -> tuple[Timed[object], float]:
    """A training step with the loss at every position or at the end alone, taken once; and its multiplications."""
    model, batch = model_and_batch(mixed=False, architecture=replace(PROMISED_SIZE, per_step=per_step))
    if per_step:
        batch = replace(batch, targets=batch.targets[:, None].expand(batch.inputs.shape).contiguous())
    optimizer = torch.optim.Adam(model.parameters(), lr=CONFIG.learning_rate)
    step = Timed[object](lambda: training_step(model.train(), optimizer, batch, CONFIG))
    step()  # which also allocates the optimizer's memory
    step.seconds.clear()
    return step, peak.training_flops(model, batch.inputs.numel(), batch.targets.numel())


def vanishing_step() -> Measurement:
    """The time of a step whose loss is at the end alone over that of one with the loss at every position."""
    (at_end, flops), (everywhere, _) = step_of(per_step=False), step_of(per_step=True)
    longer = "the loss at the last of 256 steps alone (LSTM 128, batch 64)", at_end
    result = ratio("at most 1.3", 9, longer, ("at every step", everywhere))
    return result | {"share": peak.share(flops, at_end)}


def bare_default() -> Measurement:
    """The time of a step of a plain PyTorch loop, with torch as it comes, over that of ours: the gain."""
    ours, flops = step_of(per_step=False)
    with bare_loop() as plain:
        result = ratio("at least 0.9", 9, ("plain PyTorch with its defaults", plain), ("a step", ours))
    return result | {"share": peak.share(flops, ours)}


@contextmanager
def bare_loop() -> Iterator[Timed[float]]:
    """A step of the plain loop, in its own process: in this one, small numbers are zero."""
    program = BARE_LOOP.format(threads=torch.get_num_threads())
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        send, receive = process.stdin, process.stdout

        def step() -> float:
            print(file=send, flush=True)
            return float(receive.readline())

        step()
        yield Timed(step)
        send.close()
