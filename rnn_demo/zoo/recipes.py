"""Recipes: a task, a model and a training configuration, written down. A checkpoint is the result of a recipe.

for event in fit(RECIPES["names"], Path("names.csv.gz")):
    ...                                     # Step, Epoch, ..., and last a Trained
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import torch

from rnn_demo.analysis.metrics import evaluate, parameters
from rnn_demo.data.csv_files import DataError
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import MEMORY, TASKS, Example, Split
from rnn_demo.training.language_model import Pretrained, Pretraining
from rnn_demo.training.loop import Event, TrainingConfig, choose_device
from rnn_demo.training.pipeline import Round, in_stages
from rnn_demo.training.self_training import Teaching
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.model_card import card, picture
from rnn_demo.zoo.recipe import OURS, Recipe
from rnn_demo.zoo.small_recipes import SMALL

SHIPPED = Path(__file__).parents[1] / "data" / "files"
OWN_TESTS = Path(__file__).parents[2] / "tests" / "data"
IMDB = (
    "IMDb reviews (Maas et al., ACL 2011; no licence stated, for research and teaching), phrases and sentences of the "
    "Stanford Sentiment Treebank (Socher et al., EMNLP 2013; no licence stated), and our own sentences that turn (MIT)"
)
NAMES = "18 lists of names from spro/practical-pytorch (MIT), without duplicates"
NOTEBOOK = "the QA notebook's 90 questions, rishu1947-ops/Q-A_model_using_RNN (no licence stated)"


@dataclass(frozen=True, eq=False)
class Built:
    """The beginning of a recipe: the model that is going to be trained, and how the examples are divided."""

    model: SequenceModel
    split: Split


@dataclass(frozen=True, eq=False)
class Trained:
    """The end of a recipe: the model, and what was measured, as `metrics.json` holds it."""

    model: SequenceModel
    metrics: dict[str, Any]


_NAMES = Recipe(
    "Names: which language?",
    "names",
    ("names.csv.gz",),
    NAMES,
    Architecture("lstm", 128, embedding_size=32, pooling="concat", dropout=0.4),
    TrainingConfig(learning_rate=4e-3, schedule="cosine", batch_size=64, epochs=20, clip_norm=1.0, seed=9),
    examples=("Ivan", "Hiroshi", "Pierre", "Giovanni", "O'Connor", "Schneider"),
)

_NOTEBOOK_QA = Recipe(
    "The QA notebook, as it was",
    "qa-notebook",
    ("100_Unique_QA_Dataset.csv",),
    NOTEBOOK,
    Architecture("rnn_tanh", 64, embedding_size=50),
    TrainingConfig(learning_rate=1e-3, batch_size=1, epochs=20, seed=1),
    examples=("What planet our solar system?", "What is the capital of France?"),
)

TEACHING = TrainingConfig(
    learning_rate=1e-3,
    schedule="cosine",
    warmup=0.05,
    batch_size=64,
    epochs=2,
    clip_norm=1.0,
    average=0.998,
    max_tokens=300,
)

RECIPES: dict[str, Recipe] = {
    "hello": Recipe(
        "hello: hell -> ello",
        "characters",
        ("hello.txt",),
        OURS,
        Architecture("rnn_tanh", 8, input="one_hot", per_step=True),
        TrainingConfig(learning_rate=0.01, epochs=100, max_tokens=64),
        examples=("hell",),
    ),
    "qa": Recipe(
        "Questions and answers",
        "qa",
        ("qa.csv",),
        OURS,
        Architecture("gru", 128, embedding_size=128, letters=2048, pooling="max", word_dropout=0.1, dropout=0.2),
        TrainingConfig(
            optimizer="adamw",
            weight_decay=0.1,
            learning_rate=8e-3,
            schedule="cosine",
            batch_size=128,
            epochs=22,
            clip_norm=1.0,
            keep="last",
        ),
        examples=("What is the capital of France?", "Who painted the Mona Lisa?", "What is the capital of Wakanda?"),
    ),
    "qa-own": Recipe(
        "Questions of your own",
        "qa-own",
        ("questions.csv",),
        "a visitor's own",
        Architecture("gru", 64, embedding_size=64, pooling="max"),
        TrainingConfig(learning_rate=0.02, batch_size=128, epochs=60, clip_norm=1.0, target_loss=0.02, keep="last"),
        examples=("What is the capital of France?",),
    ),
    "sentiment": Recipe(
        "Sentiment of reviews and sentences",
        "sentiment",
        ("imdb_train.csv.gz", "sst_phrases_train.csv.gz"),
        IMDB,
        Architecture(
            "lstm",
            256,
            embedding_size=160,
            pooling="concat",
            word_dropout=0.1,
            text_dropout=0.01,
            dropout=0.4,
        ),
        TrainingConfig(
            learning_rate=1e-3,
            schedule="cosine",
            warmup=0.1,
            batch_size=64,
            epochs=4,
            clip_norm=1.0,
            average=0.998,
        ),
        pretraining=Pretraining(("imdb_train.csv.gz", "imdb_unsup.csv.gz"), epochs=2),
        teaching=(
            Teaching(("imdb_unsup.csv.gz",), TEACHING),
            Teaching(
                ("imdb_unsup.csv.gz",),
                replace(TEACHING, max_tokens=400),
                longest=400,
                labelled=("turns.csv", "sst2_train.csv.gz"),
            ),
        ),
        tests={
            "imdb_test": "imdb_test.csv.gz",
            "sst2_dev": "sst2_dev.csv.gz",
            "sentences": "sentiment_sentences.csv",
        },
        max_vocabulary=24_000,
        min_count=2,
        storage="float16",
        examples=(
            "I expected to hate it, and I was wonderfully surprised.",
            "Despite a great cast, it is a failure.",
            "The acting is superb but the story is dull.",
            "I hate it.",
        ),
    ),
    "names": _NAMES,
    "names-gru": replace(_NAMES, title="Names, read by a GRU", architecture=replace(_NAMES.architecture, cell="gru")),
    "names-rnn": replace(
        _NAMES,
        title="Names, read by a plain RNN",
        architecture=replace(_NAMES.architecture, cell="rnn_tanh"),
        training=replace(_NAMES.training, learning_rate=1e-3),
    ),
    "names-deep": replace(
        _NAMES,
        title="Names, read by two layers in both directions, with attention",
        architecture=Architecture(
            "gru", 64, embedding_size=32, num_layers=2, bidirectional=True, pooling="attention", dropout=0.4
        ),
    ),
    "qa-notebook": _NOTEBOOK_QA,
    "qa-fast": replace(
        _NOTEBOOK_QA,
        title="The QA notebook's model, trained as one batch",
        training=TrainingConfig(learning_rate=0.03, batch_size=90, epochs=200, target_loss=10.85 / 90, seed=1),
    ),
    "sentiment-notebook": Recipe(
        "The four toy sentences",
        "sentiment",
        ("toy_sentiment.csv",),
        OURS,
        Architecture("rnn_tanh", 32, embedding_size=16, output="sigmoid"),
        TrainingConfig(learning_rate=0.02, batch_size=4, epochs=10, seed=29),
        examples=("This is great!", "I love this movie"),
    ),
    **SMALL,
}


def find_recipe(name: str) -> Recipe:
    """The recipe listed under `name`; ValueError names the choices."""
    if name not in RECIPES:
        raise ValueError(f"unknown recipe {name!r}; choose one of {', '.join(RECIPES)}")
    return RECIPES[name]


def with_options(recipe: Recipe, options: Mapping[str, Any]) -> Recipe:
    """The recipe with some options of its architecture or its training replaced; ValueError for a wrong one."""
    parts = {name: value for name in ("architecture", "training", "making") if (value := getattr(recipe, name))}
    names = {name: [f.name for f in fields(value)] for name, value in parts.items()}
    strange = set(options).difference(*names.values())
    if strange:
        raise ValueError(f"the recipe for {recipe.task} has no option {min(strange)!r}; leave it out")
    changed = {
        name: replace(value, **{key: options[key] for key in names[name] if key in options})
        for name, value in parts.items()
    }
    return replace(recipe, **changed)


def locate(name: str, data: Path | None) -> Path:
    """Where a data file is: shipped, or in the folder `data`, by default the one that RNN_DEMO_DATA names."""
    folder = data or Path(os.environ.get("RNN_DEMO_DATA", "data"))
    for path in (SHIPPED / name, folder / name, OWN_TESTS / name):
        if path.is_file():
            return path
    raise DataError(f"{name} is not in the folder {folder}; give the folder or a file of your own with --data")


def read(recipe: Recipe, data: Path | None) -> list[Example]:
    """The examples of a recipe: of the file `data`, or of its own files, shipped or in the folder `data`, or made."""
    task = TASKS[recipe.task]
    if data is not None and not data.is_dir():
        examples = task.read(data)
    elif recipe.making:
        examples = MEMORY[recipe.task].make(**vars(recipe.making), seed=recipe.training.seed)
    else:
        examples = [example for name in recipe.data for example in task.read(locate(name, data))]
    return task.in_pieces(examples, recipe.training.max_tokens)


def unlabelled(recipe: Recipe, files: Sequence[str], examples: list[Example], data: Path | None) -> list[str]:
    """The texts of files, each once, without those that validate or test; none where `data` is a single file."""
    if data is not None and not data.is_dir():
        return []
    task = TASKS[recipe.task]
    split = task.split(examples, recipe.training.seed)
    held = {example.text for example in (*split.validation, *split.test)}
    texts = dict.fromkeys(text for name in files for text in task.texts(locate(name, data)))
    return [text for text in texts if text not in held]


def build(recipe: Recipe, examples: list[Example], texts: Sequence[str] = ()) -> tuple[SequenceModel, Split]:
    """An untrained model for these examples and for the words of unlabelled texts, and how the examples are divided."""
    task = TASKS[recipe.task]
    if recipe.architecture.input == "numbers":
        raise ValueError(f"{task.title} reads text, not numbers; choose input embedding or one_hot")
    if recipe.architecture.per_step != task.per_step:
        raise ValueError(f"per_step is {str(task.per_step).lower()} for {task.title}; leave it so")
    split = task.split(examples, recipe.training.seed)
    known = [*split.train, *(Example(text, "") for text in texts)]
    vocabulary = task.vocabulary(known, task.tokenizer, recipe.max_vocabulary, recipe.min_count)
    torch.manual_seed(recipe.training.seed)
    return SequenceModel(recipe.architecture, vocabulary, task.labels(examples), recipe.task), split


def fit(
    recipe: Recipe, data: Path | None = None, command: str = "", kept: Path | None = None
) -> Iterator[Built | Event | Pretrained | Trained]:
    """Train a recipe and measure the result; yields first a `Built`, then the events of training, last a `Trained`.

    In the folder `kept` a run is saved now and then, and from there one that was stopped goes on.
    """
    choose_device(recipe.training.device)  # before the data are read, which may take long
    yield from learn(recipe, read(recipe, data), data, command, kept=kept)


def learn(
    recipe: Recipe,
    examples: list[Example],
    data: Path | None = None,
    command: str = "",
    stop: Callable[[], bool] = lambda: False,
    kept: Path | None = None,
) -> Generator[Built | Event | Pretrained | Trained, None, None]:
    """The same with examples that are read already; `data` says where from. Once `stop` is true, no step follows."""
    task, reading = TASKS[recipe.task], recipe.pretraining
    texts = unlabelled(recipe, reading.data, examples, data) if reading else []
    model, split = build(recipe, examples, texts)
    yield Built(model, split)
    learnt = (*split.train, *task.practice(split.train, recipe.training.seed))
    rounds = [
        Round(teaching, lessons, [e for name in teaching.labelled for e in task.read(locate(name, data))])
        for teaching in recipe.teaching
        if (lessons := unlabelled(recipe, teaching.data, examples, data))
    ]
    torch.optim.SGD([torch.zeros(1)], lr=1.0)  # torch's first optimizer imports its compiler, which takes a second
    first = (reading, texts) if reading and texts else None
    told = yield from in_stages(model, split, learnt, recipe.training, first, rounds, stop, kept)
    yield finished(recipe, model, split, told, data, command)


def finished(
    recipe: Recipe, model: SequenceModel, split: Split, told: dict[str, Any], data: Path | None, command: str
) -> Trained:
    """A model whose training is over, measured; `told` is what the stages of training say of themselves."""
    task = TASKS[recipe.task]
    checkpoint.round_to(model, recipe.storage)
    model.settings |= task.settle(model, split)
    return Trained(model, {
        "command": command,
        "task": recipe.task,
        "data": list(recipe.data) if data is None or data.is_dir() else [data.name],
        "seed": recipe.training.seed,
        "device": str(model.device),
        **told,
        "parameters": parameters(model),
        "storage": recipe.storage,
        "architecture": dict(vars(recipe.architecture)),
        "training": dict(vars(recipe.training)),
        "making": dict(vars(recipe.making)) if recipe.making else {},
        "measured": measure(recipe, model, split, data),
    })  # fmt: skip


def measure(recipe: Recipe, model: SequenceModel, split: Split, data: Path | None) -> dict[str, dict[str, Any]]:
    """`evaluate` on the part held out, on what was learnt where recall is the point, and on the recipe's test files."""
    name, examples = held_out(split)
    measured = {name: evaluate(model, examples)}
    if TASKS[recipe.task].recalls:
        measured["recall"] = evaluate(model, split.train)
    if data is None or data.is_dir():
        for test, file in recipe.tests.items():
            measured[test] = evaluate(model, TASKS[recipe.task].read(locate(file, data)))
    return measured


def held_out(split: Split) -> tuple[str, tuple[Example, ...]]:
    """The part to judge by: test, else validation, else what was learnt, which shows recall alone."""
    parts = {"test": split.test, "validation": split.validation, "recall": split.train}
    return next((name, part) for name, part in parts.items() if part)


def save(name: str, recipe: Recipe, trained: Trained, out: Path | None = None) -> Path:
    """Write the checkpoint of a recipe under its name, with metrics and model card."""
    metrics = {"recipe": name} | trained.metrics
    text = card(name, recipe.title, recipe.terms, metrics)
    folder = out or checkpoint.FOLDER / name
    return checkpoint.save(trained.model, folder, metrics, text, recipe.storage, picture(name, metrics))


def measure_checkpoint(folder: Path, model: SequenceModel, data: Path | None) -> dict[str, dict[str, Any]]:
    """`evaluate` for a trained model: on all rows of the file `data`, or as its recipe measures it.

    A file that the model itself learnt from is divided as it was then, and only its held-out part counts.
    """
    metrics = checkpoint.metrics(folder)
    name, seed = metrics.get("recipe", folder.name), metrics.get("seed", 0)
    recipe = with_options(RECIPES[name], {"seed": seed, **metrics.get("making", {})}) if name in RECIPES else None
    if model.task not in TASKS:
        raise ValueError(f"{name} was made for the task {model.task!r}; known are {', '.join(TASKS)}")
    task = TASKS[model.task]
    if data is not None and not data.is_dir():
        examples = task.in_pieces(task.read(data), metrics.get("training", {}).get("max_tokens", 400))
        if data.name not in metrics.get("data", ()):
            return {data.name: evaluate(model, examples)}
        part, held = held_out(task.split(examples, seed))
        return {part: evaluate(model, held)}
    if recipe is None:
        raise ValueError(f"{name} is not the name of a recipe; say with --data what to measure it on")
    return measure(recipe, model, task.split(read(recipe, data), seed), data)
