"""The speed of training: the notebook's loop, a step in plain PyTorch, padding, a watched run, a race, a table."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.data import DataLoader

from rnn_demo.bench import machine_peak as peak
from rnn_demo.bench.footprint import ROOT
from rnn_demo.bench.stopwatch import Measurement, Timed, measurement, medians_in_turns, ratio
from rnn_demo.data.csv_files import DataError
from rnn_demo.data.vocabulary import PAD, UNK, Vocabulary
from rnn_demo.experiments import cell_race
from rnn_demo.experiments.live_run import LiveRun
from rnn_demo.experiments.run_config import configure
from rnn_demo.experiments.teach_table import teach
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.threads import one_thread
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.qa import is_refusal
from rnn_demo.training import Epoch, TrainingConfig, train
from rnn_demo.training.batching import Batch, Batches
from rnn_demo.training.config import import_compiler
from rnn_demo.training.loop import training_step
from rnn_demo.zoo import build
from rnn_demo.zoo.build import Trained
from rnn_demo.zoo.recipes import RECIPES

PACE = 0.1  # seconds between two pictures of a watched run, as in the page
RACE = cell_race.Race(distances=(20,), seeds=1, epochs=6)
PROMISED_SIZE = Architecture("lstm", 128, embedding_size=128)  # the size that was promised before there was a recipe
ROWS = 100  # of the table that a visitor teaches


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
        name = RECIPES["qa-fast"].data[0]
        return name, build.read_examples(RECIPES["qa-fast"], build.find_data(name, None))
    except DataError:
        return "facts.csv, which is shipped", build.read_examples(RECIPES["facts"], None)


def qa_fast() -> Measurement:
    """The time the notebook's loop takes over the time `qa-fast` takes to the same summed loss, or a lower one."""
    rounds, recipe = 3, RECIPES["qa-fast"]
    source, examples = notebook_examples()
    models = [build.build_model(recipe, examples)[0] for _ in range(rounds)]
    split = TASKS[recipe.task].split(examples, recipe.training.seed)
    # The notebook has no <PAD>: its tokens are our labels, numbered from 0.
    rows = [(torch.tensor(models[0].encode(e.text)) - 1, models[0].labels.index(e.label)) for e in examples]
    answers = torch.tensor([label for _, label in rows])
    notebook = Timed(lambda: notebook_loop(rows, len(models[0].labels)))

    def train_ours() -> tuple[SequenceModel, float]:
        target = min(recipe.training.target_loss, notebook.results[-1][1] / len(rows))
        model = models[len(ours.results)]
        *_, last = train(model, split.train, (), replace(recipe.training, target_loss=target))
        assert isinstance(last, Epoch)  # training ends with one
        return model, last.summed_loss

    ours = Timed(train_ours)
    result = ratio("at least 40", rounds, ("the notebook's loop", notebook), ("qa-fast", ours))
    (loop, loop_loss), (model, loss) = notebook.results[-1], ours.results[-1]
    with torch.inference_mode():
        loop_recall = float((torch.cat([loop(ids[None]) for ids, _ in rows]).argmax(1) == answers).float().mean())
    recall = float((torch.tensor(model.logits([e.text for e in examples])).argmax(1) == answers).float().mean())
    result["detail"] += (
        f"; {len(rows)} rows of {source}; summed loss {loop_loss:.2f} and {loss:.2f}, "
        f"recall {loop_recall:.3f} and {recall:.3f}"
    )
    return result if loss <= loop_loss and recall == 1 else result | {"measured": 0.0}


# --- one training step: batch 64, T = 256 --------------------------------------------------------------------------


def model_and_batch(mixed: bool, architecture: Architecture = PROMISED_SIZE) -> tuple[SequenceModel, Batch]:
    """A model, and a batch of 64 random texts: all of 256 tokens, or of mixed lengths up to 256.

    Mixed lengths are those that training sees: the longest batch of a sorted pool of texts of 32 to 256 tokens.
    """
    generator = torch.Generator().manual_seed(0)
    vocabulary = Vocabulary("words", (PAD, UNK, *(f"w{n}" for n in range(1000))))
    torch.manual_seed(0)
    model = SequenceModel(architecture, vocabulary, ("negative", "positive"))
    pool = torch.randint(32, 257, (64 * Batches.POOL,), generator=generator)
    lengths = pool.sort().values[-64:] if mixed else torch.full((64,), 256)
    lengths = lengths[torch.randperm(64, generator=generator)]
    inputs = torch.randint(2, len(vocabulary), (64, 256), generator=generator)
    inputs = inputs.masked_fill(torch.arange(256) >= lengths[:, None], 0)
    return model, Batch(inputs, lengths, torch.randint(0, 2, (64,), generator=generator))


def step_overhead() -> Measurement:
    """The time of the package's training step over that of a plain PyTorch loop on the same batch."""
    model, batch = model_and_batch(mixed=False)
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
    timed = Timed(ours)
    result = ratio("at most 1.15", 9, ("a step (LSTM 128, 64 x 256)", timed), ("in plain PyTorch", Timed(bare)))
    return result | {"share": peak.share(peak.training_flops(model, batch.inputs.numel(), len(batch.inputs)), timed)}


def padded_vs_packed(architecture: Architecture = PROMISED_SIZE, promise: str = "at least 35") -> Measurement:
    """The share of the limit that a padded training step reaches; and how many times as long it takes when packed."""
    model, batch = model_and_batch(mixed=True, architecture=architecture)
    pooling = model.eval().pooling  # without dropout the two can be compared; it costs next to nothing
    assert pooling is not None  # the model answers once, at the end

    def step(logits: Tensor) -> list[Tensor]:
        model.zero_grad()
        nn.functional.cross_entropy(logits, batch.targets).backward()  # type: ignore[no-untyped-call]
        return [logits.detach(), *(parameter.grad for parameter in model.parameters() if parameter.grad is not None)]

    def pack() -> Tensor:
        x = pack_padded_sequence(model.embed(batch.inputs), batch.lengths, batch_first=True, enforce_sorted=False)
        h = pad_packed_sequence(model.rnn(x)[0], batch_first=True)[0]
        return model.head_logits(pooling(h, batch.lengths))

    packed, padded = Timed(lambda: step(pack())), Timed(lambda: step(model(batch.inputs, batch.lengths)))
    size = f"{architecture.embedding_size} to {architecture.hidden_size}"
    result = ratio("", 5, (f"packed ({size})", packed), ("padded", padded))
    pairs = zip(packed.results[-1], padded.results[-1], strict=True)
    apart = max(float((one - other).abs().max()) for one, other in pairs)
    result["detail"] += f"; answers and gradients differ by at most {apart:.1e} (target: at most 1e-5)"
    flops = peak.training_flops(model, int(batch.lengths.sum()), len(batch.inputs))
    return peak.judged_by_share(result | {"share": peak.share(flops, padded)}, promise)


def review_step() -> Measurement:
    """The same for a model of the recipe's size."""
    return padded_vs_packed(RECIPES["sentiment"].architecture, "at least 45")


# --- a run in the lab ------------------------------------------------------------------------------------------------


def lab_loop() -> Measurement:
    """The time of a run in the lab, with ten pictures a second and samples, over that of the same run unwatched."""
    config = configure("characters", {"epochs": 60})
    pictures: list[int] = []

    def watch() -> dict[str, Any]:
        live = LiveRun(config)
        pictures.append(0)
        with one_thread():
            while not live.over:
                live.advance(PACE)
                json.dumps(live.picture())
                pictures[-1] += 1
        assert live.trained is not None  # nothing breaks it
        return dict(live.trained.metrics["measured"])

    def run() -> dict[str, Any]:
        with one_thread():
            *_, trained = build.fit_examples(config.recipe, list(config.examples))
        assert isinstance(trained, Trained)  # it ends with one
        return dict(trained.metrics["measured"])

    watched, unwatched = Timed(watch), Timed(run)
    unwatched()  # the first run also imports
    result = ratio("at most 1.3", 9, ("watched", watched), ("unwatched", unwatched))
    same = all(score == unwatched.results[0] for score in (*watched.results, *unwatched.results))
    result["detail"] += f"; {pictures[-1]} pictures; {'the same figures' if same else 'other figures'}"
    return result if same else result | {"measured": float("inf")}


# --- a race ----------------------------------------------------------------------------------------------------------


def race_on_one_core() -> Measurement:
    """The time of a race of all cells in one thread over the sum of the times of each alone."""
    return race_ratio("at most 1.2", workers=1)


def race_on_two_cores() -> Measurement:
    """The time of a race of all cells in two threads over the sum of the times of each alone in one."""
    return race_ratio("under 1", workers=2)


def race_ratio(promise: str, workers: int) -> Measurement:
    """The time of all cells of `RACE` at once, in `workers` threads, over that of one after the other."""
    import_compiler()

    def alone() -> None:
        with one_thread():
            for cell in RACE.cells:
                list(cell_race.run_cell(RACE, cell, RACE.distances[0], seed=0))

    name = f"{', '.join(RACE.cells)} at once ({RACE.task} over {RACE.distances[0]} steps, {RACE.epochs} epochs)"
    at_once = Timed(lambda: list(cell_race.race(RACE, workers)))
    return ratio(promise, 5, (name, at_once), ("one after the other", Timed(alone)))


# --- questions -------------------------------------------------------------------------------------------------------


def qa_training() -> Measurement:
    """The share of the limit that the training of `python -m rnn_demo train qa` reaches; and the command's seconds.

    Validation after every epoch is part of the training.
    """
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "rnn_demo", "train", "qa", "--device", "cpu", "--out", f"{place}/qa", "--json"]
        started = time.perf_counter()
        output = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
        seconds = time.perf_counter() - started
    metrics, epochs = json.loads(output), RECIPES["qa"].training.epochs
    held_out = metrics["measured"]["validation"]
    model, split = build.build_model(RECIPES["qa"], build.read_examples(RECIPES["qa"], None))
    questions = [*split.train, *split.practice]
    flops = epochs * peak.training_flops(model, sum(len(model.encode(e.text)) for e in questions), len(questions))
    detail = (
        f"{metrics['train_seconds']:.1f} s of it for {epochs} epochs of {len(questions):,} questions; of those held "
        f"out, {held_out['answered_right']:.3f} are answered correctly and {held_out['refused']:.3f} refused"
    )
    result = measurement(seconds, "s", "", detail)
    return peak.judged_by_share(result | {"share": peak.share(flops, metrics["train_seconds"])}, "at least 10")


def facts() -> list[Example]:
    """The first phrasing of the question for each answer that ships with the program."""
    firsts: dict[str, Example] = {}
    for example in build.read_examples(RECIPES["qa"], None):
        if not is_refusal(example.label):
            firsts.setdefault(example.label, example)
    return list(firsts.values())


def own_rows() -> Measurement:
    """The time to learn and evaluate a visitor's 100 rows; infinite unless every row is recalled."""
    rows = facts()[:ROWS]

    def teach_once() -> int:
        *_, trained = teach(rows)
        assert isinstance(trained, Trained)  # teaching ends with one
        answers = TASKS["qa-own"].predict(trained.model, [example.text for example in rows])
        return sum(a["answer"] == e.label for a, e in zip(answers, rows, strict=True))

    lesson = Timed(teach_once)
    (seconds,) = medians_in_turns(3, lesson)
    recall = min(lesson.results)
    detail = f"{recall} of {len(rows)} rows recalled, with variants of them held out and evaluated every epoch"
    return measurement(seconds if recall == len(rows) else float("inf"), "s", "under 10", detail)
