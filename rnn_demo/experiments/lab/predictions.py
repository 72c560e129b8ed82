"""Experiments with a prediction: what changes, what it is compared with, and which prediction the numbers bear out.

experiment = PREDICTIONS["rate"]
configs = [configure(experiment.recipe, options) for options in experiment.runs]
outcome(experiment, [picture of each run])          # Outcome("restless", "With ten times the rate ...")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rnn_demo.data.wording import percent
from rnn_demo.experiments.lab.judgement import Points, last, mean_of_end, number, numbers


@dataclass(frozen=True)
class Outcome:
    """The prediction that came true, and a sentence of what happened with the numbers of the runs."""

    choice: str
    sentence: str


@dataclass(frozen=True)
class Result:
    """What is known of a finished run, as `LiveRun.picture` gives it: its curves, its judgement, and what is chance."""

    curves: Mapping[str, Points]
    kind: str
    sentence: str
    chance: float

    @classmethod
    def of(cls, picture: Mapping[str, Any]) -> Result:
        judgement = picture.get("judgement") or {}
        kind, sentence = (judgement.get(name, "") for name in ("kind", "sentence"))
        return cls(picture["curves"], kind, sentence, picture.get("chance", 0.0))

    @property
    def learnt(self) -> float:
        """The accuracy on the training examples at the end."""
        return last(self.curves["accuracy"]) or 0.0

    @property
    def new(self) -> float:
        """The accuracy on new examples at the end."""
        return last(self.curves["validation_accuracy"]) or 0.0

    @property
    def start(self) -> float:
        """The first loss."""
        return numbers(self.curves["loss"])[0][1]

    @property
    def end(self) -> float:
        """The loss at the end, a mean over the last tenth of the run."""
        return mean_of_end(numbers(self.curves["loss"]))

    def halved(self) -> int | None:
        """The step at which the loss has fallen to half of what it was at first, if it ever does."""
        return next((step for step, loss in numbers(self.curves["loss"]) if loss <= self.start / 2), None)

    def peak(self) -> float:
        """The largest loss after its lowest one."""
        losses = [loss for _, loss in numbers(self.curves["loss"])]
        return max(losses[losses.index(min(losses)) :])


@dataclass(frozen=True)
class Prediction:
    """An experiment: a recipe, the options of its runs (what it is compared with comes first), and what they tell.

    `title` names what the last run changes, `usual` what it is compared with.
    """

    recipe: str
    runs: tuple[Mapping[str, Any], ...]
    title: str
    usual: str
    tell: Callable[..., Outcome]


def outcome(prediction: Prediction, pictures: Sequence[Mapping[str, Any]]) -> Outcome:
    """Which choice the numbers of the finished runs bear out, and what happened."""
    return prediction.tell(*map(Result.of, pictures))


def faster_or_worse(usual: Result, fast: Result) -> Outcome:
    """Ten times the learning rate."""
    if fast.kind == "diverged" or fast.end > 0.9 * fast.start:
        return Outcome("nothing", f"{fast.sentence} At the usual rate the loss ended at {number(usual.end)}.")
    steps = [f"after {step} steps" if step else "never" for step in (fast.halved(), usual.halved())]
    opening = f"With ten times the rate the loss was halved {steps[0]} (at the usual rate: {steps[1]})"
    against = f"against {number(usual.end)} at the usual rate"
    if fast.end < usual.end:
        return Outcome("faster", f"{opening} and ended lower: at {number(fast.end)} {against}.")
    jump = f" It even jumped up to {number(fast.peak())} again." if fast.peak() > 2 * fast.end else ""
    return Outcome("restless", f"{opening}, but it ended at {number(fast.end)} {against}.{jump}")


def how_much_fits(usual: Result, small: Result) -> Outcome:
    """Four hidden units."""
    choice = "same" if small.learnt >= 0.9 * usual.learnt else "nothing" if small.kind == "chance" else "part"
    end = "as much as it needs." if choice == "same" else "four numbers cannot tell where in the text it is."
    return Outcome(
        choice,
        f"With 4 units it gets {percent(small.learnt)} of its text right, with 64 units {percent(usual.learnt)}: {end}",
    )


def who_remembers(gated: Result, plain: Result) -> Outcome:
    """A plain RNN against a GRU; a network that remembers is right at least half the time."""
    remembered = gated.new >= 0.5, plain.new >= 0.5
    names = {(True, True): "both", (True, False): "gated", (False, False): "neither", (False, True): "plain"}
    return Outcome(
        names[remembered],
        f"After 40 steps the plain RNN names the first letter of {percent(plain.new)} of new texts, the GRU of "
        f"{percent(gated.new)}; always giving the most frequent answer is right in {percent(plain.chance)}.",
    )


def own_or_true(forced: Result, free: Result) -> Outcome:
    """Free running against teacher forcing."""
    gap = free.learnt - forced.learnt
    choice = "better" if gap > 0.05 else "worse" if gap < -0.05 else "same"
    because = " One wrong letter, and all that it reads from there on is wrong." if choice == "worse" else ""
    return Outcome(
        choice,
        f"While it learns, it gets {percent(free.learnt)} of the letters right reading its own answers, and "
        f"{percent(forced.learnt)} reading the true text. On new lines, which both read as they are, the two get "
        f"{percent(free.new)} and {percent(forced.new)}.{because}",
    )


def by_heart(run: Result) -> Outcome:
    """The usual run, for long."""
    choice = {"overfits": "worse", "learnt": "better", "learning": "better"}.get(run.kind, "nothing")
    return Outcome(choice, run.sentence)


# Short, and long enough to show the effect; what two experiments compare with is the same run, trained once.
SHORT = {"epochs": 60}
REMEMBER_40 = {"distance": 40, "count": 3000, "epochs": 8, "learning_rate": 0.02}
PREDICTIONS: dict[str, Prediction] = {
    "rate": Prediction(
        "characters",
        ({}, {"learning_rate": 0.04}),
        "ten times the learning rate",
        "the usual learning rate",
        faster_or_worse,
    ),
    "units": Prediction(
        "characters", (SHORT, SHORT | {"hidden_size": 4}), "4 hidden units", "64 hidden units", how_much_fits
    ),
    "steps": Prediction(
        "recall",
        (REMEMBER_40 | {"cell": "gru"}, REMEMBER_40 | {"cell": "rnn_tanh"}),
        "RNN (tanh)",
        "GRU",
        who_remembers,
    ),
    "own": Prediction(
        "characters",
        (SHORT, SHORT | {"free_running": 1.0}),
        "reading its own answers",
        "reading the true text",
        own_or_true,
    ),
    "heart": Prediction("characters", ({},), "150 epochs of the same lines", "", by_heart),
}
