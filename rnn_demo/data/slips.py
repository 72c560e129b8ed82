"""Slips of the fingers, to practise on and to measure with: two letters swapped, one left out, doubled, or hit beside.

capital  ->  cpaital, captal, cappital, capitsl
"""

from __future__ import annotations

import random
import re

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST = 3  # letters of a word that gets a slip
_WORD = re.compile(rf"[a-z]{{{SHORTEST},}}", re.IGNORECASE)
_AROUND = {
    letter: [
        other
        for line, keys in enumerate(KEYS)
        for place, other in enumerate(keys)
        if other != letter and abs(line - row) <= 1 and abs(place - column) <= 1
    ]
    for row, letters in enumerate(KEYS)
    for column, letter in enumerate(letters)
}


def swapped(word: str, place: int, generator: random.Random) -> str:
    """The letter at this place and the next one in each other's place."""
    return word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]


def dropped(word: str, place: int, generator: random.Random) -> str:
    """The word without the letter at this place."""
    return word[:place] + word[place + 1 :]


def doubled(word: str, place: int, generator: random.Random) -> str:
    """The letter at this place twice."""
    return word[: place + 1] + word[place:]


def missed(word: str, place: int, generator: random.Random) -> str:
    """Instead of the letter at this place, one beside it on a keyboard."""
    return word[:place] + generator.choice(_AROUND[word[place].lower()]) + word[place + 1 :]


SLIPS = {"swap": swapped, "drop": dropped, "double": doubled, "neighbour": missed}


def with_slip(text: str, generator: random.Random, kind: str | None = None) -> str | None:
    """The text with one slip in one word of three letters or more, of this kind or any; None where none can be made."""
    words = list(_WORD.finditer(text))
    for _ in range(20):  # to swap two letters that are the same is no slip
        if not words:
            return None
        word = generator.choice(words)
        slip = SLIPS[kind or generator.choice(list(SLIPS))]
        other = slip(word[0], generator.randrange(len(word[0])), generator)
        if other != word[0]:
            return text[: word.start()] + other + text[word.end() :]
    return None
