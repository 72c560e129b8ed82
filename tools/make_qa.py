"""Make the questions that the recipe `qa` learns from: python -m tools.make_qa [--check]

It writes `rnn_demo/data/files/qa.csv` from the facts and the patterns in `tools/qa_grammar`, with a seed, so that it is
the same file each time; and `tests/data/qa_facts.csv`, each fact asked in the plainest way. With --check it exits with
1 where a file that ships is another.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from rnn_demo.tasks.base import normal
from rnn_demo.zoo.recipes import SHIPPED
from tools.qa_grammar.facts import all_facts
from tools.qa_grammar.refusals import Refuser, words_that_matter
from tools.qa_grammar.sayings import canonical, ways
from tools.qa_grammar.speech import Speaker

FILE = SHIPPED / "qa.csv"
PLAINEST = Path(__file__).parents[1] / "tests" / "data" / "qa_facts.csv"
SEED = 0
# How many ways of asking for a fact: of those with a relation in common fewer, because what is learnt of one helps all.
WAYS = {
    "capital": 32,
    "currency": 26,
    "language": 24,
    "symbol": 18,
    "number": 16,
    "author": 22,
    "itself": 140,
    "planet order": 60,
    "networks": 44,
}
OTHERS, ALONE = 28, 56
# How many questions to refuse, of each kind, about each thing that is known.
SHARES = {
    "state": 50,
    "person": 10,
    "other person": 6,
    "book": 10,
    "picture": 16,
    "music": 12,
    "place": 18,
    "element": 12,
    "planet": 70,
    "animal": 12,
    "thing": 10,
    "network": 16,
    "famous": 44,
    "colour": 40,
    "acronym": 26,
    "month": 12,
    "number": 8,
    "word": 10,
    "shape": 12,
    "city": 14,
    "unknown thing": 140,
    "near miss": 28,
    "open": 13_500,
    "long": 4_000,
    "talk": 1_500,
    "half": 250,
    "follow-up": 700,
    "sum": 700,
}


def rows() -> list[tuple[str, str, str]]:
    """Relation, question and answer of every row: first those with an answer, then those to refuse.

    What two facts would be asked by, and what a fact would be asked by that is to be refused, is left out.
    """
    facts = all_facts()
    speaker = Speaker(SEED)
    taught: dict[str, set[str]] = {}
    known = []
    for fact in facts:
        most = WAYS.get(fact.relation, OTHERS if fact.names else ALONE)
        for question in ways(speaker, fact, most):
            taught.setdefault(normal(question), set()).add(fact.answer)
            known.append((fact.relation, question, fact.answer))
    result = {row[1]: row for row in known if len(taught[normal(row[1])]) == 1}
    refusals: dict[str, tuple[str, str, str]] = {}
    words = {words_that_matter(row[1]) for row in known}
    for row in Refuser(speaker, facts, words).all(SHARES):
        key = normal(row[1])
        if key and key not in taught:
            refusals.setdefault(key, row)
    return [*result.values(), *refusals.values()]


def content() -> str:
    """The whole file."""
    return table(rows())


def plainest() -> str:
    """The file with each fact asked in the plainest way."""
    return table([(fact.relation, canonical(fact), fact.answer) for fact in all_facts()])


def table(rows: list[tuple[str, str, str]]) -> str:
    """A CSV file with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("relation", "question", "answer"))
    writer.writerows(rows)
    return text.getvalue()


def main() -> None:
    for file, made in ((FILE, content()), (PLAINEST, plainest())):
        if "--check" not in sys.argv:
            file.write_text(made, encoding="utf-8", newline="")
            print(f"{file.name}: {made.count(chr(10)) - 1:,} questions")
        elif made != file.read_text(encoding="utf-8"):
            sys.exit(f"{file.name} is not what tools/make_qa.py makes; run python -m tools.make_qa")


if __name__ == "__main__":
    main()
