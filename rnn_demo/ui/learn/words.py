"""What Learn says in each language outside its lessons: buttons, labels of pictures, refusals, how numbers are written.

    words = words_of("es")
    words("picture.unit", unit=3)    # "unidad 3"

They stand in lessons/LANGUAGE/words.md, a line each; docs/translating.md says how a language is added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rnn_demo.data import wording
from rnn_demo.ui.learn.contracts import LanguageText
from rnn_demo.ui.learn.inline import filled

FOLDER = Path(__file__).parent / "lessons"
LANGUAGES = tuple(sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
ENGLISH = "en"
FILE = "words.md"


@dataclass(frozen=True)
class Words:
    """The words of a language by their names; a name with a dot is of a picture, a refusal, or an answer."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, name: str, **facts: object) -> str:
        """A text with each [[name]] filled in; KeyError for a name that no language has."""
        return filled(self.texts[name], {key: str(value) for key, value in facts.items()})

    def of_page(self) -> dict[str, str]:
        """What the page's script says itself."""
        return {name: text for name, text in self.texts.items() if "." not in name}

    def label(self, name: str) -> str:
        """What a network answers, in this language where it has a word for it."""
        return self.texts.get(f"label.{name}", name)

    def percent(self, share: float) -> str:
        """A share in percent, as `data.wording` rounds it."""
        return self("percent", number=wording.percent(share).removesuffix("%"))

    def count(self, number: float) -> str:
        """A whole number, its thousands apart as in the example of this language."""
        return f"{number:,.0f}".replace(",", self.texts["thousands"][2:-3])

    def both(self, parts: Sequence[str]) -> str:
        """A list: a, b and c."""
        return self._listed("and", parts)

    def either(self, parts: Sequence[str]) -> str:
        """A list: a, b or c."""
        return self._listed("or", parts)

    def _listed(self, name: str, parts: Sequence[str]) -> str:
        if len(parts) < 2:
            return "".join(parts)
        return self(name, first=", ".join(parts[:-1]), last=parts[-1])


def read_words(language: str) -> dict[str, str]:
    """The lines “name: text” of a language's file; one that begins with two spaces goes on with the one above."""
    text = re.sub(r"\n {2,}", " ", (FOLDER / language / FILE).read_text(encoding="utf-8"))
    pairs = (line.partition(": ") for line in text.splitlines() if ": " in line and not line.startswith("#"))
    return {name.strip(): words.strip() for name, _, words in pairs}


@cache
def words_of(language: str = ENGLISH) -> Words:
    """The words of a language; what it lacks is said in English."""
    return Words(language, read_words(ENGLISH) | read_words(language))


def language_of(asked: object) -> str:
    """The language that is asked for, where there is one; else English."""
    return asked if isinstance(asked, str) and asked in LANGUAGES else ENGLISH


def languages() -> dict[str, LanguageText]:
    """What the page must know before any words have come: which languages there are, and what to say if none come."""
    return {
        language: {name: words_of(language)(name) for name in LanguageText.__annotations__}  # type: ignore[misc]
        for language in LANGUAGES
    }
