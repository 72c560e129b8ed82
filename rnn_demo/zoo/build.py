"""From a recipe to a trained and evaluated model.

Example:

    for event in fit(RECIPES["names"], Path("names.csv.gz")):
        ...                                     # Built, then Step, Epoch, ..., and last a Trained
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from rnn_demo.analysis.metrics import evaluate, parameters
from rnn_demo.analysis.stress import stress
from rnn_demo.data import soft_labels
from rnn_demo.data.csv_files import DataError
from rnn_demo.data.series import named_series
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import MEMORY, TASKS, Example, Split
from rnn_demo.training import Event
from rnn_demo.training.config import import_compiler
from rnn_demo.training.device import choose_device, device_of_reading
from rnn_demo.training.language_model import Pretrained
from rnn_demo.training.pipeline import Round, train_in_stages
from rnn_demo.training.self_training import SelfTraining, softly_labelled
from rnn_demo.zoo import checkpoint, example_index
from rnn_demo.zoo.model_card import card, picture
from rnn_demo.zoo.recipe import Recipe
from rnn_demo.zoo.recipes import RECIPES, SHIPPED, with_options


@dataclass(frozen=True, eq=False)
class Built:
    """The start of a run: the untrained model and the split of its examples."""

    model: SequenceModel
    split: Split


@dataclass(frozen=True, eq=False)
class Trained:
    """The end of a run: the model, and what `metrics.json` is to hold."""

    model: SequenceModel
    metrics: dict[str, Any]


def find_data(name: str, data: Path | None) -> Path:
    """Where a data file is: among the shipped ones, or in the folder `data` (by default RNN_DEMO_DATA, or ./data)."""
    if named_series(name):
        return Path(name)  # which is made
    folder = data or Path(os.environ.get("RNN_DEMO_DATA", "data"))
    for path in (SHIPPED / name, folder / name):
        if path.is_file():
            return path
    raise DataError(f"{name} is not in the folder {folder}; give the folder or a file of your own with --data")


def read_examples(recipe: Recipe, data: Path | None) -> list[Example]:
    """The examples of a recipe: from the file `data`, from the recipe's own files, or made by its task."""
    task = TASKS[recipe.task]
    if data is not None and not data.is_dir():
        examples = task.read(data)
    elif recipe.making:
        examples = MEMORY[recipe.task].make(**vars(recipe.making), seed=recipe.training.seed)
    else:
        examples = [example for name in recipe.data for example in task.read(find_data(name, data))]
        extra = [example for name in recipe.further for example in task.read(find_data(name, data))]
        examples += [replace(example, extra=True) for example in extra]
    return task.in_pieces(examples, recipe.training.max_tokens)


def training_examples(name: str, model: SequenceModel, metrics: Mapping[str, Any] | None = None) -> tuple[Example, ...]:
    """What the recipe of this name teaches and `model` can answer; none where its data are missing.

    `metrics` are the model's own: they tell whether it learnt from a user's own file instead.
    """
    recipe = RECIPES.get(name)
    if recipe and list((metrics or {}).get("data", recipe.data)) != list(recipe.data):
        return ()
    try:
        examples = TASKS[recipe.task].split(read_examples(recipe, None), recipe.training.seed).train if recipe else ()
    except DataError:
        return ()
    labels = set(model.labels)
    return tuple(example for example in examples if example.label in labels)


def unlabelled_texts(recipe: Recipe, files: Sequence[str], examples: list[Example], data: Path | None) -> list[str]:
    """The texts of `files`, each once and without those of validation and test; none where `data` is a single file."""
    if data is not None and not data.is_dir():
        return []
    task = TASKS[recipe.task]
    split = task.split(examples, recipe.training.seed)
    held_out = {example.text for example in (*split.validation, *split.test)}
    texts = dict.fromkeys(text for name in files for text in task.texts(find_data(name, data)))
    return [text for text in texts if text not in held_out]


def taught_texts(recipe: Recipe, data: Path | None) -> list[str]:
    """The labelled texts of all rounds of self-training, each once; none where `data` is a single file."""
    if data is not None and not data.is_dir():
        return []
    names = dict.fromkeys(name for teaching in recipe.teaching for name in teaching.labelled)
    return list(dict.fromkeys(text for name in names for text in TASKS[recipe.task].texts(find_data(name, data))))


def build_model(recipe: Recipe, examples: list[Example], texts: Sequence[str] = ()) -> tuple[SequenceModel, Split]:
    """An untrained model and the split of its examples; its vocabulary also has the words of unlabelled `texts`."""
    task = TASKS[recipe.task]
    if (recipe.architecture.input == "numbers") != (recipe.forecasting is not None):
        raise ValueError(f"{task.title} reads {'numbers' if recipe.forecasting else 'text'}; leave the input as it is")
    if recipe.architecture.per_step != task.per_step:
        raise ValueError(f"per_step is {str(task.per_step).lower()} for {task.title}; leave it so")
    split = task.split(examples, recipe.training.seed)
    corpus = [*split.train, *(Example(text, "") for text in texts)]
    vocabulary = task.vocabulary(corpus, recipe.tokenizer or task.tokenizer, recipe.max_vocabulary, recipe.min_count)
    torch.manual_seed(recipe.training.seed)
    settings = recipe.forecasting.settings(split) if recipe.forecasting else {}
    return SequenceModel(recipe.architecture, vocabulary, task.labels(examples), recipe.task, settings), split


def fit(
    recipe: Recipe, data: Path | None = None, command: str = "", snapshots: Path | None = None
) -> Iterator[Built | Event | Pretrained | Trained]:
    """Train and evaluate a recipe; yields a `Built`, the events of training, and last a `Trained`.

    The run is saved to the folder `snapshots` now and then, and an interrupted run is resumed from there.
    """
    choose_device(recipe.training.device)  # before the data are read, which may take long
    yield from fit_examples(recipe, read_examples(recipe, data), data, command, snapshots=snapshots)


def fit_examples(
    recipe: Recipe,
    examples: list[Example],
    data: Path | None = None,
    command: str = "",
    stop: Callable[[], bool] = lambda: False,
    snapshots: Path | None = None,
) -> Generator[Built | Event | Pretrained | Trained, None, None]:
    """`fit` for examples that have been read; `data` says where from. Once `stop()` is true, no step follows."""
    pretraining = recipe.pretraining
    texts = unlabelled_texts(recipe, pretraining.data, examples, data) if pretraining else []
    model, split = build_model(recipe, examples, [*texts, *taught_texts(recipe, data)])
    yield Built(model, split)
    rounds = [
        read_round(teaching, model, unlabelled, data)
        for teaching in recipe.teaching
        if (unlabelled := unlabelled_texts(recipe, teaching.data, examples, data))
    ]
    import_compiler()
    reading = (pretraining, texts) if pretraining and texts else None
    history = yield from train_in_stages(model, split, recipe.training, reading, rounds, stop, snapshots)
    yield finish(recipe, model, split, history, data, command)


def read_round(teaching: SelfTraining, model: SequenceModel, unlabelled: Sequence[str], data: Path | None) -> Round:
    """What a round of self-training reads."""
    task = TASKS[model.task]
    labelled = [example for name in teaching.labelled for example in task.read(find_data(name, data))]
    if not teaching.teacher:
        return Round(teaching, unlabelled, labelled)
    try:
        file = find_data(teaching.teacher, data)
    except DataError as error:
        raise DataError(f"{error}; python -m tools.teacher makes it") from None
    texts = [text for name in teaching.data for text in task.texts(find_data(name, data))]
    third = dict(zip(texts, soft_labels.load(file, soft_labels.REVIEWS, texts).tolist(), strict=True))
    sentences = soft_labels.sentences(texts)
    probabilities = soft_labels.load(file, soft_labels.SENTENCES, sentences)
    return Round(teaching, unlabelled, [*labelled, *softly_labelled(model.labels, sentences, probabilities)], third)


def finish(
    recipe: Recipe, model: SequenceModel, split: Split, history: dict[str, Any], data: Path | None, command: str
) -> Trained:
    """Choose the settings of a trained model and evaluate it; `history` is what `train_in_stages` returned."""
    checkpoint.round_to(model, recipe.storage)
    model.settings |= TASKS[recipe.task].choose_settings(model, split)
    metrics = {
        "command": command,
        "task": recipe.task,
        "data": list(recipe.data) if data is None or data.is_dir() else [data.name],
        **({"further": list(recipe.further)} if recipe.further and (data is None or data.is_dir()) else {}),
        "seed": recipe.training.seed,
        "device": str(model.device),
        **history,
        "parameters": parameters(model),
        "storage": recipe.storage,
        "architecture": dict(vars(recipe.architecture)),
        "training": dict(vars(recipe.training)),
        "making": dict(vars(recipe.making)) if recipe.making else {},
        **({"forecasting": dict(vars(recipe.forecasting))} if recipe.forecasting else {}),
        "measured": _evaluate_parts(recipe, model, split, data),
    }
    return Trained(model, metrics | ({"stress": stress(model)} if recipe.stressed else {}))


def _evaluate_parts(recipe: Recipe, model: SequenceModel, split: Split, data: Path | None) -> dict[str, dict[str, Any]]:
    """`evaluate` on the held-out part, on the training examples where recall is the point, and on the test files."""
    name, examples = held_out_part(split)
    scores = {name: evaluate(model, examples)}
    if TASKS[recipe.task].tests_recall:
        scores["recall"] = evaluate(model, split.train)
    if data is None or data.is_dir():
        for test, file in recipe.tests.items():
            scores[test] = evaluate(model, TASKS[recipe.task].read(find_data(file, data)))
    return scores


def held_out_part(split: Split) -> tuple[str, tuple[Example, ...]]:
    """The part to evaluate on: test, else validation, else the training examples, which show recall alone."""
    parts = {"test": split.test, "validation": split.validation, "recall": split.train}
    return next((name, part) for name, part in parts.items() if part)


def save(name: str, recipe: Recipe, trained: Trained, out: Path | None = None) -> Path:
    """Write the checkpoint of a recipe, with its metrics and model card, to `out` or under its name."""
    metrics = {"recipe": name} | trained.metrics
    text = card(name, recipe.title, recipe.terms, metrics)
    folder = out or checkpoint.FOLDER / name
    index = packed_index(name, recipe, trained.model, metrics)
    return checkpoint.save(trained.model, folder, metrics, text, recipe.storage, picture(name, metrics), index)


def packed_index(name: str, recipe: Recipe, model: SequenceModel, metrics: Mapping[str, Any]) -> bytes:
    """The file with the directions of the training examples; empty where the recipe wants none or has none."""
    examples = example_index.thinned(model, training_examples(name, model, metrics)) if recipe.indexed else ()
    return example_index.pack(model, examples) if examples else b""


def evaluate_checkpoint(
    folder: Path, model: SequenceModel, data: Path | None, device: str = "cpu"
) -> dict[str, dict[str, Any]]:
    """`evaluate` for a trained model, which moves to the device: on all rows of the file `data`, or as its recipe was.

    A file that the model was trained on is split as it was then, and only its held-out part counts.
    """

    def move(examples: Sequence[Example]) -> None:
        model.to(device_of_reading(device, model, [example.text for example in examples]))

    choose_device(device)  # before the data are read, which may take long
    metrics = checkpoint.metrics(folder)
    name, seed = metrics.get("recipe", folder.name), metrics.get("seed", 0)
    recipe = with_options(RECIPES[name], {"seed": seed, **metrics.get("making", {})}) if name in RECIPES else None
    if model.task not in TASKS:
        raise ValueError(f"{name} was made for the task {model.task!r}; known are {', '.join(TASKS)}")
    task = TASKS[model.task]
    if data is not None and not data.is_dir():
        examples = task.in_pieces(task.read(data), metrics.get("training", {}).get("max_tokens", 400))
        move(examples)
        if data.name not in metrics.get("data", ()):
            return {data.name: evaluate(model, examples)}
        part, held_out = held_out_part(task.split(examples, seed))
        return {part: evaluate(model, held_out)}
    if recipe is None:
        raise ValueError(f"{name} is not the name of a recipe; say with --data what to evaluate it on")
    examples = read_examples(recipe, data)
    move(examples)
    return _evaluate_parts(recipe, model, task.split(examples, seed), data)
