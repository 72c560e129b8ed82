"""Series: the next value after each one. Real numbers in, a real number out.

An example is a text of numbers, and its label has the number that follows each of them, or "-" where none is asked.
The parts are split by time: what is to be forecast is later than all that was learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np

from rnn_demo.data.series import Series, as_number, named_series, read_series
from rnn_demo.data.vocabulary import PAD, UNK, Vocabulary
from rnn_demo.limits import check_choices, check_whole
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.base import Example, Split, Task

NOT_ASKED = "-"
TRAIN, VALIDATION = 0.7, 0.15  # shares of a series; the rest is the test
WINDOW = 64  # values that are read in one go while learning
SCALINGS = ("train", "all", "none")
TARGETS = ("change", "value")


@dataclass(frozen=True)
class Forecasting:
    """How a series is read and forecast; ValueError for what is out of range.

    `scaling`: the spread of the training part is 1 ("train"), that of the whole series, the test included, which leaks
    ("all"), or values are read as they are ("none"). `target`: "change" reads and forecasts the change from one value
    to the next, "value" the values themselves. `season` in steps; 0 takes that of the series.
    """

    scaling: str = "train"
    target: str = "change"
    season: int = 0

    def __post_init__(self) -> None:
        check_choices(self, scaling=SCALINGS, target=TARGETS)
        check_whole(self, season=(0, 5_000))

    def settings(self, split: Split) -> dict[str, float]:
        """The settings of a model that learns the training part: centre, scale, season, and the unit of a MASE."""
        values = np.array(values_of(split.test[0]))
        learnt = values[: len(values) - held_out(split.validation[0]) - held_out(split.test[0])]
        basis = values if self.scaling == "all" else learnt
        changes = np.diff(basis)
        spread = float((changes if self.target == "change" else basis).std())
        unit = float(np.abs(np.diff(learnt)).mean())
        plain = self.scaling == "none"
        return {
            "centre": 0.0 if plain else float(basis.mean()),
            "scale": 1.0 if plain else spread or 1.0,
            "change": float(self.target == "change"),
            "season": float(self.season or int(split.test[0].kind or 1)),
            "unit": unit or 1.0,
        }


class NextValue(TypedDict):
    """The value that is forecast, beside the naive forecast: the last one that was read."""

    input: str
    forecast: float
    naive: float
    seasonal_naive: float | None


class Forecasts(Task):
    """A CSV file with a date and a value in each row; "sine", "seasons", "trend" and "walk" are made."""

    title = "Next value of a series"
    question = "What comes next in this series?"
    answer = "value"
    columns = ("date", "value")
    tokenizer = "spaced_words"
    per_step = True

    def read(self, path: Path) -> list[Example]:
        made = None if path.is_file() else named_series(path.name)
        return [example_of(made or read_series(path))]

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """The first 70 percent to train on, in windows; the next 15 to validate, and the last to test, by time."""
        values, season = values_of(examples[0]), examples[0].kind
        end = int(len(values) * TRAIN)
        stop = int(len(values) * (TRAIN + VALIDATION))
        size = min(WINDOW, end - 1)
        starts = [*range(0, end - 1 - size, size // 2), end - 1 - size]
        train = [example(values[k : k + size + 1], 1, season) for k in starts]
        return Split(tuple(train), (example(values[:stop], end, season),), (example(values, stop, season),))

    def vocabulary(
        self, examples: Sequence[Example], tokenizer: str, max_size: int | None, min_count: int
    ) -> Vocabulary:
        return Vocabulary(tokenizer, (PAD, UNK))

    def labels(self, examples: Sequence[Example]) -> list[str]:
        return ["next value"]

    def chance(self, examples: Sequence[Example]) -> float:
        """No step is nearer than the naive forecast to itself."""
        return 0.0

    def predict(self, model: SequenceModel, texts: Sequence[str]) -> list[NextValue]:
        answers: list[NextValue] = []
        season = int(model.settings.get("season", 1))
        for text in texts:
            values = [as_number(word) for word in model.vocabulary.tokenize(text)]
            output = float(model.logits([text])[0, 0])
            forecast = model.unscaled([output], values[-1:])[0]
            ago = values[-season] if len(values) >= season else None
            answers.append({"input": text, "forecast": forecast, "naive": values[-1], "seasonal_naive": ago})
        return answers


def example_of(series: Series) -> Example:
    """A whole series as an example; its kind says the season."""
    return example(series.values, 1, str(series.season))


def example(values: Sequence[float], start: int, season: str) -> Example:
    """Values of which those from `start` on are asked for."""
    written = [f"{value:.10g}" for value in values]
    return Example(" ".join(written[:-1]), " ".join([*[NOT_ASKED] * (start - 1), *written[start:]]), kind=season)


def values_of(example: Example) -> list[float]:
    """All values of an example."""
    return [float(word) for word in [*example.text.split(), example.label.split()[-1]]]


def held_out(example: Example) -> int:
    """How many values of an example are asked for."""
    return sum(word != NOT_ASKED for word in example.label.split())
