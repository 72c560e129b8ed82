"""How much of a checkpoint is chance: its recipe trained from several seeds, in `stability.json` beside it.

Example:

    for row in stability("names", 5):
        ...                                     # {"seed", "train_seconds", "measured", "answers"}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnn_demo.analysis.metrics import evaluate
from rnn_demo.data.atomic_files import write_whole
from rnn_demo.data.json_text import strict_json
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.zoo.build import Trained, fit
from rnn_demo.zoo.recipe import Recipe
from rnn_demo.zoo.recipes import find_recipe, with_options


def stability(name: str, seeds: int, data: Path | None = None, test: Path | None = None) -> Iterator[dict[str, Any]]:
    """Train a recipe from its own seed and the ones after it; yield what was measured of each network, and its answers.

    The answers are those to the recipe's examples. With `test`, each network is measured on that file as well. Raises
    what `fit` raises, and ValueError for fewer than two seeds.
    """
    recipe = find_recipe(name)
    if seeds < 2:
        raise ValueError(f"a spread needs at least 2 seeds, got {seeds}")
    for seed in range(recipe.training.seed, recipe.training.seed + seeds):
        variant = with_options(recipe, {"seed": seed})
        *_, trained = fit(variant, data)
        if isinstance(trained, Trained):
            yield _row(variant, seed, trained, test)


def _row(recipe: Recipe, seed: int, trained: Trained, test: Path | None) -> dict[str, Any]:
    model = trained.model
    measured = dict(trained.metrics["measured"])
    if test is not None:
        measured[test.name] = evaluate(model, TASKS[recipe.task].read(test))
    figures = {part: numbers(scores) for part, scores in measured.items()}
    seconds = trained.metrics["train_seconds"]
    return {"seed": seed, "train_seconds": seconds, "measured": figures, "answers": answers(recipe, model)}


def numbers(scores: Mapping[str, Any]) -> dict[str, float]:
    """The figures of a measurement that are single numbers."""
    return {key: value for key, value in scores.items() if isinstance(value, (int, float))}


def answers(recipe: Recipe, model: SequenceModel) -> dict[str, str]:
    """The most probable label of each example of the recipe, by its text."""
    best = model.logits(recipe.examples).argmax(axis=1)
    return {text: model.labels[c] for text, c in zip(recipe.examples, best, strict=True)}


def wrong(recipe: Recipe, row: Mapping[str, Any]) -> list[str]:
    """The examples of the recipe that this network does not answer as they should be."""
    truths = zip(recipe.examples, recipe.truths, strict=False)
    return [text for text, truth in truths if truth and row["answers"][text] != truth]


def save(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows of a study."""
    write_whole(file, f"{strict_json(list(rows), indent=2)}\n".encode())


def read(file: Path) -> list[dict[str, Any]]:
    """The rows of a study; none where there is no such file."""
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []


def spread(rows: Sequence[Mapping[str, Any]], part: str, key: str) -> str:
    """The lowest and the highest of a figure over the seeds, in percent: "71.2% to 73.8%"."""
    values = [row["measured"][part][key] for row in rows if key in row["measured"].get(part, {})]
    return f"{min(values):.1%} to {max(values):.1%}" if values else ""
