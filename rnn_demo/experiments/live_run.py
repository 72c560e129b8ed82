"""A training that is watched: asked for a moment at a time, so that it can pause, stop and break without loss.

    live = Live(plan("characters", {}))
    while not live.over:
        live.advance(0.1)          # trains for a tenth of a second
        print(live.picture())      # all that a page shows of it
    live.trained.model

It is `build.fit_examples` that trains, as on the command line; between two moments nothing happens and nothing is lost.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from rnn_demo.experiments.preview import sample
from rnn_demo.experiments.run_config import Plan, changed
from rnn_demo.experiments.script import command
from rnn_demo.limits import MAX_LAB_SECONDS
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.threads import one_thread
from rnn_demo.tasks import Split
from rnn_demo.training import Diverged, Epoch, Step
from rnn_demo.training.pipeline import training_metrics
from rnn_demo.zoo import build
from rnn_demo.zoo.build import Built, Trained

POINTS = 240  # of a curve, at least half as many once there were so many steps
SAMPLED, SHARE = 0.3, 0.04  # seconds between two samples at least, and what share of the time they may take
YOUNG = 50  # steps after each of which the weights are looked at, for a run that breaks often breaks early


class Curve:
    """Values over the steps, as means of so many steps that there are never more than `POINTS` of them."""

    def __init__(self) -> None:
        self.width, self.bins = 1, [(0, 0.0, 0)]  # (the last step, the sum, how many)

    def add(self, step: int, value: float) -> None:
        _, total, count = self.bins[-1]
        if count < self.width:
            self.bins[-1] = (step, total + value, count + 1)
        else:
            self.bins.append((step, value, 1))
        if len(self.bins) > POINTS:
            halves = zip(self.bins[::2], [*self.bins[1::2], (0, 0.0, 0)], strict=False)
            self.bins = [(max(a[0], b[0]), a[1] + b[1], a[2] + b[2]) for a, b in halves]
            self.width *= 2

    def points(self) -> list[tuple[int, float]]:
        """(step, value) in the order of the steps."""
        return [(step, total / count) for step, total, count in self.bins if count]


CURVES = ("loss", "accuracy", "norm", "validation_loss", "validation_accuracy", "forced", "free")


@dataclass
class Tally:
    """What an epoch has summed up so far."""

    epoch: int = 1
    steps: int = 0
    answers: int = 0
    right: int = 0
    tokens: int = 0
    loss: float = 0.0
    norm: float = 0.0

    def add(self, step: Step) -> Tally:
        """The same with one step more; the first step of an epoch begins anew."""
        old = self if self.epoch == step.epoch else Tally(step.epoch)
        return Tally(
            step.epoch, old.steps + 1, old.answers + step.answers, old.right + step.right, old.tokens + step.tokens,
            old.loss + step.loss * step.answers, old.norm + step.gradient_norm,
        )  # fmt: skip

    def as_epoch(self, epochs: int, seconds: float) -> Epoch:
        return Epoch(
            self.epoch, epochs, self.loss / self.answers, self.right / self.answers, self.loss, None, None,
            self.norm / self.steps, self.tokens / seconds, seconds,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Good:
    """The last moment at which all was well: the weights, and what was done until then."""

    step: int
    weights: dict[str, Tensor]
    tally: Tally
    epochs: tuple[Epoch, ...]


@dataclass(eq=False)
class Live:
    """A run from its plan to what came of it, `trained`, which is None if nothing did; `notices` tell why it ended."""

    plan: Plan
    asked: str = ""  # the text of the sample
    temperature: float = 0.5
    notices: list[str] = field(default_factory=list)
    trained: Trained | None = None
    over: bool = False
    seconds: float = 0.0
    step: Step | None = None
    tokens: int = 0

    def __post_init__(self) -> None:
        self.asked = self.asked or (self.plan.text[:6] if self.plan.text else self.plan.recipe.examples[0])
        self.notices += self.plan.remarks
        self.curves = {name: Curve() for name in CURVES}
        self.epochs: list[Epoch] = []
        self.tally, self.stopping = Tally(), False
        self.said: dict[str, Any] = {}
        self.next_said = 0.0
        self.chance: Tensor | None = None
        self.good: Good | None = None
        self.next_good: Good | None = None
        self.model: SequenceModel | None = None
        self.split: Split | None = None
        recipe, data = self.plan.recipe, self.plan.data
        self.events = build.fit_examples(
            recipe, list(self.plan.examples), data, command(self.plan), stop=lambda: self.stopping
        )

    def advance(self, seconds: float) -> None:
        """Train for about so long; at the end of the run everything is measured as well, which may take longer."""
        started = time.perf_counter()
        with one_thread(), self._own_chance():
            try:
                for event in self.events:
                    self._take(event)
                    if time.perf_counter() - started > seconds:
                        break
            except Diverged as error:
                self._go_back(error)
        self.seconds += time.perf_counter() - started
        if self.seconds > MAX_LAB_SECONDS and not self.stopping:
            self.stop()
            self.notices.append(
                f"It was stopped after {MAX_LAB_SECONDS} seconds, the longest that a training lasts in the page; "
                "the command below has no such limit."
            )
        if not self.over:
            self._look_at_weights()
        elif self.trained is None:
            self.close()

    def stop(self) -> None:
        """Wish that no step follows; what was learnt so far is measured and kept."""
        self.stopping = True

    def close(self) -> None:
        """Give up the run and all that it holds in memory."""
        self.events.close()
        self.over, self.model, self.split, self.good, self.next_good, self.trained = True, None, None, None, None, None

    def _take(self, event: Any) -> None:
        if isinstance(event, Built):
            self.model, self.split = event.model, event.split
        elif isinstance(event, Step):
            self.good, self.next_good = self.next_good or self.good, None  # they gave a loss that is a number
            self.step, self.tally, self.tokens = event, self.tally.add(event), self.tokens + event.tokens
            self.curves["loss"].add(event.step, event.loss)
            self.curves["accuracy"].add(event.step, event.right / event.answers)
            self.curves["norm"].add(event.step, event.gradient_norm)
            if event.step <= YOUNG:
                self._look_at_weights()
        elif isinstance(event, Epoch):
            self.epochs.append(event)
            if event.validation_loss is not None and event.validation_accuracy is not None and self.step:
                self.curves["validation_loss"].add(self.step.step, event.validation_loss)
                self.curves["validation_accuracy"].add(self.step.step, event.validation_accuracy)
        elif isinstance(event, Trained):
            self._finish(event)

    def _finish(self, trained: Trained) -> None:
        self.trained, self.over = trained, True
        done = self.step.step if self.step else 0
        if self.step and self.stopping and done < self.step.steps:
            self.plan = changed(self.plan, max_steps=done)
            trained.metrics.update(command=command(self.plan), training=dict(vars(self.plan.recipe.training)))
        self.say_something()

    def _look_at_weights(self) -> None:
        """Remember the weights, which are good if the next step finds a loss with them that is a number."""
        if self.model is not None and self.step is not None:
            weights = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
            self.next_good = Good(self.step.step, weights, self.tally, tuple(self.epochs))

    def _go_back(self, error: Diverged) -> None:
        """Keep the weights of the last moment at which all was well, and measure them."""
        self.notices.append(f"It broke: {error}.")
        self.over = True
        if self.good is None or self.model is None or self.split is None:
            self.notices.append("No step before it was good, so there is no model to keep.")
            return
        good = self.good
        self.notices.append(f"The model is kept as it was after step {good.step}, when all was well.")
        self.model.load_state_dict(good.weights)
        self.model.eval()
        self.plan = changed(self.plan, max_steps=good.step, keep="last")
        epochs = list(good.epochs)
        if not epochs or epochs[-1].epoch < good.tally.epoch:
            rest = max(1e-3, self.seconds - sum(epoch.seconds for epoch in epochs))
            epochs.append(good.tally.as_epoch(self.plan.recipe.training.epochs, rest))
        told = training_metrics(epochs, sum(epoch.seconds for epoch in epochs))
        plan = self.plan
        self.trained = build.finish(plan.recipe, self.model, self.split, told, plan.data, command(plan))
        self.say_something()

    @contextlib.contextmanager
    def _own_chance(self) -> Iterator[None]:
        """Draw from random numbers of one's own, whatever else was drawn in the meantime."""
        others = torch.get_rng_state()
        if self.chance is not None:
            torch.set_rng_state(self.chance)
        try:
            yield
        finally:
            self.chance = torch.get_rng_state()
            torch.set_rng_state(others)

    # --- what a page shows ---

    def say_something(self) -> None:
        """Let the network say what it has learnt so far."""
        if self.model is None or self.split is None:
            return
        started = time.perf_counter()
        with one_thread():
            self.said = sample(self.model, self.asked, self.temperature, self.split.validation or self.split.train)
        if self.step and "free" in self.said:
            self.curves["forced"].add(self.step.step, self.said["forced"])
            self.curves["free"].add(self.step.step, self.said["free"])
        self.next_said = self.seconds + max(SAMPLED, (time.perf_counter() - started) / SHARE)

    def picture(self) -> dict[str, Any]:
        """All that is shown of the run as it stands."""
        if not self.over and self.step and self.seconds >= self.next_said:
            self.say_something()
        shown: dict[str, Any] = {
            "curves": {name: curve.points() for name, curve in self.curves.items()},
            "sample": self.said,
            "notices": self.notices,
            "seconds": self.seconds,
            "over": self.over,
        }
        if self.step:
            done, steps = self.step.step, self.step.steps
            left = self.seconds / done * (steps - done)
            shown |= {
                "step": done,
                "steps": steps,
                "epoch": self.step.epoch,
                "epochs": self.plan.recipe.training.epochs,
                "left": max(0.0, min(left, MAX_LAB_SECONDS - self.seconds)),
                "tokens_per_second": self.tokens / max(self.seconds, 1e-9),
                "loss": self.step.loss,
                "norm": self.step.gradient_norm,
            }
        return shown


def warm_up() -> None:
    """Let torch import its compiler before a run waits for it: its first optimizer does, and it takes a second."""
    torch.optim.SGD([torch.zeros(1)], lr=1.0)
