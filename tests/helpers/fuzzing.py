"""What a fuzz test is: a function, arguments that anybody might give it, and what it may do with them.

It may answer, with a value of the right type and within its time; or refuse, with an error of a family that is known
and a sentence in it. Everything else is a crash.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr
from helpers.hostile import MARKUP, ODD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_demo.network.threads import one_thread

CASES = int(os.environ.get("FUZZ_CASES", "0"))  # of the long form, in all; 0: the short form
SHORT = 700
LONGEST = 50_100  # letters: a little more than any text may have


@dataclass(frozen=True, eq=False)
class Target:
    """A function of one argument that is drawn anew each time; `check` refuses a wrong answer by raising."""

    run: Callable[..., Any]
    arguments: st.SearchStrategy[Any]
    check: Callable[[Any], object]
    share: int = 4  # of the cases, against that of others: quick functions get more
    letters: int = 1_000  # of a refusal at most; a programmer may be shown all that was given
    seconds: float = 30.0  # at most, on a machine that has other things to do


@dataclass
class Tally:
    """What was tried so far, for the line at the end."""

    cases: int = 0
    refused: int = 0
    crashes: int = 0
    slowest: float = 0.0
    where: str = ""
    per: dict[str, int] = field(default_factory=dict)

    def line(self) -> str:
        return (
            f"fuzz: {self.cases:,} cases of {len(self.per)} functions, {self.refused:,} refused in a sentence, "
            f"{self.crashes} crashes, slowest {self.slowest:.2f} s in {self.where}"
        )


TALLY = Tally()


def fuzz(name: str, target: Target, cases: int) -> None:
    """Call a target with `cases` arguments; raise its first crash, shrunk to the smallest argument that causes it."""

    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=not CASES,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(target.arguments)
    def case(argument: Any) -> None:
        TALLY.cases += 1
        TALLY.per[name] = TALLY.per.get(name, 0) + 1
        started = time.process_time()
        try:
            target.check(target.run(argument))
        except UnicodeError:  # a ValueError too, but nobody's sentence
            raise
        except (ValueError, gr.Error) as error:
            assert_sentence(str(error), target.letters)
            TALLY.refused += 1
        seconds = time.process_time() - started  # of the processor: how busy the machine is does not count
        if seconds > TALLY.slowest:
            TALLY.slowest, TALLY.where = seconds, name
        assert seconds < target.seconds, f"{name} took {seconds:.1f} s"

    try:
        with one_thread():
            case()
    except BaseException:
        TALLY.crashes += 1
        raise


def assert_sentence(message: str, letters: int = 1_000) -> None:
    """An error says something, in one line that a reader can take in."""
    assert any(letter.isalpha() for letter in message), f"the error says nothing: {message!r}"
    assert len(message) < letters, f"the error is {len(message):,} letters long"


def a(kind: type) -> Callable[[Any], object]:
    """A check that the answer is of this type."""

    def check(value: Any) -> None:
        assert isinstance(value, kind), f"{type(value).__name__} where {kind.__name__} is wanted"

    return check


def texts_in(value: Any) -> None:
    """A check that the answer is a list of texts."""
    assert isinstance(value, list)
    assert all(isinstance(text, str) for text in value)


def strict_json(value: Any) -> None:
    """A check that the answer can be sent: JSON without NaN, in UTF-8."""
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def numbers(low: float, high: float, *values: float) -> None:
    assert all(math.isfinite(value) and low <= value <= high for value in values), values


# --- arguments --------------------------------------------------------------------------------------------------

fragment = st.one_of(
    st.sampled_from(MARKUP), st.sampled_from(ODD), st.text(max_size=40), st.text(st.characters(), max_size=10)
)
short_text = st.lists(fragment, min_size=1, max_size=4).map(" ".join)
# Now and then one that is too long, or just not.
long_text = st.builds(lambda piece, many: (piece * many)[:LONGEST], fragment, st.integers(1, LONGEST))
text = st.one_of(short_text, short_text, short_text, short_text.map(lambda part: part * 7), long_text)
sentence = st.lists(
    st.sampled_from(("the", "capitol", "frnace", "not", "bad", "good", "xqzt", "what", "is", "?", "ivan", ".")),
    max_size=40,
).map(" ".join)
json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_subnormal=False) | short_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(short_text, inner, max_size=4),
    max_leaves=8,
)
anything = st.one_of(text, text, sentence, json_value)
