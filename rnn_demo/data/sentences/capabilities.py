"""What a reader of opinions should be able to do, one capability at a time, and sentences that ask for it.

The sentences are made of our own templates and words (`files/sentiment_templates.toml`, `sentiment_words.toml`), which
have three parts: "train", "validation" and "test". After Ribeiro et al. (2020), "Beyond accuracy: behavioral testing of
NLP models with CheckList"; no sentence is theirs.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rnn_demo.data.sentences.edits import EDITS
from rnn_demo.data.sentences.templates import Template, early

FILES = Path(__file__).parents[1] / "files"
PARTS = ("train", "validation", "test")
KINDS = {
    "MFT": "minimum functionality: the label is known",
    "INV": "invariance: the verdict should stay",
    "DIR": "direction: the verdict should not go the wrong way",
}
NEGATIVE, POSITIVE = "negative", "positive"
HESITANT = 0.8  # the probability of a label where people would hesitate
VARIANTS = 3  # sentences beside the first one, of an invariance
DETERMINERS = ("the", "the", "this", "that", "our", "my", "the new")
COMMONEST = 12  # words of praise, or of blame, that come before those of a domain
_OPPOSITES = "good:bad praise:blame love:hate loves:hates loved:hated loving:hating happy:unhappy high:low"
OTHER_WAY = dict(pair.split(":") for pair in _OPPOSITES.split())
OTHER_WAY |= {there: here for here, there in OTHER_WAY.items()}
FORMS = {"love": ("love", "loves", "loved", "loving"), "hate": ("hate", "hates", "hated", "hating")}
GROUPS = {"Groups of people, without an opinion": "plain", "Groups of people, with one": "opinion"}  # by area
THIS = "=>"  # between the two sentences of a direction


@dataclass(frozen=True)
class Capability:
    """A thing to be able to do: its name, the area it belongs to, one of `KINDS`, and how its cases are made."""

    name: str
    area: str
    kind: str
    templates: Mapping[str, tuple[str, ...]]  # by part: lines of a sign and a template
    swap: str = ""  # of an invariance: the slot whose words are exchanged
    edit: str = ""  # of an invariance or a direction: which of `EDITS` changes the sentence


@dataclass(frozen=True)
class Case:
    """One question of a capability: the texts, and what is right.

    Of a minimum functionality it is one text and its label ("" for no opinion); of an invariance a text and what it
    becomes by a change that means nothing; of a direction two texts, and towards which label the second may move.
    """

    texts: tuple[str, ...]
    label: str
    certainty: float = 1.0


# --- the words --------------------------------------------------------------------------------------------------


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((FILES / "sentiment_words.toml").read_text(encoding="utf-8"))


def split_words(text: str) -> list[str]:
    """The words of a list, which commas separate."""
    return [word for part in text.split(",") if (word := " ".join(part.split()))]


@cache
def domains(part: str) -> tuple[str, ...]:
    """What the sentences of a part are about: films, food, travel, ..."""
    return tuple(_words()[part]["domains"])


@cache
def lists(part: str, domain: str) -> dict[str, list[str]]:
    """The words of each slot for sentences about one domain; the commonest come first."""
    common = {name: split_words(text) for name, text in _words()[part].items() if isinstance(text, str)}
    own = {name: split_words(text) for name, text in _words()[part]["domains"][domain].items()}
    slots = common | {
        name: common.get(name, [])[:COMMONEST] + words + common.get(name, [])[COMMONEST:] for name, words in own.items()
    }
    for verb, forms in FORMS.items():
        verbs = [entry.split() for entry in common[verb]]
        slots |= {form: [each[place] for each in verbs] for place, form in enumerate(forms)}
    slots["the thing"] = [f"{determiner} {thing}" for thing in slots["thing"] for determiner in DETERMINERS]
    return slots


@cache
def praise_and_blame() -> tuple[frozenset[str], frozenset[str]]:
    """All single words of praise and of blame, of every part."""

    def words(*names: str) -> frozenset[str]:
        texts = (_words()[part][name].replace(",", " ") for part in PARTS for name in names)
        return frozenset(word for text in texts for word in text.split())

    return words("good", "love"), words("bad", "hate")


# --- the templates ----------------------------------------------------------------------------------------------


@cache
def capabilities() -> tuple[Capability, ...]:
    """All of them, those of groups of people at the end."""
    content = tomllib.loads((FILES / "sentiment_templates.toml").read_text(encoding="utf-8"))
    listed = [
        Capability(**{key: value for key, value in entry.items() if key not in PARTS}, templates=_parts(entry))
        for entry in content["capability"]
    ]
    return (*listed, *_of_groups(content["groups"]))


def _parts(entry: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {part: tuple(entry.get(part, "").strip().splitlines()) for part in PARTS}


def _of_groups(entry: Mapping[str, Any]) -> Iterator[Capability]:
    """For each way to divide people into groups a capability of plain sentences, and one of opinions."""
    for area, prefix in GROUPS.items():
        texts = {part: entry[prefix if part == "train" else f"{prefix}_{part}"] for part in PARTS}
        for swap in entry["swaps"]:
            own = {part: text.replace("{group}", f"{{{swap}}}") for part, text in texts.items()}
            yield Capability(f"{swap}, {prefix}", area, "INV", _parts(own), swap=swap)


@dataclass(frozen=True)
class _Line:
    """A line of the file: what its sign says, and the template."""

    label: str
    certainty: float
    fixed: bool  # not also used the other way round
    template: Template

    @staticmethod
    def parse(line: str) -> _Line:
        sign, _, text = line.partition(" ")
        label = {"+": POSITIVE, "-": NEGATIVE, "0": ""}[sign[0]]
        certainty = HESITANT if "?" in sign else 1.0 if label else 0.5
        return _Line(label, certainty, "!" in sign or not label, Template(text))

    def turned(self) -> _Line:
        """The other way round: praise for blame, and the other label."""

        def slot(name: str) -> str:
            stem, space, number = name.partition(" ")
            return OTHER_WAY.get(stem, stem) + space + number

        text = self.template.text
        for name in self.template.slots:
            text = text.replace(f"{{{name}}}", f"{{\0{slot(name)}}}")
        label = {POSITIVE: NEGATIVE, NEGATIVE: POSITIVE, "": ""}[self.label]
        return _Line(label, self.certainty, self.fixed, Template(text.replace("\0", "")))


# --- the cases --------------------------------------------------------------------------------------------------


def cases(capability: Capability, part: str, count: int, seed: int) -> list[Case]:
    """At most `count` different cases, the same ones for the same seed; fewer where the templates give no more."""
    generator = random.Random(f"{seed}:{part}:{capability.name}")
    lines = [_Line.parse(line) for line in capability.templates[part]]
    if not lines:
        return []
    found: dict[str, Case] = {}
    for number in range(count * 8):
        line = lines[number % len(lines)]
        if not line.fixed and generator.random() < 0.5:
            line = line.turned()
        case = _case(capability, line, part, generator)
        found.setdefault(case.texts[0], case)
        if len(found) == count:
            break
    return list(found.values())


def _case(capability: Capability, line: _Line, part: str, generator: random.Random) -> Case:
    words = lists(part, generator.choice(domains(part)))

    def choose(name: str, options: Sequence[str]) -> str:
        return _with_code(early(generator, options), generator)

    if capability.swap:
        texts = _swapped(line.template, capability.swap, words, choose, generator)
    elif capability.edit:
        text = line.template.draw(words, choose)
        add = {name: _with_code(generator.choice(words[name]), generator) for name in ("link", "handle")}
        texts = (text, *EDITS[capability.edit](text, generator, add))
    else:
        sides = map(str.strip, line.template.draw(words, choose).split(THIS))
        texts = tuple(side[:1].upper() + side[1:] for side in sides)
    return Case(texts, line.label, line.certainty)


def _swapped(
    template: Template,
    swap: str,
    words: Mapping[str, Sequence[str]],
    choose: Callable[[str, Sequence[str]], str],
    generator: random.Random,
) -> tuple[str, ...]:
    """The same filling with several words in the slot `swap`."""
    options = generator.sample(list(words[swap]), min(1 + VARIANTS, len(words[swap])))
    state = generator.getstate()
    texts = []
    for option in options:
        generator.setstate(state)
        texts.append(template.draw({**words, swap: [option]}, choose))
    return tuple(texts)


def _with_code(text: str, generator: random.Random) -> str:
    """The text with letters and digits in place of {code}, as a link has them."""
    while "{code}" in text:
        code = "".join(generator.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=generator.randint(5, 10)))
        text = text.replace("{code}", code, 1)
    return text
