"""The queue in which calls wait for their answers: visitors take turns, and what nobody fetches is forgotten."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from starlette.exceptions import HTTPException

from rnn_demo.limits import (
    MAX_CALLS_OF_ADDRESS,
    MAX_FILES_OF_ADDRESS,
    MAX_TRAININGS_OF_ADDRESS,
    MAX_UNREAD_BYTES,
    MAX_UNREAD_SECONDS,
)
from rnn_demo.ui.gradio_compat import (
    Event,
    EventMessage,
    EventQueue,
    HeartbeatMessage,
    JsonMessage,
    Pending,
    Queue,
    with_json_answers,
)
from rnn_demo.ui.server.fairness import Busy, Call, Turns, address_of, check_bytes, check_calls
from rnn_demo.ui.server.faults import report

FILES = "files"  # the lane, by `concurrency_id`, in which uploaded files are read
# Calls of one address in the lanes in which a call takes long.
MOST_OF_ADDRESS = {"lab": MAX_TRAININGS_OF_ADDRESS, "teach": MAX_TRAININGS_OF_ADDRESS, FILES: MAX_FILES_OF_ADDRESS}
LONG, LONG_BYTES, LONG_AT_ONCE = "long", 4_000, 2  # the lane of calls with long texts, so that no short one waits
PAUSE = 0.005  # seconds between two looks at what waits; Gradio looks a thousand times a second
SWEEP = 5.0  # seconds between two looks for answers that nobody fetches
SIZE = "rnn_demo.size"  # the bytes of a request's body, in its scope; the guard writes it there


class Messages(Pending[str, Any]):
    """The messages that wait, by session. Gradio removes those of a page that was closed, though they may be gone."""

    def __delitem__(self, session: str) -> None:
        if session in self:
            super().__delitem__(session)


def call_of(event: Event) -> Call:
    """Who asked for what waits in Gradio's queue; it is worked out once."""
    call: Call | None = vars(event).get("call")
    if call is None:
        request = event.request
        call = Call(address_of(request.client), event.session_hash, request.scope.get(SIZE, 0))
        vars(event)["call"] = call
    return call


class FairQueue(Queue):
    """A queue in which visitors take turns, with a limit on each visitor's calls of a function.

    Gradio's is first come, first served, with one limit for all visitors together: whoever fills it locks the others
    out. It keeps what nobody fetches, and forgets a visitor when 2,000 others have come.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.sleep_when_free = PAUSE
        self.turns: dict[str, Turns] = {}
        self.pending_messages_per_session = Messages(self.max_size or 2_000)
        self.event_queue_per_concurrency_id[LONG] = EventQueue(LONG, LONG_AT_ONCE)
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

    def move_to_long(self, event: Event) -> None:
        """Let a call wait with others that have long texts."""
        self.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
        event.concurrency_id = LONG
        self.event_queue_per_concurrency_id[LONG].queue.append(event)

    def compute_analytics_summary(self, records: Any) -> Any:
        """Do nothing: after each call Gradio would make a table of all earlier ones, for a page that is off."""
        return self.cached_event_analytics_summary

    def get_events(self) -> Any:
        """Take the call whose turn it is out of a lane, the functions with a limit in common, that has room for one."""
        for name, lane in self.event_queue_per_concurrency_id.items():
            limit = lane.concurrency_limit
            if len(lane.queue) > 1 and (limit is None or lane.current_concurrency < limit):
                place = self.turns.setdefault(name, Turns()).next_of([call_of(event) for event in lane.queue])
                lane.queue.insert(0, lane.queue.pop(place))
        batch = super().get_events()
        if batch:
            events, _, name = batch
            self.turns.setdefault(name, Turns()).take(call_of(events[0]))
        return batch

    def send_message(self, event: Event, event_message: EventMessage) -> None:
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

        A visitor who is connected and waits is never forgotten: later messages would go where nobody looks.

        Where the answers that wait have too many bytes in all, those that have waited for longest go first.
        """
        too_many = sum(map(self.unread_bytes, self.unread)) - MAX_UNREAD_BYTES
        for session in sorted(self.pending_messages_per_session, key=lambda session: self.unread.get(session, now)):
            messages: Any = self.pending_messages_per_session.get(session)
            if messages is None:  # its page was closed meanwhile
                continue
            beats = sum(isinstance(message, HeartbeatMessage) for message in messages._queue)
            if beats > self.beats.get(session, 0):  # the client is still reading what came before
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
        """Drop the messages of a session; if it asks for them later, it reads that it is unknown."""
        self.unread.pop(session, None)
        self.beats.pop(session, None)
        self.pending_messages_per_session.pop(session, None)
        self.pending_event_ids_session.pop(session, None)
