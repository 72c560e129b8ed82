"""What tests of the page share: a disk without room."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from rnn_demo.ui import gradio_compat


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No download can be written, until `undo()`."""

    def no_room(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(gradio_compat, "save_bytes_to_cache", no_room)
    return monkeypatch
