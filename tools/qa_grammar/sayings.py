"""Questions with an answer: each fact asked in many ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.qa_grammar.facts import Fact
from tools.qa_grammar.patterns import SENTENCES, Pattern, parse, sections
from tools.qa_grammar.speech import BARE, Speaker

KINDS = ("np", "who", "qs", "q")
MOST_TRIES = 12  # for each way that is wanted


def kind_and_pattern(line: str) -> tuple[str, str]:
    """A line of a data file: what kind of phrase it is, and its pattern."""
    kind, _, pattern = line.partition(" ")
    if kind not in KINDS:
        raise ValueError(f"the line {line!r} begins with {kind!r}; begin it with one of {', '.join(KINDS)}")
    return kind, pattern


def _read(file: str) -> dict[str, list[tuple[str, Pattern]]]:
    return {
        heading: [(kind, parse(pattern)) for kind, pattern in map(kind_and_pattern, lines)]
        for heading, lines in sections(SENTENCES / file).items()
    }


ASKING = _read("ask_states.txt") | _read("ask_things.txt")
ASKING["idea"] = ASKING["discoverer"]


def patterns_of(fact: Fact) -> list[tuple[str, Pattern]]:
    """The ways of asking for a fact: those of its relation, or its own, of which some are lists of whole questions."""
    if not fact.lines:
        return ASKING[fact.relation]
    pairs = []
    for kind, pattern in map(kind_and_pattern, fact.lines):
        texts = pattern.split(" | ") if " | " in pattern else [pattern]
        pairs += [(kind, parse(text.strip())) for text in texts]
    return pairs


def article(word: str) -> str:
    """The article that goes before a word."""
    return "an" if word[:1].lower() in "aeiou" else "a"


def question(
    speaker: Speaker, patterns: Sequence[tuple[str, Pattern]], names: Sequence[str], adjectives: Sequence[str]
) -> str:
    """A question by one of the patterns about a thing of these names; its usual name comes most often."""
    chance, names = speaker.generator, names or ("",)
    name = names[0] if not names[1:] or chance.random() < 0.6 else chance.choice(names[1:])
    while True:
        kind, pattern = chance.choice(patterns)
        slots = {"x": name, "b": BARE.sub("", name), "a": article(name), "town": speaker.draw(TOWN, {})}
        drawn = pattern.draw(chance)
        if "{adj}" in drawn and not adjectives:
            continue
        slots["adj"] = chance.choice(adjectives) if adjectives else ""
        return speaker.lifted(kind, speaker.draw([Pattern((drawn,))], slots))


TOWN = [parse("[{place}|Sydney|Zurich|Milan|Rio|Lagos|Karachi|Naples|Krakow|Montreal]")]


def canonical(fact: Fact) -> str:
    """The plainest question for a fact, which is always the first one taught."""
    if fact.lines:
        kind, pattern = kind_and_pattern(fact.lines[0])
        first = Speaker(0).draw([parse(pattern.split(" | ")[0])], {})
        return {"np": f"What is {first}?", "who": f"Who was {first}?"}.get(kind, f"{first[:1].upper()}{first[1:]}?")
    name = fact.names[0]
    return PLAIN[fact.relation].format(x=name, a=article(name))


PLAIN = {
    "capital": "What is the capital of {x}?",
    "currency": "What is the currency of {x}?",
    "language": "What language is spoken in {x}?",
    "symbol": "What is the chemical symbol for {x}?",
    "number": "What is the atomic number of {x}?",
    "author": "Who wrote {x}?",
    "painter": "Who painted {x}?",
    "composer": "Who composed {x}?",
    "city of": "In which city is {x}?",
    "country of": "Which country has {x}?",
    "from": "Which country is {x} from?",
    "inventor": "Who invented {x}?",
    "discoverer": "Who discovered {x}?",
    "idea": "Who came up with {x}?",
    "unit": "What is the unit of {x}?",
    "formula": "What is the chemical formula of {x}?",
    "short for": "What does {x} stand for?",
    "baby": "What is a baby {x} called?",
    "group": "What is a group of {x} called?",
    "root": "What is the square root of {x}?",
    "sides": "How many sides does {a} {x} have?",
    "opposite": "What is the opposite of {x}?",
    "legs": "How many legs does {a} {x} have?",
    "strings": "How many strings does a {x} have?",
    "days in": "How many days are in {x}?",
    "river": "Which river flows through {x}?",
    "planet order": "What is the {x} planet from the Sun?",
}


def ways(speaker: Speaker, fact: Fact, count: int) -> Iterator[str]:
    """At most `count` ways of asking for a fact, each once, the plainest first."""
    seen = {canonical(fact)}
    yield canonical(fact)
    patterns = patterns_of(fact)
    for _ in range(count * MOST_TRIES):
        if len(seen) == count:
            return
        text = speaker.said(question(speaker, patterns, fact.names, fact.adjectives))
        if text not in seen:
            seen.add(text)
            yield text
