"""What a visitor wants to teach: questions with answers, from a CSV file or typed in a table, checked row by row.

Nothing is lost in silence: a row is either kept, or a problem says where it stands, what is wrong and what to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rnn_demo.data.csv_files import DataError, listed, read_lines
from rnn_demo.data.vocabulary import TOKENIZERS
from rnn_demo.limits import HALF, MAX_ANSWER, MAX_LESSONS, MAX_QUESTION
from rnn_demo.tasks import TASKS, Example

QA = TASKS["qa"]
Row = tuple[str, str, str, str]  # where it stands ("line 3"), its question, its answer, how it is written wrongly
TOO_MANY = "there are more cells than columns; put quotation marks around a text that holds the separator"


@dataclass(frozen=True)
class Lessons:
    """The rows that can be taught, in their order, and a sentence for everything that is wrong with the others."""

    rows: tuple[Example, ...]
    problems: tuple[str, ...]


def from_file(path: Path) -> Lessons:
    """The lessons of a CSV file with the columns question and answer; a file that cannot be read is a problem too."""
    try:
        read = list(read_lines(path))
    except DataError as error:
        return Lessons((), (str(error),))
    header = [name.strip().lower() for name in read[0][1]] if read and not isinstance(read[0][1], str) else []
    missing = [column for column in QA.columns if column not in header]
    if missing:
        return Lessons((), (
            f"{path.name} has the columns {listed(header)}; "
            f"{' and '.join(missing)} must be there, so name them in the first line",
        ))  # fmt: skip
    question, answer = (header.index(column) for column in QA.columns)
    rows: list[Row] = []
    for number, cells in read[1:]:
        if isinstance(cells, str):
            rows.append((f"line {number}", "", "", cells))
            continue
        filled = [cell.strip() for cell in cells] + [""] * len(header)
        wrong = TOO_MANY if len(cells) > len(header) else ""
        rows.append((f"line {number}", filled[question], filled[answer], wrong))
    return check(rows)


def from_table(table: Iterable[Sequence[object]]) -> Lessons:
    """The lessons typed in a table of two columns, a question and an answer in each row."""
    rows: list[Row] = []
    for number, cells in enumerate(table, 1):
        question, answer = [*map(_text, cells), "", ""][:2]
        rows.append((f"row {number}", question, answer, ""))
    return check(rows)


def _text(cell: object) -> str:
    """A cell as it was typed; nothing where a table has None or not-a-number."""
    empty = cell is None or (isinstance(cell, float) and math.isnan(cell))
    return "" if empty else str(cell).strip()


def check(rows: Iterable[Row]) -> Lessons:
    """Keep what can be taught: filled, short enough, each question once. Rows without any text are passed over.

    Questions are the same when the network reads the same words. Of contradicting answers the first is kept.
    """
    kept: dict[tuple[str, ...], tuple[str, Example]] = {}
    problems: list[str] = []
    for where, question, answer, badly in rows:
        if not question and not answer and not badly:
            continue
        read = tuple(TOKENIZERS[QA.tokenizer](question))
        said = badly or _wrong(question, answer, read) or _again(answer, kept.get(read))
        if not said and len(kept) == MAX_LESSONS:
            problems.append(f"{where}: {MAX_LESSONS:,} rows are taught at most; this one and all after it are left out")
            break
        if said:
            problems.append(f"{where}: {said}")
        else:
            kept[read] = where, Example(question, answer)
    if not kept and not problems:
        problems.append("there is no row; write at least one question and its answer")
    return Lessons(tuple(example for _, example in kept.values()), tuple(problems))


def _wrong(question: str, answer: str, read: Sequence[str]) -> str:
    """What is wrong with a row by itself, or nothing."""
    if not question or not answer:
        return f"the {'answer' if question else 'question'} is empty; fill it or drop the row"
    if not read:
        return f"the question {question[:MAX_ANSWER]!r} has no word; write at least one"
    for name, text, most in (("question", question, MAX_QUESTION), ("answer", answer, MAX_ANSWER)):
        if len(text) > most:
            return f"the {name} has {len(text):,} characters; at most {most} are kept, so shorten it"
        if HALF.search(text):
            return f"the {name} holds half of a character, as is left where a text is cut in two; write it again"
    return ""


def _again(answer: str, earlier: tuple[str, Example] | None) -> str:
    """What is wrong with a row that asks what an earlier one has asked, or nothing."""
    if earlier is None:
        return ""
    where, example = earlier
    if example.label == answer:
        return f"the same question and answer stand in {where}; one of them is enough"
    return f"it answers {answer!r} where {where} answers {example.label!r}; keep one of them ({where} is taught)"
