"""What an answer is: the right one, each known mistake with what it would give, and the numbers to speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Right = str | float | frozenset[int] | tuple[float, ...] | tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to a question, computed.

    `right` is the key of a choice; a number; the places that may be clicked; the heights of a curve; or what belongs
    into the blanks. `mistakes` has the same for each known misunderstanding. `facts` are numbers and words by the
    names that a lesson gives them. A number or a curve is right within `tolerance`. `blanks` are the beginnings of
    lines to be filled in, `low` and `high` the ends of a curve's scale, `unit` what stands behind a number.
    """

    right: Right
    mistakes: Mapping[str, Right] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 1e-9
    blanks: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    unit: str = ""


def tiny(value: float) -> str:
    """A number near 0 as people write it: 4·10⁻¹²; 0 as it is."""
    if not value:
        return "0"
    digits, _, power = f"{value:.0e}".partition("e")
    raised = "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(sign)] if sign.isdigit() else "⁻" for sign in str(int(power)))
    return f"{digits}·10{raised}"


def claims(facts: Mapping[str, str] | None = None, **truths: object) -> Answer:
    """The answer to a question with choices: each is a claim that was checked, and exactly one of them is true."""
    true = [key for key, truth in truths.items() if truth]
    if len(true) != 1:
        raise ValueError(f"exactly one choice must be true, but these are: {', '.join(true) or 'none'}")
    return Answer(true[0], {key: key for key in truths if key != true[0]}, facts or {})


def number(
    value: float,
    mistakes: Mapping[str, float],
    facts: Mapping[str, str] | None = None,
    tolerance: float = 1e-9,
    unit: str = "",
) -> Answer:
    """The answer to a question for a number; a mistake that gives the right one here is no mistake."""
    wrong = {key: float(each) for key, each in mistakes.items() if abs(each - value) > tolerance}
    return Answer(float(value), wrong, facts or {}, tolerance, unit=unit)


def places(right: set[int], mistakes: Mapping[str, set[int]], facts: Mapping[str, str] | None = None) -> Answer:
    """The answer to a question for a word or a unit."""
    wrong = {key: frozenset(each - right) for key, each in mistakes.items()}
    return Answer(frozenset(right), {key: each for key, each in wrong.items() if each}, facts or {})
