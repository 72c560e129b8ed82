"""A run in its own process, advanced by a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rnn_demo.experiments.remote_run import RemoteRun
from rnn_demo.experiments.workers import Pool


def until(run: RemoteRun, pool: Pool, happened: Callable[[RemoteRun], Any] = lambda run: run.over) -> RemoteRun:
    """Advance until something has happened, a minute at most."""
    for _ in range(1200):
        if happened(run):
            return run
        run.advance(pool, 0.05)
    raise AssertionError(run.picture)
