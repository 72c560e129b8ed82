"""What a step of a lesson shows and what is said to an answer, as JSON computed from the live networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnn_demo.ui.learn import judge
from rnn_demo.ui.learn.answers import ANSWERS
from rnn_demo.ui.learn.answers.answer import Answer
from rnn_demo.ui.learn.contracts import (
    Judgement,
    Own,
    QuestionText,
    SheetPayload,
    SheetQuestion,
    StepPayload,
    View,
)
from rnn_demo.ui.learn.course import find
from rnn_demo.ui.learn.inline import filled, link, runs
from rnn_demo.ui.learn.lesson import OWN, Call, Lesson, Question, Step
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.parser import LessonError
from rnn_demo.ui.learn.views import VIEWS
from rnn_demo.ui.learn.views.view import Picture
from rnn_demo.ui.learn.words import language_of

LONGEST_OWN = 60  # letters of a text of the visitor's own
Request = Mapping[str, Any]


def step_payload(networks: Networks, request: Request) -> StepPayload:
    """A step; `request` names the lesson and the step, counted from 1, and the visitor's `own` text where there is one.

    It may name a language, `lang`, as every request may. ValueError, in a sentence, for what cannot be shown.
    """
    networks = spoken(networks, request)
    lesson, step, number = _asked(networks, request)
    own = own_text(step, request)
    picture = draw(networks, step.view, own)
    facts = picture.facts if picture else {}
    answers = [compute(networks, question, own) for question in step.questions]
    return {
        "lesson": lesson.number,
        "step": number,
        "title": step.title,
        "words": [runs(filled(text, facts)) for text in step.paragraphs],
        "view": picture.view if picture else None,
        "own": _own(step, own),
        "link": _link(step, own, {name: fact for answer in answers for name, fact in answer.facts.items()}),
        "questions": [question_text(*pair) for pair in zip(step.questions, answers, strict=True)],
    }


def judgement(networks: Networks, request: Request) -> Judgement:
    """What is said to an answer; `request` names the `question`, counted from 0, what was `given`, or `show`."""
    networks = spoken(networks, request)
    _, step, _ = _asked(networks, request)
    words, number = networks.words, request.get("question")
    if not isinstance(number, int) or not 0 <= number < len(step.questions):
        raise ValueError(words("refused.question", questions=len(step.questions), given=str(number)[:20]))
    question, own = step.questions[number], own_text(step, request)
    answer = compute(networks, question, own)
    shown = request.get("show") is True
    if shown:
        return _resolved(networks, step, question, answer, own, right=False, said="")
    given = judge.check_form(question.kind, request.get("given"), answer, words)
    if judge.is_right(answer, given):
        return _resolved(networks, step, question, answer, own, right=True, said=words("right"))
    key = judge.mistake_of(answer, given)
    said = next((choice.mistake for choice in question.choices if choice.key == key), "") or words("wrong")
    unresolved: Judgement = {
        "right": False,
        "said": runs(filled(said, answer.facts)),
        "because": [],
        "answer": [],
        "view": None,
        "marked": [],
        "values": [],
    }
    return unresolved


def sheet_payload(networks: Networks, request: Request) -> SheetPayload:
    """The questions of a lesson with their answers as computed, to be printed for a class."""
    networks = spoken(networks, request)
    lesson = find(request.get("lesson"), networks.words.language)
    questions: list[SheetQuestion] = []
    for step in lesson.steps:
        own = own_text(step, {})
        for question in step.questions:
            answer = compute(networks, question, own)
            said = judge.in_words(question, answer, _names(networks, step, question, own), networks.words)
            questions.append(
                {
                    "question": question_text(question, answer),
                    "answer": runs(said),
                    "because": runs(filled(question.because, answer.facts)),
                }
            )
    return {"number": lesson.number, "title": lesson.title, "say": runs(lesson.say), "questions": questions}


def spoken(networks: Networks, request: Request) -> Networks:
    """The networks, with the words of the language that a request names."""
    return networks.speaking(language_of(request.get("lang")))


def draw(networks: Networks, call: Call | None, own: str) -> Picture | None:
    """A view, by the name that a lesson gives it; LessonError says which there are."""
    if call is None:
        return None
    if call.name not in VIEWS:
        raise LessonError(f"there is no view {call.name!r}; choose one of {', '.join(VIEWS)}")
    arguments = with_own(call, own)
    key = ("view", networks.words.language, str(call), own)
    return networks.once(key, lambda: _called(VIEWS[call.name], networks, call, arguments))


def compute(networks: Networks, question: Question, own: str) -> Answer:
    """The answer to a question, by the name that a lesson gives it; LessonError says which there are."""
    call = question.answer
    if call.name not in ANSWERS:
        raise LessonError(f"there is no answer {call.name!r}; choose one of {', '.join(ANSWERS)}")
    arguments = with_own(call, own)
    key = ("answer", networks.words.language, str(call), own)
    return networks.once(key, lambda: _called(ANSWERS[call.name], networks, call, arguments))


def _called(function: Any, networks: Networks, call: Call, arguments: Mapping[str, str]) -> Any:
    try:
        return function(networks, **arguments)
    except TypeError as error:
        if "argument" not in str(error) or call.name not in str(error):
            raise
        raise LessonError(f"“{call}” cannot be computed: {error}") from None


def with_own(call: Call, own: str) -> dict[str, str]:
    """The arguments of a call, with the visitor's own text for each *."""
    return {key: own if value == OWN else value for key, value in call.arguments.items()}


def own_text(step: Step, request: Request) -> str:
    """The visitor's own text of a request, or what stands there at first."""
    if step.own is None:
        return ""
    text = request.get("own")
    return text.strip()[:LONGEST_OWN] if isinstance(text, str) and text.strip() else step.own[1]


def question_text(question: Question, answer: Answer) -> QuestionText:
    """A question without its answer."""
    return {
        "kind": question.kind,  # type: ignore[typeddict-item]
        "asks": [runs(filled(text, answer.facts)) for text in question.asks],
        "choices": [
            {"key": choice.key, "words": runs(filled(choice.words, answer.facts))}
            for choice in question.choices
            if choice.words
        ],
        "blanks": list(answer.blanks),
        "low": answer.low,
        "high": answer.high,
        "unit": answer.unit,
    }


def _resolved(
    networks: Networks, step: Step, question: Question, answer: Answer, own: str, right: bool, said: str
) -> Judgement:
    revealed = draw(networks, question.reveal, own)
    names = _names(networks, step, question, own)
    right_answer = judge.in_words(question, answer, names, networks.words)
    marked = sorted(answer.right) if isinstance(answer.right, frozenset) else []
    if question.kind == "choose":
        offered = [choice.key for choice in question.choices if choice.words]
        marked = [offered.index(str(answer.right))]
    values = [float(v) for v in answer.right] if question.kind == "curve" and isinstance(answer.right, tuple) else []
    return {
        "right": right,
        "said": runs(said),
        "because": runs(filled(question.because, answer.facts)),
        "answer": runs(filled(right_answer, answer.facts)),
        "view": revealed.view if revealed else None,
        "marked": marked,
        "values": values,
    }


def _names(networks: Networks, step: Step, question: Question, own: str) -> list[str]:
    """The names of the places that may be clicked in the picture of a step."""
    picture = draw(networks, step.view, own)
    view: View | None = picture.view if picture else None
    if view is None or view["kind"] != "grid":
        return []
    return [column["name"] for column in view["columns"]] if question.kind == "word" else list(view["rows"])


def _own(step: Step, own: str) -> Own | None:
    return {"label": step.own[0], "text": own} if step.own else None


def _link(step: Step, own: str, facts: Mapping[str, str]) -> Any:
    """The link of a step; it may name what its questions compute."""
    if step.link is None:
        return None
    parameters = link(step.link[1])
    return {
        "words": step.link[0],
        "link": {key: own if value == OWN else filled(value, facts) for key, value in parameters.items()},
    }


def _asked(networks: Networks, request: Request) -> tuple[Lesson, Step, int]:
    words = networks.words
    lesson = find(request.get("lesson"), words.language)
    number, steps = request.get("step"), len(lesson.steps)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= steps:
        raise ValueError(words("refused.step", lesson=lesson.number, steps=steps, given=str(number)[:20]))
    return lesson, lesson.steps[number - 1], number
