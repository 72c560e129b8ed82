"""Judging: numbers as people write them, blanks, curves, and which mistake was made."""

from __future__ import annotations

import pytest

from rnn_demo.ui.learn.answers.answer import Answer, claims, number, places, tiny
from rnn_demo.ui.learn.judge import OTHER, check_form, fill, is_right, mistake_of, read_number
from rnn_demo.ui.learn.words import words_of


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), (" 0,5 ", 0.5), ("50%", 0.5), ("50 %", 0.5), ("1,024,000", 1_024_000), ("−0.3", -0.3), ("1e3", 1000),
     ("seven", None), ("", None)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text: str, value: float | None) -> None:
    assert read_number(text) == value


def test_a_choice_is_right_where_its_claim_alone_is_true() -> None:
    answer = claims({}, a=True, b=False, c=False)
    assert is_right(answer, "a")
    assert mistake_of(answer, "b") == "b"
    for truths in ({"a": True, "b": True}, {"a": False, "b": False}):
        with pytest.raises(ValueError, match="exactly one choice must be true"):
            claims({}, **truths)


def test_a_mistake_that_gives_the_right_number_is_none() -> None:
    answer = number(7, {"kinds": 5, "end": 8, "lucky": 7})
    assert is_right(answer, 7.0)
    assert mistake_of(answer, 5.0) == "kinds"
    assert mistake_of(answer, 6.0) == OTHER
    assert "lucky" not in answer.mistakes


def test_any_of_several_right_places_is_right() -> None:
    answer = places({1, 2}, {"end": {2, 4}})
    assert is_right(answer, frozenset({1}))
    assert not is_right(answer, frozenset())
    assert mistake_of(answer, frozenset({4})) == "end"


def test_blanks_are_compared_without_capitals_and_a_mistake_explains_the_wrong_ones() -> None:
    answer = Answer(("i", "0", "v", "1"), {"itself": ("i", "1", "v", "2")}, blanks=("h1 = [], []", "h2 = [], []"))
    assert is_right(answer, ("I", "0", " v ", "1"))
    assert mistake_of(answer, ("i", "0", "v", "2")) == "itself"
    assert mistake_of(answer, ("v", "0", "v", "2")) == OTHER
    assert fill(answer.blanks, answer.right) == ["h1 = i, 0", "h2 = v, 1"]  # type: ignore[arg-type]


def test_a_curve_is_right_within_its_tolerance() -> None:
    answer = Answer((0.0, 0.5, 1.0), {"flat": (0.5, 0.5, 0.5)}, tolerance=0.15)
    assert is_right(answer, (0.1, 0.6, 0.9))
    assert mistake_of(answer, (0.5, 0.4, 0.6)) == "flat"
    assert not is_right(answer, (0.0, 0.5))


@pytest.mark.parametrize(
    ("kind", "given"),
    [("choose", 3), ("number", "x"), ("word", "3"), ("curve", ["a"]), ("steps", "abc"), ("number", "nan")],
)
def test_what_is_no_answer_is_refused(kind: str, given: object) -> None:
    with pytest.raises(ValueError, match=r"Give a number|no answer"):
        check_form(kind, given, number(7, {}), words_of())


@pytest.mark.parametrize("text", ["72,960", "72.960", "72 960", "72\u202f960", "72960"])
def test_a_large_number_may_have_its_thousands_apart(text: str) -> None:
    assert check_form("number", text, number(72_960, {}), words_of()) == 72_960
    assert check_form("number", "0.105", number(72_960, {}), words_of()) == 0.105
    assert check_form("number", "1,105", number(1.105, {}), words_of()) == 1.105


@pytest.mark.parametrize(("value", "text"), [(4e-12, "4·10⁻¹²"), (3.2e-2, "3·10⁻²"), (0.0, "0"), (2e3, "2·10³")])
def test_a_tiny_number_is_written_as_a_power_of_ten(value: float, text: str) -> None:
    assert tiny(value) == text
