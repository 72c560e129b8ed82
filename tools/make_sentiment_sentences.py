"""Write the sentences that sentiment networks are taught with, from the templates and words of the part "train".

python -m tools.make_sentiment_sentences            # write both files again
python -m tools.make_sentiment_sentences --check    # exit with 1 if one of them would become another

`capabilities.csv` has every capability: the rows of one `group` are one sentence said in several ways, which should get
one verdict, and a `certainty` of 0.5 says that a sentence has no opinion. `turns.csv` has what a small network learns
while somebody watches: negation, and impressions that turn.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rnn_demo.data.atomic_files import write_whole
from rnn_demo.data.sentences.capabilities import FILES, POSITIVE, Capability, Case, capabilities, cases
from rnn_demo.data.sentences.edits import EDITS
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.base import normal

JUDGES = (FILES / "sentiment_sentences.csv", Path(__file__).parents[1] / "tests" / "data" / "sentences_unseen.csv")
SEED = 0
ROWS = 400  # of each capability
HARD = {  # as many of each capability of these areas
    "Negation": 1000,
    "Whose opinion, and when": 900,
    "Groups of people, without an opinion": 600,
    "Names and places": 500,
}
TURNS = 550  # of each capability in turns.csv
OF_TURNS = (
    "words of praise and blame",
    "negation of praise",
    "negation of blame",
    "a good impression taken back",
    "a bad impression taken back",
    "the past and now",
    "the author and others",
    "one side outweighs the other",
)
EDITED = 0.3  # share of the sentences with a known label that also stand there with a change that means nothing
MEANINGLESS = ("link", "quotes", "punctuation", "contraction")


@dataclass(frozen=True)
class Row:
    """A row of capabilities.csv."""

    text: str
    label: str
    certainty: float
    group: str
    kind: str


def rows_of(capability: Capability, count: int, generator: random.Random) -> Iterator[Row]:
    """About `count` rows of one capability, those of a group one after another."""
    written = 0
    for number, case in enumerate(cases(capability, "train", count, SEED)):
        if written >= count:
            return
        texts = taught_texts(capability, case, generator)
        group = f"{capability.name} {number}" if len(texts) > 1 else ""
        yield from (Row(text, case.label or POSITIVE, case.certainty, group, capability.name) for text in texts)
        written += len(texts)


def taught_texts(capability: Capability, case: Case, generator: random.Random) -> list[str]:
    """The texts of a case that have its label: of a direction the second one, of a known label a change as well."""
    if capability.kind == "DIR":
        return [case.texts[-1]]
    texts = list(case.texts)
    if capability.kind == "MFT" and generator.random() < EDITED:
        code = "".join(generator.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=7))
        edit = EDITS[generator.choice(MEANINGLESS)]
        texts += edit(texts[0], generator, {"link": f"https://t.co/{code}", "handle": f"@{code}"})[:1]
    return list(dict.fromkeys(texts))


def shuffled(groups: list[list[Row]], generator: random.Random, key: Callable[[str], str]) -> list[Row]:
    """The rows of all groups in a random order, those of a group together; none that judges, and no `key` twice."""
    generator.shuffle(groups)
    judges = {normal(example.text) for file in JUDGES for example in TASKS["sentiment"].read(file)}
    rows = [row for group in groups for row in group if normal(row.text) not in judges]
    return list({key(row.text): row for row in reversed(rows)}.values())[::-1]


def grouped(rows: Iterator[Row]) -> list[list[Row]]:
    groups: dict[str, list[Row]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(row.group or str(number), []).append(row)
    return list(groups.values())


def capability_rows() -> list[Row]:
    """The rows of capabilities.csv."""
    generator = random.Random(SEED)
    groups = [
        group for each in capabilities() for group in grouped(rows_of(each, HARD.get(each.area, ROWS), generator))
    ]
    return shuffled(groups, generator, str)


def turn_rows() -> list[Row]:
    """The rows of turns.csv: sentences with a known label, one way each."""
    generator = random.Random(SEED)
    found = [
        [Row(case.texts[0], case.label, case.certainty, "", each.name)]
        for each in capabilities()
        if each.name in OF_TURNS
        for case in cases(each, "train", TURNS, SEED)
    ]
    return shuffled(found, generator, normal)


def as_csv(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


def files() -> dict[str, bytes]:
    """What each file holds, by its name."""
    numbers: dict[str, str] = {}  # a short name for each group
    taught = [
        (
            row.text,
            "01"[row.label == POSITIVE],
            f"{row.certainty:g}",
            numbers.setdefault(row.group, str(len(numbers))) if row.group else "",
            row.kind,
        )
        for row in capability_rows()
    ]
    turns = [(row.text, "01"[row.label == POSITIVE]) for row in turn_rows()]
    return {
        "capabilities.csv": as_csv(("text", "label", "certainty", "group", "kind"), taught),
        "turns.csv": as_csv(("text", "label"), turns),
    }


def main() -> None:
    for name, content in files().items():
        path = FILES / name
        if "--check" not in sys.argv:
            write_whole(path, content)
            lines = content.count(b"\n") - 1
            print(f"rnn_demo/data/files/{name}: {lines:,} rows, {len(content):,} bytes")
        elif path.read_bytes() != content:
            sys.exit(f"{name} is out of date; run python -m tools.make_sentiment_sentences")


if __name__ == "__main__":
    main()
