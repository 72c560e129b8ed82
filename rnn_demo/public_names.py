"""What `import rnn_demo` offers, and the module names of version 0.1 as doors: a script saved then still runs.

    from rnn_demo.recipes import RECIPES      # opens rnn_demo.zoo.recipes

`rnn_demo.trace`, `rnn_demo.explain`, `rnn_demo.flow` and `rnn_demo.race` were modules and are functions now. As a door
each is both: call it, or import from it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any

# Public name of the package -> the module it comes from, and its name there.
NAMES = {
    "CELLS": ("network.cells", "CELLS"),
    "RECIPES": ("zoo.recipes", "RECIPES"),
    "TASKS": ("tasks", "TASKS"),
    "Architecture": ("network.model", "Architecture"),
    "Race": ("experiments.cell_race", "Race"),
    "SequenceModel": ("network.model", "SequenceModel"),
    "Study": ("experiments.gradient_study", "Study"),
    "Trace": ("analysis.trace", "Trace"),
    "TrainingConfig": ("training.config", "TrainingConfig"),
    "explain": ("analysis.attribution", "influence"),
    "flow": ("analysis.gradient_flow", "flow"),
    "open_checkpoint": ("zoo.checkpoint", "open_checkpoint"),
    "race": ("experiments.cell_race", "race"),
    "record": ("analysis.trace", "record"),
    "study": ("experiments.gradient_study", "study"),
    "trace": ("analysis.trace", "trace"),
    "train": ("training.loop", "train"),
}

# Old module name -> where it is now: a module, or the modules that share what it held.
DOORS: dict[str, str | tuple[str, ...]] = {
    "batches": "training.batching",
    "cards": "zoo.model_card",
    "cells": "network.cells",
    "checkpoints": "zoo.checkpoint",
    "comparison": ("experiments.compare_models", "experiments.comparison"),
    "equations": "network.equations",
    "evaluation": "analysis.metrics",
    "explain": "analysis.attribution",
    "flow": "analysis.gradient_flow",
    "from_scratch": "network.numpy_rnn",
    "generation": "training.free_running",
    "judging": "training.loss",
    "lab": "experiments.live_run",
    "lessons": "tasks.qa_table",
    "letters": "network.embedding",
    "model": ("network.model", "network.pooling", "network.padding"),
    "neighbours": "analysis.nearest",
    "own": "experiments.teach_table",
    "parcels": "zoo.archive",
    "plans": "experiments.run_config",
    "pretraining": "training.language_model",
    "race": "experiments.cell_race",
    "reading": "analysis.review",
    "recipe": "zoo.recipe",
    "recipes": ("zoo.recipes", "zoo.build"),
    "recurrence": "network.recurrence",
    "reliability": "analysis.calibration",
    "samples": "experiments.preview",
    "script": "experiments.script",
    "slips": "bench.typo_robustness",
    "snapshots": "training.run_state",
    "spelling": "data.spelling",
    "stages": "training.pipeline",
    "tables": "data.csv_files",
    "tasks.review_file": "analysis.text_file",
    "tasks.task": "tasks.base",
    "teaching": "training.self_training",
    "text_files": "analysis.text_file",
    "trace": "analysis.trace",
    "training_config": ("training.config", "training.device"),
    "tuning": "experiments.tuning",
    "vanishing": ("experiments.gradient_study", "experiments.clipping"),
    "ui.session": "ui.tab_context",
    "variants": "data.paraphrases",
    "vocabulary": ("data.vocabulary", "data.tokens"),
}


def public(name: str) -> Any:
    """What the package offers under a name of `NAMES`, imported when it is first used."""
    module, attribute = NAMES[name]
    return getattr(importlib.import_module(f"{__package__}.{module}"), attribute)


class Door(ModuleType):
    """An old module name: every name it is asked for comes from the module behind it."""

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return dir(self)
        if name.startswith("__"):
            raise AttributeError(name)
        for module in map(importlib.import_module, _behind(self.__name__)):
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the function that the package offers under this name now, as in `rnn_demo.trace(module, x)`."""
        name = self.__name__.partition(".")[2]
        if name not in NAMES:
            raise TypeError(f"{self.__name__} is a module and cannot be called")
        return public(name)(*arguments, **keywords)

    def __dir__(self) -> list[str]:
        """The public names of the modules behind it, for completion and for `import *`."""
        modules = map(importlib.import_module, _behind(self.__name__))
        return sorted({name for module in modules for name in vars(module) if not name.startswith("_")})


class Doors(MetaPathFinder, Loader):
    """Finds the old names, after every other finder has said no."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, name = fullname.partition(".")
        return ModuleSpec(fullname, self) if package == __package__ and name in DOORS else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Door(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the module behind the door is imported when a name is asked for."""

    def get_code(self, fullname: str) -> CodeType:
        """For `python -m rnn_demo.slips`: run the module behind the door instead."""
        module, *_ = _behind(fullname)
        return compile(f"import runpy; runpy.run_module({module!r}, run_name='__main__')", fullname, "exec")


def _behind(old: str) -> list[str]:
    modules = DOORS[old.partition(".")[2]]
    return [f"{__package__}.{module}" for module in ((modules,) if isinstance(modules, str) else modules)]


def open_doors() -> None:
    """Let the old names be imported; doing so twice changes nothing."""
    if not any(isinstance(finder, Doors) for finder in sys.meta_path):
        sys.meta_path.append(Doors())
