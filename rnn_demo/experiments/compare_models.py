"""What the models of a comparison are: a recipe trained again with one thing changed at a time (an ablation).

For the reviews, what order and memory are worth: every model is measured twice, on the texts as they are and with the
words of each text in a random order, and what it loses then is what it took from their order. For a table that is made
in an hour, these models are smaller and are not pretrained; the last row is the checkpoint itself. For the
questions, what gates are worth, and being taught to refuse: the last row is the notebook's network and its way of
training, on the same questions but for those to refuse, with its threshold, which every answer passes.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn

from rnn_demo.analysis.metrics import parameters
from rnn_demo.data.vocabulary import TOKENIZERS
from rnn_demo.data.wording import listed
from rnn_demo.experiments.comparison import (
    ATTENTION,
    BAG_OF_WORDS,
    BOTH_WAYS,
    GRU,
    LSTM,
    PLAIN_RNN,
    SHIPPED,
    TEACHER,
    TFIDF,
    UNTAUGHT,
    read_rows,
    write_rows,
)
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.qa import is_refusal
from rnn_demo.training import Epoch, tfidf, train
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.build import build_model, find_data, read_examples
from rnn_demo.zoo.recipe import Recipe
from rnn_demo.zoo.recipes import RECIPES, SMALL_SENTIMENT, with_options

Row = dict[str, Any]  # of a comparison


def resumed(
    file: Path,
    options: Mapping[str, Mapping[str, Any]],
    data: str,
    measure: Callable[[str], Row],
    kept: Sequence[Row] = (),
) -> Iterator[Row]:
    """The row of each model, by its name, with the `options` that it is trained with on `data`, a `digest`.

    A row of `file` with the same options and data is yielded as it is; the others are measured. The file is written
    after each row, so that a comparison that is stopped continues with the next one; the rows `kept` stay at its end.
    """
    of_this_data = (row for row in read_rows(file) if row.get("data") == data)
    rows = {row["model"]: row for row in of_this_data if row.get("options") == options.get(row["model"])}
    for name in options:
        if name not in rows:
            rows[name] = {"model": name, "options": dict(options[name]), "data": data} | measure(name)
            write_rows(file, [*(rows[other] for other in options if other in rows), *kept])
        yield rows[name]


def digest(*parts: Sequence[Example]) -> str:
    """What tells the examples of one comparison from those of another: 16 digits, the same for the same examples."""
    sha = sha256()
    for part in parts:
        sha.update(json.dumps([[example.text, example.label] for example in part], ensure_ascii=False).encode())
    return sha.hexdigest()[:16]


# --- reviews ----------------------------------------------------------------------------------------------------

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


@dataclass(frozen=True)
class Change:
    """What one row changes: options of the recipe, or the kind of model that is made of them."""

    options: Mapping[str, Any] = field(default_factory=dict)
    remake: Callable[[SequenceModel], SequenceModel] = lambda model: model


CHANGES: dict[str, Change] = {
    # Each word is a small part of the mean, and so learns more slowly.
    BAG_OF_WORDS: Change({"learning_rate": 2e-2}, BagOfWords),
    PLAIN_RNN: Change({"cell": "rnn_tanh"}),
    GRU: Change({"cell": "gru"}),
    LSTM: Change({"cell": "lstm"}),
    BOTH_WAYS: Change({"bidirectional": True}),
    ATTENTION: Change({"pooling": "attention"}),
}


def compare_order(name: str, recipe: Recipe, data: Path | None, file: Path) -> Iterator[Row]:
    """Train and measure each of `CHANGES`, and yield its row; last that of the checkpoint.

    ValueError where `data` is a single file: the tests are files of their own.
    """
    if data is not None and not data.is_dir():
        files = listed([*recipe.data, *recipe.tests.values()])
        raise ValueError(
            f"compare {name} measures on several files, got the single file {data.name}; give --data the folder that "
            f"holds {files}"
        )
    examples = read_examples(recipe, data)
    tests = {test: TASKS[recipe.task].read(find_data(path, data)) for test, path in recipe.tests.items()}

    def measure(title: str) -> Row:
        if title == TFIDF:
            return tfidf_row(TASKS[recipe.task].split(examples, recipe.training.seed).train, tests, recipe)
        variant = with_options(replace(recipe, pretraining=None, teaching=()), options[title])
        plain, split = build_model(variant, examples)
        model = CHANGES[title].remake(plain)
        seconds = train_seconds(model, split.train, split.validation, variant)
        return {"train_seconds": seconds} | with_and_without_order(model, tests)

    options: dict[str, Mapping[str, Any]] = {TFIDF: {"c": tfidf.C}}
    options |= {title: SMALL_SENTIMENT | dict(change.options) for title, change in CHANGES.items()}
    rows = []
    made_of = digest(examples, *tests.values())
    taught = [row for row in read_rows(file) if row["model"] == TEACHER]
    for row in resumed(file, options, made_of, measure, taught):
        rows.append(row)
        yield row
    yield from taught
    folder = checkpoint.find(name)
    metrics = checkpoint.metrics(folder)
    seconds = metrics["train_seconds"] + metrics.get("pretraining", {}).get("seconds", 0.0)
    shipped: Row = {"model": SHIPPED, "options": {}, "data": made_of, "train_seconds": round(seconds, 1)}
    shipped |= with_and_without_order(checkpoint.load(folder), tests)
    write_rows(file, [*rows, *taught, shipped])
    yield shipped


def with_and_without_order(model: SequenceModel, tests: Mapping[str, Sequence[Example]]) -> Row:
    """The cell, the size, and the accuracy on each test, with its words as they are and in a random order."""
    row: Row = {"cell": None if isinstance(model, BagOfWords) else model.architecture.cell}
    for test, examples in tests.items():
        row[test] = accuracy(model, examples, shuffled=False)
        row[f"{test}_shuffled"] = accuracy(model, examples, shuffled=True)
    return row | {"parameters": parameters(model)}


def accuracy(model: SequenceModel, examples: Sequence[Example], shuffled: bool) -> float:
    """The share of right answers to the texts as they are, or to each text's words in a random order."""
    encoded = [model.encode(example.text) for example in examples]
    answers = model.logits_of(shuffle(encoded) if shuffled else encoded).argmax(1)
    return sum(model.labels[c] == e.label for c, e in zip(answers, examples, strict=True)) / len(examples)


def shuffle(texts: Sequence[list[Any]]) -> list[list[Any]]:
    """The tokens of each text in a random order, the same one every time."""
    order = random.Random(SHUFFLE_SEED)
    return [order.sample(tokens, len(tokens)) for tokens in texts]


def tfidf_row(taught: Sequence[Example], tests: Mapping[str, Sequence[Example]], recipe: Recipe) -> Row:
    """The row of the linear model: what it took to learn, and its accuracy on each test, as it is and shuffled.

    An example counts as much as it is certain: one with a probability of one half says nothing about its label.
    """
    task = TASKS[recipe.task]
    tokenize, labels = TOKENIZERS[task.tokenizer], task.labels(taught)

    def positive(examples: Sequence[Example]) -> np.ndarray:
        return np.array([example.label == labels[1] for example in examples])

    begin = time.perf_counter()
    texts = [tokenize(example.text) for example in taught]
    model = tfidf.Tfidf(texts, positive(taught), np.array([2 * example.certainty - 1 for example in taught]))
    row: Row = {"train_seconds": round(time.perf_counter() - begin, 1), "cell": None}
    for test, examples in tests.items():
        words = [tokenize(example.text) for example in examples]
        for key, read in ((test, words), (f"{test}_shuffled", shuffle(words))):
            row[key] = float(((model.log_odds(read) > 0) == positive(examples)).mean())
    return row | {"parameters": model.parameters}


# --- questions --------------------------------------------------------------------------------------------------

CELLS = {PLAIN_RNN: "rnn_tanh", GRU: "gru", LSTM: "lstm"}
NOTEBOOK = UNTAUGHT
NOTEBOOK_THRESHOLD = 0.02
SCORES = ("threshold", "answered_right", "refused", "auc")


def compare_gates(name: str, recipe: Recipe, data: Path | None, file: Path) -> Iterator[Row]:
    """Train the recipe with each of `CELLS`, and in the notebook's way; yield the row of each."""
    examples, recipes = read_examples(recipe, data), recipes_of_gates(recipe)
    options = {title: vars(variant.architecture) | vars(variant.training) for title, variant in recipes.items()}

    def measure(title: str) -> Row:
        return train_and_score(recipes[title], a_part(examples), refuses=title != NOTEBOOK)

    return resumed(file, options, digest(examples), measure)


PART = 12  # one in twelve answers, and one in twelve questions to refuse
SHORTER = {"epochs": 6, "batch_size": 128}  # so that the table takes minutes


def a_part(examples: Sequence[Example]) -> list[Example]:
    """All questions for every twelfth answer, and every twelfth question to refuse."""
    answers = {*[*dict.fromkeys(e.label for e in examples if not is_refusal(e.label))][::PART]}
    refusals = [example for example in examples if is_refusal(example.label)]
    return [example for example in examples if example.label in answers] + refusals[::PART]


def recipes_of_gates(recipe: Recipe) -> dict[str, Recipe]:
    """The recipe that each row trains: for fewer epochs, and on a part of the questions without slips."""
    notebook = RECIPES["qa-notebook"]
    training = replace(notebook.training, batch_size=recipe.training.batch_size)  # one by one takes half an hour
    return {
        **{title: with_options(recipe, {"cell": cell} | SHORTER) for title, cell in CELLS.items()},
        NOTEBOOK: replace(recipe, architecture=notebook.architecture, training=training),
    }


def train_and_score(recipe: Recipe, examples: Sequence[Example], refuses: bool) -> Row:
    """Train a recipe, with or without the questions to refuse; score it on the questions held out and those learnt."""
    task = TASKS[recipe.task]
    answerable = [example for example in examples if not is_refusal(example.label)]
    split = task.split(examples, recipe.training.seed)
    model, _ = build_model(recipe, list(examples) if refuses else answerable)
    questions = [example for example in split.train if not is_refusal(example.label)]
    seconds = train_seconds(model, split.train if refuses else questions, (), recipe)
    model.settings |= task.choose_settings(model, split) if refuses else {"threshold": NOTEBOOK_THRESHOLD}
    scores = task.measure(model, split.validation)
    return {
        "cell": recipe.architecture.cell,
        "recall": task.measure(model, questions)["answered_right"],
        **{score: scores[score] for score in SCORES},
        "parameters": parameters(model),
        "train_seconds": seconds,
    }


def train_seconds(
    model: SequenceModel, examples: Sequence[Example], validation: Sequence[Example], recipe: Recipe
) -> float:
    """Train a model; return the seconds that its epochs took."""
    events = train(model, examples, validation, recipe.training)
    return round(sum(event.seconds for event in events if isinstance(event, Epoch)), 1)


COMPARISONS: dict[str, Callable[[str, Recipe, Path | None, Path], Iterator[Row]]] = {
    "sentiment": compare_order,
    "qa": compare_gates,
}
