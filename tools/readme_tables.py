"""The tables in the README, from the checkpoints' own metrics.json and comparison.json: python -m rnn_demo.report"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from rnn_demo.experiments import qa_ablation
from rnn_demo.experiments.order import as_markdown, read_comparison
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint


def models() -> str:
    """A row for each checkpoint and each part it was measured on."""
    lines = [
        "| checkpoint | cell | parameters | trained in | measured on | accuracy | macro-F1 | majority |",
        "|---" * 8 + "|",
    ]
    for name in checkpoint.available():
        metrics = checkpoint.metrics(checkpoint.find(name))
        first = (
            name,
            metrics["architecture"]["cell"],
            f"{metrics['parameters']:,}",
            duration(metrics["train_seconds"] + metrics.get("pretraining", {}).get("seconds", 0.0)),
        )
        for part, measured in metrics["measured"].items():
            cells = [
                *first,
                part.replace("_", " "),
                *(_share(measured, key) for key in ("accuracy", "macro_f1", "majority_baseline")),
            ]
            lines.append("| " + " | ".join(cells) + " |")
            first = ("", "", "", "")
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Seconds as a reader likes them: 0.04 s, 28 s, 73 min."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _share(measured: dict[str, Any], key: str) -> str:
    return f"{measured[key]:.3f}" if key in measured else ""


def compared() -> str:
    """What order is worth, of the checkpoints that have a comparison on reviews."""
    tables = (read_comparison(checkpoint.find(name)) for name in checkpoint.available())
    return "\n\n".join(as_markdown(rows) for rows in tables if any(row.imdb_test is not None for row in rows))


def tutorials() -> str:
    """What each tutorial prints, and what the same setting gives here, from the shipped checkpoints."""
    hello, qa, toy = (_losses(name) for name in ("hello", "qa-notebook", "sentiment-notebook"))
    recall = checkpoint.metrics(checkpoint.find("qa-notebook"))["measured"]["recall"]["accuracy"]
    rows = [
        ("what", "tutorial", "here"),
        ("---", "---", "---"),
        ("hello: loss at the start, after 20 steps", "1.29, 0.64", f"{hello[0]:.2f}, {hello[19]:.2f}"),
        ("hello: what follows each letter of `hell`", "`ello`", f"`{_answer('hello', 'hell')['output']}`"),
        ("QA notebook: summed loss, epochs 1 and 20", "528.6, 10.85", f"{qa[0] * 90:.1f}, {qa[-1] * 90:.2f}"),
        ("QA notebook: of its 90 questions known", "90", f"{recall * 90:.0f}"),
        ("toy sentiment: loss, epochs 1 and 10", "0.7415, 0.0054", f"{toy[0]:.4f}, {toy[-1]:.4f}"),
        (
            "toy sentiment: `This is great!`",
            "negative",
            _answer("sentiment-notebook", "This is great!")["label"],
        ),
        ("names: plain RNN, of names held out (another split)", "about 73 %", _test("names-rnn")),
        ("names: GRU, of names held out (another split)", "about 80.5 %", _test("names-gru")),
        ("names: `Ivan`", "Russian", _answer("names", "Ivan")["label"]),
        ("IMDb test: LSTM in both directions with GloVe vectors", "86.2 %", _test("sentiment", "imdb_test")),
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _losses(name: str) -> list[float]:
    return [epoch["loss"] for epoch in checkpoint.metrics(checkpoint.find(name))["epochs"]]


def _test(name: str, part: str = "test") -> str:
    return f"{checkpoint.metrics(checkpoint.find(name))['measured'][part]['accuracy']:.1%}".replace("%", " %")


def _answer(name: str, text: str) -> dict[str, Any]:
    model = checkpoint.open_checkpoint(name)
    return TASKS[model.task].predict(model, [text])[0]


def questions() -> str:
    """What gates and being taught to refuse are worth to the QA model; nothing if that was not measured."""
    return qa_ablation.table(checkpoint.find("qa"))


TABLES = {"models": models, "comparison": compared, "questions": questions, "tutorials": tutorials}


def marks(name: str) -> tuple[str, str]:
    """The lines of the README between which a table stands."""
    return f"<!-- {name}: python -m rnn_demo.report -->", f"<!-- end of {name} -->"


def insert(text: str) -> str:
    """The README's text with each table between its marks replaced."""
    for name, table in TABLES.items():
        begin, end = marks(name)
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{table()}\n{end}{rest.partition(end)[2]}"
    return text


if __name__ == "__main__":
    readme = Path(__file__).parents[1] / "README.md"
    written = insert(readme.read_text(encoding="utf-8"))
    if "--check" in sys.argv:
        sys.exit(written != readme.read_text(encoding="utf-8"))
    readme.write_text(written, encoding="utf-8")
