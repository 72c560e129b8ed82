"""Exhibits: eight short runs, each of which shows one thing that happens to recurrent networks.

    for event in exhibit(ExhibitRun("padding")):
        ...                              # a `Point` of a curve after each epoch, last an `Observation`

Every one is a real training with a seed; `Observation.happened` says whether what its text promises came true.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import nn

from rnn_demo.data.wording import percent, rounded
from rnn_demo.experiments.cell_race import TEST_SEED, untrained_model
from rnn_demo.experiments.clipping import WITH, WITHOUT, Clipping, ClippingStep, clipping_steps
from rnn_demo.experiments.gradient_study import flow_through
from rnn_demo.limits import check_choices, check_whole
from rnn_demo.network import recurrence
from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.padding import pad
from rnn_demo.tasks import MEMORY, Example
from rnn_demo.training import Diverged, Epoch, TrainingConfig, train
from rnn_demo.training.interleave import interleave
from rnn_demo.zoo.build import fit_examples, read_examples
from rnn_demo.zoo.recipes import find_recipe, with_options

TASK, UNITS, TESTS = "recall", 32, 300
DEAD_BIAS = -6.0  # a bias under which no rectifier opens


@dataclass(frozen=True)
class ExhibitRun:
    """An exhibit by its name, and a seed; ValueError for an unknown one."""

    name: str
    seed: int = 0

    def __post_init__(self) -> None:
        check_choices(self, name=EXHIBITS)
        check_whole(self, seed=(0, 2**31 - 1))


@dataclass(frozen=True)
class Point:
    """The value of a curve after so many epochs, or steps."""

    curve: str
    at: int
    value: float


@dataclass(frozen=True)
class Observation:
    """What was seen, in a sentence with its numbers, and whether it is what the exhibit promises."""

    sentence: str
    happened: bool


@dataclass(frozen=True)
class Exhibit:
    """How an exhibit is run; `measure` names the vertical axis, `at` the horizontal one, which ends at `most`."""

    run: Callable[[int], Generator[Point, None, Observation]]
    measure: str
    at: str = "epoch"
    most: int = 8
    powers: bool = False  # is the vertical axis logarithmic?


def exhibit(config: ExhibitRun) -> Generator[Point | Observation]:
    """The points of an exhibit's curves as they come, and last what was seen."""
    yield (yield from EXHIBITS[config.name].run(config.seed))


# --- what several share ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Learner:
    """A network that learns to recall a first letter, under a name of its own."""

    curve: str
    cell: str = "gru"
    distance: int = 10
    keep_bias: float = 0.0
    learning_rate: float = 0.01
    epochs: int = 8
    bias: float = 0.0  # added to every bias at the start
    count: int = 1024

    def network(self, seed: int) -> tuple[SequenceModel, list[Example]]:
        """The network before it learns, and what it learns from."""
        examples = MEMORY[TASK].make(self.count, self.distance, seed)
        model = untrained_model(TASK, self.cell, UNITS, examples, seed, self.keep_bias)
        with torch.no_grad():
            recurrence.weights_of(model.rnn, 0)[2].add_(self.bias)
        return model, examples

    def training(self, seed: int) -> TrainingConfig:
        return TrainingConfig(
            learning_rate=self.learning_rate, batch_size=64, epochs=self.epochs, clip_norm=1.0, seed=seed, device="cpu"
        )


def accuracy(model: SequenceModel, distance: int, seed: int) -> float:
    """The share of right answers on texts that it never saw."""
    return MEMORY[TASK].accuracy(model, MEMORY[TASK].make(TESTS, distance, seed + TEST_SEED))


def chance(distance: int, seed: int) -> float:
    return MEMORY[TASK].chance(MEMORY[TASK].make(TESTS, distance, seed + TEST_SEED))


def learn(
    learner: Learner, seed: int, measure: Callable[[SequenceModel, Epoch], float]
) -> Generator[Point, None, tuple[SequenceModel, list[float]]]:
    """Train; a point after each epoch, and last the network with all of its values."""
    model, examples = learner.network(seed)
    values: list[float] = []
    try:
        for event in train(model, examples, (), learner.training(seed)):
            if isinstance(event, Epoch):
                values.append(measure(model, event))
                yield Point(learner.curve, event.epoch, values[-1])
    except Diverged:
        values.append(float("nan"))
    return model.eval(), values


def side_by_side(
    learners: Sequence[Learner], seed: int, measure: Callable[[SequenceModel, Epoch], float]
) -> Generator[Point, None, list[tuple[SequenceModel, list[float]]]]:
    """One after the other; the networks and their values in the order of the learners."""
    ends = []
    for learner in learners:
        ends.append((yield from learn(learner, seed, measure)))
    return ends


def percent_right(distance: int, seed: int) -> Callable[[SequenceModel, Epoch], float]:
    return lambda model, _: 100 * accuracy(model, distance, seed)


# --- the exhibits ---------------------------------------------------------------------------------------------------


def explosion(seed: int) -> Generator[Point, None, Observation]:
    """The same network with its gradient clipped and without."""
    setting = Clipping(epochs=4, factor=3.0, seed=seed)
    norms: dict[str, list[float]] = {WITHOUT: [], WITH: []}
    runs = [clipping_steps(setting, WITHOUT, 0.0), clipping_steps(setting, WITH, setting.clip_norm)]
    for event in interleave(runs, workers=1):
        if isinstance(event, ClippingStep):
            norms[event.network].append(event.norm)
            yield Point(f"{event.network} gradients", event.step, event.norm)
    unclipped, clipped = (max(norms[name]) for name in (WITHOUT, WITH))
    return Observation(
        f"Without clipping the gradient's norm reached {rounded(unclipped)}; clipped to 1, the same network's never "
        f"passed {rounded(clipped)} before it was clipped.",
        unclipped > 10 * clipped,
    )


def vanishing(seed: int) -> Generator[Point, None, Observation]:
    """A plain RNN over 40 steps: the gradient does not arrive, and nothing is learnt."""
    learner = Learner("RNN (tanh)", "rnn_tanh", distance=40, epochs=4)
    model, examples = learner.network(seed)
    gradient = flow_through(model, examples[0]).gradients["h"][0]
    arrives = float(gradient[0] / gradient[-1])
    model, values = yield from learn(learner, seed, percent_right(40, seed))
    return Observation(
        f"Only {rounded(arrives)} of the gradient at the last step arrives 40 steps earlier. After {learner.epochs} "
        f"epochs {values[-1]:.0f}% of new texts are right; guessing gets {percent(chance(40, seed))}.",
        arrives < 1e-4 and values[-1] < 100 * chance(40, seed) + 10,
    )


def dead(seed: int) -> Generator[Point, None, Observation]:
    """A rectifier whose units are below zero for every text: no gradient brings them back."""
    alive = Learner("biases of 0", "rnn_relu", distance=5, epochs=6)
    buried = replace(alive, curve=f"biases of {DEAD_BIAS:g}", bias=DEAD_BIAS)

    def measure(model: SequenceModel, _: Epoch) -> float:
        return 100 * dead_share(model, seed)

    (broken, shares), (_, usual) = yield from side_by_side([buried, alive], seed, measure)
    right = accuracy(broken, 5, seed)
    return Observation(
        f"With biases that start at {DEAD_BIAS:g}, {shares[-1]:.0f}% of the units are 0 at every step of every text, "
        f"after all its training, and {percent(right)} of the answers are right; with 0 it is {usual[-1]:.0f}% of the "
        "units.",
        shares[-1] == shares[0] == 100 and usual[-1] <= 25 and right < chance(5, seed) + 0.1,
    )


@torch.inference_mode()
def dead_share(model: SequenceModel, seed: int) -> float:
    """The share of units that are 0 at every step of every text."""
    texts = MEMORY[TASK].make(TESTS, 5, seed + TEST_SEED)
    ids, lengths = pad([model.encode(example.text) for example in texts])
    with eval_mode(model):
        h = model.states(model.embed(ids), lengths)  # (B, T, H)
    return float((h.abs().amax((0, 1)) == 0).float().mean())


def forget_bias(seed: int) -> Generator[Point, None, Observation]:
    """The same LSTM with its forget gate half shut and open at the start."""
    learners = [Learner(f"forget bias {bias:g}", "lstm", distance=30, keep_bias=bias, epochs=6) for bias in (0.0, 5.0)]
    (_, shut), (_, opened) = yield from side_by_side(learners, seed, percent_right(30, seed))
    return Observation(
        f"Over 30 steps the LSTM that starts with a bias of 5 gets {opened[-1]:.0f}% right, the one that starts with "
        f"0 {shut[-1]:.0f}%; guessing gets {percent(chance(30, seed))}.",
        opened[-1] >= 90 and shut[-1] <= 50,
    )


def padding(seed: int) -> Generator[Point, None, Observation]:
    """Texts of 4 letters, padded to 40: what the network says at its last letter, and after the padding."""
    task, width, epochs = MEMORY[TASK], 40, 8
    examples, tests = task.make(512, 4, seed), task.make(TESTS, 4, seed + TEST_SEED)
    ends = {}
    for curve, reads_padding in (("read at the last letter", False), ("read after the padding", True)):
        model = untrained_model(TASK, "rnn_tanh", UNITS, examples, seed, 0.0)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for epoch in range(1, epochs + 1):
            for start in range(0, len(examples), 64):
                optimizer.zero_grad()
                logits, targets = padded_answers(model, examples[start : start + 64], width, reads_padding)
                nn.functional.cross_entropy(logits, targets).backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
            with torch.inference_mode():
                logits, targets = padded_answers(model, tests, width, reads_padding)
            ends[curve] = 100 * float((logits.argmax(1) == targets).float().mean())
            yield Point(curve, epoch, ends[curve])
    at_letter, after = ends.values()
    return Observation(
        f"Read at its last letter it is right in {at_letter:.0f}%, read {width - 5} steps of padding later in "
        f"{after:.0f}%: what it knew is overwritten. Gather h at each text's own length.",
        at_letter >= 90 and after <= 50,
    )


def padded_answers(
    model: SequenceModel, examples: Sequence[Example], width: int, reads_padding: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (B, C) and targets (B,) of texts padded to `width`, read at their own length or after the padding."""
    ids, lengths = pad([model.encode(example.text) for example in examples])
    ids = nn.functional.pad(ids, (0, width - ids.shape[1]))
    ends = torch.full_like(lengths, width) if reads_padding else lengths
    h = recurrence.run(model.rnn, model.embed(ids), ends)  # (B, width, H)
    logits = model.head_logits(h[torch.arange(len(h)), ends - 1])
    return logits, torch.tensor([model.labels.index(example.label) for example in examples])


def longer(seed: int) -> Generator[Point, None, Observation]:
    """What a GRU makes of texts that are longer than any it learnt from."""
    learner = Learner("10 steps, as in training", distance=10, epochs=6)
    model, values = yield from learn(learner, seed, percent_right(10, seed))
    rights = {distance: 100 * accuracy(model, distance, seed) for distance in (10, 20, 40, 80, 160)}
    for distance, right in rights.items():
        yield Point("the same network over longer texts", distance // 10, right)
    return Observation(
        f"It learnt texts of 10 steps and gets {values[-1]:.0f}% of new ones right; of 40 steps {rights[40]:.0f}%, of "
        f"160 steps {rights[160]:.0f}%. Nothing told it to remember for longer.",
        values[-1] >= 95 and rights[160] <= 80,
    )


def rates(seed: int) -> Generator[Point, None, Observation]:
    """The same network at a good learning rate, at ten times that, and at a tenth."""
    names = {"rate 1: ten times too high": 1.0, "rate 0.1": 0.1, "rate 0.01: ten times too low": 0.01}
    learners = [Learner(name, "gru", distance=5, learning_rate=rate, epochs=3) for name, rate in names.items()]
    ends = yield from side_by_side(learners, seed, lambda _, epoch: epoch.loss)
    high, good, low = (values[-1] for _, values in ends)
    return Observation(
        f"After 3 epochs the loss is {rounded(good)} at 0.1, {rounded(high)} at ten times that and {rounded(low)} at a "
        "tenth, which is on its way and not there yet.",
        good < 0.5 * low and not high < 2 * good,
    )


def overfitting(seed: int) -> Generator[Point, None, Observation]:
    """Few surnames, read many times, without dropout and with it."""
    ends: dict[str, list[float]] = {}
    for curve, dropout in (("without dropout", 0.0), ("dropout 0.5", 0.5)):
        options = {"dropout": dropout, "epochs": 40, "seed": seed, "device": "cpu", "keep": "last", "patience": 0}
        recipe = with_options(find_recipe("surnames"), options)
        recipe = replace(recipe, architecture=replace(recipe.architecture, hidden_size=64, word_dropout=0.0))
        losses = ends.setdefault(curve, [])
        for event in fit_examples(recipe, read_examples(recipe, None)[::3]):
            if isinstance(event, Epoch) and event.validation_loss is not None:
                losses.append(event.validation_loss)
                yield Point(f"{curve}: new names", event.epoch, event.validation_loss)
                yield Point(f"{curve}: learnt names", event.epoch, event.loss)
    plain, dropped = ends.values()
    best = min(plain)
    return Observation(
        f"Without dropout the loss on new names falls to {rounded(best)} after {1 + plain.index(best)} epochs and then "
        f"rises to {rounded(plain[-1])}; with dropout it ends at {rounded(dropped[-1])}.",
        plain[-1] > 1.2 * best and dropped[-1] < plain[-1],
    )


EXHIBITS = {
    "explosion": Exhibit(explosion, "gradient norm before clipping", "step", 64, powers=True),
    "vanishing": Exhibit(vanishing, "new texts right (%)", most=4),
    "dead": Exhibit(dead, "units that are always 0 (%)", most=6),
    "bias": Exhibit(forget_bias, "new texts right (%)", most=6),
    "padding": Exhibit(padding, "new texts right (%)", most=8),
    "longer": Exhibit(longer, "new texts right (%)", "epoch; for longer texts tens of steps", most=16),
    "rates": Exhibit(rates, "training loss (nats)", most=3, powers=True),
    "overfitting": Exhibit(overfitting, "loss (nats)", most=40),
}
