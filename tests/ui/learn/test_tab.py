"""The tab Learn: links to a place of it, links out of it, and requests of any form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.present import judgement, sheet_payload, step_payload
from rnn_demo.ui.learn.tab import fields, follow, link_of, or_error
from rnn_demo.ui.learn.words import languages
from rnn_demo.ui.models import Models


def test_a_link_names_a_lesson_and_a_step() -> None:
    link = {"tab": "learn", "lesson": "7", "step": "3"}
    known = {"languages": languages()}
    assert json.loads(follow(link)) == {"lesson": "7", "step": "3", "at": "", **known}
    assert json.loads(follow({"tab": "learn", "lesson": "7"})) == {"lesson": "7", "step": "1", "at": "", **known}
    assert json.loads(follow({"tab": "learn", "at": "5.0"})) == {"at": "5.0", **known}
    for elsewhere in (None, {"tab": "lab"}):
        assert follow(elsewhere)["__type__"] == "update"


def test_a_link_out_of_a_lesson_is_one_into_the_page() -> None:
    assert link_of({"tab": "lab", "part": "race"}) == {"tab": "lab", "part": "race"}
    for strange in (None, "?tab=lab", {"part": "race"}, ["tab"]):
        assert link_of(strange) is None


@pytest.mark.parametrize(
    "request_of_any_form",
    [None, [], "a", 5, {}, {"lang": ["es"]}, {"lesson": None}, {"lesson": 1, "step": "1"},
     {"lesson": 1, "step": 1, "question": "0"},
     {"lesson": 1, "step": 2, "question": 0, "given": {"a": 1}}, {"lesson": 10**30, "step": -1},
     {"lesson": 4, "step": 2, "own": ["x"], "question": 0, "given": [None, {}]}],
)  # fmt: skip
def test_a_request_of_any_form_is_answered_or_refused_in_a_sentence(request_of_any_form: Any) -> None:
    networks = Networks(Models())
    for answer in (step_payload, judgement, sheet_payload):
        said = or_error(lambda answer=answer: answer(networks, fields(request_of_any_form)))  # type: ignore[misc]
        assert "error" not in said or said["error"].endswith((".", "?")) or len(said["error"]) > 10
