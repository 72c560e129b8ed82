"""Every private name of Gradio's that the page uses. tests/ui/test_gradio_compat.py says what a new version breaks."""

from __future__ import annotations

import json
from types import MethodType, SimpleNamespace
from typing import Any

import gradio as gr
from gradio import state_holder
from gradio.components.plot import PlotData
from gradio.events import EventListener
from gradio.processing_utils import save_bytes_to_cache
from gradio.route_utils import FnIndexInferError
from gradio.utils import get_upload_folder

from rnn_demo.figures.figure import CONFIG

api = gr.api  # type: ignore[attr-defined]  # publishes a function; documented, but not in `gradio.__all__`
UnknownEndpoint = FnIndexInferError  # raised when a request calls an endpoint that does not exist

# For `launch`: without this, Gradio asks its own page for an answer within three seconds, and on a busy machine the
# program ends, with an error about share links.
WITHOUT_SELF_CHECK = {"_frontend": False}


class LightSession(state_holder.SessionState):
    """A session that keeps the values of its `gr.State`s and nothing else.

    Gradio also keeps the page's description and the last answers, 400 KB and more for every visitor and every call of
    the API. They serve the deep links that Gradio makes of a session, which this page does not use.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks={}))  # type: ignore[arg-type]

    def _update_config(self, key: int) -> None: ...

    def _update_value_in_config(self, key: int, value: Any) -> None: ...


def use_light_sessions() -> None:
    """Make every session that begins from now on a `LightSession`."""
    state_holder.SessionState = LightSession  # type: ignore[misc]


def custom_event(component: gr.HTML, name: str) -> Any:
    """An event that a component's script triggers, in the form that `gr.on` takes.

    Publicly Gradio has `component.NAME(...)` alone.
    """
    return MethodType(EventListener(event_name=name).listener, component)


def plot_value(figure: Any) -> PlotData:
    """The value of a `gr.Plot`: a Plotly figure with the settings of its toolbar, which a `go.Figure` cannot carry."""
    return PlotData(type="plotly", plot=json.dumps({**json.loads(figure.to_json()), "config": CONFIG}))


def save_for_download(content: bytes, name: str) -> str:
    """Put a file to be downloaded into the folder that Gradio empties; return its path."""
    return save_bytes_to_cache(content, name, get_upload_folder())
