"""Patterns that stand for many sentences: "[who|which writer] wrote {x}" is drawn from at random.

Brackets hold alternatives, which may hold brackets again; "{name}" is a word of the list of that name.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KNOWN, SENTENCES = (Path(__file__).with_name(name) for name in ("known", "sentences"))

Part = str | list["Pattern"]


@dataclass(frozen=True)
class Pattern:
    """A sequence of texts and choices; of a choice one pattern is drawn."""

    parts: tuple[Part, ...]

    def draw(self, generator: random.Random) -> str:
        """One of the texts that the pattern stands for, its slots still open."""
        return "".join(part if isinstance(part, str) else generator.choice(part).draw(generator) for part in self.parts)


def parse(text: str) -> Pattern:
    """The pattern that a text writes down; ValueError where a bracket is not closed."""
    pattern, rest = _sequence(text)
    if rest:
        raise ValueError(f"a bracket too many before {rest!r} in {text!r}; open or remove it")
    return pattern


def _sequence(text: str) -> tuple[Pattern, str]:
    """The pattern up to the end, a bar or a closing bracket of the level around it; and what follows."""
    parts: list[Part] = []
    while text and text[0] not in "|]":
        if text[0] == "[":
            choices = []
            while True:
                choice, text = _sequence(text[1:])
                choices.append(choice)
                if not text:
                    raise ValueError("a bracket is not closed; close it")
                if text[0] == "]":
                    break
            parts.append(choices)
            text = text[1:]
        else:
            end = re.search(r"[\[|\]]|$", text)
            assert end is not None
            parts.append(text[: end.start()])
            text = text[end.start() :]
    return Pattern(tuple(parts)), text


_SLOT = re.compile(r"\{(\w+)\}")


def fill(text: str, slots: Mapping[str, Callable[[], str]]) -> str:
    """The text with each slot filled by a call of its own."""
    while _SLOT.search(text):  # what fills a slot may have slots
        text = _SLOT.sub(lambda slot: slots[slot[1]](), text)
    return re.sub(r" +(?=[,:?]|'s\b|$)|^ +|(?<= ) +", "", text)


def sections(file: Path) -> dict[str, list[str]]:
    """The lines of a file under each of its headings, "# capital"; what follows a colon is a remark."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            lines = found.setdefault(line[2:].partition(":")[0].strip(), [])
        elif line.strip():
            lines.append(line)
    return found


def word_lists(*names: str) -> dict[str, list[str]]:
    """The lists of files with lines "name = word | word"; a name may have several lines."""
    lists: dict[str, list[str]] = {}
    for name in names:
        for line in (SENTENCES / name).read_text(encoding="utf-8").splitlines():
            key, _, words = line.partition(" = ")
            lists.setdefault(key, []).extend(words.split(" | "))
    return {key: list(dict.fromkeys(words)) for key, words in lists.items()}


def chooser(words: Sequence[str], generator: random.Random) -> Callable[[], str]:
    """A function that draws one of the words."""
    return lambda: generator.choice(words)
