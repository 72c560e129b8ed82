"""What are gates worth to the QA model, and what is it worth to be taught to refuse? The recipe with one thing changed.

The last row is the notebook's way: its network and its way of training, on the same questions, none of them to
refuse, and its threshold, which every answer passes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnn_demo import recipes
from rnn_demo.evaluation import parameters
from rnn_demo.model import SequenceModel
from rnn_demo.recipe import Recipe
from rnn_demo.recipes import RECIPES
from rnn_demo.tasks import TASKS, Split
from rnn_demo.tasks.qa import REFUSAL
from rnn_demo.training import Epoch, train

CELLS = ("rnn_tanh", "gru", "lstm")
NOTEBOOK = "notebook"
NOTEBOOK_THRESHOLD = 0.02
SCORES = ("threshold", "answered_right", "refused", "auc")


def compare_qa(file: Path, options: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Train and measure each row and yield it; one that stands in `file` already is yielded as it is.

    The file is written after every row. `options` replace those of every row's training or model.
    """
    recipe = recipes.with_options(RECIPES["qa"], options or {})
    rows = {cell: recipes.with_options(recipe, {"cell": cell}) for cell in CELLS}
    notebook = RECIPES["qa-notebook"]
    taught = replace(notebook.training, batch_size=recipe.training.batch_size)  # one by one takes half an hour
    rows[NOTEBOOK] = recipes.with_options(
        replace(recipe, architecture=notebook.architecture, training=taught), options or {}
    )
    done: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for name, chosen in rows.items():
        if name not in done:
            done[name] = measured(chosen, refuses=name != NOTEBOOK)
            file.write_text(json.dumps(done, indent=2) + "\n", encoding="utf-8")
        yield {"model": name, **done[name]}


def measured(recipe: Recipe, refuses: bool) -> dict[str, Any]:
    """Train a recipe, with or without the questions to refuse, and measure it on those held out and those learnt."""
    task = TASKS[recipe.task]
    examples = recipes.read(recipe, None)
    split = task.split(examples, recipe.training.seed)
    learnt = split.train if refuses else tuple(e for e in split.train if e.label != REFUSAL)
    model, _ = recipes.build(recipe, examples if refuses else [e for e in examples if e.label != REFUSAL])
    seconds = sum(e.seconds for e in train(model, learnt, (), recipe.training) if isinstance(e, Epoch))
    model.settings |= task.settle(model, split) if refuses else {"threshold": NOTEBOOK_THRESHOLD}
    held = scores(model, split)
    recall = task.measure(model, [e for e in split.train if e.label != REFUSAL])["answered_right"]
    return {"cell": recipe.architecture.cell, "parameters": parameters(model), "recall": recall, **held,
            "train_seconds": round(seconds, 1)}  # fmt: skip


def scores(model: SequenceModel, split: Split) -> dict[str, float]:
    """What the task measures on the held-out questions, those to refuse as well."""
    found = TASKS[model.task].measure(model, split.validation)
    return {name: found[name] for name in SCORES}
