"""A CSV file that anybody wrote is read exactly, or refused in one sentence that says what to do."""

import gzip

import pytest

from rnn_demo.data import csv_files
from rnn_demo.data.csv_files import DataError, read_table, read_text
from rnn_demo.limits import MAX_CHARACTERS, check_text

ROWS = [{"question": "Who, then?", "answer": "Zoë"}, {"question": 'say "hi"', "answer": "NA"}]
TABLE = 'question,answer\n"Who, then?",Zoë\n"say ""hi""",NA\n'
WITHOUT_COMMA = TABLE.replace("Who, then?", "Who; then?")


def written(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TABLE, id="plain"),
        pytest.param("\ufeff" + TABLE, id="byte-order mark"),
        pytest.param(TABLE.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(TABLE.removesuffix("\n"), id="no last line end"),
        pytest.param(TABLE + "\n\n", id="blank lines"),
        pytest.param(TABLE.replace("question,answer", " question , answer"), id="spaces around names"),
        pytest.param('question;answer\n"Who, then?";Zoë\n"say ""hi""";NA\n', id="semicolons"),
        pytest.param('question\tanswer\nWho, then?\tZoë\n"say ""hi"""\tNA\n', id="tabs"),
        pytest.param('answer,question\nZoë,"Who, then?"\nNA,"say ""hi"""\n', id="other order"),
    ],
)
def test_a_table_is_read_as_it_was_meant(tmp_path, content):
    assert read_table(written(tmp_path, content), ("question", "answer")) == ROWS


def test_a_gzipped_table_is_read_like_a_plain_one(tmp_path):
    path = written(tmp_path, gzip.compress(TABLE.encode()), "table.csv.gz")
    assert read_table(path, ("question", "answer")) == ROWS


def test_one_row_and_line_ends_within_a_cell_are_fine(tmp_path):
    path = written(tmp_path, 'question,answer\n"two\nlines\u2028\x85",yes\n')
    assert read_table(path, ("question", "answer")) == [{"question": "two\nlines\u2028\x85", "answer": "yes"}]


def test_more_columns_and_longer_rows_do_no_harm(tmp_path):
    path = written(tmp_path, "id,question,answer\n1,a,b\n2,c,d,e,f\n")
    assert read_table(path, ("question", "answer"))[1] == {"id": "2", "question": "c", "answer": "d"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            "frage,antwort\na,b\n", "has the columns frage, antwort; question and answer must be", id="columns"
        ),
        pytest.param("question\na\n", "answer must be there", id="one column"),
        pytest.param("", r"has the columns \(none\)", id="nothing"),
        pytest.param("question,answer\n", "has a first line but no rows", id="no rows"),
        pytest.param("question,answer\na,b\nc,\n", "line 3: answer is empty", id="empty cell"),
        pytest.param("question,answer\na,b\n  ,d\n", "line 3: question is empty", id="blank cell"),
        pytest.param("question,answer\na\n", "line 2: answer is empty", id="short row"),
        pytest.param("question,answer\nZoë,b\n".encode("latin-1"), r"not UTF-8 \(byte 18 is 0xeb\)", id="latin-1"),
        pytest.param("question,answer\na,b\n".encode("utf-16"), "not UTF-8", id="utf-16"),
        pytest.param("question,answer\na,\0\n", "not a text file", id="NUL"),
        pytest.param(b"PK\x03\x04\x00\x00", "not a text file", id="a spreadsheet"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, content, said):
    with pytest.raises(DataError, match=said) as caught:
        read_table(written(tmp_path, content), ("question", "answer"))
    assert str(caught.value).startswith("table.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(TABLE.encode())[:-12]], ids=["no gzip", "half a file"])
def test_a_damaged_gzip_file_is_refused(tmp_path, content):
    with pytest.raises(DataError, match=r"table.csv.gz cannot be read"):
        read_text(written(tmp_path, content, "table.csv.gz"))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        read_text(tmp_path / "none.csv")
    with pytest.raises(DataError, match="cannot be read"):
        read_text(tmp_path)


def test_a_file_and_a_table_over_the_limit_are_refused(tmp_path, monkeypatch):
    path = written(tmp_path, "question,answer\n" + "a,b\n" * 100)
    monkeypatch.setattr(csv_files, "MAX_ROWS", 10)
    with pytest.raises(DataError, match="has more than 10 rows"):
        read_table(path, ("question", "answer"))
    monkeypatch.setattr(csv_files, "MAX_FILE_BYTES", 100)
    with pytest.raises(DataError, match="holds more than 0 MiB"):
        read_text(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        (None, "got NoneType"),
        (7, "got int"),
        ("a" * (MAX_CHARACTERS + 1), "at most 50,000"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        check_text(text)


@pytest.mark.parametrize("text", ["a", "🙂", "日本語", "<img onerror=x>", "${x}", "{{x}}", "a" * MAX_CHARACTERS])
def test_any_other_text_is_read_as_it_is(text):
    assert check_text(text) == text
