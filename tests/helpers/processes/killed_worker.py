"""What test_survives_sigkill.py kills: it forks a worker for each line that it reads, and tells its process id.

save FOLDER      saves one checkpoint after the other, each with its number in the weights and in the metrics
once FOLDER      saves the first of them
train FILE       continues a run that is saved after every step, and leaves its weights in FILE.done
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import safetensors.torch
import torch
from helpers.samples import EXAMPLES, small_model

from rnn_demo.training import TrainingConfig, run_state, train
from rnn_demo.zoo import checkpoint

RUN = TrainingConfig(epochs=25, batch_size=2, learning_rate=0.02, schedule="cosine", average=0.5, device="cpu")


def once(folder: Path) -> None:
    save(folder, [0])


def save(folder: Path, numbers: Iterable[int] | None = None) -> None:
    model = small_model(hidden_size=64)
    for number in itertools.count(1) if numbers is None else numbers:
        with torch.no_grad():
            for weight in model.parameters():
                weight.fill_(number)
        checkpoint.save(model, folder, {"number": number}, f"# {number}\n")


def train_on(file: Path) -> None:
    run_state.SECONDS = -1.0
    model = small_model(dropout=0.3)
    list(train(model, EXAMPLES, EXAMPLES, RUN, file))
    beside = file.with_name(f"{file.name}.part-done")
    safetensors.torch.save_file(model.state_dict(), beside)
    beside.replace(file.with_name(f"{file.name}.done"))


def main() -> None:
    torch.set_num_threads(1)  # a process with threads cannot be forked
    print("ready", flush=True)
    for line in sys.stdin:
        what, _, place = line.strip().partition(" ")
        worker = os.fork()
        if not worker:
            {"save": save, "once": once, "train": train_on}[what](Path(place))
            os._exit(0)
        print(worker, flush=True)
        os.waitpid(worker, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()
