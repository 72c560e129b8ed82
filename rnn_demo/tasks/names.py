"""Names: which language does a name come from? Read letter by letter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnn_demo.model import SequenceModel
from rnn_demo.tasks.task import Example, Split, Task, split_by_hash, top, without_duplicates


class Names(Task):
    """A name in, a language out."""

    title = "Names and languages"
    columns = ("name", "language")
    tokenizer = "letters"

    def read(self, path: Path) -> list[Example]:
        return without_duplicates(super().read(path))

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """A fifth to test and a twentieth to validate; a name that stands in two languages stays on one side."""
        return split_by_hash(examples, seed, validation=0.05, test=0.2)

    def labels(self, examples: Sequence[Example]) -> list[str]:
        return sorted({example.label for example in examples})

    def predict(self, model: SequenceModel, texts: Sequence[str]) -> list[dict[str, Any]]:
        results = []
        for text, probabilities in zip(texts, model.probabilities(texts), strict=True):
            best = top(model, probabilities, "label")
            results.append({"input": text, **best[0], "top": best})
        return results
