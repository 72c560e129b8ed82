"""The JSON that Learn sends to its script, widgets/learn/learn.js; in place of any of it may come {"error": ...}."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class MathsRun(TypedDict):
    maths: list[Any]
    plain: str


class LinkRun(TypedDict):
    words: str
    link: dict[str, str]


class MarkedRun(TypedDict):
    kind: Literal["code", "strong", "em"]
    words: str


Run = str | MathsRun | LinkRun | MarkedRun


class LanguageText(TypedDict):
    """A language: its own name, and what is said in it when nothing else has come."""

    name: str
    again: str
    failed: str


class Place(TypedDict, total=False):
    """Where a link leads: a lesson and a step, counted from 1; `at` tells two equal ones apart.

    `languages` are all that there are.
    """

    languages: dict[str, LanguageText]
    lesson: str
    step: str
    at: str


class Column(TypedDict):
    """A column of a grid: a token; `top` is what is answered after it."""

    name: str
    top: str


class GridView(TypedDict):
    """Numbers as coloured cells, a row each (R, T); `digits` says how they are printed, where they are.

    `tops` is the name of the row with what is answered, `outlined` the column of which is spoken.
    """

    kind: Literal["grid"]
    label: str
    columns: list[Column]
    tops: str
    rows: list[str]
    values: list[list[float]]
    scale: float
    digits: int | None
    outlined: int | None


class BarsView(TypedDict):
    """Shares or other numbers as bars; `high` is the length of a whole one."""

    kind: Literal["bars"]
    label: str
    bars: list[tuple[str, float, str]]
    high: float
    mark: float | None


class TableView(TypedDict):
    kind: Literal["table"]
    label: str
    head: list[str]
    rows: list[list[str]]


class ChainView(TypedDict):
    """The unrolled network: a box for each token, and the names of the states around them (T + 1)."""

    kind: Literal["chain"]
    label: str
    tokens: list[str]
    states: list[str]


class MapView(TypedDict):
    """Points in the plane, each with a name and the number of its group."""

    kind: Literal["map"]
    label: str
    points: list[tuple[str, float, float, int]]


class ChartView(TypedDict):
    """`charts` are each a `ui.contracts.Chart`, as widgets/curves.js draws it."""

    kind: Literal["charts"]
    label: str
    charts: list[Any]


View = GridView | BarsView | TableView | ChainView | MapView | ChartView


class ChoiceText(TypedDict):
    key: str
    words: list[Run]


class QuestionText(TypedDict):
    """A question without its answer; `click` says what of the picture is chosen, `blanks` what is filled in."""

    kind: Literal["choose", "number", "word", "unit", "curve", "steps"]
    asks: list[list[Run]]
    choices: list[ChoiceText]
    blanks: list[str]
    low: float
    high: float
    unit: str


class Own(TypedDict):
    """A text of the visitor's own, with what stands there at first."""

    label: str
    text: str


class Link(TypedDict):
    words: str
    link: dict[str, str]


class StepPayload(TypedDict):
    lesson: int
    step: int
    title: str
    words: list[list[Run]]
    view: View | None
    own: Own | None
    link: Link | None
    questions: list[QuestionText]


class Ending(TypedDict):
    """What ends a lesson: a sentence to say in one's own words, what to remember, an experiment."""

    say: list[Run]
    remember: list[list[Run]]
    experiment: list[Run]


class LessonTitle(TypedDict):
    number: int
    title: str
    about: str
    minutes: int
    steps: list[str]
    questions: list[int]
    ending: Ending


class SheetQuestion(TypedDict):
    """A question as it is printed; `answer` and `because` stand on the last page."""

    question: QuestionText
    answer: list[Run]
    because: list[Run]


class SheetPayload(TypedDict):
    number: int
    title: str
    say: list[Run]
    questions: list[SheetQuestion]


class CoursePayload(TypedDict):
    language: str
    words: dict[str, str]
    lessons: list[LessonTitle]


class Judgement(TypedDict):
    """`said` is what is said to an answer; `because`, `answer` and `view` come once it is right or was asked for."""

    right: bool
    said: list[Run]
    because: list[Run]
    answer: list[Run]
    view: View | None
    marked: list[int]
    values: list[float]
