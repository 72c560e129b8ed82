"""What a tab needs while it is built, and the settings of its events."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from rnn_demo.experiments.workers import Pool
from rnn_demo.ui.models import Models
from rnn_demo.ui.server.fair_queue import FILES

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}  # for every event but the public API

# For events that read an uploaded file, two at a time, each in its own process.
READING: dict[str, Any] = {"concurrency_id": FILES, "concurrency_limit": 2, **QUIET}


def path_of_upload(file: str) -> Path:
    """Where an uploaded file lies, for an hour; ValueError once it is gone."""
    path = Path(file)
    if not path.is_file():
        raise ValueError(f"{path.name} is no longer on the server; upload it again")
    return path


@dataclass(eq=False)
class TabContext:
    """The models, the processes for jobs, the page, its tabs, and the tab that is being built.

    `arrived` holds the link that opened the page, {"tab", "text", ...} or None; `opened` holds what Hidden states is
    to show, {"model", "text", ...} or None.
    """

    models: Models
    pool: Pool
    page: gr.Blocks
    tabs: gr.Tabs
    tab: gr.Tab
    opened: gr.State
    arrived: gr.State


Session = TabContext  # its name in version 0.1
