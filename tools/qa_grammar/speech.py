"""How people say and type a question: what they put before and after it, and how they write."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from tools.qa_grammar.patterns import SENTENCES, Pattern, chooser, fill, parse, sections, word_lists

SPEECH = {heading: [parse(line) for line in lines] for heading, lines in sections(SENTENCES / "around.txt").items()}
LISTS = word_lists("lists_words.txt", "lists_names.txt")
NUMBERS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty"]
BEGINNINGS = ["", *"bbcddfgghjkllmmnnpqrrssttvwxyz", "br", "ch", "cl", "dr", "fl", "gr", "kr", "sh", "st", "th", "tr"]
ORDINALS = ["first", "second", "third", "fourth", "fifth", "last", "next", "sixth", "tenth", "youngest"]
BARE = re.compile(r"^(?:the|an?) ", re.IGNORECASE)
# What is often typed otherwise. The words of a question are not changed, only how they are written.
TYPED = {
    "what's": ["whats", "wats", "what s", "wat's"],
    "who's": ["whos", "who s"],
    "you": ["u", "ya", "you"],
    "please": ["pls", "plz"],
    "colour": ["color"],
    "colours": ["colors"],
    "centre": ["center"],
    "metre": ["meter"],
    "are": ["r", "are", "are"],
    "and": ["n", "&", "and", "and"],
    "what": ["wat", "what", "what", "what", "wut"],
    "the": ["da", "the", "the", "the", "the", "teh"],
    "for": ["4", "for", "for", "for"],
    "to": ["2", "to", "to", "to"],
    "i'm": ["im"],
    "it's": ["its"],
    "don't": ["dont"],
    "can't": ["cant"],
    "does": ["dose", "does", "does", "does"],
    "which": ["wich", "which", "which"],
    "called": ["calld", "called", "called"],
    "because": ["cuz"],
}


def pseudo_word(generator: random.Random, ending: str = "") -> str:
    """A word that nobody knows, and that can be pronounced."""
    syllables = (
        generator.choice(BEGINNINGS)
        + generator.choice(["a", "e", "i", "o", "u", "ai", "ea", "ou", "y"])
        + generator.choice(["", "", "", "n", "r", "l", "s", "t", "m", "nd", "rk"])
        for _ in range(generator.choice([1, 2, 2, 3, 3]))
    )
    return "".join(syllables) + ending


class Speaker:
    """Says facts and other sentences in many ways, with random numbers of its own."""

    def __init__(self, seed: int) -> None:
        self.generator = random.Random(seed)
        self.slots = {name: chooser(words, self.generator) for name, words in LISTS.items()}
        self.slots |= {
            "number": self.number,
            "small": lambda: self.generator.choice([*NUMBERS, str(self.generator.randint(1, 20))]),
            "year": lambda: str(self.generator.randint(1200, 2025)),
            "name": self.slots["first"],
            "ordinal": chooser(ORDINALS, self.generator),
            "gib": lambda: pseudo_word(self.generator),
        }

    def number(self) -> str:
        """A number as it stands in a sum."""
        return str(self.generator.choice([self.generator.randint(2, 99), self.generator.randint(2, 999)]))

    def draw(self, patterns: Sequence[Pattern], slots: Mapping[str, str]) -> str:
        """A sentence of one of the patterns, with these words in its slots, or random ones of a list."""
        pattern = self.generator.choice(patterns)
        own = {name: (lambda word=word: word) for name, word in slots.items()}  # type: ignore[misc]
        return fill(pattern.draw(self.generator), {**self.slots, **own})

    def lifted(self, kind: str, text: str) -> str:
        """A question about a noun phrase ("np"), a person ("who"), or with a question in it ("qs"); "q" is one."""
        if kind == "q":
            return text
        if self.generator.random() < 0.25:
            text = BARE.sub("", text)
        return self.draw(SPEECH[kind], {kind: text})

    def said(self, question: str, share: float = 0.35) -> str:
        """The question with what people say before, after and within it, and as they type it."""
        chance = self.generator.random
        if chance() < share:
            question = f"{self.draw(SPEECH['before'], {})} {question}"
        if chance() < share:
            question = f"{question} {self.draw(SPEECH['after'], {})}"
        if chance() < share / 6:
            words = question.split(" ")
            place = self.generator.randrange(len(words))
            question = " ".join([*words[:place], self.draw(SPEECH["within"], {}), *words[place:]])
        return self.typed(re.sub(r" (?=[,:])", "", question))

    def typed(self, text: str) -> str:
        """The text as somebody types it: with capitals or none, with a question mark or none, in haste or not."""
        chance, text = self.generator.random, text.strip()
        if chance() < 0.3:
            text = " ".join(self._in_haste(word) for word in text.split(" "))
        if chance() < 0.5:
            text = text.lower()
        elif chance() < 0.7:
            text = text[:1].upper() + text[1:]
        if chance() < 0.25:
            text = text.replace("'", "")
        if chance() < 0.15:
            text = re.sub(r"[,:]", "", text)
        return text + self.generator.choice(["?", "?", "?", "", "", "", ".", "??", " ?"])

    def _in_haste(self, word: str) -> str:
        others = TYPED.get(word.lower())
        return self.generator.choice(others) if others and self.generator.random() < 0.6 else word
