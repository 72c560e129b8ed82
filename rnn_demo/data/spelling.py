"""Typing errors: which known word was an unknown one meant to be?"""

from __future__ import annotations

import itertools
import re

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.limits import MAX_CORRECTED

SHORTEST = 4  # letters; too many shorter words are one slip apart
SWAPPED = 3  # letters of a word that is corrected where two of them are swapped, and not otherwise: teh


def corrections(vocabulary: Vocabulary, text: str, most: int = 16) -> list[str]:
    """The text with its unknown words replaced by known ones that are one slip away; none where no word is.

    Capitals stay where they were. Where several known words are near, there is a text for each, up to `most`. Of many
    unknown words the first `MAX_CORRECTED` are looked up: to compare each with every known one takes long.
    """
    tokens = vocabulary.unknown(vocabulary.tokenize(text))
    slips = (word for word in tokens if len(word) >= SWAPPED and word.isalpha())  # a number is never corrected
    candidates = {word: words for word in itertools.islice(slips, MAX_CORRECTED) if (words := near(vocabulary, word))}
    if not candidates:
        return []
    choices = itertools.islice(itertools.product(*candidates.values()), most)
    return [_replace(text, dict(zip(candidates, choice, strict=True))) for choice in choices]


def near(vocabulary: Vocabulary, word: str) -> list[str]:
    """The known words that are one slip away; of a short word, those with the same letters in another order."""
    if len(word) < SHORTEST:
        same = [other for other in vocabulary.tokens[2:] if sorted(other) == sorted(word)]
        return [other for other in same if one_slip_apart(word, other)]
    # A slip is at one end of a word or at neither, so one of its ends is as it was: most words are out at a glance.
    alike = (other for other in vocabulary.tokens[2:] if other[0] == word[0] or other[-1] == word[-1])
    return [other for other in alike if len(other) >= SHORTEST and one_slip_apart(word, other)]


def one_slip_apart(a: str, b: str) -> bool:
    """Whether one letter added, left out or changed, or two neighbours swapped, makes one word of the other.

    This is a Damerau-Levenshtein distance of 1 (Damerau 1964).
    """
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1 or a == b:
        return False
    i = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    return a[i + 1 :] == b[i + 1 :] or (a[i:][:2] == b[i:][1::-1] and a[i + 2 :] == b[i + 2 :])


def _replace(text: str, substitutes: dict[str, str]) -> str:
    """The text with each word replaced by its substitute."""

    def replacement(match: re.Match[str]) -> str:
        word = substitutes.get(match[0].lower(), match[0])  # without case, ı matches i and ſ matches s
        return word.capitalize() if match[0][0].isupper() else word

    pattern = "|".join(map(re.escape, substitutes))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", replacement, text, flags=re.IGNORECASE)
