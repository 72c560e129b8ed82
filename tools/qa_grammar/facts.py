"""The facts: what is asked, and the one answer to it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from tools.qa_grammar.patterns import KNOWN, sections

STATES = ("capital", "currency", "language")


@dataclass(frozen=True)
class Fact:
    """One fact: its relation, the names of the thing that is asked about (the usual one first), and the answer.

    `adjectives` are those of a state. A fact of its own kind has no thing, and `lines` of its own patterns instead.
    """

    relation: str
    names: tuple[str, ...]
    answer: str
    adjectives: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


SINGLES = (
    "singles_space.txt",
    "singles_places.txt",
    "singles_nature.txt",
    "singles_science.txt",
    "singles_numbers.txt",
    "singles_history.txt",
    "singles_culture.txt",
    "singles_more.txt",
    "singles_superlatives.txt",
    "singles_networks.txt",
)


def all_facts() -> list[Fact]:
    """Every fact, those about states first."""
    return [*states(), *elements(), *things("works.csv"), *things("things.csv"), *singles()]


def states() -> Iterator[Fact]:
    """Capital, currency and language of each state; none where they are disputed, moving or many."""
    rows = _rows("countries.csv")
    for relation in STATES:
        for row in rows:
            if row[relation]:
                adjectives = tuple(filter(None, row["adjective"].split("|")))
                yield Fact(relation, _names(row["name"], row["also"]), row[relation], adjectives)


def elements() -> Iterator[Fact]:
    """The symbol of each chemical element, and the atomic number of the first 36 and some others."""
    rows = _rows("elements.csv")
    for row in rows:
        yield Fact("symbol", _names(row["name"], row["also"]), row["symbol"])
    for row in rows:
        if int(row["number"]) <= 36 or row["name"] in ("silver", "tin", "iodine", "gold", "mercury", "lead", "uranium"):
            yield Fact("number", _names(row["name"], row["also"]), row["number"])


def things(file: str) -> Iterator[Fact]:
    """The facts of a table with the columns relation, thing, also and answer."""
    for row in _rows(file):
        yield Fact(row["relation"], _names(row["thing"], row["also"]), row["answer"])


def singles() -> Iterator[Fact]:
    """Facts that are alone of their kind, each with patterns of its own."""
    for name in SINGLES:
        for heading, lines in sections(KNOWN / name).items():
            answer, own = "", []
            for line in [*lines, "= "]:
                if line.startswith("= "):
                    if own:
                        yield Fact(heading, (), answer, lines=tuple(own))
                    answer, own = line[2:], []
                else:
                    own.append(line)


def _names(name: str, also: str) -> tuple[str, ...]:
    return (name, *filter(None, also.split("|")))


def _rows(file: str) -> list[dict[str, str]]:
    with (KNOWN / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
