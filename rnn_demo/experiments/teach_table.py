"""A visitor's own table: from rows to a network that answers them, while the visitor waits.

for event in teach(rows):
    ...                                     # Step, Epoch, ..., and last a Trained, as of any recipe
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rnn_demo.limits import MAX_LESSONS
from rnn_demo.network.threads import one_thread
from rnn_demo.tasks import Example
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

    One thread does the work: for matrices this small a second one costs more time than it saves, and on a busy
    machine many times more.
    """
    if not 1 <= len(rows) <= MAX_LESSONS:
        raise ValueError(f"from 1 to {MAX_LESSONS:,} rows can be taught, got {len(rows):,}; give another table")
    with one_thread():
        yield from fit_examples(own_recipe(seed), list(rows), stop=stop)
