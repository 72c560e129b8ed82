"""A training run that is watched: it advances a moment at a time, so that it can pause, stop and break without loss.

    live = LiveRun(configure("characters", {}))
    while not live.over:
        live.advance(0.1)          # trains for a tenth of a second
        print(live.picture())      # all that a page shows of it
    live.trained.model

`zoo.build.fit_examples` does the training, as on the command line; between two moments nothing happens.
"""

from __future__ import annotations

import copy
import math
import time
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from rnn_demo.data.json_text import finite
from rnn_demo.experiments.lab.judgement import Facts, Judgement, judge
from rnn_demo.experiments.preview import WINDOWS, sample
from rnn_demo.experiments.run_config import RunConfig, with_settings
from rnn_demo.experiments.script import command
from rnn_demo.limits import MAX_LAB_SECONDS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import MEMORY, TASKS, Example, Split
from rnn_demo.training import Diverged, Epoch, Step
from rnn_demo.training.batching import Batches
from rnn_demo.training.device import device_in_words, units, usable_gpu
from rnn_demo.training.loop import Progress
from rnn_demo.training.pipeline import training_metrics
from rnn_demo.zoo.build import Built, Trained, finish, fit_examples

POINTS = 240  # of a curve, at most; at least half as many after that many steps
# Seconds between two samples at least and at most; in between, the share of the time that they may take. The first one
# of a process takes ten times as long as the others.
SAMPLE_PAUSE, LONGEST_PAUSE, SAMPLE_SHARE = 0.3, 1.0, 0.04
YOUNG = 50  # back up the weights after each of the first steps, because divergence usually comes early
CURVES = ("loss", "accuracy", "norm", "validation_loss", "validation_accuracy", "forced", "free")


class Curve:
    """Values over the steps, as means over enough steps that there are never more than `POINTS` of them."""

    def __init__(self) -> None:
        self.width, self.bins = 1, [(0, 0.0, 0)]  # (the last step, the sum, how many)

    def add(self, step: int, value: float) -> None:
        """Add the value of a step."""
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


@dataclass(frozen=True, eq=False)
class Backup:
    """The weights after a step, and the progress until then."""

    step: int
    weights: dict[str, Tensor]
    progress: Progress
    epochs: tuple[Epoch, ...]


class LiveRun:
    """A run from its configuration to its result, `trained`, or None where there is none; `notices` say why it ended.

    `prompt` is the text that samples are made of, `temperature` that of a network which writes. `config` changes when
    the run ends early, so that it always tells how the same result is made again.
    """

    def __init__(self, config: RunConfig, prompt: str = "", temperature: float = 0.5) -> None:
        self.config = config
        self.prompt = prompt or default_prompt(config)
        self.temperature = temperature
        self.notices: list[str] = [*config.remarks]
        self.over, self.stopping, self.diverged, self.seconds = False, False, False, 0.0
        self.model: SequenceModel | None = None
        self.trained: Trained | None = None
        # What the page shows.
        self.step: Step | None = None
        self.tokens = 0
        self.curves = {name: Curve() for name in CURVES}
        self.sample: dict[str, Any] = {}
        self.sampled: tuple[Example, ...] = ()  # what a network that writes is compared on
        self.device = ""  # where it is trained, in a sentence
        self.chance = 0.0  # the accuracy of always giving the most frequent answer
        self._next_sample = 0.0  # seconds of training
        # What the run needs while it goes on.
        self._split: Split | None = None
        self._epochs: list[Epoch] = []
        self._progress = Progress()
        self.backup: Backup | None = None  # known to be good
        self._next_backup: Backup | None = None  # good if the next step finds its gradient finite
        self._events = fit_examples(
            config.recipe, list(config.examples), config.data, command(config), stop=lambda: self.stopping
        )

    def advance(self, seconds: float) -> None:
        """Train for about this long; at its end the run is evaluated as well, which may take longer."""
        started = time.perf_counter()
        try:
            for event in self._events:
                self._take(event)
                if time.perf_counter() - started > seconds:
                    break
        except Diverged as error:
            self._diverge(error)
        self.seconds += time.perf_counter() - started
        if self.seconds > MAX_LAB_SECONDS and not self.stopping:
            self.stop()
            self.notices.append(
                f"Training was stopped after {MAX_LAB_SECONDS} seconds, the limit for a run in this page; "
                "to train for longer, run the command below without --max-steps."
            )
        if not self.over:
            self._back_up()

    def stop(self) -> None:
        """Let no step follow; what was learnt so far is evaluated and kept."""
        self.stopping = True

    def take_sample(self) -> None:
        """Let the network show what it has learnt so far."""
        if self.model is None:
            return
        started = time.perf_counter()
        self.sample = sample(self.model, self.prompt, self.temperature, self.sampled)
        self.sample["epoch"] = self.step.epoch if self.step else 0
        if self.step and "free" in self.sample:
            self.curves["forced"].add(self.step.step, self.sample["forced"])
            self.curves["free"].add(self.step.step, self.sample["free"])
        pause = (time.perf_counter() - started) / SAMPLE_SHARE
        self._next_sample = self.seconds + min(LONGEST_PAUSE, max(SAMPLE_PAUSE, pause))

    def picture(self) -> dict[str, Any]:
        """What a page shows of the run as it stands, ready for JSON: None for a number that is not finite.

        Always "curves" (name to [(step, value), ...]), "sample", "notices", "seconds", "over" and "device", a sentence
        about where it is trained, or "" where there is no choice; after the first step
        also "step" of "steps", "epoch" of "epochs", "left" (seconds, an estimate), "tokens_per_second", "loss" (nats),
        "norm" (of the gradient), "judgement", what the run has come to, or None, and "chance", the accuracy that it is
        judged against. "kept" is the step whose weights the model of a run that is over has, where they are not the
        last ones.
        """
        if not self.over and self.step and self.seconds >= self._next_sample:
            self.take_sample()
        picture: dict[str, Any] = {
            "curves": {name: curve.points() for name, curve in self.curves.items()},
            "sample": self.sample,
            "notices": self.notices,
            "seconds": self.seconds,
            "over": self.over,
            "device": self.device,
        }
        if self.step:
            done, steps = self.step.step, self.step.steps
            left = self.seconds / done * (steps - done)
            picture |= {
                "step": done,
                "steps": steps,
                "epoch": self.step.epoch,
                "epochs": self.config.recipe.training.epochs,
                "left": max(0.0, min(left, MAX_LAB_SECONDS - self.seconds)),
                "tokens_per_second": self.tokens / max(self.seconds, 1e-9),
                "loss": self.step.loss,
                "norm": self.step.gradient_norm,
                "judgement": vars(judgement) if (judgement := self.judgement()) else None,
                "chance": self.chance,
                "kept": self._kept_step(),
            }
        return finite(picture)

    def judgement(self) -> Judgement | None:
        """What the run has come to so far, in a sentence; None before the first step and while it is too early."""
        if self._split is None or self.step is None:
            return None
        task, training, split = TASKS[self.config.recipe.task], self.config.recipe.training, self._split
        facts = Facts(
            steps_per_epoch=math.ceil(len((*split.train, *split.practice)) / training.batch_size),
            planned=self.step.steps,
            chance=self.chance,
            answers=sum(len(task.asked_labels(example)) for example in split.validation or split.train),
            writes=task.writes,
            over=self.over,
            diverged=self.diverged,
        )
        return judge({name: curve.points() for name, curve in self.curves.items()}, facts)

    def _kept_step(self) -> int | None:
        """The last step of the best epoch, once its weights took the place of later ones."""
        losses = self.curves["validation_loss"].points()
        if not self.over or self.config.recipe.training.keep != "best" or not losses:
            return None
        best = min(losses, key=lambda point: point[1])[0]
        return best if best != losses[-1][0] else None

    def _take(self, event: Any) -> None:
        if isinstance(event, Built):
            self.model, self._split = event.model, event.split
            judged = event.split.validation or event.split.train
            self.device = self._device_in_words(event)
            self.sampled, self.chance = judged[:WINDOWS], TASKS[self.config.recipe.task].chance(judged)
        elif isinstance(event, Step):
            if math.isfinite(event.gradient_norm):
                self.backup = self._next_backup or self.backup
            self._next_backup = None
            self._progress = self._progress if self._progress.epoch == event.epoch else Progress(event.epoch)
            self._progress.add(event)
            self.step, self.tokens = event, self.tokens + event.tokens
            self.curves["loss"].add(event.step, event.loss)
            self.curves["accuracy"].add(event.step, event.right / event.answers)
            self.curves["norm"].add(event.step, event.gradient_norm)
            if event.step <= YOUNG:
                self._back_up()
        elif isinstance(event, Epoch):
            self._epochs.append(event)
            if event.validation_loss is not None and event.validation_accuracy is not None and self.step:
                self.curves["validation_loss"].add(self.step.step, event.validation_loss)
                self.curves["validation_accuracy"].add(self.step.step, event.validation_accuracy)
        elif isinstance(event, Trained):
            self._end(event)

    def _device_in_words(self, built: Built) -> str:
        training = self.config.recipe.training
        if usable_gpu() is None:
            return ""
        batches = Batches(built.model, built.split.train, training.batch_size, training.max_tokens)
        return device_in_words(training.device, units(built.model) * batches.tokens / len(batches))

    def _end(self, trained: Trained) -> None:
        """The run is over, at its end or where it was stopped; the configuration then says how it is made again."""
        self.trained, self.over = trained, True
        done = self.step.step if self.step else 0
        if self.step and self.stopping and done < self.step.steps:
            self.config = with_settings(self.config, max_steps=done)
            trained.metrics.update(command=command(self.config), training=dict(vars(self.config.recipe.training)))
        self.take_sample()

    def _back_up(self) -> None:
        """Remember the weights, which are good if the next step finds a loss and a gradient that are finite."""
        if self.model is not None and self.step is not None:
            # On the CPU, for a backup may go to a process that has no GPU.
            weights = {name: value.detach().to("cpu", copy=True) for name, value in self.model.state_dict().items()}
            progress = copy.copy(self._progress)
            self._next_backup = Backup(self.step.step, weights, progress, tuple(self._epochs))

    def _diverge(self, error: Diverged) -> None:
        """The loss is no number: evaluate and keep the weights of the last good backup."""
        self.notices.append(f"Training diverged: {error}.")
        self.over = self.diverged = True
        if self.backup is None:
            self.notices.append("There is no earlier good step, so no model was kept.")
        else:
            self.go_back(self.backup)

    def go_back(self, backup: Backup) -> None:
        """End the run with the weights of a backup, and evaluate them."""
        while self.model is None or self._split is None:  # nothing was trained here yet
            self._take(next(self._events))
        self.over = True
        self.notices.append(f"The model from step {backup.step}, the last good step, was kept.")
        self.model.load_state_dict(backup.weights)
        self.model.eval()
        self.config = with_settings(self.config, max_steps=backup.step, keep="last")
        epochs = list(backup.epochs)
        if not epochs or epochs[-1].epoch < backup.progress.epoch:
            seconds = max(1e-3, self.seconds - sum(epoch.seconds for epoch in epochs))
            progress = replace(backup.progress, seconds=seconds)
            epochs.append(progress.as_epoch(self.config.recipe.training.epochs))
        history = training_metrics(epochs, sum(epoch.seconds for epoch in epochs))
        self.trained = finish(
            self.config.recipe, self.model, self._split, history, self.config.data, command(self.config)
        )
        self.take_sample()


def default_prompt(config: RunConfig) -> str:
    """What samples are made of where nothing else is asked for."""
    if config.text:
        return config.text[:6]
    making = config.recipe.making
    if making is None:
        return config.recipe.examples[0]
    return MEMORY[config.recipe.task].make(1, making.distance, config.recipe.training.seed + 1)[0].text
