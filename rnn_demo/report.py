"""The table of models in the README, from the checkpoints' own metrics.json: python -m rnn_demo.report"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from rnn_demo import checkpoints

BEGIN, END = "<!-- models: python -m rnn_demo.report -->", "<!-- end of models -->"


def table() -> str:
    """A row for each checkpoint and each part it was measured on."""
    lines = [
        "| checkpoint | cell | parameters | trained in | measured on | accuracy | macro-F1 | majority |",
        "|---" * 8 + "|",
    ]
    for name in checkpoints.available():
        metrics = checkpoints.metrics(checkpoints.find(name))
        first = (
            name,
            metrics["architecture"]["cell"],
            f"{metrics['parameters']:,}",
            f"{metrics['train_seconds']:.3g} s",
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


def _share(measured: dict[str, Any], key: str) -> str:
    return f"{measured[key]:.3f}" if key in measured else ""


def insert(text: str) -> str:
    """The README's text with the table between its marks replaced."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    readme = Path(__file__).parent.parent / "README.md"
    written = insert(readme.read_text(encoding="utf-8"))
    if "--check" in sys.argv:
        sys.exit(written != readme.read_text(encoding="utf-8"))
    readme.write_text(written, encoding="utf-8")
