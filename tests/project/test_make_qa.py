"""The questions of `qa` are made by `tools/make_qa.py`, byte for byte, and no question has two answers."""

from __future__ import annotations

import calendar
import csv
import io
import math
from collections import Counter

import pytest

from rnn_demo.tasks.base import normal
from rnn_demo.tasks.qa import is_refusal
from tools import make_qa
from tools.qa_grammar import patterns
from tools.qa_grammar.facts import all_facts
from tools.qa_grammar.sayings import canonical

FACTS = all_facts()


@pytest.fixture(scope="module")
def made() -> str:
    return make_qa.content()


def test_the_files_are_what_the_tool_makes(made: str) -> None:
    assert made == make_qa.FILE.read_text(encoding="utf-8")
    assert make_qa.plainest() == make_qa.PLAINEST.read_text(encoding="utf-8")


def test_no_question_has_two_answers_and_none_that_is_taught_is_to_be_refused(made: str) -> None:
    answers: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(made)):
        answers.setdefault(normal(row["question"]), set()).add(row["answer"])
    assert [question for question, several in answers.items() if len(several) > 1] == []
    assert {canonical(fact) for fact in FACTS} <= {row["question"] for row in csv.DictReader(io.StringIO(made))}


def test_there_are_more_than_600_facts_and_about_as_many_questions_to_refuse_as_to_answer(made: str) -> None:
    assert len(FACTS) > 600
    refuse = Counter(is_refusal(row["answer"]) for row in csv.DictReader(io.StringIO(made)))
    assert 0.8 < refuse[True] / refuse[False] < 1.6


def test_what_python_knows_itself_agrees() -> None:
    months = {
        name: str(calendar.monthrange(2025, number)[1]) for number, name in enumerate(calendar.month_name) if name
    }
    for fact in FACTS:
        if fact.relation == "root":
            assert math.isqrt(int(fact.names[0])) ** 2 == int(fact.names[0]) == int(fact.answer) ** 2
        if fact.relation == "days in":
            assert fact.answer == months[fact.names[0]]


def test_brackets_hold_alternatives_which_may_hold_brackets() -> None:
    speaker = patterns.random.Random(0)
    texts = {patterns.parse("a [b|c [d|e]|] f").draw(speaker) for _ in range(200)}
    assert texts == {"a b f", "a c d f", "a c e f", "a  f"}
    for wrong in ("a [b", "a b]", "[[a]"):
        with pytest.raises(ValueError, match="bracket"):
            patterns.parse(wrong)
