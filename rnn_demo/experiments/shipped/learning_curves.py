"""Two training runs that every course shows: one that goes well, and one that learns its text by heart.

The second one writes, so it is also compared with itself: reading the truth (teacher forcing), and reading its own
predictions (free running).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from rnn_demo.experiments.preview import WINDOWS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import Example
from rnn_demo.training import Epoch
from rnn_demo.training.free_running import both_losses, writes
from rnn_demo.zoo.build import Built, fit_examples, read_examples
from rnn_demo.zoo.recipes import find_recipe, with_options


@dataclass(frozen=True)
class LearningCurves:
    """Which recipes are trained, with which seed, and after how many epochs each a writing network runs freely."""

    recipes: tuple[str, ...] = ("surnames", "characters")
    seed: int = 0
    free_every: int = 5

    def __post_init__(self) -> None:
        if self.free_every < 1:
            raise ValueError(f"free_every must be at least 1, got {self.free_every}")


@dataclass(frozen=True)
class CurveEpoch:
    """One epoch of a recipe's training: losses in nats, accuracies from 0 to 1; None where nothing was measured."""

    recipe: str
    epoch: int
    loss: float
    accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    forced: float | None = None  # with teacher forcing, on validation examples
    free: float | None = None  # running freely, on the same ones


def learning_curves(setting: LearningCurves) -> Generator[CurveEpoch]:
    """Train one recipe after the other."""
    for name in setting.recipes:
        recipe = with_options(find_recipe(name), {"seed": setting.seed, "device": "cpu"})
        model: SequenceModel | None = None
        pieces: list[Example] = []
        for event in fit_examples(recipe, read_examples(recipe, None)):
            if isinstance(event, Built):
                model, pieces = event.model, list(event.split.validation or event.split.train)[:WINDOWS]
            elif isinstance(event, Epoch) and model is not None:
                measured = event.epoch % setting.free_every == 0 and writes(model)
                forced, free = _both(model, pieces) if measured else (None, None)
                yield CurveEpoch(
                    name,
                    event.epoch,
                    event.loss,
                    event.accuracy,
                    event.validation_loss,
                    event.validation_accuracy,
                    forced,
                    free,
                )


def _both(model: SequenceModel, pieces: list[Example]) -> tuple[float, float]:
    return both_losses(model, pieces, max(len(piece.text) for piece in pieces))
