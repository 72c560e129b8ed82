"""Visitors take turns, and one of them can ask for only so much at once."""

from __future__ import annotations

import asyncio
import contextlib
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.data_classes import PredictBodyInternal
from helpers import asynchronous
from starlette.exceptions import HTTPException

from rnn_demo.limits import (
    MAX_CALLS_OF_ADDRESS,
    MAX_CALLS_OF_SESSION,
    MAX_FILES_OF_ADDRESS,
    MAX_PENDING_BYTES,
    MAX_PENDING_BYTES_OF_ADDRESS,
    MAX_TRAININGS_OF_ADDRESS,
)
from rnn_demo.ui.server.fair_queue import SIZE, FairQueue, call_of
from rnn_demo.ui.server.fairness import MOST_REMEMBERED, Busy, Call, Gate, Turns, address_of, check_bytes, check_calls


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8::1", 1), "2001:db8::/64"),
        (("2001:db8::ffff:1", 1), "2001:db8::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("testclient", 1), "testclient"),
        (None, ""),
    ],
)
def test_a_client_has_an_address_and_a_household_one_network(client: Any, address: str) -> None:
    assert address_of(client) == address


def order(turns: Turns, waiting: list[Call]) -> list[Call]:
    """The order in which calls have their turns."""
    waiting, taken = [*waiting], []
    while waiting:
        taken.append(waiting.pop(turns.next_of(waiting)))
        turns.take(taken[-1])
    return taken


def test_addresses_take_turns_and_so_do_the_sessions_of_each() -> None:
    evil = [Call("evil", str(n // 3), n) for n in range(9)]
    others = [Call("class", "a"), Call("class", "b"), Call("one", "c")]
    taken = [call.address for call in order(Turns(), evil + others)]
    assert taken == ["evil", "class", "one", "evil", "class", *["evil"] * 7]
    assert [call.size for call in order(Turns(), evil)] == [0, 3, 6, 1, 4, 7, 2, 5, 8]


def test_whoever_sends_new_calls_all_the_time_still_takes_turns() -> None:
    turns, waiting, taken = Turns(), [Call("evil", "1")] * 3 + [Call("one", "c"), Call("one", "d")], []
    for _ in range(5):
        call = waiting.pop(turns.next_of(waiting))
        turns.take(call)
        taken.append(call.address)
        waiting.insert(0, Call("evil", str(len(taken))))
    assert taken == ["evil", "one", "evil", "one", "evil"]


def test_turns_are_not_remembered_without_end() -> None:
    turns = Turns()
    for number in range(2 * MOST_REMEMBERED):
        turns.take(Call(str(number), ""))
    assert len(turns.last) == MOST_REMEMBERED


def refused(call: Call, others: list[Call]) -> str:
    with pytest.raises(Busy) as busy:
        check_calls(call, others)
    return str(busy.value)


def test_a_session_and_an_address_have_limits() -> None:
    own = [Call("a", "s")] * MAX_CALLS_OF_SESSION
    assert str(MAX_CALLS_OF_SESSION) in refused(Call("a", "s"), own)
    check_calls(Call("a", "other"), own)
    check_calls(Call("b", "s"), own)
    network = [Call("a", str(number)) for number in range(MAX_CALLS_OF_ADDRESS)]
    assert str(MAX_CALLS_OF_ADDRESS) in refused(Call("a", "new"), network)
    check_calls(Call("b", "new"), network)


def test_the_bytes_that_wait_have_a_limit_which_a_short_call_never_meets() -> None:
    for others in (
        [Call("a", "1", MAX_PENDING_BYTES_OF_ADDRESS)],
        [Call(str(number), "", MAX_PENDING_BYTES // 8) for number in range(8)],
    ):
        with pytest.raises(Busy, match="still reading"):
            check_bytes(Call("a", "2", 10**6), others)
        check_bytes(Call("a", "2", 500), others)
    check_bytes(Call("b", "2", 10**6), [Call("a", "1", MAX_PENDING_BYTES_OF_ADDRESS)])


def test_a_class_of_two_hundred_behind_one_address_asks_at_once() -> None:
    calls: list[Call] = []
    for number in range(200):
        check_calls(Call("school", str(number), 300), calls)
        calls.append(Call("school", str(number), 300))


def test_a_gate_lets_a_few_through_in_turns_and_forgets_who_gave_up() -> None:
    entered: list[str] = []

    async def visit(gate: Gate, call: Call, leave: asyncio.Event) -> None:
        async with gate.passing(call):
            entered.append(call.address)
            await leave.wait()

    async def story() -> None:
        gate, leave = Gate(1), asyncio.Event()
        calls = [Call("evil", "1"), Call("evil", "2"), Call("evil", "3"), Call("other", "1")]
        tasks = [asyncio.create_task(visit(gate, call, leave)) for call in calls]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.sleep(0)
        assert entered == ["evil"]
        leave.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert sorted(entered[1:]) == ["evil", "other"]
        assert (gate.inside, gate.waiting) == ([], [])

    asynchronous.run(story())


@pytest.fixture
def queue() -> tuple[gr.Blocks, FairQueue]:
    with gr.Blocks(analytics_enabled=False) as page:
        gr.api(lambda: "", api_name="slow", concurrency_limit=1)  # type: ignore[attr-defined]
        gr.api(lambda: "", api_name="ask")  # type: ignore[attr-defined]
        gr.api(lambda: "", api_name="train", concurrency_id="lab")  # type: ignore[attr-defined]
        gr.api(lambda: "", api_name="read", concurrency_id="files")  # type: ignore[attr-defined]
    made = FairQueue(True, 40, 1, 10_000, page, default_concurrency_limit=4)
    return page, made


async def push(queue: FairQueue, address: str, session: str, function: int = 0) -> None:
    request: Any = SimpleNamespace(client=(address, 1), scope={SIZE: 100}, headers={})
    await queue.push(PredictBodyInternal(session_hash=session, fn_index=function, data=[]), request, None)


def test_one_visitors_calls_never_keep_another_one_out_of_the_queue(queue: tuple[gr.Blocks, FairQueue]) -> None:
    async def story() -> list[tuple[str, str]]:
        accepted = 0
        for number in range(2 * MAX_CALLS_OF_ADDRESS):
            with contextlib.suppress(HTTPException):
                await push(queue[1], "evil", str(number))
                accepted += 1
        assert accepted == MAX_CALLS_OF_ADDRESS
        with pytest.raises(HTTPException) as refusal:
            await push(queue[1], "evil", "new")
        assert (refusal.value.status_code, "try again" in refusal.value.detail) == (429, True)
        for number in range(MAX_TRAININGS_OF_ADDRESS):
            await push(queue[1], "evil", str(number), function=2)
        with pytest.raises(HTTPException, match=f"{MAX_TRAININGS_OF_ADDRESS} calls of this kind"):
            await push(queue[1], "evil", "new", function=2)
        for number in range(MAX_FILES_OF_ADDRESS):
            await push(queue[1], "evil", str(number), function=3)
        with pytest.raises(HTTPException, match=f"{MAX_FILES_OF_ADDRESS} calls of this kind"):
            await push(queue[1], "evil", "new", function=3)
        await push(queue[1], "honest", "a")
        await push(queue[1], "evil", "b", function=1)  # somebody at the same address, who asks for something else
        taken = [queue[1].get_events() for _ in range(20)]
        return [(call_of(events[0]).address, events[0].fn.api_name) for events, _, _ in taken]

    taken = asynchronous.run(story())
    slow = [address for address, name in taken if name == "slow"]
    assert slow[:2] == ["evil", "honest"], "it waits behind all of them"
