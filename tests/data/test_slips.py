"""A slip changes one word by one letter, in the way that its name says, and the same seed gives the same slips."""

from __future__ import annotations

import random

import pytest

from rnn_demo.data.slips import SLIPS, with_slip
from rnn_demo.data.spelling import one_slip_apart

TEXT = "What is the capital of France, please?"


@pytest.mark.parametrize("kind", SLIPS)
def test_one_word_is_one_slip_apart(kind: str) -> None:
    longer = {"swap": 0, "drop": -1, "double": 1, "neighbour": 0}[kind]
    for seed in range(50):
        slipped = with_slip(TEXT, random.Random(seed), kind)
        assert slipped is not None
        ((old, new),) = [(a, b) for a, b in zip(TEXT.split(), slipped.split(), strict=True) if a != b]
        assert one_slip_apart(old, new)
        assert len(new) - len(old) == longer
        assert sorted(old) == sorted(new) or kind != "swap"


def test_every_word_of_three_letters_or_more_has_its_turn() -> None:
    slips = [with_slip(TEXT, random.Random(seed)) or "" for seed in range(300)]
    changed = {place for text in slips for place, word in enumerate(text.split()) if word != TEXT.split()[place]}
    assert changed == {0, 2, 3, 5, 6}
    assert slips == [with_slip(TEXT, random.Random(seed)) for seed in range(300)]


def test_a_text_in_which_no_slip_can_be_made_has_none() -> None:
    assert with_slip("is it so?", random.Random(0)) is None
    assert with_slip("aaa", random.Random(0), "swap") is None
    assert with_slip("17 + 25", random.Random(0)) is None
