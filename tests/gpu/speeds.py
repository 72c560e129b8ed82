"""How fast a GPU trains and answers, against the CPU with two threads: a table in Markdown.

    python tests/gpu/speeds.py

A training step is timed over sizes, so that one can see from which on the GPU is worth its trouble; then the start of
CUDA in a new process, and the shipped sentiment network with reviews of 230 words.
"""

from __future__ import annotations

import functools
import itertools
import random
import subprocess
import sys
import time
from collections.abc import Callable

import torch

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import Example
from rnn_demo.training import TrainingConfig
from rnn_demo.training.batching import Batches
from rnn_demo.training.config import OPTIMIZERS
from rnn_demo.training.language_model import pretrain
from rnn_demo.training.loop import training_step
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.recipes import RECIPES

THREADS = 2
WORDS = [f"w{number}" for number in range(200)]


def examples(count: int, length: int) -> list[Example]:
    """Texts of random words, all of this length, positive or negative by the first word."""
    draw = random.Random(0)
    rows = ([draw.choice(WORDS) for _ in range(length)] for _ in range(count))
    return [Example(" ".join(row), ("negative", "positive")[row[0] < "w5"]) for row in rows]


def seconds_of(action: Callable[[], object], device: str, least: float = 0.4) -> float:
    """The time that an action takes, after two times to warm up: the mean over at least `least` seconds."""
    for _ in range(2):
        action()
    if device == "cuda":
        torch.cuda.synchronize()
    started, count = time.perf_counter(), 0
    while count < 2 or time.perf_counter() - started < least:
        action()
        count += 1
    if device == "cuda":
        torch.cuda.synchronize()
    return (time.perf_counter() - started) / count


def times(hidden: int, batch: int, length: int, device: str) -> tuple[float, float]:
    """Seconds of a training step, and of answering the same batch."""
    torch.manual_seed(0)
    texts = examples(batch, length)
    vocabulary = Vocabulary.build((example.text for example in texts), "words")
    architecture = Architecture("lstm", hidden, embedding_size=min(hidden, 128))
    model = SequenceModel(architecture, vocabulary, ["negative", "positive"]).to(device)
    config = TrainingConfig(batch_size=batch, device=device)
    data = next(Batches(model, texts, batch, 400).walk()).to(torch.device(device))
    optimizer = OPTIMIZERS[config.optimizer](model.parameters(), lr=1e-3, weight_decay=0.0)
    step = seconds_of(lambda: training_step(model.train(), optimizer, data, config), device)

    @torch.inference_mode()
    def answer() -> object:
        return model.eval()(data.inputs, data.lengths).cpu()

    return step, seconds_of(answer, device)


START = "import time, torch; a = time.perf_counter(); m = torch.nn.LSTM(8, 8).cuda(); "
START += "m(torch.zeros(2, 1, 8, device='cuda'))[0].sum().item(); print(time.perf_counter() - a)"


def reviews() -> None:
    """The start of CUDA, and how many words a second the shipped sentiment network learns from and reads."""
    seconds = float(subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True).stdout)
    print(f"\nCUDA starts in {seconds:.1f} s.\n\n| sentiment | CPU | GPU | times as fast |\n|:---|---:|---:|---:|")
    recipe, texts = RECIPES["sentiment"], examples(64, 230)
    rates: dict[str, list[float]] = {"training": [], "pretraining": [], "answers": []}
    for device in ("cpu", "cuda"):
        model = checkpoint.load(checkpoint.find("sentiment")).to(device)
        words = [example.text for example in texts]
        rates["answers"].append(64 * 230 / seconds_of(functools.partial(model.logits, words), device, 2.0))
        model = SequenceModel(recipe.architecture, model.vocabulary, model.labels, "sentiment").to(device)
        data = next(Batches(model, texts, 64, 400).walk()).to(torch.device(device))
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        step = functools.partial(training_step, model.train(), optimizer, data, recipe.training)
        rates["training"].append(64 * 230 / seconds_of(step, device, 2.0))
        events = pretrain(model, words * 20, words, recipe.pretraining, device)
        one = functools.partial(next, events)
        rates["pretraining"].append(64 * recipe.pretraining.window / seconds_of(one, device, 1.0))
    for name, (cpu, gpu) in rates.items():
        print(f"| {name}, words a second | {cpu:,.0f} | {gpu:,.0f} | {gpu / cpu:.0f} |")
    words_until_even = seconds / (1 / rates["answers"][0] - 1 / rates["answers"][1])
    tokens = words_until_even * recipe.architecture.hidden_size
    print(f"\nIts start is made up for after {words_until_even:,.0f} words: {tokens:,.0f} units times tokens.")


def main() -> None:
    torch.set_num_threads(THREADS)
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, against {THREADS} threads of its CPU\n")
    print("| hidden units | batch | steps | training, CPU | training, GPU | times as fast | answers | times as fast |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for hidden, batch, length in itertools.product((8, 32, 128, 512), (1, 16, 64, 256), (10, 64)):
        cpu, gpu = (times(hidden, batch, length, device) for device in ("cpu", "cuda"))
        row = [hidden, batch, length, f"{1e3 * cpu[0]:.1f} ms", f"{1e3 * gpu[0]:.1f} ms", f"{cpu[0] / gpu[0]:.1f}"]
        row += [f"{1e3 * gpu[1]:.1f} ms", f"{cpu[1] / gpu[1]:.1f}"]
        print("| " + " | ".join(map(str, row)) + " |", flush=True)
    reviews()


if __name__ == "__main__":
    main()
