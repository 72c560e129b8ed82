"""What each visitor has in the lab, dropped when the visitor's page is closed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from rnn_demo.experiments.gradient_study import StudyEpoch
from rnn_demo.experiments.remote_run import PACE, RemoteRun
from rnn_demo.experiments.run_config import RunConfig
from rnn_demo.experiments.workers import Pool
from rnn_demo.limits import MAX_LAB_PAUSED, MAX_LAB_RUNS, MAX_LAB_STUDIES, MAX_LAB_TRAINING, MAX_LAB_VISITORS
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.training_controls import Full, Line

ENDED = (
    f"This run was stopped, because more than {MAX_LAB_PAUSED} runs were paused and this one for longest. Its network "
    "up to here is in the table; it cannot be resumed."
)
MAX_LOSSES = 1_000  # dropped visitors who are remembered, to be told
StudyEpochs = dict[tuple[str, int], StudyEpoch]  # of a gradient study, by cell and epoch


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """A finished training: its plan, its metrics, and the secret name of its model."""

    number: int
    config: RunConfig
    metrics: dict[str, Any]
    curves: dict[str, list[tuple[int, float]]]
    prompt: str  # the text that it was watched with
    name: str

    @property
    def title(self) -> str:
        return f"run {self.number}"


@dataclass(eq=False)
class Visitor:
    """One open page: its current run, the finished ones, and the results of its last gradient study."""

    live: RemoteRun | None = None
    busy: bool = False  # does a handler advance the current run?
    pauses: int = 0  # how many pauses of all visitors there were when the current run was paused
    untold: bool = False  # was the current run ended during a pause, and the page does not show it yet?
    runs: list[FinishedRun] = field(default_factory=list)
    study: StudyEpochs = field(default_factory=dict)
    count: int = 0

    @property
    def idle(self) -> bool:
        """Does nothing of the visitor run or wait?"""
        return not self.busy and (self.live is None or self.live.over)


@dataclass(eq=False)
class Visitors:
    """All who have trained, by the names of their sessions, and the line in which they wait to train."""

    models: Models
    pool: Pool
    line: Line = field(default_factory=lambda: Line(MAX_LAB_TRAINING))
    _visitors: OrderedDict[str, Visitor] = field(default_factory=OrderedDict)
    _losses: OrderedDict[str, int] = field(default_factory=OrderedDict)  # how many runs a dropped visitor has lost
    _pauses: int = 0  # of all visitors so far
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, session: str) -> Visitor:
        """The visitor of this session; one who has not trained has nothing, and is not remembered."""
        with self._lock:
            if session in self._visitors:
                self._visitors.move_to_end(session)
            return self._visitors.get(session) or Visitor()

    def enrol(self, session: str) -> Visitor:
        """The visitor of this session, remembered from now on, because a training begins.

        Of too many, the one who was idle for longest is dropped and told so later; `Full` where nobody is idle.
        """
        with self._lock:
            visitor = self._visitors.setdefault(session, Visitor())
            self._visitors.move_to_end(session)
            oldest = None
            if len(self._visitors) > MAX_LAB_VISITORS:
                others = ((name, other) for name, other in self._visitors.items() if name != session)
                oldest = next((name for name, other in others if other.idle), None)
                if oldest is None:
                    del self._visitors[session]
                    raise Full(f"{MAX_LAB_VISITORS} visitors are training at the moment; come back in a few minutes")
                self._losses[oldest] = len(self._visitors[oldest].runs)
                while len(self._losses) > MAX_LOSSES:
                    self._losses.popitem(last=False)
        if oldest is not None:
            self.leave(oldest)
        return visitor

    def loss(self, session: str) -> str:
        """A sentence for a visitor whose runs were dropped, once; else an empty text."""
        with self._lock:
            runs = self._losses.pop(session, 0)
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
        name = self.models.keep(OwnModel(trained.model, trained.metrics))
        curves = live.picture["curves"]
        visitor.runs.append(FinishedRun(visitor.count, live.config, trained.metrics, curves, live.prompt, name))
        while len(visitor.runs) > MAX_LAB_RUNS:
            self.models.forget(visitor.runs.pop(0).name)

    def claim(self, visitor: Visitor) -> bool:
        """Let a handler advance the visitor's current run; False if another one does. It ends with `busy = False`."""
        with self._lock:
            is_mine, visitor.busy = not visitor.busy, True
            return is_mine

    def pause(self, visitor: Visitor) -> None:
        """The visitor's run is paused from now on; of too many, those that were paused for longest are ended.

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
                    other.untold = True
                    self.keep(other, live)
            finally:
                other.busy = False
                if live is not None and other.live is not live:
                    live.close()

    def _claim_longest_paused(self) -> Visitor | None:
        """The visitor whose run was paused for longest, claimed, if more are paused than may be."""
        with self._lock:
            paused = [v for v in self._visitors.values() if v.live and v.live.paused and not v.live.over]
            idle = [visitor for visitor in paused if not visitor.busy]
            if len(paused) <= MAX_LAB_PAUSED or not idle:
                return None
            longest = min(idle, key=lambda visitor: visitor.pauses)
            longest.busy = True
            return longest

    def keep_study(self, session: str, study_epochs: StudyEpochs) -> None:
        """Keep the results of a visitor's study in place of the last one; of too many, the oldest are dropped."""
        self.enrol(session).study = study_epochs
        with self._lock:
            studies = [visitor for visitor in self._visitors.values() if visitor.study]  # the newest is the last
        for visitor in studies[:-MAX_LAB_STUDIES]:
            visitor.study = {}

    def leave(self, session: str) -> None:
        """Drop a visitor whose page is closed: the current run ends, and nothing is left in memory."""
        with self._lock:
            visitor = self._visitors.pop(session, None)
        if visitor is None:
            return
        live, visitor.live = visitor.live, None
        if live is not None:
            live.close()
        for run in visitor.runs:
            self.models.forget(run.name)
        visitor.runs.clear()


def session_of(request: gr.Request) -> str:
    """The name of the visitor's session."""
    return str(request.session_hash)


def table_row(run: FinishedRun) -> dict[str, Any]:
    """A run in the table: its recipe, accuracy, size and time."""
    metrics = run.metrics
    part, scores = next(iter(metrics["measured"].items()))
    return {
        "number": run.number,
        "recipe": run.config.recipe.title,
        "cell": run.config.recipe.architecture.cell,
        "part": part,
        "accuracy": scores["accuracy"],
        "loss": scores["loss"],
        "parameters": metrics["parameters"],
        "steps": run.config.recipe.training.max_steps or run.curves["loss"][-1][0],
        "seconds": metrics["train_seconds"],
    }
