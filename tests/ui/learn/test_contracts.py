"""What Learn sends is what its contracts say, and its scripts read every key of that and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from helpers.contracts import faults, keys
from helpers.node_scripts import needs_node, run_node

from rnn_demo.data.json_text import strict_json
from rnn_demo.ui.learn import contracts
from rnn_demo.ui.learn.course import course_payload, lessons
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.present import judgement, sheet_payload, step_payload
from rnn_demo.ui.models import Models

PLACES = [(lesson.number, k) for lesson in lessons() for k in range(1, len(lesson.steps) + 1)]
# What is read in a way that leaves no path: a chart by curves.js, an equation by its tree, and a tuple by its place.
ELSEWHERE = ("view.charts", "maths[]", "bars[]", "points[]")


@pytest.fixture(scope="module")
def sent() -> dict[str, list[Any]]:
    networks = Networks(Models())
    steps = [step_payload(networks, {"lesson": lesson, "step": step}) for lesson, step in PLACES]
    judged = [
        judgement(networks, {"lesson": step["lesson"], "step": step["step"], "question": k, "show": True})
        for step in steps
        for k in range(len(step["questions"]))
    ]
    sheets = [sheet_payload(networks, {"lesson": lesson.number}) for lesson in lessons()]
    values = {"course": [course_payload()], "step": steps, "judge": judged, "sheet": sheets}
    return {name: json.loads(strict_json({"values": each}))["values"] for name, each in values.items()}


KINDS = {
    "course": contracts.CoursePayload,
    "step": contracts.StepPayload,
    "judge": contracts.Judgement,
    "sheet": contracts.SheetPayload,
}


@pytest.mark.parametrize("name", KINDS)
def test_python_sends_what_the_contract_says(name: str, sent: dict[str, list[Any]]) -> None:
    for value in sent[name]:
        assert list(faults(value, KINDS[name])) == []


@needs_node
def test_the_scripts_read_what_is_sent_and_nothing_else(sent: dict[str, list[Any]]) -> None:
    read = run_node("learn/contracts.mjs", sent)
    for name in KINDS:
        paths = {path.removeprefix(f"{name}.") for path in read if path.startswith(f"{name}.")}
        promised = set(keys(KINDS[name]))
        strange = {
            path
            for path in paths - promised - WORDS
            if ".link." not in path and ".charts[]" not in path and path != "error"
        }
        assert strange == set(), name
        unread = {path for path in promised - paths if not any(part in path for part in ELSEWHERE) and "*" not in path}
        assert unread <= UNREAD[name], name


WORDS = {f"words.{key}" for key in course_payload()["words"]}
UNREAD: dict[str, set[str]] = {
    "course": {"language", "lessons[].ending.experiment[].kind"},  # no experiment has a mark
    # The shell knows the first three, it asked for them; bars and maps are held back until a question is answered.
    "step": {"lesson", "step", "title", "view.bars", "view.points", "view.high", "view.mark"},
    # Answers that are shown are asked for: nothing is said to them. What is said to others is read like `because`. The
    # unrolled network is not held back.
    "judge": {f"said[].{key}" for key in ("maths", "link", "kind", "plain", "words")} | {"view.tokens", "view.states"},
    "sheet": {
        *(f"questions[].question.{key}" for key in ("low", "high", "unit", "choices[].key")),
        *(f"say[].{key}" for key in ("maths", "link", "kind", "plain", "words")),  # like `because`
    },
}
