"""The comparison beside a checkpoint: models measured on the same data, in `comparison.json`, its table and its point.

`python -m rnn_demo compare` writes it. Each row is an object with the name of a model and what was measured of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnn_demo.data.atomic_files import write_whole
from rnn_demo.data.csv_files import DataError
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import listed, percent
from rnn_demo.network.cells import CELLS
from rnn_demo.zoo.checkpoint import COMPARISON

# The models of a comparison, as its rows and readers name them.
BAG_OF_WORDS, PLAIN_RNN, GRU, LSTM = "bag of words", "plain RNN", "GRU", "LSTM"
TFIDF = "TF-IDF, logistic regression"  # no network: what one should try first
TEACHER = "the teacher, a transformer"  # whose row is measured where it is trained
UNTAUGHT = "plain RNN, taught no refusals"  # as the notebook of the course trains it
BOTH_WAYS, ATTENTION = "LSTM, both directions", "LSTM, attention pooling"
SHIPPED = "the page's own model"
ALIKE = 0.01  # accuracies that are nearer to each other than that show nothing

Row = Mapping[str, Any]


def tenths(share: float) -> str:
    """A share in percent, to a tenth of one: accuracies of large test sets differ by less than a whole one."""
    return percent(share, 1)


def cell_title(cell: str) -> str:
    return CELLS[cell].title if cell in CELLS else str(cell)


# The columns of the table: title, key of a row, format. A column that no row has a value for is left out.
COLUMNS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("model", "model", str),
    ("cell", "cell", cell_title),
    ("long reviews", "imdb_test", tenths),
    ("long, words shuffled", "imdb_test_shuffled", tenths),
    ("short sentences", "sst2_dev", tenths),
    ("short, words shuffled", "sst2_dev_shuffled", tenths),
    ("training accuracy", "recall", tenths),
    ("validation accuracy", "answered_right", tenths),
    ("correctly refused", "refused", tenths),
    ("area under the curve", "auc", "{:.3f}".format),
    ("parameters", "parameters", "{:,.0f}".format),
)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The rows of a comparison, none where there is no such file; DataError if it is damaged."""
    if not file.is_file():
        return []
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        as_markdown(rows)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{file.parent.name}/{file.name} is damaged ({error}); write it again") from None
    return list(rows)


def write_rows(file: Path, rows: Sequence[Row]) -> None:
    """Write a comparison, whole or not at all."""
    write_whole(file, f"{strict_json(list(rows), indent=2)}\n".encode())


def table(folder: Path) -> str:
    """The comparison beside a checkpoint as Markdown, "" where there is none; DataError if it is damaged."""
    rows = read_rows(folder / COMPARISON)
    return as_markdown(rows) if rows else ""


def as_markdown(rows: Sequence[Row]) -> str:
    """A row for each model: shares in percent, empty where one was not measured."""
    columns = [column for column in COLUMNS if any(row.get(column[1]) is not None for row in rows)]
    lines = [
        "| " + " | ".join(title for title, _, _ in columns) + " |",
        "|" + "|".join("---" if form in (str, cell_title) else "--:" for _, _, form in columns) + "|",
    ]
    for row in rows:
        if not isinstance(row["model"], str):
            raise TypeError(f"model must be a text, got {row['model']!r}")
        values = ((row.get(key), form) for _, key, form in columns)
        cells = ("" if value is None else form(value).replace("|", "/") for value, form in values)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


# --- what a comparison shows ------------------------------------------------------------------------------------


def measured(rows: Sequence[Row], key: str) -> dict[str, float]:
    """The value of `key` for each model for which it was measured, by the model's name."""
    return {row["model"]: row[key] for row in rows if row.get(key) is not None}


def gates_in_words(rows: Sequence[Row]) -> tuple[str, str]:
    """What gates are worth in answering questions: a title and some sentences, both empty where it is not known."""
    accuracy, refused = measured(rows, "answered_right"), measured(rows, "refused")
    if not {PLAIN_RNN, GRU, LSTM} <= set(accuracy):
        return "", ""
    gated = max((GRU, LSTM), key=lambda name: accuracy[name])
    gain = accuracy[gated] - accuracy[PLAIN_RNN]
    numbers = listed([f"{name} {tenths(accuracy[name])}" for name in (PLAIN_RNN, GRU, LSTM)])
    if abs(gain) < ALIKE:
        both = ", ".join(f"{name} {tenths(accuracy[name])}" for name in (PLAIN_RNN, gated))
        title = f"Gates make almost no difference here: {both}"
        pooled = all(row.get("options", {}).get("pooling", "last") != "last" for row in rows if row["model"] == gated)
        why = (
            "A question is short, and this network looks back at all its steps when it answers, so nothing has to be "
            "carried far."
            if pooled
            else ""
        )
    else:
        does, points = "help" if gain > 0 else "do not help", f"{100 * abs(gain):.1f} points"
        title = f"Gates {does} here: {gated} is {points} {'ahead of' if gain > 0 else 'behind'} the {PLAIN_RNN}"
        why = ""
    sentences = [f"New wordings of the questions answered correctly: {numbers}.", why]
    if UNTAUGHT in refused:
        sentences.append(
            f"More depends on what was taught: the last row never saw a question to refuse, and refuses "
            f"{tenths(refused[UNTAUGHT])} of those that it should."
        )
    return title, " ".join(filter(None, sentences))


def order_in_words(rows: Sequence[Row], sentences: int | None = None) -> tuple[str, str]:
    """What the order of words is worth, the same way; `sentences` is the number of short ones that were tested."""
    short, shuffled, long = (measured(rows, key) for key in ("sst2_dev", "sst2_dev_shuffled", "imdb_test"))
    if any(not {BAG_OF_WORDS, LSTM} <= set(one) for one in (short, shuffled, long)):
        return "", ""
    bag, ours = short[BAG_OF_WORDS], short[LSTM]
    verb = "is as good as" if abs(bag - ours) < ALIKE else "beats" if bag > ours else "is behind"
    title = f"Short sentences: a bag of words ({tenths(bag)}) {verb} our LSTM ({tenths(ours)})"
    small = [name for name in (BAG_OF_WORDS, PLAIN_RNN, GRU, LSTM, BOTH_WAYS, ATTENTION) if name in short]
    apart = round(abs(bag - ours) * sentences) if sentences else 0
    parts = [
        f"The difference is {apart} sentence{'' if apart == 1 else 's'} of {sentences}." if sentences else "",
        f"The LSTM does use the order: with its words shuffled it falls to {tenths(shuffled[LSTM])}. "
        f"On long reviews that pays: {tenths(long[LSTM])} against {tenths(long[BAG_OF_WORDS])}."
        if shuffled[LSTM] < ours and long[LSTM] > long[BAG_OF_WORDS]
        else "",
        f"An LSTM that reads from both ends (bidirectional) reaches {tenths(long[BOTH_WAYS])} on long reviews, "
        f"one whose head weighs the words (attention) {tenths(long[ATTENTION])}."
        if {BOTH_WAYS, ATTENTION} <= set(long)
        else "",
        _linear_in_words(short, long, small),
        f"The page's own model, which is larger and was pretrained, reaches {tenths(short[SHIPPED])} on the sentences."
        if SHIPPED in short
        else "",
    ]
    return title, " ".join(filter(None, parts))


def _linear_in_words(short: Mapping[str, float], long: Mapping[str, float], networks: Sequence[str]) -> str:
    """What it means how the linear model does beside these networks; "" where it was not measured."""
    if TFIDF not in short or TFIDF not in long:
        return ""
    best = {"sentences": max(short[name] for name in networks), "long reviews": max(long[name] for name in networks)}
    own = {"sentences": short[TFIDF], "long reviews": long[TFIDF]}
    numbers = f"{tenths(own['long reviews'])} on long reviews and {tenths(own['sentences'])} on sentences"
    said = f"Logistic regression on the TF-IDF weights of words and pairs, no network at all, reaches {numbers}"
    if all(own[test] > best[test] for test in own):
        return (
            f"{said}: more than every small network in the table. A network is worth its trouble only beyond that: a "
            "small one, trained on labels alone, learns less from the order of words than pairs of neighbours tell. It "
            "takes pretraining on text without labels, and more units, to get past it."
        )
    behind = listed([test for test in own if own[test] > best[test]])
    if behind:
        return f"{said}; on {behind} that is more than every small network in the table."
    return f"{said}; the best small network is better on both."
