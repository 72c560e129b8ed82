"""Paraphrases of a question by rule: some still ask the same, others ask something that was never taught.

People who teach a network write each question once. From that alone it cannot tell which words matter, so it practises
on paraphrases: small words ("what", "is", "the") may be missing or unknown, new words may come in between and the words
that matter may change places, and the answer stays the same. If a word that matters ("capital", "France") is replaced
by another or an unknown one, there is no answer.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

UNSEEN = "ꙮ"  # stands for any unknown word: the letter least likely to be typed

_SMALL = """
a an the this that these those there it its 's of in on at to for from by with and or is are was were be do does
did has have had can could would will what which who whom whose where when why how many much i my me we our you
your please tell
"""
SMALL = frozenset(_SMALL.split())

Tokens = tuple[str, ...]


def variants(
    questions: Sequence[Sequence[str]], rounds: int, seed: int
) -> tuple[list[tuple[Tokens, int]], list[Tokens]]:
    """Paraphrases of tokenized questions: those that ask the same, with the question's number, and those that do not.

    Each question is varied `rounds` times. A variant that two questions share counts for neither. No variant is one of
    the questions, and none is listed twice.
    """
    generator = random.Random(seed)
    originals = {tuple(question) for question in questions}
    counts = Counter(word for question in questions for word in set(question))
    own = [min(question, key=lambda word: (word in SMALL, counts[word], -len(word))) for question in questions]
    same: dict[Tokens, set[int]] = {}
    for number, question in list(enumerate(questions)) * rounds:
        for variant in _alike(question, SMALL - {own[number]}, generator):
            same.setdefault(variant, set()).add(number)
    other = {
        variant: None
        for number, question in list(enumerate(questions)) * rounds
        for variant in _unlike(question, own[number], generator.choice(own), generator)
    }
    once = [(variant, next(iter(of))) for variant, of in same.items() if len(of) == 1 and variant not in originals]
    return once, [variant for variant in other if variant not in originals and variant not in same]


def _alike(question: Sequence[str], small: frozenset[str], generator: random.Random) -> Iterator[Tokens]:
    """The same question: small words left out or unknown, unknown words put in, words that matter in another order."""
    content_words = [word for word in question if word not in small]
    yield tuple(content_words)
    yield tuple(reversed(content_words))
    yield tuple(word for word in question if word not in small or generator.random() < 0.5)
    yield tuple(UNSEEN if word in small and generator.random() < 0.5 else word for word in question)
    yield (*[UNSEEN] * generator.randint(1, 3), *question)
    place = generator.randint(1, len(question))
    yield (*question[:place], UNSEEN, *question[place:])


def _unlike(question: Sequence[str], own: str, other: str, generator: random.Random) -> Iterator[Tokens]:
    """Another question: the word that sets it apart, or another that matters, is unknown, replaced or left out."""
    yield tuple(UNSEEN if word == own else word for word in question)
    yield tuple(other if word == own else word for word in question)
    target = generator.choice([word for word in question if word not in SMALL] or [own])
    yield tuple(UNSEEN if word == target else word for word in question)
    yield tuple(other if word == target else word for word in question)
    yield tuple(UNSEEN if word == own or generator.random() < 0.5 else word for word in question)
    yield tuple(word for word in question if word in SMALL and word != own) or (UNSEEN,)
