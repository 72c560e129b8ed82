"""Recurrent neural networks that you can watch read: cells, models, tasks, traces, and a page to see them in.

    rnn_demo.trace(nn.LSTM(3, 8), x)     # every number that it computes; in a notebook, the stepper

The parts are modules: `rnn_demo.cells`, `rnn_demo.checkpoints`, `rnn_demo.trace`, `rnn_demo.explain` and so on.
"""

from __future__ import annotations

import importlib
from types import ModuleType

__version__ = "0.1.0"


def __getattr__(name: str) -> ModuleType:
    """`rnn_demo.trace` without importing it first; torch is loaded when it is needed."""
    if name == "trace":
        return importlib.import_module("rnn_demo.trace")
    raise AttributeError(f"module 'rnn_demo' has no attribute {name!r}")
