"""Exploding gradients: how much of a gradient arrives where the recurrent weights of the same network are larger.

Example:

    for arrival in explosion(Explosion()):
        print(arrival.factor, arrival.share)
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from rnn_demo.data.wording import rounded
from rnn_demo.experiments.cell_race import TEST_SEED
from rnn_demo.experiments.gradient_study import MAX_FACTOR, TASK, Study, flow_through
from rnn_demo.network.cells import CELLS, find_cell
from rnn_demo.tasks import MEMORY


@dataclass(frozen=True)
class Explosion:
    """The network of the gradient study before training, with W_hh times each of the `factors`."""

    cell: str = "rnn_relu"
    factors: tuple[float, ...] = (1.0, MAX_FACTOR)
    distance: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        find_cell(self.cell)
        for factor in self.factors:
            Study(self.distance, factor=factor, seed=self.seed)


@dataclass(frozen=True)
class Arrival:
    """The share of the gradient at the last step that arrives at the first one, and the spectral radius of W_hh."""

    factor: float
    share: float
    radius: float


def explosion(setting: Explosion) -> Generator[Arrival]:
    """One `Arrival` for each factor."""
    example = MEMORY[TASK].make(1, setting.distance, setting.seed + TEST_SEED)[0]
    for factor in setting.factors:
        model, _ = Study(setting.distance, factor=factor, seed=setting.seed).network_and_examples(setting.cell)
        flow = flow_through(model.eval(), example)
        norms = flow.gradients["h"][-1]
        yield Arrival(factor, float(norms[0] / norms[-1]), float(flow.radius["h"]))


def in_words(setting: Explosion, arrivals: Sequence[Arrival]) -> str:
    """What explosion is, in a sentence with its numbers, beside the same network as it is."""
    usual, large = arrivals[0], arrivals[-1]
    return (
        f"Gradients can also explode: with recurrent weights {large.factor:g} times as large, the gradient of the same "
        f"{CELLS[setting.cell].title} is {rounded(large.share)} times as large {setting.distance} steps back as it is "
        f"at the last step; with the weights as drawn, {rounded(usual.share)} times. Each step back multiplies it by "
        f"about {large.share ** (1 / setting.distance):.2f} in place of {usual.share ** (1 / setting.distance):.2f}; a "
        "step of learning along such a gradient throws the weights far away."
    )
