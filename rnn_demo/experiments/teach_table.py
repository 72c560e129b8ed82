"""A visitor's own table: from rows to a network that answers them, while the visitor waits.

Example:

    for event in lesson(rows):
        ...                                     # Step, Epoch, ..., and last a Taught: the network and its mistakes
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

from rnn_demo.data.wording import quoted
from rnn_demo.limits import MAX_TABLE_ROWS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import Example
from rnn_demo.tasks.qa import QA, REFUSAL
from rnn_demo.training import Event
from rnn_demo.training.language_model import Pretrained
from rnn_demo.zoo.build import Built, Trained, fit_examples
from rnn_demo.zoo.recipe import Recipe
from rnn_demo.zoo.recipes import RECIPES, with_options

STEPS = 1_200  # at most: seconds for a hundred rows, a minute for 5,000


def own_recipe(seed: int = 0) -> Recipe:
    """The recipe `qa-own` for a table of any length: it ends when all rows are known, or after `STEPS` steps."""
    return with_options(RECIPES["qa-own"], {"device": "cpu", "seed": seed, "epochs": 200, "max_steps": STEPS})


def teach(
    rows: Sequence[Example], seed: int = 0, stop: Callable[[], bool] = lambda: False
) -> Iterator[Built | Event | Pretrained | Trained]:
    """Train a network on the rows of a table; its `measured["recall"]` says how many it answers.

    Once `stop()` is true, no step follows, and the network is kept as it is. ValueError for no rows or too many.
    """
    if not 1 <= len(rows) <= MAX_TABLE_ROWS:
        raise ValueError(f"from 1 to {MAX_TABLE_ROWS:,} rows can be taught, got {len(rows):,}; give another table")
    yield from fit_examples(own_recipe(seed), list(rows), stop=stop)


@dataclass(frozen=True, eq=False)
class Taught:
    """The end of a lesson: the network, and a sentence for each row that it does not answer as it was taught."""

    trained: Trained
    mistakes: tuple[str, ...]


def lesson(rows: Sequence[Example]) -> Generator[Event | Taught, tuple[str, ...] | None, None]:
    """The job of a page: the steps, checks and epochs of `teach`, last a `Taught`. The message "stop" ends it early."""
    messages: list[str] = []
    for event in teach(rows, stop=lambda: "stop" in messages):
        if isinstance(event, Trained):
            yield Taught(event, tuple(mistakes(event.model, rows)))
        elif not isinstance(event, Built | Pretrained):
            messages.extend((yield event) or ())


def mistakes(model: SequenceModel, rows: Sequence[Example]) -> list[str]:
    """A sentence for each row that the network does not answer as it was taught."""
    answers = QA().predict(model, [row.text for row in rows])
    return [
        f"{quoted(row.text)} should be answered {quoted(row.label)}, but it says {quoted(answer['answer'] or REFUSAL)}"
        for row, answer in zip(rows, answers, strict=True)
        if (answer["answer"] or REFUSAL) != row.label
    ]
