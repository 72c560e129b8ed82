"""Judges what a visitor answers: right, a known mistake with its sentence, or wrong in a way that nobody foresaw."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rnn_demo.ui.learn.answers.answer import Answer, Right
from rnn_demo.ui.learn.lesson import Question
from rnn_demo.ui.learn.words import Words

OTHER = "other"  # the key of what is said to a mistake that is none of the known ones
LONGEST = 200  # characters of a given answer, of each part
LARGE = 1000  # from here on people set thousands apart
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,]\d{3})+")


def read_number(text: str, large: bool = False) -> float | None:
    """A number as people write it: 7, 0.5, 0,5 or 50% (a half); None for what is none.

    Where a `large` one is asked for, 72,960 and 72.960 have their thousands apart.
    """
    words = re.sub(r"\s", "", text).replace("−", "-")
    share = words.endswith("%")
    words = words.removesuffix("%")
    if large and _GROUPED.fullmatch(words):
        words = re.sub("[.,]", "", words)
    words = words.replace(",", ".") if words.count(",") == 1 and "." not in words else words.replace(",", "")
    try:
        value = float(words)
    except ValueError:
        return None
    return value / 100 if share else value


def check_form(kind: str, given: object, answer: Answer, words: Words) -> Right:
    """What was given, in the form that the right answer has; ValueError says, in `words`, what is asked for."""
    match kind, given:
        case "choose", str():
            return given[:LONGEST]
        case "number", str() | int() | float():
            value = read_number(str(given)[:LONGEST], isinstance(answer.right, float) and answer.right >= LARGE)
            if value is None or value != value:
                raise ValueError(words("refused.number"))
            return value
        case "word" | "unit", int():
            return frozenset({given})
        case "curve", list():
            if all(isinstance(value, int | float) for value in given):
                return tuple(float(value) for value in given[:LONGEST])
        case "steps", list():
            return tuple(str(part)[:LONGEST].strip() for part in given[:LONGEST])
    raise ValueError(words("refused.answer"))


def is_right(answer: Answer, given: Right) -> bool:
    return _fits(answer.right, given, answer)


def mistake_of(answer: Answer, given: Right) -> str:
    """The key of the mistake that leads to a wrong answer; `OTHER` where it is none that is known."""
    for key, wrong in answer.mistakes.items():
        if _leads_to(wrong, given, answer):
            return key
    return OTHER


def _fits(right: Right, given: Right, answer: Answer) -> bool:
    if isinstance(right, float) and isinstance(given, float):
        return abs(right - given) <= answer.tolerance
    if isinstance(right, frozenset) and isinstance(given, frozenset):
        return given <= right and bool(given)
    if _is_curve(right) and _is_curve(given):
        return distance(right, given) <= answer.tolerance
    if isinstance(right, tuple) and isinstance(given, tuple):
        return same_texts(right, given)
    return right == given


def _leads_to(wrong: Right, given: Right, answer: Answer) -> bool:
    """Like `_fits`, but of several blanks a mistake need explain the wrong ones only."""
    right = answer.right
    if isinstance(right, tuple) and isinstance(given, tuple) and isinstance(wrong, tuple) and not _is_curve(right):
        if not len(right) == len(given) == len(wrong):
            return False
        off = [k for k in range(len(right)) if folded(given[k]) != folded(right[k])]
        return bool(off) and all(folded(given[k]) == folded(wrong[k]) for k in off)
    return _fits(wrong, given, answer)


def _is_curve(value: Right) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(part, float) for part in value)


def distance(first: Right, second: Right) -> float:
    """The mean distance of two curves; infinite where they are not of one length."""
    if not isinstance(first, tuple) or not isinstance(second, tuple) or len(first) != len(second):
        return float("inf")
    total = sum(abs(float(str(a)) - float(str(b))) for a, b in zip(first, second, strict=True))
    return total / len(first)


def same_texts(first: Sequence[object], second: Sequence[object]) -> bool:
    return [folded(part) for part in first] == [folded(part) for part in second]


def folded(part: object) -> str:
    return str(part).strip().casefold()


def in_words(question: Question, answer: Answer, names: Sequence[str], words: Words) -> str:
    """The right answer, as it is said; `names` are those of the places in the picture."""
    right = answer.right
    if isinstance(right, float):
        digits = words.count(right) if right == round(right) else f"{right:.3g}"
        return f"{digits} {answer.unit}".strip()
    if isinstance(right, frozenset):
        return words.either([names[k] for k in sorted(right) if k < len(names)])
    if _is_curve(right):
        return ""
    if isinstance(right, tuple):
        return "; ".join(fill(answer.blanks, right))
    return next(choice.words for choice in question.choices if choice.key == right)


def fill(lines: Sequence[str], parts: Sequence[object]) -> list[str]:
    """Lines with “[]” in them, each of which is replaced by the next of the parts."""
    rest = [str(part) for part in parts]
    filled = []
    for line in lines:
        while "[]" in line and rest:
            line = line.replace("[]", rest.pop(0), 1)
        filled.append(line)
    return filled
