"""Every private name of Gradio's that the page uses. tests/ui/test_gradio_compat.py says what a new version breaks."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import MethodType, SimpleNamespace
from typing import Any

import gradio as gr
import orjson
from gradio import events, queueing, route_utils, routes, state_holder
from gradio.components.plot import PlotData
from gradio.events import EventListener
from gradio.exceptions import InvalidPathError
from gradio.processing_utils import save_bytes_to_cache
from gradio.route_utils import FnIndexInferError
from gradio.server_messages import EventMessage, HeartbeatMessage, ProcessCompletedMessage
from gradio.utils import LRUCache, get_upload_folder
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from rnn_demo.data.writing import shortened
from rnn_demo.figures.figure import plot_json
from rnn_demo.limits import (
    MAX_CALLS_OF_ADDRESS,
    MAX_FILES_OF_ADDRESS,
    MAX_TRAININGS_OF_ADDRESS,
    MAX_UNREAD_BYTES,
    MAX_UNREAD_SECONDS,
)
from rnn_demo.ui.server.fairness import Busy, Call, Turns, address_of, check_bytes, check_calls
from rnn_demo.ui.server.faults import report

api = gr.api  # type: ignore[attr-defined]  # publishes a function; documented, but not in `gradio.__all__`
UnknownEndpoint = FnIndexInferError  # raised when a request calls an endpoint that does not exist

READS_REQUESTS = Path(routes.__file__)  # where Gradio reads what a client sent
upload_folder = get_upload_folder  # where uploads and downloads lie

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


class JsonMessage(ProcessCompletedMessage):
    """The message at the end of a call that gives a `JsonAnswer`."""

    def model_dump(self, **options: Any) -> dict[str, Any]:
        return {**super().model_dump(exclude={"output"}, **options), "output": Output(self.output)}

    @property
    def size(self) -> int:
        return sum(len(part.content) for part in self.output["data"] if isinstance(part, JsonAnswer))


def with_json_answers(message: EventMessage) -> EventMessage:
    """The message itself, or one that writes the `JsonAnswer`s in it."""
    if not isinstance(message, ProcessCompletedMessage) or not message.success:
        return message
    is_written = any(isinstance(part, JsonAnswer) for part in message.output.get("data", ()))
    return JsonMessage(**dict(message)) if is_written else message


FILES = "files"  # the lane, by `concurrency_id`, in which uploaded files are read
# Calls of one address in the lanes in which a call takes long.
MOST_OF_ADDRESS = {"lab": MAX_TRAININGS_OF_ADDRESS, "teach": MAX_TRAININGS_OF_ADDRESS, FILES: MAX_FILES_OF_ADDRESS}
LONG, LONG_BYTES, LONG_AT_ONCE = "long", 4_000, 2  # the lane of calls with long texts, so that no short one waits
PAUSE = 0.005  # seconds between two looks at what waits; Gradio looks a thousand times a second
SWEEP = 5.0  # seconds between two looks for answers that nobody fetches


class Pending(LRUCache[str, Any]):
    """The messages that wait, by session. Gradio removes those of a page that was closed, though they may be gone."""

    def __delitem__(self, session: str) -> None:
        if session in self:
            super().__delitem__(session)


class FairQueue(queueing.Queue):
    """A queue in which visitors take turns, and in which one of them can have only so many calls of a function.

    Gradio's is first come, first served, with one limit for all visitors together: whoever fills it locks the others
    out. It keeps what nobody fetches, and forgets a visitor when 2,000 others have come.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.sleep_when_free = PAUSE
        self.turns: dict[str, Turns] = {}
        self.pending_messages_per_session = Pending(self.max_size or 2_000)
        self.event_queue_per_concurrency_id[LONG] = queueing.EventQueue(LONG, LONG_AT_ONCE)
        self.unread: dict[str, float] = {}  # since when a session has messages that nobody fetches
        self.beats: dict[str, int] = {}  # heartbeats among them, which Gradio adds as long as somebody is connected

    async def push(self, body: Any, request: Any, username: str | None) -> Any:
        """Add a call; an answer of 429 where a visitor has too many."""
        waiting = [event for lane in self.event_queue_per_concurrency_id.values() for event in lane.queue]
        running = [event for job in self.active_jobs if job for event in job]
        size = request.scope.get(SIZE, 0)
        call = Call(address_of(request.client), str(body.session_hash or ""), size)
        function = self.blocks.fns.get(body.fn_index)
        lane = function and function.concurrency_id
        try:
            beside = [call_of(event) for event in (*waiting, *running) if event.fn.concurrency_id == lane]
            check_calls(call, beside, MOST_OF_ADDRESS.get(str(lane), MAX_CALLS_OF_ADDRESS))
            check_bytes(call, [call_of(event) for event in (*waiting, *running)])
        except Busy as busy:
            raise HTTPException(429, str(busy)) from None
        result = await super().push(body, request, username)
        event = self.event_ids_to_events.get(str(result[1]))
        if event is not None and size > LONG_BYTES and lane not in MOST_OF_ADDRESS:
            self.move_to_long(event)
        return result

    def move_to_long(self, event: queueing.Event) -> None:
        """Let a call wait with others that have long texts."""
        self.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
        event.concurrency_id = LONG
        self.event_queue_per_concurrency_id[LONG].queue.append(event)

    def compute_analytics_summary(self, records: Any) -> Any:
        """Nothing: after each call Gradio makes a table of all before it, for a page that is switched off."""
        return self.cached_event_analytics_summary

    def get_events(self) -> Any:
        """Take the call whose turn it is out of a lane, the functions with a limit in common, that has room for one."""
        for name, lane in self.event_queue_per_concurrency_id.items():
            limit = lane.concurrency_limit
            if len(lane.queue) > 1 and (limit is None or lane.current_concurrency < limit):
                place = self.turns.setdefault(name, Turns()).next_of([call_of(event) for event in lane.queue])
                lane.queue.insert(0, lane.queue.pop(place))
        taken = super().get_events()
        if taken:
            events, _, name = taken
            self.turns.setdefault(name, Turns()).take(call_of(events[0]))
        return taken

    def send_message(self, event: queueing.Event, event_message: EventMessage) -> None:
        """Keep a message until its session fetches it."""
        messages = self.pending_messages_per_session.get(event.session_hash)
        if messages is None:
            return
        if messages.empty():
            self.unread.pop(event.session_hash, None)
            self.unread[event.session_hash] = time.monotonic()
        super().send_message(event, with_json_answers(event_message))

    def start(self) -> None:
        """Begin to work, and to look for what nobody fetches."""
        super().start()  # type: ignore[no-untyped-call]
        self._asyncio_tasks.add(asyncio.get_running_loop().create_task(self.sweep()))

    async def sweep(self) -> None:
        """Forget again and again what nobody fetches."""
        while not self.stopped:
            try:
                await self.forget_unread(time.monotonic())
            except Exception as error:  # the next one may do better
                report(error)
            await asyncio.sleep(SWEEP)

    async def forget_unread(self, now: float) -> None:
        """Forget sessions that have fetched nothing for a minute, with their calls, and those with nothing under way.

        Whoever is connected and waits is never forgotten: what came later would be put where nobody looks.

        Where the answers that wait have too many bytes in all, those that have waited for longest go first.
        """
        too_many = sum(map(self.unread_bytes, self.unread)) - MAX_UNREAD_BYTES
        for session in sorted(self.pending_messages_per_session, key=lambda session: self.unread.get(session, now)):
            messages: Any = self.pending_messages_per_session.get(session)
            if messages is None:  # its page was closed meanwhile
                continue
            beats = sum(isinstance(message, HeartbeatMessage) for message in messages._queue)
            if beats > self.beats.get(session, 0):  # somebody is still taking in what came before
                self.unread[session] = now
            self.beats[session], is_empty = beats, messages.empty()
            calls = self.pending_event_ids_session.get(session, ())
            is_waited_for = is_empty and bool(messages._getters)
            if is_waited_for or (is_empty and any(call in self.event_ids_to_events for call in calls)):
                self.unread.pop(session, None)
            elif now - self.unread.setdefault(session, now) > MAX_UNREAD_SECONDS or (
                too_many > 0 and self.unread_bytes(session)
            ):
                too_many -= self.unread_bytes(session)
                await self.clean_events(session_hash=session)
                self.forget(session)

    def unread_bytes(self, session: str) -> int:
        """How many bytes wait to be fetched by a session, other than those of small answers."""
        messages = self.pending_messages_per_session.get(session)
        waiting = () if messages is None else messages._queue
        return sum(message.size for message in waiting if isinstance(message, JsonMessage))

    def forget(self, session: str) -> None:
        """Drop the messages of a session; one that asks for them later is told that it is not known."""
        self.unread.pop(session, None)
        self.beats.pop(session, None)
        self.pending_messages_per_session.pop(session, None)
        self.pending_event_ids_session.pop(session, None)


SIZE = "rnn_demo.size"  # the bytes of a request's body, in its scope; the guard writes it there


def call_of(event: queueing.Event) -> Call:
    """Who asked for what waits in Gradio's queue; it is worked out once."""
    call: Call | None = vars(event).get("call")
    if call is None:
        request = event.request
        call = Call(address_of(request.client), event.session_hash, request.scope.get(SIZE, 0))
        vars(event)["call"] = call
    return call


def use_fair_queue() -> None:
    """Make the queue of every page that is built from now on a `FairQueue`."""
    queueing.Queue = FairQueue  # type: ignore[misc]
    vars(routes)["json"] = WritingJson()


_read_headers = route_utils.GradioMultiPartParser.on_headers_finished


def read_headers_of_file(parser: route_utils.GradioMultiPartParser) -> None:
    """Refuse the part of an upload that is no file: Gradio keeps it in memory, however long it is."""
    _read_headers(parser)
    if parser._current_part.file is None:
        raise MultiPartException("an upload holds files only, each with a name")


def use_uploads_of_files() -> None:
    """Make every upload from now on hold files only."""
    route_utils.GradioMultiPartParser.on_headers_finished = read_headers_of_file  # type: ignore[assignment, method-assign]


LONGEST_REFUSAL = 200  # characters
NOT_UPLOADED = "this file was not uploaded here; upload it"
NOT_VALUES = "the values of this call are not what it takes; /?view=api shows what each call takes"
PACKAGE = str(Path(__file__).parents[1])
_call = route_utils.call_process_api


def is_of_inputs(error: Exception) -> bool:
    """Did Gradio fail to read the values that were sent, before any function of ours ran, or the data of the event?"""
    frames = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    if frames[-1].co_filename == events.__file__:
        return True
    ours = any(code.co_filename.startswith(PACKAGE) and code.co_filename != __file__ for code in frames)
    return not ours and any(code.co_name == "preprocess_data" for code in frames)


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
    """The value of a `gr.Plot`: a Plotly figure, or its `plot_json`, with the settings of its toolbar."""
    return PlotData(type="plotly", plot=figure if isinstance(figure, str) else plot_json(figure))


def save_for_download(content: bytes, name: str) -> str:
    """Put a file to be downloaded into the folder that Gradio empties; return its path."""
    return save_bytes_to_cache(content, name, get_upload_folder())
