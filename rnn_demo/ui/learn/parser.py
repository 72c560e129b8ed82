"""Reads a lesson from its Markdown file; docs/lessons.md says how one is written.

    # The hidden state
    minutes: 8
    about: one sentence for the list of lessons

    ## One vector, carried along
    A paragraph with $h_t$ and [a link](?tab=states&model=hello&text=hell).

    view: states model=hello text=hell
    link: Open it in Hidden states | ?tab=states&model=hello&text=hell&step=2

    question: choose repeated_input model=hello text=hell
    The network reads “l” twice. Is the state the same after both?
    - same: Yes. | It also depends on the state before.
    - different: No.
    because: They differ by up to [[difference]].

    ## In your own words
    say: What is a hidden state?
    - Something to remember.
    experiment: Try [this](?tab=lab).

A line that begins with two spaces goes on with the one above. LessonError says where something is wrong, what is
there, and what may be.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from rnn_demo.ui.learn.inline import link, runs
from rnn_demo.ui.learn.lesson import KINDS, OWN, Call, Choice, Lesson, Question, Step

ENDING = "ending"
_KEY = re.compile(r"(\w+): *(.*)")
_CHOICE = re.compile(r"- (\w+):? *(.*)")
OF_STEP = ("view", "own", "link", "question")
OF_QUESTION = ("reveal", "because")
Line = tuple[int, str]


class LessonError(ValueError):
    """Something in a lesson's file cannot be read or does not fit."""


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file whose name begins with its number: 03-hidden-state.md."""
    number = re.match(r"\d+", path.name)
    if not number:
        raise LessonError(f"{path.name}: the name of a lesson's file begins with its number, as in 03-hidden-state.md")
    return parse(path.read_text(encoding="utf-8"), path.name, int(number[0]))


def parse(text: str, file: str, number: int) -> Lesson:
    """The lesson in a text; `file` is named in errors."""
    head, *sections = _sections(list(_lines(text)))
    values = _head(head, file)
    titles = [_section_title(lines[0]) for lines in sections]
    if len(sections) < 2 or titles[-1].partition("(")[2].rstrip(")") != ENDING:
        raise LessonError(f"{file}: a lesson has steps and ends with a heading such as “## In your own words (ending)”")
    say, remember, experiment = _ending(sections[-1], file)
    steps = tuple(_step(lines, file) for lines in sections[:-1])
    return Lesson(
        number, values["title"], values["about"], int(values["minutes"]), steps, say, remember, experiment, file
    )


def _lines(text: str) -> Iterator[Line]:
    """Lines with their numbers; a line that begins with two spaces is a part of the one above."""
    whole: list[Line] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("  ") and whole and line.strip():
            before, words = whole.pop()
            whole.append((before, f"{words} {line.strip()}"))
        else:
            whole.append((number, line.strip()))
    yield from whole


def _sections(lines: list[Line]) -> list[list[Line]]:
    sections: list[list[Line]] = [[]]
    for line in lines:
        if line[1].startswith("## "):
            sections.append([])
        sections[-1].append(line)
    return sections


def _section_title(line: Line) -> str:
    return line[1].removeprefix("## ").strip()


def _head(lines: list[Line], file: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, line in lines:
        if line.startswith("# "):
            values["title"] = line[2:].strip()
        elif match := _KEY.fullmatch(line):
            values[match[1]] = match[2]
        elif line:
            raise LessonError(f"{file}, line {number}: before the first step stand # TITLE, minutes: and about: only")
    for key in ("title", "minutes", "about"):
        if not values.get(key):
            raise LessonError(f"{file}: {key} is missing at its beginning")
    if not values["minutes"].isdecimal():
        raise LessonError(f"{file}: minutes must be a whole number, got {values['minutes']!r}")
    return values


def _step(lines: list[Line], file: str) -> Step:
    number, title = lines[0][0], _section_title(lines[0])
    values: dict[str, Line] = {}
    questions: list[list[Line]] = []
    paragraphs: list[list[Line]] = [[]]
    for line in lines[1:]:
        match = _KEY.fullmatch(line[1])
        if match and match[1] == "question":
            questions.append([(line[0], match[2])])
        elif questions:
            questions[-1].append(line)
        elif match and match[1] in OF_STEP:
            values[match[1]] = line[0], match[2]
        elif line[1]:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    own = _pair(values["own"], file, "own: LABEL | TEXT") if "own" in values else None
    way = _pair(values["link"], file, "link: WORDS | ?tab=...") if "link" in values else None
    if way:
        _checked(partial(link, way[1]), file, values["link"][0])
    step = Step(
        title,
        tuple(_words(part, file) for part in paragraphs if part),
        _call(values["view"][1], file, values["view"][0]) if "view" in values else None,
        own,
        way,
        tuple(_question(part, file) for part in questions),
        number,
    )
    if not step.paragraphs and not step.questions:
        raise LessonError(f"{file}, line {number}: the step “{title}” says and asks nothing")
    return step


def _question(lines: list[Line], file: str) -> Question:
    number, first = lines[0]
    kind, _, call = first.partition(" ")
    if kind not in KINDS or not call:
        raise LessonError(
            f"{file}, line {number}: a question is “question: KIND FUNCTION”, KIND one of {', '.join(KINDS)}; "
            f"got {first!r}"
        )
    choices: list[Choice] = []
    values: dict[str, str] = {}
    asks: list[list[Line]] = [[]]
    for line in lines[1:]:
        key, choice = _KEY.fullmatch(line[1]), _CHOICE.fullmatch(line[1])
        if choice:
            choices.append(_choice(choice, kind, file, line[0]))
        elif key and key[1] in OF_QUESTION:
            values[key[1]] = key[2]
        elif line[1] and (choices or values):
            raise LessonError(
                f"{file}, line {line[0]}: after the choices of a question come {' and '.join(OF_QUESTION)} only, or "
                f"another question; begin a line with two spaces to go on with the one above; got {line[1]!r}"
            )
        elif line[1]:
            asks[-1].append(line)
        elif asks[-1]:
            asks.append([])
    answer = _call(call, file, number)
    right = [choice.key for choice in choices if not choice.mistake]
    # Of a text of the visitor's own any choice may be right, and is said to be a mistake where it is not.
    most = 0 if OWN in answer.arguments.values() else 1
    if kind == "choose" and (len(choices) < 2 or len(right) != most):
        raise LessonError(
            f"{file}, line {number}: every choice but the right one says after | which mistake it is, and of a text of "
            f"the visitor's own every choice; without one are {', '.join(right) or 'none'}"
        )
    if "because" not in values:
        raise LessonError(f"{file}, line {number}: a question has a line “because: ...”, which is said at the end")
    _checked(partial(runs, values["because"]), file, number)
    asked = tuple(_words(part, file) for part in asks if part)
    if not asked:
        raise LessonError(f"{file}, line {number}: the question asks nothing; write its words below it")
    reveal = _call(values["reveal"], file, number) if "reveal" in values else None
    return Question(kind, answer, asked, tuple(choices), values["because"], reveal, number)


def _choice(match: re.Match[str], kind: str, file: str, number: int) -> Choice:
    """A choice and what is said to it, "- key: words | mistake"; of other kinds "- key: what is said"."""
    words, _, mistake = (part.strip() for part in match[2].partition("|"))
    if kind != "choose":
        words, mistake = "", match[2]
    if kind != "choose" and not mistake:
        raise LessonError(f"{file}, line {number}: say what the mistake {match[1]} is: - {match[1]}: ...")
    for part in (words, mistake):
        _checked(partial(runs, part), file, number)
    return Choice(match[1], words, mistake)


def _ending(lines: list[Line], file: str) -> tuple[str, tuple[str, ...], str]:
    number = lines[0][0]
    values = {match[1]: match[2] for _, line in lines if (match := _KEY.fullmatch(line))}
    remember = tuple(line[2:] for _, line in lines if line.startswith("- "))
    missing = [key for key in ("say", "experiment") if not values.get(key)]
    if missing or len(remember) != 3:
        raise LessonError(
            f"{file}, line {number}: a lesson ends with say:, three lines “- ...” to remember and experiment:; "
            f"missing: {', '.join(missing) or 'none'}; lines to remember: {len(remember)}"
        )
    for text in (*values.values(), *remember):
        _checked(partial(runs, text), file, number)
    if "](?" not in values["experiment"]:
        raise LessonError(f"{file}, line {number}: an experiment has a link, such as [the lab](?tab=lab&part=race)")
    return values["say"], remember, values["experiment"]


def _words(lines: list[Line], file: str) -> str:
    text = " ".join(line for _, line in lines)
    _checked(partial(runs, text), file, lines[0][0])
    return text


def _call(text: str, file: str, line: int) -> Call:
    try:
        name, *parts = shlex.split(text)
    except ValueError as error:
        raise LessonError(f"{file}, line {line}: {text!r} cannot be read: {error}") from None
    pairs = [part.partition("=") for part in parts]
    wrong = [part for part, (_, equals, _) in zip(parts, pairs, strict=True) if not equals]
    if wrong:
        raise LessonError(
            f"{file}, line {line}: after {name} come arguments as key=value, in quotes where there are spaces; "
            f"got {wrong[0]!r}"
        )
    return Call(name, {key: value for key, _, value in pairs})


def _pair(place: Line, file: str, form: str) -> tuple[str, str]:
    line, text = place
    first, bar, second = (part.strip() for part in text.partition("|"))
    if not bar or not first or not second:
        raise LessonError(f"{file}, line {line}: write “{form}”, got {text!r}")
    return first, second


def _checked(read: Callable[[], object], file: str, line: int) -> None:
    try:
        read()
    except ValueError as error:
        raise LessonError(f"{file}, line {line}: {error}") from None
