"""Of a visitor's rows each is kept exactly, or a sentence says where it stands and what is wrong with it."""

import pytest

from rnn_demo.data import csv_files
from rnn_demo.tasks import Example, qa_table
from rnn_demo.tasks.qa_table import QATable, from_file, from_text

ROWS = (Example("Who, then?", "Zoë"), Example('say "hi"', "1.10"), Example("When?", "2024-01-05"), Example("x²", "007"))
TABLE = 'question,answer\n"Who, then?",Zoë\n"say ""hi""",1.10\nWhen?,2024-01-05\nx²,007\n'


def written(tmp_path, content, name="own.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TABLE, id="plain"),
        pytest.param("\ufeff" + TABLE, id="byte-order mark"),
        pytest.param(TABLE.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(TABLE.replace("\n", "\r"), id="CR"),
        pytest.param("\ufeff" + TABLE.replace(",", ";").replace("Who; t", "Who, t").replace("\n", "\r\n"), id="Excel"),
        pytest.param(TABLE.replace(",", "\t").replace("Who\t t", "Who, t"), id="tabs"),
        pytest.param(TABLE.replace("question,answer", "Question , ANSWER"), id="capitals"),
        pytest.param(TABLE.replace("1.10", "  1.10 "), id="blanks around a text"),
        pytest.param(TABLE + "\n,\n , \n", id="rows of nothing"),
        pytest.param(TABLE.removesuffix("\n"), id="no last line end"),
    ],
)
def test_a_file_is_read_as_it_was_meant_and_numbers_and_dates_stay_as_they_are(tmp_path, content):
    found = from_file(written(tmp_path, content))
    assert found.problems == ()
    assert found.rows == ROWS


def test_rows_typed_in_the_page_are_read_like_a_file():
    assert from_text(TABLE) == from_text(TABLE.partition("\n")[2].replace("\n", "\n\n")) == QATable(ROWS, (), 0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("a,", "line 3: the answer is empty", id="no answer"),
        pytest.param(" ,a", "line 3: the question is empty; fill it or drop the row", id="no question"),
        pytest.param("only", "line 3: there is no comma, so the answer is missing; put a comma", id="short"),
        pytest.param("?!,a", "line 3: the question “?!” has no word; write at least one", id="no word"),
        pytest.param("a," + "b" * 65, "line 3: the answer has 65 characters; at most 64 are kept", id="long answer"),
        pytest.param("a" * 501 + ",b", "line 3: the question has 501 characters; at most 500", id="long question"),
        pytest.param("a,b,c", "line 3: 3 cells instead of 2", id="a comma too many"),
        pytest.param("FIRST,one", "line 3: line 2 has the same question and answer", id="twice"),
        pytest.param("first,two", "line 3: its answer is “two”, but line 2 has “one”; keep", id="contradiction"),
    ],
)
def test_a_bad_row_is_reported_with_its_line_and_the_others_are_kept(tmp_path, line, said):
    found = from_file(written(tmp_path, f"question,answer\nFirst?,one\n{line}\nlast,three\n"))
    assert found.rows == (Example("First?", "one"), Example("last", "three"))
    assert len(found.problems) == 1
    assert found.problems[0].startswith(said)


def test_questions_that_differ_in_signs_that_the_network_reads_are_two():
    assert len(from_text("7 + 5;12\n75;75\n7 - 5;2").rows) == 3


def test_the_longest_question_and_answer_are_kept():
    assert from_text("a" * 500 + ";" + "b" * 64).problems == ()


def test_of_too_many_rows_the_first_are_kept_and_the_rest_is_reported(monkeypatch):
    assert qa_table.MAX_TABLE_ROWS == 5_000
    full = from_text("".join(f"question {n};answer {n}\n" for n in range(5_000)) + "question 7;answer 7\n")
    assert (len(full.rows), len(full.problems)) == (5_000, 1)
    assert "line 8 has the same" in full.problems[0]
    monkeypatch.setattr(qa_table, "MAX_TABLE_ROWS", 2)
    table = from_text("a;1\nb;2\nc;3\nd;4")
    assert [row.text for row in table.rows] == ["a", "b"]
    assert table.problems == ("line 3: at most 2 rows can be taught; this and all later rows are left out",)
    assert table.left_out == 2


def test_where_rows_are_left_out_it_is_said_however_many_others_are_bad(monkeypatch):
    monkeypatch.setattr(qa_table, "MAX_TABLE_ROWS", 1)
    table = from_text("no answer;\n" * 200 + "a;1\nb;2\n")
    assert len(table.problems) == 100
    assert table.problems[-1] == "line 202: at most 1 rows can be taught; this and all later rows are left out"
    cut = qa_table.check(csv_files.parse_table("a;1\na;1\na;1\na;1\n", "t", qa_table.COLUMNS, 3, header=False))
    assert cut.problems[-1] == "only the first 3 rows were read"


def test_of_very_many_bad_rows_the_first_are_listed_and_all_are_counted():
    table = from_text("the same;answer\n" * 400 + "no answer;\n" * 300)
    assert (len(table.rows), len(table.problems), table.left_out) == (1, 100, 699)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("frage,antwort\na,b\n", "own.csv has the columns frage, antwort; question and answer", id="names"),
        pytest.param("", "own.csv has the columns (none)", id="nothing"),
        pytest.param("question,answer\n", "there is no row; write at least one", id="no rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_problem_and_no_crash(tmp_path, content, said):
    found = from_file(written(tmp_path, content))
    assert found.rows == ()
    assert len(found.problems) == 1
    assert found.problems[0].startswith(said)


def test_a_quotation_mark_that_is_never_closed_is_a_problem_and_all_other_rows_are_kept(tmp_path):
    found = from_file(written(tmp_path, 'question,answer\na,b\nc,"d\ne,f\n'))
    assert found.rows == (Example("a", "b"), Example("e", "f"))
    assert len(found.problems) == 1
    assert found.problems[0].startswith("line 3: a quotation mark is opened and not closed")


def test_a_missing_file_is_a_problem(tmp_path):
    assert "there is no file" in from_file(tmp_path / "none.csv").problems[0]


@pytest.mark.parametrize("text", ["a <img onerror=x>", "${x}", "{{x}}", "=1+1", "日本", "🙂", "عربى", "a\u2028b"])
def test_any_other_text_is_kept_as_it_is(tmp_path, text):
    assert from_file(written(tmp_path, f"question,answer\n{text},{text}\n")).rows == (Example(text, text),)


def test_a_typed_row_without_a_semicolon_is_told_so():
    missing = "there is no semicolon, so the answer is missing; put a semicolon before it"
    assert from_text("Who is it? Ann").problems == (f"line 1: {missing}",)
    assert from_text("When?;Now\nWho is it? Ann").problems == (f"line 2: {missing}",)
    assert from_text("When?;Now\nWho is it?;").problems == ("line 2: the answer is empty; fill it or drop the row",)
