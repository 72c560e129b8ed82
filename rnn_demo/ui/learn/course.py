"""The course: all lessons of a language, and the words of the tab around them."""

from __future__ import annotations

from functools import cache

from rnn_demo.ui.learn.contracts import CoursePayload, LessonTitle
from rnn_demo.ui.learn.inline import runs
from rnn_demo.ui.learn.lesson import Lesson
from rnn_demo.ui.learn.parser import LessonError, read_lesson
from rnn_demo.ui.learn.words import ENGLISH, FOLDER, words_of


@cache
def lessons(language: str = ENGLISH) -> tuple[Lesson, ...]:
    """The lessons in their order; LessonError for a file that cannot be read and for numbers that leave gaps."""
    found = tuple(read_lesson(path) for path in sorted((FOLDER / language).glob("[0-9]*.md")))
    numbers = [lesson.number for lesson in found]
    if numbers != list(range(1, len(found) + 1)):
        raise LessonError(f"the files in lessons/{language} must be numbered 01, 02, ... without gaps, got {numbers}")
    return found


def find(number: object, language: str = ENGLISH) -> Lesson:
    """A lesson by its number; ValueError says which there are."""
    course = lessons(language)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(course):
        raise ValueError(words_of(language)("refused.lesson", given=str(number)[:20], lessons=len(course)))
    return course[number - 1]


def course_payload(language: str = ENGLISH) -> CoursePayload:
    """What the list of lessons shows, and the words of the tab."""
    return {
        "language": language,
        "words": words_of(language).of_page(),
        "lessons": [title_of(lesson) for lesson in lessons(language)],
    }


def title_of(lesson: Lesson) -> LessonTitle:
    return {
        "number": lesson.number,
        "title": lesson.title,
        "about": lesson.about,
        "minutes": lesson.minutes,
        "steps": [step.title for step in lesson.steps],
        "questions": [len(step.questions) for step in lesson.steps],
        "ending": {
            "say": runs(lesson.say),
            "remember": [runs(text) for text in lesson.remember],
            "experiment": runs(lesson.experiment),
        },
    }
