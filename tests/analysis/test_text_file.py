"""A file of texts: bad lines are named and skipped, good ones get the verdict that they would get alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.samples import small_model

from rnn_demo.analysis import text_file
from rnn_demo.analysis.text_file import Texts, classify, read_texts, summary, to_csv, verdict_rows
from rnn_demo.data.csv_files import DataError
from rnn_demo.limits import MAX_UPLOAD_BYTES
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.sentiment import COLUMNS


def written(folder: Path, content: str | bytes, name: str = "reviews.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", ["text", *COLUMNS[0].others, " Review ", "TEXT"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_column_of_texts_is_found_by_its_name(tmp_path: Path, name: str, delimiter: str) -> None:
    table = f"id{delimiter}{name}{delimiter}Label\n7{delimiter}a great film{delimiter}1\n"
    assert [*read_texts(written(tmp_path, table)).rows.itertuples(name=None)] == [(2, "a great film", "positive")]


def labels_of(tmp_path: Path, *labels: str) -> tuple[list[str], str]:
    texts = read_texts(written(tmp_path, "text\tlabel\n" + "".join(f"a film\t{label}\n" for label in labels)))
    return texts.rows["label"].tolist(), texts.label_problem


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ("0", "negative"),
        ("1.0", "positive"),
        (" Pos ", "positive"),
        ("“negative”", "negative"),
        ("1,0", "positive"),
        ("-1", "negative"),
        ("", ""),
        ("nan", ""),
        ("None", ""),
    ],
)
def test_labels_are_optional_and_understood_in_several_spellings(tmp_path: Path, label: str, read: str) -> None:
    assert labels_of(tmp_path, label) == ([read], "")


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (
            ("1", "2", "3", "4", "5", "1"),
            "the labels run from 1 to 5; accuracy needs 0 and 1, or negative and",
        ),
        (("0", "1", "2", "3", "4"), "run from 0 to 4"),
        (("1", "10", "7"), "run from 1 to 10"),
        (("-1", "0", "1"), "run from -1 to 1"),
        (("1", "2", "1"), "the labels are 1 and 2;"),
        (("2", "2"), "the labels are 2;"),
        (("0", "1", "3", "positive"), "run from 0 to 3"),
        (("0", "0.25", "1"), "run from 0 to 1, such as 0.25"),
    ],
)
def test_of_another_scale_no_label_counts_and_page_and_command_line_say_why(
    tmp_path: Path, labels: tuple[str, ...], says: str
) -> None:
    read, problem = labels_of(tmp_path, *labels)
    assert read == [""] * len(labels)
    assert says in problem
    with pytest.raises(DataError) as caught:
        TASKS["sentiment"].read(tmp_path / "reviews.csv")
    assert str(caught.value) == f"reviews.csv: {problem}"


def test_a_text_with_an_odd_label_is_judged_and_not_counted(tmp_path: Path) -> None:
    texts = read_texts(written(tmp_path, "text,label\nbad,0\ngreat,five stars\n"))
    assert texts.rows["label"].tolist() == ["negative", ""]
    assert "'five stars' in line 3" in texts.label_problem
    assert summary(texts, np.array([0.2, 0.9], np.float32))["labelled"] == 1


def test_bad_lines_are_named_and_the_others_are_read(tmp_path: Path) -> None:
    texts = read_texts(written(tmp_path, 'text,label\na great film,1\n,0\nNaN,0\n"a lone quote,1\nit is bad,0\n'))
    assert texts.rows["text"].to_dict() == {2: "a great film", 4: "NaN", 6: "it is bad"}
    assert [line for line, _ in texts.problems] == [3, 5]
    assert texts.left_out == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("a,b\n1,2\n", "has the columns a, b; one of them must be called text", id="no text column"),
        pytest.param("", r"has the columns \(none\)", id="nothing"),
        pytest.param("text\n", "a first line but no rows", id="no rows"),
        pytest.param("text,label\n,1\n", "line 2: the text is empty", id="bad rows only"),
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
    with pytest.raises(DataError, match="more than 32 MiB"):
        read_texts(path)


def test_of_too_many_rows_the_first_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_file, "MAX_JUDGED_ROWS", 3)
    assert read_texts(written(tmp_path, "text\na\nb\nc\n")).cut is False
    texts = read_texts(written(tmp_path, "text\na\nb\nc\nd\n"))
    assert (len(texts.rows), texts.cut) == (3, True)


def texts_of(*pairs: tuple[str, str]) -> Texts:
    rows = pd.DataFrame(pairs, range(2, 2 + len(pairs)), ["text", "label"], dtype=object)
    return Texts("reviews.csv", {"text": "text", "label": "label"}, rows, (), 0, False, "")


def test_each_text_gets_the_verdict_that_it_would_get_alone() -> None:
    model = small_model()
    sentences = ["not bad at all", "a great film", "it is bad " * 9, "great"] * 100
    texts = texts_of(*((sentence, "") for sentence in sentences))
    positive = np.full(len(sentences), np.nan, dtype=np.float32)
    for rows, probabilities in classify(model, texts):
        positive[rows] = probabilities
    alone = [model.probabilities([sentence])[0, 1] for sentence in sentences[:4]]
    np.testing.assert_allclose(positive, alone * 100, atol=1e-6)


def test_very_long_texts_are_read_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_file, "BATCH_CHARACTERS", 40)
    sizes = [len(rows) for rows, _ in classify(small_model(), texts_of(*[("not bad at all, it is", "")] * 10))]
    assert sizes == [4, 4, 2]


def test_accuracy_and_confusion_are_those_of_the_labelled_rows() -> None:
    texts = texts_of(("a", "positive"), ("b", "negative"), ("c", "negative"), ("d", "negative"), ("e", ""))
    found = summary(texts, np.array([0.9, 0.2, 0.7, 0.5, 0.9], np.float32))
    assert found == {
        "rows": 5,
        "positive": 4,
        "labelled": 4,
        "accuracy": 0.5,
        "majority": 0.75,
        "confusion": [[1, 2], [0, 1]],
    }
    assert "accuracy" not in summary(texts_of(("a", "")), np.array([0.9], np.float32))


def test_the_download_holds_every_row_and_no_formula() -> None:
    texts = texts_of(("=1+1", "positive"), ("@SUM(A1)", ""), ('he said "no",\nand left', "negative"))
    rows = list(csv.DictReader(io.StringIO(to_csv(texts, np.array([0.9, 0.5, 0.1], np.float32)), newline="")))
    assert [row["text"] for row in rows] == ["'=1+1", "'@SUM(A1)", 'he said "no",\nand left']
    assert [row["verdict"] for row in rows] == ["positive", "positive", "negative"]
    assert list(rows[0]) == ["line", "text", "label", "verdict", "probability"]


def test_the_first_rows_keep_the_order_of_the_file() -> None:
    texts = texts_of(("a", ""), ("b", ""), ("c", ""))
    assert verdict_rows(texts, np.array([0.9, 0.5, 0.1], np.float32), 2)["line"].tolist() == [2, 3]
