"""What a visitor wants to teach: questions with answers, from a CSV file or typed, checked row by row.

Nothing is lost in silence: a row is either kept, or a problem says where it stands, what is wrong and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rnn_demo.data.csv_files import MOST_PROBLEMS, Column, DataError, Table, parse_table, read_table
from rnn_demo.data.vocabulary import TOKENIZERS
from rnn_demo.data.wording import quoted
from rnn_demo.limits import LONE_SURROGATE, MAX_ANSWER, MAX_QUESTION, MAX_TABLE_ROWS, MAX_TYPED, MAX_UPLOAD_BYTES
from rnn_demo.tasks import TASKS, Example

QA = TASKS["qa"]
COLUMNS = tuple(Column(name) for name in QA.columns)


@dataclass(frozen=True)
class QATable:
    """The rows that can be taught, in their order, and what is wrong with the others.

    `problems` has a sentence for each of the first bad rows; `left_out` counts all of them.
    """

    rows: tuple[Example, ...]
    problems: tuple[str, ...]
    left_out: int


def from_file(path: Path) -> QATable:
    """The rows of a CSV file with the columns question and answer; a file that cannot be read is a problem too."""
    try:
        return check(read_table(path, COLUMNS, most_bytes=MAX_UPLOAD_BYTES))
    except DataError as error:
        return QATable((), (str(error),), 0)


def from_text(text: str) -> QATable:
    """The rows typed or pasted: a question and an answer each, a tab, a semicolon or a comma between them."""
    try:
        if len(text) > MAX_TYPED:
            raise DataError(
                f"the text has {len(text):,} characters; at most {MAX_TYPED:,} are read, so upload it as a CSV file"
            )
        return check(parse_table(text, "the typed text", COLUMNS, header=False))
    except DataError as error:
        return QATable((), (str(error),), 0)


def check(table: Table) -> QATable:
    """Keep what can be taught: short enough, and each question once.

    Questions are the same when the network reads the same words. Where answers contradict each other, the first is
    kept.
    """
    by_tokens: dict[tuple[str, ...], tuple[int, Example]] = {}
    problems = list(table.problems)
    left_out, cuts = table.left_out, [f"only the first {len(table.rows):,} rows were read"] if table.cut else []
    for position, (line, question, answer) in enumerate(table.rows.itertuples(name=None)):
        tokens = tuple(TOKENIZERS[QA.tokenizer](question))
        problem = _problem(question, answer, tokens) or _repeated(answer, by_tokens.get(tokens))
        if not problem and len(by_tokens) == MAX_TABLE_ROWS:
            rest = "this and all later rows are left out"
            cuts.insert(0, f"line {line}: at most {MAX_TABLE_ROWS:,} rows can be taught; {rest}")
            left_out += len(table.rows) - position
            break
        if not problem:
            by_tokens[tokens] = line, Example(question, answer)
            continue
        left_out += 1
        if left_out - table.left_out <= MOST_PROBLEMS:
            problems.append((line, problem))
    sentences = [f"line {line}: {problem}" for line, problem in sorted(problems)]
    if not by_tokens and not sentences:
        sentences.append("there is no row; write at least one question and its answer")
    sentences = sentences[: MOST_PROBLEMS - len(cuts)] + cuts
    return QATable(tuple(example for _, example in by_tokens.values()), tuple(sentences), left_out)


def _problem(question: str, answer: str, tokens: Sequence[str]) -> str:
    """What is wrong with a row by itself, or nothing."""
    if not tokens:
        return f"the question {quoted(question[:MAX_ANSWER])} has no word; write at least one"
    for name, text, most in (("question", question, MAX_QUESTION), ("answer", answer, MAX_ANSWER)):
        if len(text) > most:
            return f"the {name} has {len(text):,} characters; at most {most} are kept, so shorten it"
        if LONE_SURROGATE.search(text):
            return f"the {name} contains a broken character (an unpaired surrogate); retype it"
    return ""


def _repeated(answer: str, earlier: tuple[int, Example] | None) -> str:
    """What is wrong with a row that asks what an earlier one has asked, or nothing."""
    if earlier is None:
        return ""
    line, example = earlier
    if example.label == answer:
        return f"line {line} has the same question and answer; one of them is enough"
    both = f"its answer is {quoted(answer)}, but line {line} has {quoted(example.label)}"
    return f"{both}; keep one of them (line {line} is used)"
