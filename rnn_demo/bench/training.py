"""The speed of training: the notebook's loop, a step in plain PyTorch, a watched run, a race of cells."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from rnn_demo.bench.reviews import step_setting
from rnn_demo.bench.stopwatch import in_turns, row, seconds
from rnn_demo.data.csv_files import DataError
from rnn_demo.experiments import cell_race
from rnn_demo.experiments.live_run import Live
from rnn_demo.experiments.run_config import plan
from rnn_demo.network.threads import one_thread
from rnn_demo.tasks import Example
from rnn_demo.training import Epoch, TrainingConfig, train
from rnn_demo.training.loop import training_step
from rnn_demo.zoo import build, recipes
from rnn_demo.zoo.build import Trained

PACE = 0.1  # seconds between two pictures of a watched run, as in the page
RACE = cell_race.Race(distances=(20,), seeds=1, epochs=6)


# --- the QA notebook's loop against the recipe qa-fast -----------------------------------------------------------


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
    results = "; ".join(f"{name}: summed loss {loss:.2f}, recall {recall:.3f}" for name, (loss, recall) in ends.items())
    reached = ends["qa-fast"][0] <= ends["notebook"][0] and ends["qa-fast"][1] == 1
    return row(
        loop / ours if reached else 0.0,
        "times",
        "at least 40",
        f"{loop:.2f} s against {ours:.3f} s on {len(rows)} rows of {source}; {results}",
    )


# --- one training step: LSTM, E = H = 128, batch 64, T = 256 ---------------------------------------------------------


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

    for first in (ours, bare):  # which also allocates the optimizer's memory
        first()
    package, plain = in_turns(9, lambda: seconds(ours), lambda: seconds(bare))
    return row(
        package / plain,
        "times",
        "at most 1.15",
        f"a step takes {package * 1000:.0f} ms, in plain PyTorch {plain * 1000:.0f} ms (LSTM 128, 64 x 256)",
    )


# --- a run in the lab ------------------------------------------------------------------------------------------------


def lab_loop() -> dict[str, Any]:
    """The time of a run in the lab, with ten pictures a second and samples, over that of the same run unwatched."""
    planned = plan("characters", {"epochs": 60})
    measured: list[dict[str, Any]] = []
    pictures: list[int] = []

    def watched() -> None:
        live = Live(planned)
        written = 0
        while not live.over:
            live.advance(PACE)
            json.dumps(live.picture())
            written += 1
        assert live.trained is not None  # nothing breaks it
        measured.append(live.trained.metrics["measured"])
        pictures.append(written)

    def unwatched() -> None:
        with one_thread():
            *_, trained = build.fit_examples(planned.recipe, list(planned.examples))
        assert isinstance(trained, Trained)  # it ends with one
        measured.append(trained.metrics["measured"])

    unwatched()  # the first run also imports
    page, alone = in_turns(9, lambda: seconds(watched), lambda: seconds(unwatched))
    same = all(figures == measured[0] for figures in measured)
    return row(
        page / alone if same else float("inf"),
        "times",
        "at most 1.3",
        f"{page:.2f} s with {pictures[-1]} pictures, {alone:.2f} s without, {planned.recipe.training.epochs} epochs of "
        f"{planned.name}; {'the same figures' if same else 'other figures'}",
    )


# --- a race ----------------------------------------------------------------------------------------------------------


def race_on_one_core() -> dict[str, Any]:
    """The time of a race of four cells in one thread over the sum of the times of the four alone."""
    return race_of(1, "at most 1.2")


def race_on_two_cores() -> dict[str, Any]:
    """The time of a race of four cells in two threads over the sum of the times of the four alone in one."""
    return race_of(2, "under 1")


def race_of(workers: int, promise: str) -> dict[str, Any]:
    torch.optim.SGD([torch.zeros(1)], lr=1.0)  # torch's first optimizer imports its compiler, which takes a second
    alone, together = in_turns(5, lambda: seconds(one_after_the_other), lambda: seconds(at_once(workers)))
    return row(
        together / alone,
        "times",
        promise,
        f"{', '.join(RACE.cells)} at once in {together:.2f} s, one after the other in {alone:.2f} s "
        f"({RACE.task} over {RACE.distances[0]} steps, {RACE.epochs} epochs)",
    )


def one_after_the_other() -> None:
    with one_thread():
        for cell in RACE.cells:
            deque(cell_race.run_cell(RACE, cell, RACE.distances[0], seed=0), maxlen=0)


def at_once(workers: int) -> Callable[[], object]:
    return lambda: deque(cell_race.race(RACE, workers), maxlen=0)
