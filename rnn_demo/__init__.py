"""Recurrent neural networks that you can watch read: cells, models, tasks, traces, and a page to see them in.

    rnn_demo.trace(nn.LSTM(3, 8), x)                          # every number that it computes
    model = rnn_demo.open_checkpoint("names")
    rnn_demo.record(model, "Ivan")                            # the same for a text; in a notebook, the stepper
    rnn_demo.explain(model, list("ivan"), "Russian")          # what the answer rests on

torch is imported when the first of these names is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from rnn_demo import display
from rnn_demo.public_names import DOORS, NAMES, open_doors, public

if TYPE_CHECKING:
    from rnn_demo.analysis.attribution import influence as explain
    from rnn_demo.analysis.gradient_flow import flow
    from rnn_demo.analysis.trace import Trace, record, trace
    from rnn_demo.experiments.cell_race import Race, race
    from rnn_demo.experiments.gradient_study import Study, study
    from rnn_demo.network.cells import CELLS
    from rnn_demo.network.model import Architecture, SequenceModel
    from rnn_demo.tasks import TASKS
    from rnn_demo.training import train
    from rnn_demo.training.config import TrainingConfig
    from rnn_demo.zoo.checkpoint import open_checkpoint
    from rnn_demo.zoo.recipes import RECIPES

__version__ = "0.2.0"
__all__ = [
    "CELLS",
    "RECIPES",
    "TASKS",
    "Architecture",
    "Race",
    "SequenceModel",
    "Study",
    "Trace",
    "TrainingConfig",
    "explain",
    "flow",
    "open_checkpoint",
    "race",
    "record",
    "study",
    "trace",
    "train",
]

open_doors()


def _stepper(trace: Trace) -> str:
    from rnn_demo.ui.viewer.notebook import frame

    return frame(trace)


display.notebook_html["Trace"] = _stepper


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first used; or a module by the name it had in version 0.1."""
    if name in NAMES:
        return public(name)
    if name in DOORS:
        return importlib.import_module(f"rnn_demo.{name}")
    raise AttributeError(f"module 'rnn_demo' has no attribute {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
