"""What each visitor has in the lab, dropped when the visitor's page is closed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from rnn_demo.experiments.gradient_study import StudyEpoch
from rnn_demo.experiments.live_run import LiveRun
from rnn_demo.experiments.run_config import RunConfig
from rnn_demo.limits import MAX_LAB_RUNS, MAX_LAB_STUDIES, MAX_LAB_VISITORS, MAX_LAB_WAITING
from rnn_demo.ui.heap import give_back
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.training_controls import Line

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

    live: LiveRun | None = None
    busy: bool = False  # does a handler advance the current run?
    pausing: bool = False  # was Pause pressed?
    runs: list[FinishedRun] = field(default_factory=list)
    study: StudyEpochs = field(default_factory=dict)
    count: int = 0


@dataclass(eq=False)
class Visitors:
    """All visitors by the names of their sessions, and the line in which they wait to train."""

    models: Models
    line: Line = field(default_factory=lambda: Line(places=1, longest=MAX_LAB_WAITING))
    _visitors: OrderedDict[str, Visitor] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, session: str) -> Visitor:
        """The visitor of this session. When there are too many, the least recently seen is dropped."""
        with self._lock:
            visitor = self._visitors.setdefault(session, Visitor())
            self._visitors.move_to_end(session)
            oldest = next(iter(self._visitors)) if len(self._visitors) > MAX_LAB_VISITORS else None
        if oldest is not None:
            self.leave(oldest)
        return visitor

    def keep(self, visitor: Visitor, live: LiveRun) -> None:
        """Add a finished run to the visitor's runs, if the page is still open; the oldest makes room."""
        if live.trained is None or visitor.live is not live:
            return
        visitor.count += 1
        name = self.models.keep(OwnModel(live.trained.model, live.trained.metrics))
        curves = {key: curve.points() for key, curve in live.curves.items()}
        visitor.runs.append(FinishedRun(visitor.count, live.config, live.trained.metrics, curves, live.prompt, name))
        while len(visitor.runs) > MAX_LAB_RUNS:
            self.models.forget(visitor.runs.pop(0).name)
        give_back()

    def keep_study(self, session: str, study_epochs: StudyEpochs) -> None:
        """Keep the results of a visitor's study in place of the last one; of too many, the oldest are dropped."""
        self.of(session).study = study_epochs
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
            live.stop()  # whoever drives it finds that it is nobody's, and closes it
            if not visitor.busy:
                live.close()
        for run in visitor.runs:
            self.models.forget(run.name)
        visitor.runs.clear()
        give_back()


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
