"""What are order and memory worth? The same recipe with one thing changed at a time, each measured twice.

Once as the texts stand, and once with the words of each text in a random order: what a model loses then is what it
took from their order. For a table that is made in an hour, every model is smaller and is trained without
pretraining; the last row is the shipped model itself.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from rnn_demo.analysis.metrics import parameters
from rnn_demo.network.batch import by_length
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example, Split
from rnn_demo.training import Epoch, train
from rnn_demo.zoo import build, checkpoint, recipes
from rnn_demo.zoo.recipe import Recipe

# What every row has in common, beside the recipe's own options.
BASE: dict[str, Any] = {
    "hidden_size": 128,
    "embedding_size": 64,
    "learning_rate": 2e-3,
    "epochs": 2,
    "max_tokens": 200,
    "average": 0.0,
    "warmup": 0.0,
}
SHIPPED = "the shipped model"
SHUFFLE_SEED = 0


class BagOfWords(SequenceModel):
    """A model without recurrent layers: it answers from the mean of its words' vectors, whatever their order."""

    def __init__(self, like: SequenceModel) -> None:
        a = like.architecture
        architecture = replace(a, pooling="mean", hidden_size=a.embedding_size)
        super().__init__(architecture, like.vocabulary, like.labels, like.task)
        self.rnn = nn.Identity()  # type: ignore[assignment]

    def states(self, x: Tensor, lengths: Tensor) -> Tensor:
        return x


def as_built(model: SequenceModel) -> SequenceModel:
    return model


@dataclass(frozen=True)
class Row:
    """What one row changes: options of the recipe, or the model that is built from them."""

    options: Mapping[str, Any] = field(default_factory=dict)
    make: Callable[[SequenceModel], SequenceModel] = as_built


ROWS: dict[str, Row] = {
    # Each word has but a share of one over the length in the mean, and so learns that much more slowly.
    "bag of words": Row({"learning_rate": 2e-2}, BagOfWords),
    "plain RNN": Row({"cell": "rnn_tanh"}),
    "GRU": Row({"cell": "gru"}),
    "LSTM": Row({"cell": "lstm"}),
    "LSTM, both directions": Row({"bidirectional": True}),
    "LSTM, attention pooling": Row({"pooling": "attention"}),
}


def compare(name: str, recipe: Recipe, data: Path | None, file: Path) -> Iterator[dict[str, Any]]:
    """Train and measure each row, and yield it; those that stand in `file` already are yielded as they are.

    The file is written after every row, so that a comparison that is stopped goes on with the next one.
    """
    examples = build.read_examples(recipe, data)
    tests = {test: TASKS[recipe.task].read(build.find_data(path, data)) for test, path in recipe.tests.items()}
    done = {row["model"]: row for row in read(file)}
    for title, row in ROWS.items():
        options = {**BASE, **row.options}
        if title not in done or done[title]["options"] != options:
            chosen = recipes.with_options(replace(recipe, pretraining=None, teaching=()), options)
            built, split = build.build_model(chosen, examples)
            model = row.make(built)
            seconds = fit(model, split, chosen)
            told = {"model": title, "options": options, "train_seconds": round(seconds, 1)}
            done[title] = told | measure(model, tests)
            write(file, [done[other] for other in ROWS if other in done])
        yield done[title]
    folder = checkpoint.find(name)
    spent = checkpoint.metrics(folder)
    seconds = spent["train_seconds"] + spent.get("pretraining", {}).get("seconds", 0.0)
    told = {"model": SHIPPED, "options": {}, "train_seconds": round(seconds, 1)}
    shipped = told | measure(checkpoint.load(folder), tests)
    write(file, [*(done[title] for title in ROWS), shipped])
    yield shipped


def fit(model: SequenceModel, split: Split, recipe: Recipe) -> float:
    """Train a model; return the seconds it took."""
    events = train(model, split.train, split.validation, recipe.training)
    return sum(event.seconds for event in events if isinstance(event, Epoch))


def measure(model: SequenceModel, tests: Mapping[str, Sequence[Example]]) -> dict[str, Any]:
    """The cell, the accuracy on each test with its words as they stand and in a random order, and the size."""
    measured: dict[str, Any] = {"cell": None if isinstance(model, BagOfWords) else model.architecture.cell}
    for test, examples in tests.items():
        measured[test] = accuracy(model, examples, shuffled=False)
        measured[f"{test}_shuffled"] = accuracy(model, examples, shuffled=True)
    return measured | {"parameters": parameters(model)}


@torch.inference_mode()
def accuracy(model: SequenceModel, examples: Sequence[Example], shuffled: bool) -> float:
    """The share of right answers, on the words as they stand or each text's in a random order."""
    order = random.Random(SHUFFLE_SEED)
    encoded = [model.encode(example.text) for example in examples]
    if shuffled:
        encoded = [order.sample(ids, len(ids)) for ids in encoded]
    right = 0
    for rows, ids, lengths in by_length(encoded, 64):
        answers = model(ids.to(model.device), lengths.to(model.device)).argmax(-1).tolist()
        right += sum(model.labels[c] == examples[n].label for n, c in zip(rows, answers, strict=True))
    return right / len(examples)


def read(file: Path) -> list[dict[str, Any]]:
    """The rows of a comparison; none if there is none yet."""
    return list(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else []


def write(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write a comparison, whole or not at all."""
    beside = file.with_name(f".{file.name}.part")
    beside.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    beside.replace(file)
