"""A lesson's file: what is read from it, and how a teacher is told what is wrong in it."""

from __future__ import annotations

import pytest

from rnn_demo.ui.learn.lesson import Call
from rnn_demo.ui.learn.parser import LessonError, parse, read_lesson

LESSON = """# A title
minutes: 5
about: What it is about.

## First
Some words with $h_t$
  and more of them.

Another paragraph.

view: states model=hello text="two words"
link: Open it | ?tab=states&model=hello&text=hell
own: A word | Ivan

question: choose same_words model=hello
Is it so?
- yes: It is.
- no: It is not. | It is,
  look again.
because: It was [[computed]].
reveal: states model=hello text=hell

question: number letters model=names text=*
How many?
- end: One too many.
because: So many.

## In your own words (ending)
say: What was it?
- One.
- Two.
- Three.
experiment: Try [it](?tab=lab).
"""


def test_everything_in_a_file_is_read() -> None:
    lesson = parse(LESSON, "01-a.md", 1)
    assert (lesson.number, lesson.title, lesson.minutes, lesson.about) == (1, "A title", 5, "What it is about.")
    (step,) = lesson.steps
    assert step.paragraphs == ("Some words with $h_t$ and more of them.", "Another paragraph.")
    assert step.view == Call("states", {"model": "hello", "text": "two words"})
    assert step.own == ("A word", "Ivan")
    assert step.link == ("Open it", "?tab=states&model=hello&text=hell")
    first, second = step.questions
    assert [choice.mistake for choice in first.choices] == ["", "It is, look again."]
    assert (first.kind, first.because, first.reveal) == (
        "choose",
        "It was [[computed]].",
        Call("states", {"model": "hello", "text": "hell"}),
    )
    assert [(choice.key, choice.mistake) for choice in second.choices] == [("end", "One too many.")]
    assert (lesson.say, lesson.remember, lesson.experiment) == (
        "What was it?",
        ("One.", "Two.", "Three."),
        "Try [it](?tab=lab).",
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("minutes: 5", "minutes: five", r"minutes must be a whole number, got 'five'"),
        ("minutes: 5\n", "", r"minutes is missing at its beginning"),
        ("about: What", "What", r"line 3: before the first step"),
        ("$h_t$", "$h_t", r"line 6: a \$ is left over"),
        ("$h_t$", r"$\frown$", r"line 6: .*\\frown, which is not set here"),
        ("question: choose", "question: chose", r"line 15: .*one of choose, number.*got 'chose"),
        ("It is not. | It is,", "It is not.", r"line 15: every choice but the right one says after \|"),
        ("because: So many.\n", "", r"line 23: a question has a line"),
        ("- end: One too many.", "- end:", r"line 25: say what the mistake end is"),
        ('text="two words"', "text=two words", r"line 11: .*key=value, in quotes.*got 'words'"),
        ('"two words"', '"two words', r"line 11: .*cannot be read: No closing quotation"),
        ("own: A word | Ivan", "own: A word", r"line 13: write “own: LABEL \| TEXT”"),
        ("?tab=states&", "states?", r"line 12: a link leads into the page"),
        ("(ending)", "", r"ends with a heading"),
        ("- Three.\n", "", r"lines to remember: 2"),
        ("[it](?tab=lab)", "it", r"an experiment has a link"),
        ("How many?\n", "", r"line 23: the question asks nothing"),
        ("reveal: states model=hello text=hell\n", "reveal: states\nMore words.\n", r"line 22: after the choices"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, says: str) -> None:
    assert LESSON.count(old) >= 1
    with pytest.raises(LessonError, match=says) as error:
        parse(LESSON.replace(old, new), "01-a.md", 1)
    assert str(error.value).startswith("01-a.md")


def test_a_file_without_a_number_is_refused(tmp_path: object) -> None:
    with pytest.raises(LessonError, match="begins with its number"):
        read_lesson(type("Path", (), {"name": "hidden.md"})())  # type: ignore[arg-type]
