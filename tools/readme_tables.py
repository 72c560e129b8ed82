"""The tables in README.md and docs/, from the recipes, the command line and each checkpoint's metrics and comparison.

python -m tools.readme_tables            # write them again
python -m tools.readme_tables --check    # exit with 1 if one of them is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from rnn_demo.analysis.stress import stored
from rnn_demo.experiments.comparison import table
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint, stability
from rnn_demo.zoo.recipes import RECIPES, SHIPPED
from tools.synopsis import synopsis

ROOT = Path(__file__).parents[1]
SEED_FIGURES = (
    ("accuracy", "accuracy"),
    ("languages evenly", "balanced_accuracy"),
    ("best three, evenly", "balanced_top_3"),
    ("macro-F1", "macro_f1"),
    ("calibration error", "calibration_error"),
)


def summary() -> str:
    """A row for each checkpoint, with the accuracy on the last part that it did not learn from."""
    rows = [("checkpoint", "what it is", "cell", "parameters", "accuracy", "measured on"), ("---",) * 6]
    for name in checkpoint.available():
        metrics = checkpoint.metrics(checkpoint.find(name))
        part = headline(metrics["measured"])
        rows.append(
            (
                f"`{name}`",
                RECIPES[name].title,
                metrics["architecture"]["cell"],
                f"{metrics['parameters']:,}",
                _share(metrics["measured"][part], "accuracy"),
                _data_set(part),
            )
        )
    return _markdown(rows)


def headline(measured: dict[str, Any]) -> str:
    """The part of the data to quote: the IMDb test set, else test, else validation, else the training data."""
    return next(part for part in ("imdb_test", "test", "validation", "recall") if part in measured)


def models() -> str:
    """A row for each checkpoint and each part it was measured on."""
    rows = [
        ("checkpoint", "cell", "parameters", "trained in", "measured on", "accuracy", "macro-F1", "majority"),
        ("---",) * 8,
    ]
    for name in checkpoint.available():
        metrics = checkpoint.metrics(checkpoint.find(name))
        seconds = metrics["train_seconds"] + metrics.get("pretraining", {}).get("seconds", 0.0)
        first = (name, metrics["architecture"]["cell"], f"{metrics['parameters']:,}", rounded_time(seconds))
        for part, measured in metrics["measured"].items():
            shares = (_share(measured, key) for key in ("accuracy", "macro_f1", "majority_baseline"))
            rows.append((*first, _data_set(part), *shares))
            first = ("", "", "", "")
    return _markdown(rows)


def recipes() -> str:
    """A row for each recipe: what it trains on which data, and whether data and checkpoint come with the package."""
    rows = [("recipe", "what it is", "task", "cell", "data", "checkpoint"), ("---",) * 6]
    for name, recipe in RECIPES.items():
        made = recipe.making is not None or recipe.forecasting is not None
        shipped = made or all((SHIPPED / file).is_file() for file in recipe.data)
        data = "made by the task" if made else ", ".join(f"`{file}`" for file in recipe.data)
        rows.append(
            (
                f"`{name}`",
                recipe.title,
                f"`{recipe.task}`",
                recipe.architecture.cell,
                ", ".join((data if shipped else f"{data} (yours)", *(f"`{file}`" for file in recipe.further))),
                "included" if name in checkpoint.available() else "",
            )
        )
    return _markdown(rows)


def rounded_time(seconds: float) -> str:
    """Seconds as a reader likes them: 0.04 s, 28 s, 73 min."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _data_set(part: str) -> str:
    """The name of a data set for readers; the key of the training set is "recall" in metrics.json."""
    return "training set" if part == "recall" else part.replace("_", " ")


def _share(measured: dict[str, Any], key: str) -> str:
    return f"{measured[key]:.3f}" if key in measured else ""


def _markdown(rows: list[tuple[str, ...]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def order() -> str:
    """What word order is worth, of the checkpoints that have a comparison on reviews."""
    return table(checkpoint.find("sentiment"))


def gates() -> str:
    """What gates, and learning to say "I don't know", are worth to the QA model."""
    return table(checkpoint.find("qa"))


def failures() -> str:
    """What the sentiment model gets wrong, of each capability."""
    report = stored(checkpoint.metrics(checkpoint.find("sentiment")))
    rows = [("area", "capability", "kind", "failed"), ("---", "---", "---", "--:")]
    for row in report["capabilities"] if report else ():
        rows.append((row["area"], row["name"], row["kind"], f"{row['failures']} of {row['cases']}"))
    return _markdown(rows)


def seeds() -> str:
    """The lowest and highest figures over several seeds, of the checkpoints with such a study."""
    rows = [("checkpoint", "seeds", "measured on", *(title for title, _ in SEED_FIGURES), "wrong examples")]
    rows += [("---",) * len(rows[0])]
    for name in checkpoint.available():
        study = stability.read(checkpoint.find(name) / checkpoint.STABILITY)
        mistakes = sorted({text for row in study for text in stability.wrong(RECIPES[name], row)})
        first = (name, f"{len(study)}")
        for part in study[0]["measured"] if study else ():
            figures = (stability.spread(study, part, key) for _, key in SEED_FIGURES)
            rows.append((*first, f"`{part}`" if "." in part else _data_set(part), *figures, ", ".join(mistakes)))
            first, mistakes = ("", ""), []
    return _markdown(rows)


def tutorials() -> str:
    """What each tutorial prints, and what the same setting gives here, from the shipped checkpoints."""
    hello, qa, toy = (_losses(name) for name in ("hello", "qa-notebook", "sentiment-notebook"))
    recall = checkpoint.metrics(checkpoint.find("qa-notebook"))["measured"]["recall"]["accuracy"]
    toy_label = _answer("sentiment-notebook", "This is great!")["label"]
    return _markdown(
        [
            ("measure", "tutorial", "here"),
            ("---", "---", "---"),
            ("hello: loss at the start, after 20 steps", "1.29, 0.64", f"{hello[0]:.2f}, {hello[19]:.2f}"),
            ("hello: the letter after each letter of `hell`", "`ello`", f"`{_answer('hello', 'hell')['output']}`"),
            ("QA notebook: summed loss, epochs 1 and 20", "528.6, 10.85", f"{qa[0] * 90:.1f}, {qa[-1] * 90:.2f}"),
            ("QA notebook: correct answers to its 90 questions", "90", f"{recall * 90:.0f}"),
            ("toy sentiment: loss, epochs 1 and 10", "0.7415, 0.0054", f"{toy[0]:.4f}, {toy[-1]:.4f}"),
            ("toy sentiment: `This is great!`", "negative", toy_label),
            ("names: plain RNN, test accuracy (another split)", "about 73%", _test("names-rnn")),
            ("names: GRU, test accuracy (another split)", "about 80.5%", _test("names-gru")),
            ("names: `Ivan`", "Russian", _answer("names", "Ivan")["label"]),
            ("IMDb test accuracy: bidirectional LSTM with GloVe vectors", "86.2%", _test("sentiment", "imdb_test")),
        ]
    )


def _losses(name: str) -> list[float]:
    return [epoch["loss"] for epoch in checkpoint.metrics(checkpoint.find(name))["epochs"]]


def _test(name: str, part: str = "test") -> str:
    return f"{checkpoint.metrics(checkpoint.find(name))['measured'][part]['accuracy']:.1%}"


def _answer(name: str, text: str) -> dict[str, Any]:
    model = checkpoint.open_checkpoint(name)
    return TASKS[model.task].predict(model, [text])[0]


TABLES = {
    "summary": summary,
    "synopsis": synopsis,
    "models": models,
    "recipes": recipes,
    "order": order,
    "gates": gates,
    "failures": failures,
    "seeds": seeds,
    "tutorials": tutorials,
}
FILES = {
    "README.md": ("summary",),
    "docs/command-line.md": ("synopsis",),
    "docs/models.md": ("models", "recipes", "order", "gates", "seeds", "failures"),
    "docs/tutorials.md": ("tutorials",),
}


def marks(name: str) -> tuple[str, str]:
    """The two lines between which a table stands."""
    return f"<!-- {name}: python -m tools.readme_tables -->", f"<!-- end of {name} -->"


def insert(text: str, names: tuple[str, ...]) -> str:
    """A file's text with each of these tables replaced between its marks."""
    for name in names:
        begin, end = marks(name)
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{TABLES[name]()}\n{end}{rest.partition(end)[2]}"
    return text


def main() -> None:
    for file, names in FILES.items():
        path = ROOT / file
        present = path.read_text(encoding="utf-8")
        text = insert(present, names)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif text != present:
            sys.exit(f"{file} is out of date; run python -m tools.readme_tables")


if __name__ == "__main__":
    main()
