"""What are gates worth to the QA model, and what is it worth to be taught to refuse? The recipe with one thing changed.

The last row is the notebook's way: its network and its way of training, on the same questions, none of them to
refuse, and its threshold, which every answer passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnn_demo.analysis.metrics import parameters
from rnn_demo.data.csv_files import DataError
from rnn_demo.experiments.ablation import read, write
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.qa import REFUSAL
from rnn_demo.training import Epoch, train
from rnn_demo.zoo import build, checkpoint, recipes
from rnn_demo.zoo.recipe import Recipe
from rnn_demo.zoo.recipes import RECIPES

CELLS = {"plain RNN": "rnn_tanh", "GRU": "gru", "LSTM": "lstm"}
NOTEBOOK = "the notebook's way"
NOTEBOOK_THRESHOLD = 0.02
SCORES = ("threshold", "answered_right", "refused", "auc")


def rows_of(recipe: Recipe) -> dict[str, Recipe]:
    """What each row trains."""
    notebook = RECIPES["qa-notebook"]
    taught = replace(notebook.training, batch_size=recipe.training.batch_size)  # one by one takes half an hour
    return {
        **{title: recipes.with_options(recipe, {"cell": cell}) for title, cell in CELLS.items()},
        NOTEBOOK: replace(recipe, architecture=notebook.architecture, training=taught),
    }


def compare(name: str, recipe: Recipe, data: Path | None, file: Path) -> Iterator[dict[str, Any]]:
    """Train and measure each row, and yield it; those that stand in `file` already are yielded as they are.

    The file is written after every row, so that a comparison that is stopped goes on with the next one.
    """
    examples = build.read_examples(recipe, data)
    rows, done = rows_of(recipe), {row["model"]: row for row in read(file)}
    for title, chosen in rows.items():
        options = dict(vars(chosen.architecture)) | dict(vars(chosen.training))
        if title not in done or done[title]["options"] != options:
            told = {"model": title, "cell": chosen.architecture.cell, "options": options}
            done[title] = told | measured(chosen, examples, refuses=title != NOTEBOOK)
            write(file, [done[other] for other in rows if other in done])
        yield done[title]


def measured(recipe: Recipe, examples: Sequence[Example], refuses: bool) -> dict[str, Any]:
    """Train a recipe, with or without the questions to refuse, and measure it on those held out and those learnt."""
    task = TASKS[recipe.task]
    answerable = [example for example in examples if example.label != REFUSAL]
    split = task.split(examples, recipe.training.seed)
    model, _ = build.build_model(recipe, list(examples) if refuses else answerable)
    taught = [example for example in split.train if example.label != REFUSAL]
    events = train(model, split.train if refuses else taught, (), recipe.training)
    seconds = sum(event.seconds for event in events if isinstance(event, Epoch))
    model.settings |= task.settle(model, split) if refuses else {"threshold": NOTEBOOK_THRESHOLD}
    recall = task.measure(model, taught)["answered_right"]
    held_out = task.measure(model, split.validation)
    return {"recall": recall, **{name: held_out[name] for name in SCORES}, "parameters": parameters(model),
            "train_seconds": round(seconds, 1)}  # fmt: skip


def table(folder: Path) -> str:
    """A checkpoint's comparison as Markdown, "" if it has none; DataError if it is damaged."""
    file = folder / checkpoint.COMPARISON
    try:
        return as_markdown(read(file)) if file.is_file() else ""
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{folder.name}/{file.name} is damaged ({error}); write it again") from None


def as_markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """A table for readers: the percentages of taught and held-out questions answered, and of unknown ones refused."""
    lines = [
        "| model | cell | taught | held out | refused | area under the curve | parameters | trained in |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        shares = (f"{100 * row[name]:.1f}" for name in ("recall", "answered_right", "refused"))
        sizes = f"{row['auc']:.3f} | {row['parameters']:,} | {row['train_seconds']:,.0f} s"
        lines.append(f"| {row['model']} | {row['cell']} | {' | '.join(shares)} | {sizes} |")
    return "\n".join(lines)
