"""What each visitor has in the lab, dropped when the visitor's page is closed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from rnn_demo.experiments.gradient_study import StudyEpochs
from rnn_demo.experiments.lab.setting_words import in_words
from rnn_demo.experiments.remote_run import PACE, RemoteRun
from rnn_demo.experiments.run_config import TEXT, RunConfig
from rnn_demo.experiments.workers import Pool
from rnn_demo.limits import (
    MAX_LAB_FORECASTS,
    MAX_LAB_PAUSED,
    MAX_LAB_RUNS,
    MAX_LAB_STUDIES,
    MAX_LAB_TRAINING,
    MAX_LAB_VISITORS,
)
from rnn_demo.ui.lab.contracts import Beside
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.server.training_queue import Full, TrainingQueue

ENDED = (
    f"This run was stopped, because more than {MAX_LAB_PAUSED} runs were paused and this one had been paused longest. "
    "Its network so far is in the table; it cannot be resumed."
)
MAX_REMEMBERED = 1_000  # dropped visitors who are remembered, so that they can be told
SETS = {"recall": "training", "validation": "validation", "test": "test"}  # what was measured, in the page's words


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """A finished training: its plan, its metrics, and the secret name of its model."""

    number: int
    config: RunConfig
    metrics: dict[str, Any]
    picture: dict[str, Any]  # as the page drew it at the end
    prompt: str  # the text that it was watched with
    name: str

    @property
    def title(self) -> str:
        return f"run {self.number}"

    @property
    def curves(self) -> dict[str, list[tuple[int, float]]]:
        return dict(self.picture["curves"])

    @property
    def seconds(self) -> float:
        """How long it trained, as the page said."""
        return float(self.picture["seconds"])


def beside(name: str, picture: Mapping[str, Any]) -> Beside:
    """A run as the page draws it beside another one: what it learnt from, and no validation."""
    curves = picture["curves"]
    return {"name": name, "curves": {"loss": curves["loss"], "accuracy": curves["accuracy"], "norm": curves["norm"]}}


@dataclass(eq=False)
class Experiment:
    """An experiment under way: its name, what the visitor predicted, its runs and their titles.

    `done` has the pictures of those that are over, `live` is the present one.
    """

    name: str
    choice: str
    configs: list[RunConfig]
    titles: list[str]
    done: list[dict[str, Any]] = field(default_factory=list)
    live: RemoteRun | None = None

    @property
    def config(self) -> RunConfig | None:
        """The run that is trained now, or begins next; None where all are over."""
        number = len(self.done) + (self.live is not None and self.live.over)
        return self.configs[number] if number < len(self.configs) else None

    @property
    def caption(self) -> dict[str, Any]:
        """What the page draws with the present run: its title, and the run before it for comparison."""
        number, count = len(self.done), len(self.configs)
        title = self.titles[number] if count == 1 else f"Run {number + 1} of {count}: {self.titles[number]}"
        return {"title": title} | ({"beside": beside(self.titles[0], self.done[0])} if number else {})


@dataclass(eq=False)
class Visitor:
    """One open page: its current run, the finished ones, and the results of its last gradient study."""

    live: RemoteRun | None = None
    busy: bool = False  # does a handler advance the current run?
    pauses: int = 0  # how many pauses there had been, of all visitors, when the current run was paused
    end_unseen: bool = False  # was the current run ended during a pause, and the page does not show it yet?
    runs: list[FinishedRun] = field(default_factory=list)
    forecasts: list[str] = field(default_factory=list)  # the secret names of networks that forecast, the newest last
    study_epochs: StudyEpochs = field(default_factory=dict)
    count: int = 0
    experiment: Experiment | None = None  # the experiment that the current run belongs to
    caption: dict[str, Any] = field(default_factory=dict)  # what is drawn with the current run, of an experiment
    session: str = ""  # its name

    @property
    def idle(self) -> bool:
        """Does nothing of the visitor run or wait?"""
        return not self.busy and (self.live is None or self.live.over)


@dataclass(eq=False)
class Visitors:
    """All who have trained, by the names of their sessions, and the queue in which they wait to train."""

    models: Models
    pool: Pool
    queue: TrainingQueue = field(default_factory=lambda: TrainingQueue(MAX_LAB_TRAINING))
    _visitors: OrderedDict[str, Visitor] = field(default_factory=OrderedDict)
    _lost_runs: OrderedDict[str, int] = field(default_factory=OrderedDict)  # how many runs a dropped visitor has lost
    _pauses: int = 0  # of all visitors so far
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, session: str) -> Visitor:
        """The visitor of this session; a new and empty one, which is not remembered, before anything was trained."""
        with self._lock:
            if session in self._visitors:
                self._visitors.move_to_end(session)
            return self._visitors.get(session) or Visitor()

    def enrol(self, session: str) -> Visitor:
        """The visitor of this session, remembered from now on, because a training begins.

        Where there are too many, the one who has been idle longest is dropped, and reads so later; `Full` if nobody is.
        """
        with self._lock:
            visitor = self._visitors.setdefault(session, Visitor(session=session))
            self._visitors.move_to_end(session)
            oldest = None
            if len(self._visitors) > MAX_LAB_VISITORS:
                others = ((name, other) for name, other in self._visitors.items() if name != session)
                oldest = next((name for name, other in others if other.idle), None)
                if oldest is None:
                    del self._visitors[session]
                    raise Full(f"{MAX_LAB_VISITORS} visitors are training at the moment; come back in a few minutes")
                self._lost_runs[oldest] = len(self._visitors[oldest].runs)
                while len(self._lost_runs) > MAX_REMEMBERED:
                    self._lost_runs.popitem(last=False)
        if oldest is not None:
            self.leave(oldest)
        return visitor

    def notice_of_lost_runs(self, session: str) -> str:
        """A sentence for a visitor whose runs were dropped, once; else an empty text."""
        with self._lock:
            runs = self._lost_runs.pop(session, 0)
        if not runs:
            return ""
        return (
            f"Your {'earlier run was' if runs == 1 else f'{runs} earlier runs were'} removed, because more than "
            f"{MAX_LAB_VISITORS} visitors have trained since; save what you want to keep."
        )

    def keep(self, visitor: Visitor, live: RemoteRun) -> None:
        """Add a finished run to the visitor's runs, if the page is still open; the oldest makes room."""
        trained = live.outcome.trained if live.outcome else None
        if trained is None or visitor.live is not live:
            return
        visitor.count += 1
        title, details = f"run {visitor.count}", f"{live.config.recipe.title}, {settings(live.config)}"
        own = OwnModel(trained.model, trained.metrics, (), title, details, "your runs in the lab", visitor.session)
        name = self.models.keep(own)
        visitor.runs.append(FinishedRun(visitor.count, live.config, trained.metrics, live.picture, live.prompt, name))
        while len(visitor.runs) > MAX_LAB_RUNS:
            self.models.forget(visitor.runs.pop(0).name)

    def has_next_run(self, visitor: Visitor) -> bool:
        """Does another run of the visitor's experiment follow the current one, which is over?"""
        experiment, live = visitor.experiment, visitor.live
        if experiment is None or live is None or experiment.live is not live or live.stopping or live.outcome is None:
            return False
        return len(experiment.done) + 1 < len(experiment.configs)

    def next_run(self, visitor: Visitor) -> Experiment | None:
        """The visitor's experiment, for the first caller after one of its runs has ended; else None."""
        with self._lock:
            experiment = visitor.experiment
            if (
                experiment is None
                or experiment.live is None
                or experiment.live is not visitor.live
                or not experiment.live.over
            ):
                return None
            experiment.live = None
            return experiment

    def claim(self, visitor: Visitor) -> bool:
        """Let a handler advance the visitor's current run; False if another one does. It ends with `busy = False`."""
        with self._lock:
            is_mine, visitor.busy = not visitor.busy, True
            return is_mine

    def pause(self, visitor: Visitor) -> None:
        """The visitor's run is paused from now on; where too many are, those paused longest are ended.

        Each is kept as a finished run. Its visitor reads why when the page asks next.
        """
        with self._lock:
            self._pauses += 1
            visitor.pauses = self._pauses
        while (other := self._claim_longest_paused()) is not None:
            live = other.live
            try:
                if live is not None:
                    live.stop(ENDED)
                    while not live.over:
                        live.advance(self.pool, PACE)
                    other.end_unseen = True
                    self.keep(other, live)
            finally:
                other.busy = False
                if live is not None and other.live is not live:
                    live.close()

    def _claim_longest_paused(self) -> Visitor | None:
        """Claim the visitor whose run has been paused longest, if too many are paused; else None."""
        with self._lock:
            paused = [v for v in self._visitors.values() if v.live and v.live.paused and not v.live.over]
            idle = [visitor for visitor in paused if not visitor.busy]
            if len(paused) <= MAX_LAB_PAUSED or not idle:
                return None
            longest = min(idle, key=lambda visitor: visitor.pauses)
            longest.busy = True
            return longest

    def keep_study_epochs(self, session: str, study_epochs: StudyEpochs) -> None:
        """Keep the results of a visitor's study instead of the last one; where there are too many, drop the oldest."""
        self.enrol(session).study_epochs = study_epochs
        with self._lock:
            holders = [visitor for visitor in self._visitors.values() if visitor.study_epochs]  # the newest is the last
        for visitor in holders[:-MAX_LAB_STUDIES]:
            visitor.study_epochs = {}

    def keep_forecast(self, session: str, own: OwnModel) -> str:
        """Keep a visitor's network that forecasts, for which the oldest makes room; return its secret name."""
        forecasts = self.enrol(session).forecasts
        forecasts.append(self.models.keep(own))
        while len(forecasts) > MAX_LAB_FORECASTS:
            self.models.forget(forecasts.pop(0))
        return forecasts[-1]

    def leave(self, session: str) -> None:
        """Drop a visitor whose page is closed: the current run ends, and nothing is left in memory."""
        with self._lock:
            visitor = self._visitors.pop(session, None)
        if visitor is None:
            return
        live, visitor.live = visitor.live, None
        if live is not None:
            live.close()
        for name in (*(run.name for run in visitor.runs), *visitor.forecasts):
            self.models.forget(name)
        visitor.runs.clear()
        visitor.forecasts.clear()


def session_of(request: gr.Request) -> str:
    """The name of the visitor's session."""
    return str(request.session_hash)


def settings(config: RunConfig) -> str:
    """The cell, its size, and what a visitor changed."""
    architecture = config.recipe.architecture
    first = [in_words("cell", architecture.cell), in_words("hidden_size", architecture.hidden_size)]
    rest = [in_words(key, value) for key, value in config.options.items() if key not in ("cell", "hidden_size")]
    own_text = [in_words(TEXT, config.text)] if config.text else []
    return ", ".join(filter(None, [*first, *rest, *own_text]))


def run_in_words(config: RunConfig) -> str:
    """What is trained and how: the settings that matter in every run, and whatever a visitor changed."""
    recipe = config.recipe
    values = {name: getattr(recipe.architecture, name) for name in ("cell", "hidden_size", "num_layers")}
    values |= {name: getattr(recipe.training, name) for name in ("learning_rate", "batch_size", "epochs")}
    values |= {name: value for name, value in config.options.items() if name not in values}
    own_text = [in_words(TEXT, config.text)] if config.text else []
    words = filter(None, (in_words(name, value) for name, value in values.items()))
    return f"{recipe.title}; {', '.join([*words, *own_text])}"


def table_row(run: FinishedRun) -> dict[str, Any]:
    """A run in the table: its recipe, size and time, and the accuracy and loss of its model.

    `scores` has both for "validation", "test" or "training", where there are such examples; `kept` is the epoch of
    the weights, where they are not the last ones.
    """
    metrics, training = run.metrics, run.config.recipe.training
    measured = {SETS[part]: scores for part, scores in metrics["measured"].items() if part in SETS}
    epochs = [epoch for epoch in metrics["epochs"] if epoch["validation_loss"] is not None]
    kept = 0
    if epochs:
        best = min(epochs, key=lambda epoch: epoch["validation_loss"]) if training.keep == "best" else epochs[-1]
        kept = best["epoch"] if best is not epochs[-1] else 0
        measured["validation"] = {"accuracy": best["validation_accuracy"], "loss": best["validation_loss"]}
    return {
        "number": run.number,
        "task": run.config.name,
        "recipe": run.config.recipe.title,
        "scores": {
            part: {key: scores[key] for key in ("accuracy", "loss")} for part, scores in sorted(measured.items())
        },
        "kept": kept,
        "parameters": metrics["parameters"],
        "steps": training.max_steps or run.curves["loss"][-1][0],
        "seconds": run.seconds,
    }
