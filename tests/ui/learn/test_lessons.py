"""The lessons: every picture is drawn, every answer is computed anew, and every wrong choice is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rnn_demo.analysis.trace import record
from rnn_demo.experiments import shipped
from rnn_demo.experiments.cell_race import Finish
from rnn_demo.figures import VIEWS as FIGURES
from rnn_demo.network.cells import CELLS
from rnn_demo.ui.lab.tab import PARTS
from rnn_demo.ui.learn import judge
from rnn_demo.ui.learn.answers import ANSWERS
from rnn_demo.ui.learn.course import lessons
from rnn_demo.ui.learn.inline import filled, runs
from rnn_demo.ui.learn.lesson import KINDS, Lesson, Question, Step
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.present import compute, draw, judgement, own_text, question_text, sheet_payload, step_payload
from rnn_demo.ui.learn.views import VIEWS
from rnn_demo.ui.links import parse as parse_link
from rnn_demo.ui.models import Models
from rnn_demo.ui.page import TABS
from rnn_demo.zoo.recipes import RECIPES

COURSE = lessons()
STEPS = [(lesson, k) for lesson in COURSE for k in range(1, len(lesson.steps) + 1)]
QUESTIONS = [(lesson, k, n) for lesson, k in STEPS for n in range(len(lesson.steps[k - 1].questions))]
MOST_LETTERS = 560  # of a step before its questions: about half a screen of a phone
STRANGE = ("x", "Zoë", "a b", "<b>no</b>", "字", "!!!", "42", "ab" * 60)


def name(value: Any) -> str:
    return f"{value.number}" if isinstance(value, Lesson) else str(value)


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks(Models())


def question_of(lesson: Lesson, step: int, number: int) -> tuple[Step, Question]:
    whole = lesson.steps[step - 1]
    return whole, whole.questions[number]


def test_fourteen_lessons_ask_forty_questions_or_more_of_several_kinds_and_two_or_more_each() -> None:
    counts = {lesson.title: sum(len(step.questions) for step in lesson.steps) for lesson in COURSE}
    assert len(counts) == 14
    assert min(counts.values()) >= 2, counts
    assert sum(counts.values()) >= 40
    assert {question.kind for lesson in COURSE for step in lesson.steps for question in step.questions} == set(KINDS)


def test_something_is_predicted_before_a_picture_is_seen_in_every_lesson() -> None:
    for lesson in COURSE:
        questions = [question for step in lesson.steps for question in step.questions]
        assert any(question.reveal for question in questions), lesson.title


def test_everything_that_a_lesson_may_name_is_used() -> None:
    calls = [call.name for lesson in COURSE for step in lesson.steps for call in views_of(step)]
    asked = [question.answer.name for lesson in COURSE for step in lesson.steps for question in step.questions]
    assert set(calls) == set(VIEWS)
    assert set(asked) == set(ANSWERS)


def views_of(step: Step) -> Iterator[Any]:
    yield from (call for call in (step.view, *(question.reveal for question in step.questions)) if call)


@pytest.mark.parametrize(("lesson", "step"), STEPS, ids=name)
def test_a_step_is_short_and_its_picture_is_drawn(networks: Networks, lesson: Lesson, step: int) -> None:
    payload = step_payload(networks, {"lesson": lesson.number, "step": step})
    assert sum(len(text) for text in lesson.steps[step - 1].paragraphs) <= MOST_LETTERS
    assert (payload["view"] is not None) == (lesson.steps[step - 1].view is not None)
    assert len(payload["questions"]) == len(lesson.steps[step - 1].questions)


@pytest.mark.parametrize(("lesson", "step", "number"), QUESTIONS, ids=name)
def test_the_right_answer_is_right_and_every_mistake_is_wrong_and_has_its_sentence(
    networks: Networks, lesson: Lesson, step: int, number: int
) -> None:
    whole, question = question_of(lesson, step, number)
    answer = compute(networks, question, own_text(whole, {}))
    assert judge.is_right(answer, answer.right)
    spoken = {choice.key: choice.mistake for choice in question.choices if choice.key != judge.OTHER}
    if question.kind == "choose":
        assert set(spoken) == {answer.right, *answer.mistakes}
        assert all(text for key, text in spoken.items() if key != answer.right)
    else:
        assert set(answer.mistakes) == set(spoken), "each mistake that is computed has a sentence, and no other has one"
    for key, wrong in answer.mistakes.items():
        assert not judge.is_right(answer, wrong), key
        assert judge.mistake_of(answer, wrong) in spoken
    request = {"lesson": lesson.number, "step": step, "question": number}
    shown = judgement(networks, {**request, "show": True})
    assert shown["because"]
    assert shown["answer"] or question.kind == "curve"
    assert (shown["view"] is not None) == (question.reveal is not None)


@pytest.mark.parametrize(("lesson", "step", "number"), QUESTIONS, ids=name)
def test_what_is_said_needs_no_number_that_was_not_computed(
    networks: Networks, lesson: Lesson, step: int, number: int
) -> None:
    whole, question = question_of(lesson, step, number)
    answer = compute(networks, question, own_text(whole, {}))
    for text in (
        *question.asks,
        question.because,
        *(c.words for c in question.choices),
        *(c.mistake for c in question.choices),
    ):
        runs(filled(text, answer.facts))


@pytest.mark.parametrize(
    ("lesson", "step"), [(lesson, step) for lesson, step in STEPS if lesson.steps[step - 1].own], ids=name
)
def test_any_text_of_a_visitor_is_read(networks: Networks, lesson: Lesson, step: int) -> None:
    for own in STRANGE:
        request = {"lesson": lesson.number, "step": step, "own": own}
        payload = step_payload(networks, request)
        assert payload["own"] == {"label": lesson.steps[step - 1].own[0], "text": own[:60]}  # type: ignore[index]
        for number in range(len(payload["questions"])):
            shown = judgement(networks, {**request, "question": number, "show": True})
            assert shown["because"]


def links_of(networks: Networks, lesson: Lesson) -> Iterator[dict[str, str]]:
    for number, step in enumerate(lesson.steps, 1):
        way = step_payload(networks, {"lesson": lesson.number, "step": number, "own": "Ann"})["link"]
        if step.link:
            assert way
            yield way["link"]
    texts = [text for step in lesson.steps for text in step.paragraphs] + [lesson.experiment, *lesson.remember]
    for text in texts:
        yield from (run["link"] for run in runs(text) if isinstance(run, dict) and "link" in run)  # type: ignore[typeddict-item]


@pytest.mark.parametrize("lesson", COURSE, ids=name)
def test_every_link_reaches_the_state_that_it_promises(networks: Networks, lesson: Lesson) -> None:
    links = list(links_of(networks, lesson))
    assert links
    for link in links:
        assert parse_link(link, TABS) == link
        if link["tab"] == "states":
            reaches_state(networks, link)
        if link["tab"] == "lab":
            assert link.get("part", "train") in PARTS, link
            assert link.get("recipe", "hello") in RECIPES, link
            assert link.get("cell", "gru") in CELLS, link
        if link["tab"] == "learn":
            assert int(link["step"]) <= len(COURSE[int(link["lesson"]) - 1].steps) + 1, link


def reaches_state(networks: Networks, link: dict[str, str]) -> None:
    trace = record(networks.model(link["model"]), link["text"])
    assert 1 <= int(link.get("step", 1)) <= len(trace.tokens), link
    assert 0 <= int(link.get("unit", 0)) < trace.layers[0].quantities["h"].shape[1], link
    assert set(link.get("view", "cell").split(",")) <= {"cell", "unit", "whole", "head", "input", "folded"}, link
    assert link.get("figure", next(iter(FIGURES))) in FIGURES, link
    assert link.get("gradients", "trained") in ("trained", "fresh"), link
    assert int(link.get("layer", 1)) <= max(layer.layer for layer in trace.layers) + 1, link


def test_the_link_to_the_writing_unit_opens_it_and_the_picture_outlines_where_it_writes(networks: Networks) -> None:
    request = {"lesson": 8, "step": 4}
    question, link = COURSE[7].steps[3].questions[0], step_payload(networks, request)["link"]
    answer = compute(networks, question, "")
    assert link
    assert int(link["link"]["unit"]) + 1 == int(answer.facts["unit"])
    view = judgement(networks, {**request, "question": 0, "show": True})["view"]
    assert view
    assert view["kind"] == "grid"
    assert {view["outlined"]} == answer.right
    written = view["values"][next(k for k, row in enumerate(view["rows"]) if row.startswith("i × g"))]
    assert f"{written[view['outlined'] or 0]:.2f}".replace("-", "−") == answer.facts["written"]


def test_the_race_that_ships_is_as_lesson_8_ends() -> None:
    results = shipped.load("race").of(Finish)
    chance = max(one.chance for one in results)

    def accuracies(cell: str, distance: int) -> list[float]:
        return [one.accuracy for one in results if (one.cell, one.distance) == (cell, distance)]

    assert 0.5 < max(accuracies("rnn_tanh", 20)) < 1
    assert max(accuracies("rnn_tanh", 40)) < 1.2 * chance
    assert min(accuracies("lstm", 40)) == 1


@pytest.mark.parametrize("lesson", COURSE, ids=name)
def test_a_class_sheet_has_every_question_with_its_answer(networks: Networks, lesson: Lesson) -> None:
    sheet = sheet_payload(networks, {"lesson": lesson.number})
    assert len(sheet["questions"]) == sum(len(step.questions) for step in lesson.steps)
    assert all(entry["because"] for entry in sheet["questions"])


def test_a_question_is_sent_without_its_answer(networks: Networks) -> None:
    for lesson, step, number in QUESTIONS:
        whole, question = question_of(lesson, step, number)
        sent = question_text(question, compute(networks, question, own_text(whole, {})))
        assert set(sent) == {"kind", "asks", "choices", "blanks", "low", "high", "unit"}


def test_what_does_not_exist_is_refused_with_what_does(networks: Networks) -> None:
    for request in ({}, {"lesson": 99, "step": 1}, {"lesson": "1", "step": 1}, {"lesson": True, "step": 1}):
        with pytest.raises(ValueError, match="choose one from 1 to"):
            step_payload(networks, request)
    with pytest.raises(ValueError, match="has the steps 1 to"):
        step_payload(networks, {"lesson": 1, "step": 40})
    with pytest.raises(ValueError, match="questions, counted from 0"):
        judgement(networks, {"lesson": 1, "step": 1, "question": 7, "given": "a"})
    with pytest.raises(ValueError, match="Give a number"):
        judgement(networks, {"lesson": 1, "step": 2, "question": 0, "given": "seven"})


def test_a_picture_is_computed_once(networks: Networks) -> None:
    call = COURSE[2].steps[3].view
    assert draw(networks, call, "") is draw(networks, call, "")
