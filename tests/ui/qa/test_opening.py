"""The conversation with which the chat opens is the shipped network's, and gives way to the visitor's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnn_demo.ui.models import Models
from rnn_demo.ui.qa import tab
from rnn_demo.ui.qa.conversation import conversation, rejudge
from rnn_demo.ui.qa.opening import QUESTIONS, record_opening, shipped_opening

OPENING = shipped_opening()


def test_it_is_what_the_shipped_network_answers() -> None:
    fresh = flattened(json.loads(json.dumps(record_opening())))
    shipped = flattened(json.loads(json.dumps(OPENING)))
    assert [place for place, _ in shipped] == [place for place, _ in fresh]
    for (place, value), (_, now) in zip(shipped, fresh, strict=True):
        if isinstance(value, float):
            assert value == pytest.approx(now, abs=1e-3), place
        elif ".top[" not in place:  # of answers of less than 0.1% the order may differ between processors
            assert value == now, place


def flattened(value: Any, place: str = "") -> list[tuple[str, Any]]:
    """The leaves of a JSON value, each with its place."""
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in flattened(part, f"{place}.{key}")]
    if isinstance(value, list):
        return [leaf for k, part in enumerate(value) for leaf in flattened(part, f"{place}[{k}]")]
    return [(place, value)]


def test_it_holds_two_answers_and_a_refusal_and_explains_an_answer() -> None:
    turns = OPENING["turns"]
    assert [turn["input"] for turn in turns] == list(QUESTIONS)
    assert [turn["known"] for turn in turns] == [True, False, True]
    assert OPENING["explanation"]["input"] == turns[-1]["input"]
    assert OPENING["neighbour"]["answer"] == turns[-1]["answer"]
    assert json.loads(conversation(turns))["opening"]


def test_the_first_question_of_the_visitor_takes_its_place() -> None:
    models = Models()
    turns, _, chat, _ = tab.values_after_question(models, "What is the capital of France?", OPENING["turns"], "qa", 0.3)
    assert [turn["input"] for turn in turns] == ["What is the capital of France?"]
    assert not json.loads(chat)["opening"]
    kept, _, chat, _ = tab.values_after_question(models, "", OPENING["turns"], "qa", 0.3)
    assert kept == OPENING["turns"]
    assert json.loads(chat)["notice"]


def test_it_can_be_judged_again_and_opened_in_hidden_states_at_once() -> None:
    again = rejudge(Models(), OPENING["turns"], "qa", 1.0)
    assert [turn["known"] for turn in again] == [False] * 3
    assert all(turn["opening"] for turn in again)
    opened, _ = tab.open_states(OPENING["turns"], -1)
    assert opened["text"] == QUESTIONS[-1]
