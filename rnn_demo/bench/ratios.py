"""Every speed and size that the project promises, each measured against a peer in the same run.

Two things that are compared take turns (A, B, A, B, ...) and the medians are divided, so that a busy or a slow
machine weighs on both alike. No result is written down here: the peer is in the code, and it is run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from rnn_demo.bench.footprint import EMPTY_PAGE, first_page, resident_bytes
from rnn_demo.bench.lab import race_on_one_core, race_on_two_cores
from rnn_demo.bench.page import next_tabs, page_bytes, page_open
from rnn_demo.bench.questions import many_questions, one_answer, own_rows, qa_training
from rnn_demo.bench.reviews import many_reviews, one_review, padded_vs_packed, review_step, step_setting
from rnn_demo.bench.stopwatch import in_turns, row, seconds
from rnn_demo.bench.training import lab_loop
from rnn_demo.data.csv_files import DataError
from rnn_demo.tasks import Example
from rnn_demo.training import Epoch, TrainingConfig, train
from rnn_demo.training.loop import training_step
from rnn_demo.zoo import build, checkpoint, recipes

MIB = 2**20


# --- training: the QA notebook's loop against the recipe qa-fast -------------------------------------------------


class NotebookModel(nn.Module):
    """The QA notebook's model, as it was written."""

    def __init__(self, vocabulary_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, 50)
        self.rnn = nn.RNN(50, 64, batch_first=True)
        self.head = nn.Linear(64, vocabulary_size)

    def forward(self, ids: Tensor) -> Tensor:
        """ids (1, T) -> logits (1, V)"""
        scores: Tensor = self.head(self.rnn(self.embedding(ids))[1].squeeze(0))
        return scores


def notebook_loop(rows: Sequence[tuple[Tensor, int]], vocabulary_size: int) -> tuple[NotebookModel, float]:
    """The QA notebook's loop: one row at a time, in a new order for 20 epochs. Returns the last epoch's summed loss."""
    model = NotebookModel(vocabulary_size)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    summed = 0.0
    for _ in range(20):
        summed = 0.0
        for ids, target in DataLoader(rows, batch_size=1, shuffle=True):  # type: ignore[arg-type]
            optimizer.zero_grad()
            loss = criterion(model(ids), target)
            loss.backward()
            optimizer.step()
            summed += loss.item()
    return model, summed


def notebook_examples() -> tuple[str, list[Example]]:
    """The notebook's own 90 rows where RNN_DEMO_DATA has them, else as many facts that are ours."""
    try:
        name = recipes.RECIPES["qa-fast"].data[0]
        return name, build.read_examples(recipes.RECIPES["qa-fast"], build.find_data(name, None))
    except DataError:
        return "facts.csv, which is shipped", build.read_examples(recipes.RECIPES["facts"], None)


def qa_fast() -> dict[str, Any]:
    """The time the notebook's loop takes over the time `qa-fast` takes to the same summed loss, or a lower one."""
    source, examples = notebook_examples()
    recipe = recipes.RECIPES["qa-fast"]
    model, split = build.build_model(recipe, examples)
    # The notebook has no <PAD>: its tokens are our labels, numbered from 0.
    rows = [(torch.tensor(model.encode(e.text)) - 1, model.labels.index(e.label)) for e in examples]
    ends: dict[str, tuple[float, float]] = {}

    def slow() -> None:
        notebook, summed = notebook_loop(rows, len(model.labels))
        with torch.inference_mode():
            recalled = [int(notebook(row[None]).argmax()) == target for row, target in rows]
        ends["notebook"] = summed, sum(recalled) / len(rows)

    def fast() -> float:
        fresh = build.build_model(recipe, examples)[0]
        target = min(recipe.training.target_loss, ends["notebook"][0] / len(rows))
        config = replace(recipe.training, target_loss=target)
        started = time.perf_counter()
        *_, last = train(fresh, split.train, (), config)
        taken = time.perf_counter() - started
        assert isinstance(last, Epoch)  # training ends with one
        recalled = fresh.logits([e.text for e in examples]).argmax(1) == [fresh.labels.index(e.label) for e in examples]
        ends["qa-fast"] = last.summed_loss, float(recalled.mean())
        return taken

    loop, ours = in_turns(3, lambda: seconds(slow), fast)
    told = "; ".join(f"{name}: summed loss {loss:.2f}, recall {recall:.3f}" for name, (loss, recall) in ends.items())
    reached = ends["qa-fast"][0] <= ends["notebook"][0] and ends["qa-fast"][1] == 1
    return row(
        loop / ours if reached else 0.0,
        "times",
        "at least 40",
        f"{loop:.2f} s against {ours:.3f} s on {len(rows)} rows of {source}; {told}",
    )


# --- one training step: LSTM, E = H = 128, batch 64, T = 256 ----------------------------------------------------


def step_overhead() -> dict[str, Any]:
    """The time of the package's training step over that of a plain PyTorch loop on the same batch."""
    model, batch = step_setting(mixed=False)
    config = TrainingConfig(device="cpu")
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    embedding, lstm = nn.Embedding(len(model.vocabulary), 128), nn.LSTM(128, 128, batch_first=True)
    head = nn.Linear(128, 2)
    bare_optimizer = torch.optim.Adam([*embedding.parameters(), *lstm.parameters(), *head.parameters()])
    criterion = nn.CrossEntropyLoss()

    def ours() -> None:
        training_step(model.train(), optimizer, batch, config)

    def bare() -> None:
        bare_optimizer.zero_grad()
        loss = criterion(head(lstm(embedding(batch.inputs))[1][0][-1]), batch.targets)
        loss.backward()
        bare_optimizer.step()
        loss.item()

    for first in (ours, bare):  # it also makes the optimizer's memory
        first()
    package, plain = in_turns(9, lambda: seconds(ours), lambda: seconds(bare))
    return row(
        package / plain,
        "times",
        "at most 1.15",
        f"a step takes {package * 1000:.0f} ms, in plain PyTorch {plain * 1000:.0f} ms (LSTM 128, 64 x 256)",
    )


# --- the app: time to the first page, size of the files, memory --------------------------------------------------


def app_start() -> dict[str, Any]:
    """The time of `python app.py` to its first page over that of an empty Gradio page that also imports torch."""
    ours, empty = in_turns(
        3, lambda: first_page([sys.executable, "app.py"]), lambda: first_page([sys.executable, "-c", EMPTY_PAGE])
    )
    return row(
        ours / empty,
        "times",
        "at most 1.25",
        f"first page after {ours:.2f} s, an empty page with torch after {empty:.2f} s",
    )


def checkpoint_size() -> dict[str, Any]:
    """The largest file of any checkpoint."""
    files = [path for path in checkpoint.FOLDER.glob("*/*") if path.is_file()]
    if not files:
        raise DataError(f"there is no checkpoint in {checkpoint.FOLDER.name}; train one")
    largest = max(files, key=lambda path: path.stat().st_size)
    return row(
        largest.stat().st_size / MIB,
        "MiB",
        "under 10",
        f"{largest.parent.name}/{largest.name}, the largest of {len(files)} files",
    )


def memory() -> dict[str, Any]:
    """Resident memory of a program with Gradio, torch and every checkpoint, after each has answered once."""
    return row(
        resident_bytes() / MIB,
        "MiB",
        f"under {1.2 * 1024:.0f}",
        f"{len(checkpoint.available())} checkpoints loaded: {', '.join(checkpoint.available())}",
    )


BENCHES: dict[str, Callable[[], dict[str, Any]]] = {
    "qa_fast": qa_fast,
    "step_overhead": step_overhead,
    "lab_loop": lab_loop,
    "padded_vs_packed": padded_vs_packed,
    "review_step": review_step,
    "one_review": one_review,
    "many_reviews": many_reviews,
    "qa_training": qa_training,
    "own_rows": own_rows,
    "one_answer": one_answer,
    "many_questions": many_questions,
    "race_on_one_core": race_on_one_core,
    "race_on_two_cores": race_on_two_cores,
    "app_start": app_start,
    "checkpoint_size": checkpoint_size,
    "memory": memory,
    "page_open": page_open,
    "page_bytes": page_bytes,
    "next_tabs": next_tabs,
}
SHORT = ("qa_fast", "step_overhead", "one_review", "checkpoint_size", "app_start", "page_bytes")  # half a minute


def run(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Measure one after the other; a row for each: name, measured, unit, promise, detail.

    Where something that is needed is not there, a browser or a checkpoint, the row says what is `missing`.
    """
    for name in names:
        try:
            yield {"name": name, **BENCHES[name]()}
        except DataError as error:
            yield {"name": name, "missing": str(error)}
