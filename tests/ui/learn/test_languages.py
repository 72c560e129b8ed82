"""Every language says all that English says: the same questions, numbers and links, in words of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from rnn_demo.network.cells import CELLS
from rnn_demo.ui.learn.course import course_payload, lessons
from rnn_demo.ui.learn.inline import names, runs
from rnn_demo.ui.learn.lesson import Lesson, Question, Step
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.present import judgement, sheet_payload, step_payload
from rnn_demo.ui.learn.tab import follow
from rnn_demo.ui.learn.words import ENGLISH, LANGUAGES, Words, language_of, languages, read_words, words_of
from rnn_demo.ui.models import Models
from rnn_demo.ui.viewer.static_files import script

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
PAIRS = [
    (language, *pair) for language in OTHERS for pair in zip(lessons(ENGLISH), lessons(language), strict=True)
]  # (language, the lesson in English, the same in that language)
MOST_LETTERS = 560  # of a step before its questions: about half a screen of a phone
# Words of English that no other language here has.
TELLTALE = re.compile(
    r"\b(the|and|of|is|are|with|that|this|not|what|which|from|words?|steps?|units?|after|answers?|it|its|you|your|each"
    r"|by|for|was|were|but|to|at|on|or|an|be|do|does|how|where|when|layer|loss|rate|share|learning|hidden|state)\b",
    re.IGNORECASE,
)
KEPT = ("teacher forcing", "Hidden states", "dropout", "train()", "batch")  # English in other languages, too
NETWORK = r"“[^”]*”|`[^`]*`|\$[^$]*\$|\]\(\?[^)]*\)|\[\[\w+\]\]"  # what networks read, code, equations, links, numbers


def english_in(text: str) -> list[str]:
    """What is English in a text, beside what networks read and what is said in English everywhere."""
    rest = re.sub(NETWORK, " ", text)
    for words in KEPT:
        rest = re.sub(re.escape(words), " ", rest, flags=re.IGNORECASE)
    return [match[0] for match in TELLTALE.finditer(rest)]


def frame_of(lesson: Lesson) -> object:
    """All of a lesson but its words."""
    return (
        lesson.number,
        lesson.minutes,
        lesson.file,
        [frame_of_step(step) for step in lesson.steps],
        *links_of(lesson),
    )


def frame_of_step(step: Step) -> object:
    own, link = step.own and step.own[1], step.link and step.link[1]
    return len(step.paragraphs), step.view, own, link, [frame_of_question(question) for question in step.questions]


def frame_of_question(question: Question) -> object:
    choices = [(choice.key, bool(choice.words), bool(choice.mistake)) for choice in question.choices]
    return question.kind, question.answer, question.reveal, choices


def links_of(lesson: Lesson) -> list[str]:
    texts = [text for step in lesson.steps for text in step.paragraphs]
    return re.findall(r"\]\((\?[^)]*)\)", " ".join([*texts, lesson.say, *lesson.remember, lesson.experiment]))


def texts_of(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Every text of a lesson, by its place."""
    yield from (("title", lesson.title), ("about", lesson.about), ("say", lesson.say), ("try", lesson.experiment))
    yield "remember", " ".join(lesson.remember)
    for k, step in enumerate(lesson.steps, 1):
        yield f"step {k}", " ".join((step.title, *step.paragraphs))
        yield f"step {k}, own and link", " ".join([(step.own or ("",))[0], (step.link or ("",))[0]])
        for n, question in enumerate(step.questions):
            yield f"step {k}, question {n}", " ".join(question.asks)
            yield f"step {k}, question {n}, because", question.because
            for choice in question.choices:
                yield f"step {k}, question {n}, {choice.key}", choice.words
                yield f"step {k}, question {n}, {choice.key}: mistake", choice.mistake


def lesson_id(value: Any) -> str:
    return str(value.number) if isinstance(value, Lesson) else str(value)


def test_english_and_spanish_are_whole() -> None:
    assert {"en", "es"} <= set(LANGUAGES)
    assert {language: len(lessons(language)) for language in LANGUAGES} == dict.fromkeys(LANGUAGES, 14)


@pytest.mark.parametrize(("language", "english", "other"), PAIRS, ids=lesson_id)
def test_a_lesson_has_the_same_steps_questions_choices_pictures_and_links(
    language: str, english: Lesson, other: Lesson
) -> None:
    assert frame_of(other) == frame_of(english)


@pytest.mark.parametrize(("language", "english", "other"), PAIRS, ids=lesson_id)
def test_every_text_has_the_same_numbers_and_equations(language: str, english: Lesson, other: Lesson) -> None:
    for (place, text), (_, own) in zip(texts_of(english), texts_of(other), strict=True):
        assert set(names(own)) == set(names(text)), place
        assert equations(own) == equations(text), place
        assert bool(own) == bool(text), place


def equations(text: str) -> set[str]:
    """The equations in a text; a letter alone is none."""
    return {maths for maths in re.findall(r"\$([^$]+)\$", text) if re.search(r"[=+]|\\(?!top)", maths)}


@pytest.mark.parametrize(("language", "english", "other"), PAIRS, ids=lesson_id)
def test_no_english_is_left_in_a_lesson_and_a_step_is_short(language: str, english: Lesson, other: Lesson) -> None:
    for place, text in texts_of(other):
        assert english_in(text) == [], place
    for step in other.steps:
        assert sum(map(len, step.paragraphs)) <= MOST_LETTERS, step.title


def test_what_is_english_is_found() -> None:
    assert english_in("La red reads each step: “the plot is good”, `batch_first`, $W_{in} x$") == ["each", "step"]


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_around_the_lessons_is_missing_or_english(language: str) -> None:
    english, own = read_words(ENGLISH), read_words(language)
    assert set(own) == set(english)
    for name, text in own.items():
        assert set(names(text)) == set(names(english[name])), name
        assert english_in(text) == [], name


def test_english_calls_what_cells_compute_as_the_cells_do_and_every_answer_of_two_networks_has_a_word() -> None:
    titles = {quantity.name: quantity.title for name in ("lstm", "gru") for quantity in CELLS[name].quantities}
    words, models = read_words(ENGLISH), Models()
    assert {name: words[f"quantity.{name}"] for name in titles} == titles
    labels = {label for name in ("sentiment", "names-deep") for label in models.get(name).labels}
    assert {name.removeprefix("label.") for name in words if name.startswith("label.")} == labels


def test_the_menu_below_a_chart_has_the_same_words_in_english_as_in_the_other_tabs() -> None:
    own = {name.removeprefix("menu_"): text for name, text in read_words(ENGLISH).items() if name.startswith("menu_")}
    elsewhere = script("picture/menu.js").partition("MENU_WORDS = {")[2].partition("}")[0]
    assert own == dict(re.findall(r'(\w+): "(.*)",', elsewhere))


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks(Models())


@pytest.mark.parametrize(("language", "english", "other"), PAIRS, ids=lesson_id)
def test_all_that_is_computed_is_said_in_the_language(
    networks: Networks, language: str, english: Lesson, other: Lesson
) -> None:
    request = {"lang": language, "lesson": other.number}
    for step in range(1, len(other.steps) + 1):
        payload = step_payload(networks, {**request, "step": step})
        assert [found for text in said_in(payload) for found in english_in(text)] == [], step
        for number, question in enumerate(payload["questions"]):
            judged = judgement(networks, {**request, "step": step, "question": number, "show": True})
            of_network = question["kind"] in ("word", "curve")  # a word that the network reads
            said = said_in({**judged, "answer": [] if of_network else judged["answer"]})
            assert [found for text in said for found in english_in(text)] == [], (step, number)
    sheet = sheet_payload(networks, request)
    assert [entry["because"] for entry in sheet["questions"]]
    assert sheet["title"] == other.title != english.title


RUNS = ("words", "said", "because", "answer", "asks", "say")
SAID = {*RUNS, "title", "label", "head", "rows", "tops", "charts", "lines", "name", "x", "y"}
SAID |= {"view", "own", "link", "questions", "choices"}


def said_in(value: Any, key: str = "") -> Iterator[str]:
    """The texts in a payload that the page says itself; runs are whole sentences, and tokens are the network's."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and key in RUNS:
        if value and isinstance(value[0], list):
            yield from (text for part in value for text in said_in(part, key))
        else:
            yield "".join(run if isinstance(run, str) else run.get("words", "") for run in value if run_is_said(run))
    elif isinstance(value, list):
        yield from (text for part in value for text in said_in(part, key))
    elif isinstance(value, dict) and "tab" not in value:  # an address is not said
        for name, part in value.items():
            if name == "rows" and value["kind"] == "table":
                yield from (cell for row in part for cell in row if len(cell.split()) > 2)
            elif name in SAID:
                yield from said_in(part, name)


def run_is_said(run: Any) -> bool:
    return isinstance(run, str) or ("maths" not in run and run.get("kind") != "code")


def test_a_request_is_answered_in_its_language_and_in_english_where_there_is_none(networks: Networks) -> None:
    place = {"lesson": 3, "step": 4}
    titles = {lang: step_payload(networks, {**place, "lang": lang})["title"] for lang in ("es", "en", "xx", None)}
    assert titles == {"es": "Lee la figura", **dict.fromkeys(("en", "xx", None), "Read the picture")}
    assert course_payload("es")["language"] == "es"
    for lang, says in (("es", "elige una de la 1 a la 14"), ("en", "choose one from 1 to 14")):
        with pytest.raises(ValueError, match=says):
            step_payload(networks, {"lang": lang, "lesson": 99, "step": 1})
    with pytest.raises(ValueError, match="Escribe un número"):
        judgement(networks, {"lang": "es", "lesson": 1, "step": 2, "question": 0, "given": "siete"})


@pytest.mark.parametrize("asked", ["", "ES", "../es", None, 3, ["es"], {"es": 1}])
def test_a_language_that_there_is_not_is_english(asked: object) -> None:
    assert language_of(asked) == ENGLISH


def test_numbers_and_lists_are_written_as_the_language_writes_them() -> None:
    english, spanish = words_of("en"), words_of("es")
    assert [words.count(1234567) for words in (english, spanish)] == ["1,234,567", "1\u202f234\u202f567"]
    assert [words.percent(0.999) for words in (english, spanish)] == [">99%", ">99\u00a0%"]
    assert [words.both(["a", "b", "c"]) for words in (english, spanish)] == ["a, b and c", "a, b y c"]
    assert [words.either(["a"]) for words in (english, spanish)] == ["a", "a"]
    assert [words.label("Paris") for words in (english, spanish)] == ["Paris", "Paris"]


def test_what_a_language_lacks_is_said_in_english() -> None:
    whole = words_of("es")
    assert Words("xx", {**read_words(ENGLISH), "next": "Vidare"})("back") == "Back"
    assert set(whole.texts) == set(read_words(ENGLISH))


def test_the_page_knows_every_language_before_a_lesson_has_come() -> None:
    known = json.loads(follow({"tab": "learn", "lesson": "3"}))["languages"]
    assert known == languages()
    assert {language: texts["name"] for language, texts in known.items()} == {"en": "English", "es": "Español"}
    assert all(set(texts) == {"name", "again", "failed"} for texts in known.values())


def test_every_run_of_every_language_can_be_set() -> None:
    for language in LANGUAGES:
        for lesson in lessons(language):
            assert all(runs(text) or not text for _, text in texts_of(lesson))
