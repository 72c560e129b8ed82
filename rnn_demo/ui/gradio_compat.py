"""Every private name of Gradio's that the page uses. tests/ui/test_gradio_compat.py says what a new version breaks."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MethodType, SimpleNamespace
from typing import Any

import gradio as gr
import orjson
from gradio import events, queueing, route_utils, routes, server_messages, state_holder
from gradio.components.plot import PlotData
from gradio.events import EventListener
from gradio.exceptions import InvalidPathError
from gradio.processing_utils import save_bytes_to_cache
from gradio.route_utils import FnIndexInferError
from gradio.utils import LRUCache, get_upload_folder
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException

from rnn_demo.data.wording import shortened
from rnn_demo.figures.figure import plot_json
from rnn_demo.ui.server.faults import codes_of, is_ours, report

api = gr.api  # type: ignore[attr-defined]  # publishes a function; documented, but not in `gradio.__all__`
UnknownEndpoint = FnIndexInferError  # raised when a request calls an endpoint that does not exist

READS_REQUESTS = Path(routes.__file__)  # where Gradio reads what a client sent
upload_folder = get_upload_folder  # where uploads and downloads lie

# What `server.fair_queue` builds on.
Queue = queueing.Queue
EventQueue = queueing.EventQueue
Event = queueing.Event
EventMessage = server_messages.EventMessage
HeartbeatMessage = server_messages.HeartbeatMessage
Pending = LRUCache

# For `launch`: without this, Gradio asks its own page for an answer within three seconds, and on a busy machine the
# program ends, with an error about share links.
WITHOUT_SELF_CHECK = {"_frontend": False}


class LightSession(state_holder.SessionState):
    """A session that keeps the values of its `gr.State`s and nothing else.

    Gradio also keeps the page's description and the last answers, 400 KB and more for every visitor and every call of
    the API, and describes a component anew whenever it changes. That serves the deep links that Gradio makes of a
    session, which this page does not use.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks={}))  # type: ignore[arg-type]
        self.blocks_config.config_for_block = lambda *_: {}  # type: ignore[method-assign]

    def _update_config(self, key: int) -> None: ...

    def _update_value_in_config(self, key: int, value: Any) -> None: ...


def use_light_sessions() -> None:
    """Make every session that begins from now on a `LightSession`."""
    state_holder.SessionState = LightSession  # type: ignore[misc]


_postprocess = gr.Blocks.postprocess_data


async def postprocess_changes(page: gr.Blocks, function: Any, predictions: Any, state: Any) -> list[Any]:
    """What a call gives, as Gradio sends it, at no cost for outputs that it leaves as they are (`gr.skip()`).

    Gradio builds a component anew for each of them: with four trainings watched, a tenth of the server's time.
    """
    outputs = function.outputs
    if len(outputs) < 2 or not isinstance(predictions, list | tuple) or len(predictions) != len(outputs):
        return await _postprocess(page, function, predictions, state)
    changed = [k for k, value in enumerate(predictions) if not (isinstance(value, dict) and value == gr.skip())]
    if len(changed) == 1:  # of a single output, Gradio would take the list for its value
        changed.append(changed[0] - 1 if changed[0] else 1)
    sent: list[Any] = [None if output.stateful else gr.skip() for output in outputs]
    if changed:
        part = copy.copy(function)
        part.outputs = [outputs[k] for k in changed]
        values = await _postprocess(page, part, [predictions[k] for k in changed], state)
        for k, value in zip(changed, values, strict=True):
            sent[k] = value
    return sent


def use_light_skips() -> None:
    """Make every call from now on give its outputs by `postprocess_changes`."""
    gr.Blocks.postprocess_data = postprocess_changes  # type: ignore[method-assign, assignment]


@dataclass(frozen=True, eq=False)
class JsonAnswer:
    """An answer that is JSON already. Gradio looks for files in all lists and dictionaries, number by number."""

    content: bytes


class Output(dict[str, Any]):
    """What a call gives, as `/queue/data` writes it. `/call` takes "data" out of it, for a `WritingJson`."""

    def __init__(self, output: dict[str, Any]) -> None:
        self.values_given = output["data"]
        data = [orjson.Fragment(part.content) if isinstance(part, JsonAnswer) else part for part in self.values_given]
        super().__init__({**output, "data": data})

    def get(self, key: str, default: Any = None) -> Any:
        return self.values_given if key == "data" else super().get(key, default)


class WritingJson:
    """The module json, but that `dumps` of a list takes each `JsonAnswer` as it is."""

    def __getattr__(self, name: str) -> Any:
        return getattr(json, name)

    def dumps(self, value: Any, **options: Any) -> str:
        if not isinstance(value, list) or not any(isinstance(part, JsonAnswer) for part in value):
            return json.dumps(value, **options)
        parts = (
            part.content.decode() if isinstance(part, JsonAnswer) else json.dumps(part, **options) for part in value
        )
        return f"[{', '.join(parts)}]"


class JsonMessage(server_messages.ProcessCompletedMessage):
    """The message at the end of a call that gives a `JsonAnswer`."""

    def model_dump(self, **options: Any) -> dict[str, Any]:
        return {**super().model_dump(exclude={"output"}, **options), "output": Output(self.output)}

    @property
    def size(self) -> int:
        return sum(len(part.content) for part in self.output["data"] if isinstance(part, JsonAnswer))


def with_json_answers(message: EventMessage) -> EventMessage:
    """The message itself, or one that writes the `JsonAnswer`s in it."""
    if not isinstance(message, server_messages.ProcessCompletedMessage) or not message.success:
        return message
    is_written = any(isinstance(part, JsonAnswer) for part in message.output.get("data", ()))
    return JsonMessage(**dict(message)) if is_written else message


def use_queue(kind: type[queueing.Queue]) -> None:
    """Make the queue of every page that is built from now on one of this kind, and its answers JSON only once."""
    queueing.Queue = kind  # type: ignore[misc]
    vars(routes)["json"] = WritingJson()


@contextmanager
def without_servers() -> Iterator[None]:
    """Within it Gradio makes no server for a page that is being built: it makes three, and `launch` another one."""
    make = routes.App.create_app
    routes.App.create_app = staticmethod(lambda *_, **__: None)  # type: ignore[assignment]
    try:
        yield
    finally:
        routes.App.create_app = staticmethod(make)  # type: ignore[method-assign]


_read_headers = route_utils.GradioMultiPartParser.on_headers_finished


def read_headers_of_file(parser: route_utils.GradioMultiPartParser) -> None:
    """Refuse the part of an upload that is no file: Gradio keeps it in memory, however long it is."""
    _read_headers(parser)
    if parser._current_part.file is None:
        raise MultiPartException("an upload holds files only, each with a name")


_parse = route_utils.GradioMultiPartParser.parse


async def parse_or_delete(parser: route_utils.GradioMultiPartParser) -> FormData:
    """Parse an upload; where it is refused or breaks off, delete at once what was written of it."""
    try:
        return await _parse(parser)
    except BaseException:
        for file in parser._files_to_close_on_error:
            file.close()
            Path(file.name).unlink(missing_ok=True)
        raise


def use_uploads_of_files() -> None:
    """Make every upload from now on hold files only, and leave nothing behind where it fails."""
    route_utils.GradioMultiPartParser.parse = parse_or_delete  # type: ignore[assignment, method-assign]
    route_utils.GradioMultiPartParser.on_headers_finished = read_headers_of_file  # type: ignore[assignment, method-assign]


LONGEST_REFUSAL = 200  # characters
NOT_UPLOADED = "this file was not uploaded here; upload it"
NOT_VALUES = "wrong arguments for this call; see /?view=api"
_call = route_utils.call_process_api


def is_of_inputs(error: Exception) -> bool:
    """Did Gradio fail to read the values that were sent, before any function of ours ran, or the data of the event?"""
    codes = codes_of(error)
    if codes[-1].co_filename == events.__file__:
        return True
    return not is_ours(error) and any(code.co_name == "preprocess_data" for code in codes)


async def call_in_plain_words(*arguments: Any, **options: Any) -> Any:
    """Call a function of the page; whatever goes wrong, the visitor reads a sentence and the log stays short.

    Gradio writes a value that is no choice whole into the log and into the answer, and sends what Python says.
    """
    try:
        return await _call(*arguments, **options)
    except gr.Error as error:
        if not error.print_exception:
            raise  # it is ours
        message = shortened(str(error.message), LONGEST_REFUSAL)
    except InvalidPathError:
        message = NOT_UPLOADED
    except Exception as error:
        message = NOT_VALUES if is_of_inputs(error) else report(error)
    raise gr.Error(message, print_exception=False)


def use_plain_words() -> None:
    """Make every call from now on a `call_in_plain_words`."""
    route_utils.call_process_api = call_in_plain_words


def hide_progress(page: gr.Blocks, place: gr.HTML) -> None:
    """Give all events that show no progress one small component to write it to.

    Gradio writes it to every output. Whenever any event begins or ends, the browser copies the settings of all that
    was ever written to and of what is inside: with the tabs among the outputs, those of the whole page.
    """
    for function in page.fns.values():
        if function.show_progress == "hidden":
            function.show_progress_on = [place]


def kept_files(app: Any) -> set[str]:
    """The files that the page itself gives out for as long as it runs."""
    return {file for block in app.get_blocks().blocks.values() for file in getattr(block, "keep_in_cache", ())}


def custom_event(component: gr.HTML, name: str) -> Any:
    """An event that a component's script triggers, in the form that `gr.on` takes.

    Publicly Gradio has `component.NAME(...)` alone.
    """
    return MethodType(EventListener(event_name=name).listener, component)


def plot_value(figure: Any) -> PlotData:
    """The value of a `gr.Plot`: a Plotly figure, or its `plot_json`, with Plotly's settings."""
    return PlotData(type="plotly", plot=figure if isinstance(figure, str) else plot_json(figure))


def save_for_download(content: bytes, name: str) -> str:
    """Put a file to be downloaded into the folder that Gradio empties; return its path."""
    return save_bytes_to_cache(content, name, get_upload_folder())
