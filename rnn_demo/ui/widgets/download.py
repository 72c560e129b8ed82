"""A button that saves a file: it says so where the server has no room for the file."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from rnn_demo.ui.gradio_compat import save_for_download

NO_ROOM = "There is no room on the server to save this"


def download_button(label: str, name: str, content: Callable[[], bytes]) -> gr.DownloadButton:
    """The visible button of a file with this name; where the disk is full it cannot be pressed and says why."""
    try:
        return gr.DownloadButton(label, value=save_for_download(content(), name), visible=True, interactive=True)
    except OSError:
        return gr.DownloadButton(NO_ROOM, value=None, visible=True, interactive=False)
