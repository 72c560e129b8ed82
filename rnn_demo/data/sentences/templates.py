"""Templates: a sentence with slots, as "The {thing} was not {good}.", and its fillings.

A slot is filled from the list of its name, or from its own words: {film|book}. Where a slot occurs twice, both get
the same word; {good} and {good 2} get two different words of one list.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

Lists = Mapping[str, Sequence[str]]  # the words of each slot, by its name
Choose = Callable[[str, Sequence[str]], str]  # one of the words of the list of that name

_SLOT = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r" \d+$")
_AFTER_ARTICLE = re.compile(r"(?:\b([Aa])n? )?\{([^{}]*)\}")
_LIKE_YOU = "uni(?!n|m)|us[eu]|eu|one|once|ukr|ugand"  # these begin with a consonant that is not written
_AN = re.compile(rf"\W*(?!{_LIKE_YOU})(?:[aeiou]|hour|honest|heir|8|11\b|18\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Template:
    """A text with its slots in braces. ValueError for a brace without its partner, or an empty slot."""

    text: str

    def __post_init__(self) -> None:
        rest = _SLOT.sub("", self.text)
        if "{" in rest or "}" in rest:
            raise ValueError(f"a brace has no partner in {self.text[:60]!r}; write each slot as {{name}}")
        if any(not all(map(str.strip, slot.split("|"))) for slot in _SLOT.findall(self.text)):
            raise ValueError(f"a slot is empty in {self.text[:60]!r}; write a name or words in it, as {{film|book}}")

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """What is in its braces, each once, in order of appearance."""
        return tuple(dict.fromkeys(map(str.strip, _SLOT.findall(self.text))))

    def words(self, slot: str, lists: Lists) -> Sequence[str]:
        """The words that a slot can have; ValueError where there is no such list, or it is empty."""
        if "|" in slot:
            return [word.strip() for word in slot.split("|")]
        if words := lists.get(list_of(slot)):
            return words
        raise ValueError(f"there is no list for {{{slot[:40]}}}; give one, or use {', '.join(lists) or 'words: {a|b}'}")

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with a value for each slot, "a" or "an" as the value wants it, and a capital at its beginning."""

        def value(slot: re.Match[str]) -> str:
            word = values[slot[2].strip()]
            article = f"{slot[1]}{'n' if _AN.match(word) else ''} " if slot[1] else ""
            return article + word

        text = _AFTER_ARTICLE.sub(value, self.text)
        return text[:1].upper() + text[1:]

    def draw(self, lists: Lists, choose: Choose) -> str:
        """A filling in which `choose` takes the words; slots of one list get different ones, if there are enough."""
        values: dict[str, str] = {}
        for slot in self.slots:
            used = {value for other, value in values.items() if list_of(other) == list_of(slot)}
            words = self.words(slot, lists)
            values[slot] = choose(list_of(slot), [word for word in words if word not in used] or words)
        return self.fill(values)

    def count(self, lists: Lists) -> int:
        """How many fillings there are."""
        number = 1
        for slot in self.slots:
            number *= len(self.words(slot, lists))
        return number

    def fillings(self, lists: Lists) -> Iterator[tuple[dict[str, str], str]]:
        """The values of all slots, and the text with them, for each combination of words."""
        for words in product(*(self.words(slot, lists) for slot in self.slots)):
            values = dict(zip(self.slots, words, strict=True))
            yield values, self.fill(values)


def list_of(slot: str) -> str:
    """The name of the list that a slot is filled from: "good 2" -> good"""
    return _NUMBER.sub("", slot)


def early(generator: random.Random, words: Sequence[str]) -> str:
    """One of the words; those at the beginning of the list, which are common, are drawn more often."""
    return words[int(len(words) * generator.random() ** 1.5)]
