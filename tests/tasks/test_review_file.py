"""A file of texts: bad lines are named and skipped, good ones get the verdict that they would get alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from samples import small_model

from rnn_demo.data.csv_files import DataError
from rnn_demo.limits import MAX_CHARACTERS, MAX_UPLOAD_BYTES
from rnn_demo.tasks import review_file
from rnn_demo.tasks.review_file import TEXT_NAMES, Row, Texts, judge, judged, read_texts, summary, to_csv


def written(folder: Path, content: str | bytes, name: str = "reviews.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", [*TEXT_NAMES, " Review ", "TEXT"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_column_of_texts_is_found_by_its_name(tmp_path: Path, name: str, delimiter: str) -> None:
    table = f"id{delimiter}{name}{delimiter}Label\n7{delimiter}a great film{delimiter}1\n"
    assert read_texts(written(tmp_path, table)).rows == (Row(2, "a great film", "positive"),)


@pytest.mark.parametrize(
    ("label", "read"),
    [("0", "negative"), ("1.0", "positive"), (" Pos ", "positive"), ("negative", "negative"), ("", ""), ("nan", "")],
)
def test_labels_are_optional_and_understood_in_several_spellings(tmp_path: Path, label: str, read: str) -> None:
    texts = read_texts(written(tmp_path, f"text,label\nbad,{label}\n"))
    assert (texts.rows[0].label, texts.odd_labels) == (read, 0)


def test_a_text_with_an_odd_label_is_judged_and_not_counted(tmp_path: Path) -> None:
    texts = read_texts(written(tmp_path, "text,label\nbad,0\ngreat,five stars\n"))
    assert [row.label for row in texts.rows] == ["negative", ""]
    assert texts.odd_labels == 1
    assert summary(texts, np.array([0.2, 0.9], np.float32))["labelled"] == 1


def test_bad_lines_are_named_and_the_others_are_read(tmp_path: Path) -> None:
    table = (
        "text,label\n"
        "a great film,1\n"
        ",0\n"
        "NaN,0\n"
        f"{'x' * (MAX_CHARACTERS + 1)},0\n"
        '"a lone quote,1\n'
        "not bad at all,1\n"
        '"two\nlines",1\n'
        "one, two and three,1\n"
        '"closed" too early,1\n'
        "it is bad,0\n"
        '"never closed,0\n'
    )
    texts = read_texts(written(tmp_path, table))
    assert [(row.line, row.text) for row in texts.rows] == [
        (2, "a great film"), (7, "not bad at all"), (8, "two\nlines"), (12, "it is bad"),
    ]  # fmt: skip
    found = dict(texts.skipped)
    assert list(found) == [3, 4, 5, 6, 10, 11, 13]
    assert "empty" in found[3]
    assert "NaN stands where a text" in found[4]
    assert "at most 50,000" in found[5]
    assert "3 cells where the first line names 2" in found[10]
    assert all("quotation mark" in found[line] for line in (6, 11, 13))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("a,b\n1,2\n", "has the columns a, b; one of them must be called text", id="no text column"),
        pytest.param("", r"has the columns \(none\)", id="nothing"),
        pytest.param("text\n", "a first line but no rows", id="no rows"),
        pytest.param("text,label\n,1\n", "line 2: the text is empty", id="bad rows only"),
        pytest.param("text\nZoë\n".encode("latin-1"), "not UTF-8", id="latin-1"),
        pytest.param("text\nbad\n".encode("utf-16"), "not UTF-8", id="utf-16"),
        pytest.param(b"PK\x03\x04\x14\x00", "save the sheet as CSV", id="xlsx"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1", "save the sheet as CSV", id="xls"),
        pytest.param("text\n\0\n", "not a text file", id="NUL"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(DataError, match=says) as caught:
        read_texts(written(tmp_path, content))
    assert str(caught.value).startswith("reviews.csv")


def test_a_file_that_is_too_large_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = written(tmp_path, "text\n")
    with path.open("r+b") as file:
        file.truncate(MAX_UPLOAD_BYTES + 1)  # as long as that, without its bytes
    with pytest.raises(DataError, match="at most 32 MiB"):
        read_texts(path)


def test_of_too_many_rows_the_first_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_file, "MAX_JUDGED_ROWS", 3)
    assert read_texts(written(tmp_path, "text\na\nb\nc\n")).cut is False
    texts = read_texts(written(tmp_path, "text\na\nb\nc\nd\n"))
    assert (len(texts.rows), texts.cut) == (3, True)


def texts_of(*pairs: tuple[str, str]) -> Texts:
    rows = tuple(Row(line, text, label) for line, (text, label) in enumerate(pairs, 2))
    return Texts("reviews.csv", "text", "label", rows, (), 0, False)


def test_each_text_gets_the_verdict_that_it_would_get_alone() -> None:
    model = small_model()
    sentences = ["not bad at all", "a great film", "it is bad " * 9, "great"] * 100
    texts = texts_of(*((sentence, "") for sentence in sentences))
    positive = np.full(len(sentences), np.nan, dtype=np.float32)
    for rows, probabilities in judge(model, texts):
        positive[rows] = probabilities
    alone = [model.probabilities([sentence])[0, 1] for sentence in sentences[:4]]
    np.testing.assert_allclose(positive, alone * 100, atol=1e-6)


def test_very_long_texts_are_read_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_file, "BATCH_CHARACTERS", 40)
    sizes = [len(rows) for rows, _ in judge(small_model(), texts_of(*[("not bad at all, it is", "")] * 10))]
    assert sizes == [4, 4, 2]


def test_accuracy_and_confusion_are_those_of_the_labelled_rows() -> None:
    texts = texts_of(("a", "positive"), ("b", "negative"), ("c", "negative"), ("d", "negative"), ("e", ""))
    found = summary(texts, np.array([0.9, 0.2, 0.7, 0.5, 0.9], np.float32))
    assert found == {
        "rows": 5, "positive": 4, "labelled": 4, "accuracy": 0.5, "majority": 0.75, "confusion": [[1, 2], [0, 1]],
    }  # fmt: skip
    assert "accuracy" not in summary(texts_of(("a", "")), np.array([0.9], np.float32))


def test_the_download_holds_every_row_and_no_formula() -> None:
    texts = texts_of(("=1+1", "positive"), ("@SUM(A1)", ""), ('he said "no",\nand left', "negative"))
    rows = list(csv.DictReader(io.StringIO(to_csv(texts, np.array([0.9, 0.5, 0.1], np.float32)), newline="")))
    assert [row["text"] for row in rows] == ["'=1+1", "'@SUM(A1)", 'he said "no",\nand left']
    assert [row["verdict"] for row in rows] == ["positive", "positive", "negative"]
    assert list(rows[0]) == ["line", "text", "label", "verdict", "probability"]


def test_the_first_rows_keep_the_order_of_the_file() -> None:
    texts = texts_of(("a", ""), ("b", ""), ("c", ""))
    assert [row["line"] for row in judged(texts, np.array([0.9, 0.5, 0.1], np.float32), 2)] == [2, 3]
