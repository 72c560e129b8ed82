"""The documents on lessons are what the lessons say."""

from __future__ import annotations

from rnn_demo.ui.learn.answers import ANSWERS
from rnn_demo.ui.learn.parser import parse
from rnn_demo.ui.learn.views import VIEWS
from tools.teaching_lessons import DOCUMENT, WRITING, document


def test_the_page_on_writing_a_lesson_is_up_to_date_and_names_every_function() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run python -m tools.teaching_lessons"
    assert all(f"| `{name}` |" in document() for name in (*VIEWS, *ANSWERS))


def test_its_example_is_a_lesson() -> None:
    lesson = parse(WRITING.split("```")[1].strip(), "03-example.md", 3)
    assert [len(step.questions) for step in lesson.steps] == [1]
