"""WordPiece (Schuster & Nakajima 2012; Devlin et al. 2019, section 3): words as the longest pieces that are listed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

_PART = re.compile(r"[^\W_]+|[^\w\s]|_")
_APART = re.compile(r" (n't|'\w+)\b", re.IGNORECASE)  # a treebank's "do n't" and "it 's"
LONGEST = 100  # signs of a word; a longer one is unknown


class WordPiece:
    """Text to numbers, in lower case and without accents; `pieces` are listed in the order of their numbers."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self.index = {piece: number for number, piece in enumerate(pieces)}
        self.pad, self.unknown, self.begin, self.end = (
            self.index[f"[{name}]"] for name in ("PAD", "UNK", "CLS", "SEP")
        )
        self.cut = cache(self._cut)

    def encode(self, text: str, longest: int) -> list[int]:
        """The numbers of a text between those of begin and end; of a longer one its first and last halves."""
        plain = unicodedata.normalize("NFD", _APART.sub(r"\1", text).lower())
        words = _PART.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
        inside = [number for word in words for number in self.cut(word)]
        room = longest - 2
        if len(inside) > room:
            inside = inside[: room // 2] + inside[-(room - room // 2) :]
        return [self.begin, *inside, self.end]

    def _cut(self, word: str) -> tuple[int, ...]:
        """The pieces of a word, each the longest that is listed; `unknown` where it cannot be cut so."""
        numbers: list[int] = []
        start = 0
        while start < len(word) <= LONGEST:
            sides = range(len(word), start, -1)
            pieces = (("##" if start else "") + word[start:stop] for stop in sides)
            stop, number = next(
                ((stop, self.index[piece]) for stop, piece in zip(sides, pieces, strict=True) if piece in self.index),
                (0, self.unknown),
            )
            if not stop:
                return (self.unknown,)
            numbers.append(number)
            start = stop
        return tuple(numbers) or (self.unknown,)
