"""The queue keeps no answer that nobody fetches, forgets nobody who waits, and lets long texts hold up no short one."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import gradio as gr
import orjson
import pytest
from gradio.data_classes import PredictBodyInternal
from gradio.server_messages import EventMessage, ProcessCompletedMessage, ProcessStartsMessage
from helpers import asynchronous

from rnn_demo.limits import MAX_UNREAD_BYTES, MAX_UNREAD_SECONDS
from rnn_demo.ui.gradio_compat import JsonAnswer, Output, WritingJson, with_json_answers
from rnn_demo.ui.server.fair_queue import LONG, LONG_BYTES, SIZE, FairQueue

LATER = MAX_UNREAD_SECONDS + 1


@pytest.fixture
def queue() -> FairQueue:
    with gr.Blocks(analytics_enabled=False) as page:
        gr.api(lambda: "", api_name="ask")  # type: ignore[attr-defined]
        gr.api(lambda: "", api_name="train", concurrency_id="lab")  # type: ignore[attr-defined]
    return FairQueue(True, 40, 1, 10_000, page, default_concurrency_limit=4)


async def push(queue: FairQueue, session: str, function: int = 0, size: int = 100) -> Any:
    """Add a call, and fetch its place in the queue; the event that it is."""
    request: Any = SimpleNamespace(client=("192.0.2.1", 1), scope={SIZE: size}, headers={})
    body = PredictBodyInternal(session_hash=session, fn_index=function, data=[])
    _, number, _ = await queue.push(body, request, None)
    queue.pending_messages_per_session[session].get_nowait()
    return queue.event_ids_to_events[number]


def answer(content: bytes = b"1") -> ProcessCompletedMessage:
    return ProcessCompletedMessage(output={"data": [JsonAnswer(content)]}, success=True)


async def finish(queue: FairQueue, event: Any, message: EventMessage) -> None:
    """Answer a call as the queue does."""
    queue.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
    queue.send_message(event, message)
    del queue.event_ids_to_events[event._id]


def known(queue: FairQueue) -> set[str]:
    assert set(queue.pending_event_ids_session) <= set(queue.pending_messages_per_session)
    return set(queue.pending_messages_per_session)


def test_answers_that_nobody_fetches_for_a_minute_are_forgotten_with_their_calls(queue: FairQueue) -> None:
    async def story() -> None:
        answered, training = await push(queue, "gone"), await push(queue, "gone training", 1)
        await push(queue, "waiting")
        await finish(queue, answered, answer())
        now = queue.unread["gone"]
        queue.active_jobs = [[training]]
        queue.event_queue_per_concurrency_id["lab"].queue.remove(training)
        queue.send_message(training, ProcessStartsMessage())
        await queue.forget_unread(now + 1)
        assert known(queue) == {"gone", "gone training", "waiting"}
        await queue.forget_unread(now + LATER)
        assert known(queue) == {"waiting"}
        assert not training.alive, "it computes for nobody"
        queue.send_message(training, ProcessStartsMessage())  # its last one changes nothing
        assert known(queue) == {"waiting"}

    asynchronous.run(story())


def test_who_fetches_is_kept_for_as_long_as_something_is_under_way(queue: FairQueue) -> None:
    async def story() -> None:
        event = await push(queue, "here")
        messages = queue.pending_messages_per_session["here"]
        now = 1.0
        for _ in range(5):
            queue.send_message(event, ProcessStartsMessage())
            messages.get_nowait()
            now += LATER
            await queue.forget_unread(now)
            assert known(queue) == {"here"}
        await finish(queue, event, answer())
        messages.get_nowait()  # and is being written to a slow visitor
        await queue.forget_unread(queue.unread["here"] + 1)
        assert known(queue) == {"here"}
        queue.pending_event_ids_session["here"].clear()  # it was written
        now = queue.unread["here"] + LATER
        waiting = asyncio.create_task(messages.get())  # the page stays connected
        await asyncio.sleep(0)
        await queue.forget_unread(now)
        assert known(queue) == {"here"}, "its next answer would be put where nobody looks"
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await queue.forget_unread(now)
        await queue.forget_unread(now + LATER)
        assert known(queue) == set()
        del queue.pending_messages_per_session["here"]  # as Gradio does when the page is closed

    asynchronous.run(story())


def test_large_answers_that_wait_have_a_bound_and_the_oldest_go(queue: FairQueue) -> None:
    large = bytes(MAX_UNREAD_BYTES // 4)

    async def story() -> None:
        small = ProcessCompletedMessage(output={"data": ["a word"]}, success=True)
        for number in range(8):
            await finish(queue, await push(queue, str(number)), answer(large) if number else small)
        await queue.forget_unread(queue.unread["0"] + 1)
        assert known(queue) == {"0", "4", "5", "6", "7"}

    asynchronous.run(story())


def test_nobody_is_forgotten_because_others_come(queue: FairQueue) -> None:
    async def story() -> None:
        first = await push(queue, "first")
        for number in range(3_000):
            event = await push(queue, str(number))
            queue.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
            del queue.event_ids_to_events[event._id]
        queue.send_message(first, ProcessStartsMessage())
        assert not queue.pending_messages_per_session["first"].empty()

    asynchronous.run(story())


def test_calls_with_long_texts_have_a_lane_of_their_own(queue: FairQueue) -> None:
    async def story() -> None:
        for _ in range(30):
            await push(queue, "long", size=LONG_BYTES + 1)
        await push(queue, "short", size=LONG_BYTES)
        await push(queue, "rows to learn", 1, size=10 * LONG_BYTES)
        waiting = {
            name: [event.session_hash for event in lane.queue]
            for name, lane in queue.event_queue_per_concurrency_id.items()
        }
        assert waiting.pop(LONG) == ["long"] * 30
        assert sorted(waiting.values()) == [["rows to learn"], ["short"]]
        assert len(queue) == 32

    asynchronous.run(story())


def test_an_answer_in_writing_reaches_both_kinds_of_readers() -> None:
    message = with_json_answers(
        ProcessCompletedMessage(output={"data": [JsonAnswer(b'{"a": [1.5]}')], "x": 1}, success=True)
    )
    sent = json.loads(orjson.dumps(message.model_dump(), default=str))  # as `/queue/data` writes it
    assert (sent["output"], sent["msg"]) == ({"data": [{"a": [1.5]}], "x": 1}, "process_completed")
    taken = message.model_dump()["output"].get("data")  # as `/call` does
    assert json.loads(WritingJson().dumps(taken)) == [{"a": [1.5]}]
    assert WritingJson().dumps([1, "a"]) == json.dumps([1, "a"])
    assert WritingJson().loads is json.loads
    assert isinstance(message.model_dump()["output"], Output)
    other = ProcessCompletedMessage(output={"error": "no"}, success=False)
    assert with_json_answers(other) is other
