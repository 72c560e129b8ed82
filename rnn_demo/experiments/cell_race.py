"""The cell race: every cell learns the same data at the same time, over longer and longer distances. Which forgets?

    for event in race(Race()):
        ...                              # Lap after each epoch of each runner, Finish at its end

Each cell learns each distance by itself, from new weights: a network that learns short distances first masters longer
ones more easily, and the race would show the curriculum and not the cell.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

import torch

from rnn_demo.data.wording import listed, percent
from rnn_demo.limits import check_choices, check_numbers, check_whole
from rnn_demo.network.cells import CELLS, find_cell
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.recurrence import weights_of
from rnn_demo.tasks import MEMORY, Example, Making
from rnn_demo.training import Diverged, Epoch, train
from rnn_demo.training.config import TrainingConfig
from rnn_demo.training.interleave import interleave

MAX_SEEDS, MAX_RUNS, MAX_EPOCHS, MAX_HIDDEN = 10, 200, 200, 256
TEST_EXAMPLES, TEST_SEED = 400, 1_000_000  # made with other seeds than the training examples
BATCH_SIZE, CLIP_NORM, TARGET_LOSS = 64, 1.0, 0.02  # nats: with such a loss a run is over
REMEMBERS, GUESSES = 0.95, 0.05  # an accuracy at which a cell remembers, and a distance from chance at which it guesses


@dataclass(frozen=True)
class Race:
    """Which cells run, how far and how often; ValueError for what is out of range.

    `distances` are in time steps. `seeds` counts the runs of each cell over each distance. `keep_bias` is added to the
    bias of the gate that keeps the old state, f in an LSTM and z in a GRU, so that it starts open (Gers et al. 2000;
    Jozefowicz et al. 2015): with 0 it starts half shut, and gated cells forget nearly as fast as others.
    """

    task: str = "recall"
    cells: tuple[str, ...] = tuple(CELLS)
    distances: tuple[int, ...] = (5, 10, 20, 40)
    seeds: int = 3
    hidden_size: int = 32
    examples: int = 1024
    epochs: int = 15
    learning_rate: float = 0.01
    keep_bias: float = 5.0
    device: str = "cpu"  # as in a TrainingConfig

    def __post_init__(self) -> None:
        check_choices(self, task=MEMORY)
        for name in ("cells", "distances"):
            values = getattr(self, name)
            if not values or len(set(values)) != len(values):
                raise ValueError(f"{name} must list at least one value and none twice, got {list(values)}")
        for cell in self.cells:
            find_cell(cell)
        for distance in self.distances:
            Making(self.examples, distance)
        check_whole(self, seeds=(1, MAX_SEEDS), epochs=(1, MAX_EPOCHS), hidden_size=(1, MAX_HIDDEN))
        check_numbers(self, keep_bias=(0, 10))
        runs = self.seeds * len(self.cells) * len(self.distances)
        if runs > MAX_RUNS:
            raise ValueError(
                f"a race has at most {MAX_RUNS} runs, and this one has {runs}; choose fewer distances or seeds"
            )
        self.training(0)

    def training(self, seed: int) -> TrainingConfig:
        """How every run with this seed is trained."""
        return TrainingConfig(
            learning_rate=self.learning_rate,
            batch_size=BATCH_SIZE,
            epochs=self.epochs,
            clip_norm=CLIP_NORM,
            target_loss=TARGET_LOSS,
            seed=seed,
            device=self.device,
        )


@dataclass(frozen=True)
class Lap:
    """One epoch of a run is over. `loss` (nats) and `accuracy` are those of this epoch."""

    cell: str
    distance: int
    seed: int
    epoch: int
    epochs: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class Finish:
    """The end of a run: the accuracy on new examples, and `chance`, that of always giving their most frequent answer.

    A run that `diverged` ended early, with a loss that was no longer a number.
    """

    cell: str
    distance: int
    seed: int
    epochs: int
    accuracy: float
    chance: float
    diverged: bool


def race(config: Race, workers: int | None = None) -> Generator[Lap | Finish]:
    """Run all cells at the same time, one distance after the other and in each one seed after the other.

    So the first results come early. `workers` threads compute. The results depend only on the seeds; the order of the
    events may vary. Closing the iterator ends the race after the present laps.
    """
    for distance in config.distances:
        runs = [run_cell(config, cell, distance, seed) for seed in range(config.seeds) for cell in config.cells]
        yield from interleave(runs, workers, at_once=len(config.cells))


def run_cell(config: Race, cell: str, distance: int, seed: int) -> Iterator[Lap | Finish]:
    """Train one cell on one distance: a `Lap` after every epoch and last a `Finish`."""
    task = MEMORY[config.task]
    examples = task.make(config.examples, distance, seed)
    model = untrained_model(config.task, cell, config.hidden_size, examples, seed, config.keep_bias)
    lap, diverged = 0, False
    try:
        for event in train(model, examples, (), config.training(seed)):
            if isinstance(event, Epoch):
                lap = event.epoch
                yield Lap(cell, distance, seed, lap, config.epochs, event.loss, event.accuracy)
    except Diverged:
        diverged = True
    tests = task.make(TEST_EXAMPLES, distance, seed + TEST_SEED)
    yield Finish(cell, distance, seed, lap, task.accuracy(model.eval(), tests), task.chance(tests), diverged)


def untrained_model(
    name: str, cell: str, hidden_size: int, examples: Sequence[Example], seed: int, keep_bias: float
) -> SequenceModel:
    """An untrained model for a task that needs memory.

    Its weights are as torch draws them, uniform within 1 / sqrt(hidden_size) and normal for the embedding, but from
    their own generator, because other threads may draw at the same time.
    """
    task, generator = MEMORY[name], torch.Generator().manual_seed(seed)
    architecture = Architecture(cell, hidden_size, embedding_size=16, per_step=task.per_step)
    vocabulary = task.vocabulary(examples, task.tokenizer, None, 1)
    model = SequenceModel(architecture, vocabulary, task.labels(examples), name)
    k = hidden_size**-0.5
    with torch.no_grad():
        for part, weight in model.named_parameters():
            if part.startswith("embedding"):
                weight.normal_(generator=generator)[0] = 0  # <PAD>
            else:
                weight.uniform_(-k, k, generator=generator)
        if model.cell.keep_gate is not None:
            first = model.cell.gates.index(model.cell.keep_gate) * hidden_size
            weights_of(model.rnn, 0)[2][first : first + hidden_size] += keep_bias
    return model


@dataclass(frozen=True)
class Score:
    """The accuracy of a cell over a distance: the mean over its seeds, the lowest and the highest."""

    cell: str
    distance: int
    mean: float
    low: float
    high: float
    seeds: int
    chance: float


def scores(finishes: Sequence[Finish]) -> list[Score]:
    """A score for each cell and distance with a finished run, in the order of `CELLS` and of distance."""
    in_order = sorted(finishes, key=lambda finish: (list(CELLS).index(finish.cell), finish.distance))
    table = []
    for (cell, distance), group in itertools.groupby(in_order, key=lambda finish: (finish.cell, finish.distance)):
        accuracies, chances = zip(*((finish.accuracy, finish.chance) for finish in group), strict=True)
        low, high = min(accuracies), max(accuracies)
        table.append(Score(cell, distance, fmean(accuracies), low, high, len(accuracies), fmean(chances)))
    return table


def reach(results: Sequence[Score], cell: str) -> int:
    """The longest distance up to which a cell remembers, every shorter one included; 0 where there is none."""
    own = itertools.takewhile(lambda score: score.mean >= REMEMBERS, (s for s in results if s.cell == cell))
    return max((score.distance for score in own), default=0)


def headline(results: Sequence[Score]) -> list[str]:
    """How far the cells remember, in one or two lines; none without results."""
    cells = list(dict.fromkeys(score.cell for score in results))
    if not cells:
        return []
    reaches = {cell: reach(results, cell) for cell in cells}
    shortest = min(score.distance for score in results)
    parts: list[str] = []
    for distance in sorted(set(reaches.values()), reverse=True):
        names = listed([CELLS[cell].title for cell in cells if reaches[cell] == distance])
        over = f"over {distance}" if distance else f"not even over {shortest}"
        steps = " steps" if not parts else ""
        verb = "" if parts else (" remembers" if list(reaches.values()).count(distance) == 1 else " remember")
        parts.append(f"{names}{verb} {over}{steps}")
    first, *others = parts
    return [f"{first},", listed(others)] if others else [first]


def in_words(results: Sequence[Score]) -> str:
    """The accuracy of every cell over the longest distance that all of them have run, in a sentence; or nothing."""
    cells = {score.cell for score in results}
    distances = [d for d in {s.distance for s in results} if len([s for s in results if s.distance == d]) == len(cells)]
    if not distances:
        return ""
    longest = [score for score in results if score.distance == max(distances)]
    best_first = sorted(longest, key=lambda score: -score.mean)
    parts = [
        listed([f"{CELLS[score.cell].title} {percent(score.mean)}" for score in best_first if guesses(score) is guess])
        for guess in (False, True)
    ]
    baseline = f"always giving the most common answer ({percent(longest[0].chance)})"
    parts[1] = f"{parts[1]}, no better than {baseline}" if parts[1] else ""
    if not parts[1]:
        parts[0] += f", against {percent(longest[0].chance)} for {baseline.partition(' (')[0]}"
    return f"Accuracy on new texts over {max(distances)} steps: {'; '.join(filter(None, parts))}."


def guesses(score: Score) -> bool:
    """Is a cell so near to chance that it has learnt nothing?"""
    return score.mean <= score.chance + GUESSES
