"""The course: all lessons of a language, and the words of the tab around them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rnn_demo.ui.learn.contracts import CoursePayload, LessonTitle
from rnn_demo.ui.learn.inline import runs
from rnn_demo.ui.learn.lesson import Lesson
from rnn_demo.ui.learn.parser import LessonError, read_lesson

FOLDER = Path(__file__).parent / "lessons"
LANGUAGES = tuple(sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
ENGLISH = "en"
WORDS = "words.md"  # in a language's folder: what stands on buttons and around the lessons


@cache
def lessons(language: str = ENGLISH) -> tuple[Lesson, ...]:
    """The lessons in their order; LessonError for a file that cannot be read and for numbers that leave gaps."""
    found = tuple(read_lesson(path) for path in sorted((FOLDER / language).glob("[0-9]*.md")))
    numbers = [lesson.number for lesson in found]
    if numbers != list(range(1, len(found) + 1)):
        raise LessonError(f"the files in lessons/{language} must be numbered 01, 02, ... without gaps, got {numbers}")
    return found


@cache
def words(language: str = ENGLISH) -> dict[str, str]:
    """The words around the lessons, by their names: lines such as “next: Next step”."""
    lines = (FOLDER / language / WORDS).read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(": ") for line in lines if ": " in line and not line.startswith("#"))
    return {key.strip(): text.strip() for key, _, text in pairs}


def find(number: object, language: str = ENGLISH) -> Lesson:
    """A lesson by its number; ValueError says which there are."""
    course = lessons(language)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(course):
        raise ValueError(f"there is no lesson {str(number)[:20]}; choose one from 1 to {len(course)}")
    return course[number - 1]


def course_payload(language: str = ENGLISH) -> CoursePayload:
    """What the list of lessons shows, and the words of the tab."""
    return {
        "language": language,
        "words": words(language),
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
