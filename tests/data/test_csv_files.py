"""A CSV file that anybody wrote is read exactly, or refused in one sentence that says what to do."""

import gzip
import io
import zipfile

import pytest

from rnn_demo.analysis import text_file
from rnn_demo.data.csv_files import (
    MOST_PROBLEMS,
    Column,
    DataError,
    parse_table,
    plain_cell,
    read_table,
    read_text,
    safe_cell,
)
from rnn_demo.limits import MAX_CHARACTERS, check_text
from rnn_demo.tasks import TASKS, qa_table

COLUMNS = (Column("question"), Column("answer"))
ROWS = [("Who, then?", "Zoë"), ('say "hi"', "NA")]
TABLE = 'question,answer\n"Who, then?",Zoë\n"say ""hi""",NA\n'


def written(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(*files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return content.getvalue()


def wrapped(line, after=""):
    """A line as a spreadsheet saves it that took it for a single cell."""
    return '"' + line.replace('"', '""') + f'"{after}\n'


def rows_of(text, **options):
    return list(parse_table(text, "table", COLUMNS, **options).rows.itertuples(index=False, name=None))


def refusal(path, columns=COLUMNS, **limits):
    with pytest.raises(DataError) as caught:
        read_table(path, columns, **limits).whole()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TABLE, id="plain"),
        pytest.param("\ufeff" + TABLE, id="byte-order mark"),
        pytest.param(TABLE + "\ufeff" + TABLE.partition("\n")[0] + "\n", id="joined files"),
        pytest.param(TABLE.encode("utf-16"), id="UTF-16"),
        pytest.param("\ufeff".encode("utf-16-be") + TABLE.encode("utf-16-be"), id="UTF-16, big end first"),
        pytest.param(TABLE.encode("utf-32"), id="UTF-32"),
        pytest.param(TABLE.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(TABLE.replace("\n", "\r"), id="CR alone"),
        pytest.param(TABLE.replace("\n", "\r", 1).replace("\n", "\r\n", 1), id="mixed line ends"),
        pytest.param(TABLE.removesuffix("\n"), id="no last line end"),
        pytest.param("\n\n" + TABLE.replace("\n", "\n\n,\n , \n"), id="blank lines and lines of commas"),
        pytest.param(TABLE.replace("question,answer", '" Question ", ANSWER '), id="names in capitals"),
        pytest.param(TABLE.replace("question,answer", "“question”,“answer”"), id="names in curly quotes"),
        pytest.param(TABLE.replace("\n", ",\n"), id="a comma at each end"),
        pytest.param(TABLE.replace("\n", ",,\n").replace(",,\n", "\n", 1), id="commas at the end of rows"),
        pytest.param(TABLE.replace(",Zoë", ', "Zoë"'), id="a blank before a cell"),
        pytest.param(TABLE.replace('",', '" ,'), id="a blank after a quotation mark"),
        pytest.param('"question" ,"answer" \n"Who, then?" ,"Zoë" \n"say ""hi""" , NA\n', id="blanks after each"),
        pytest.param("".join(wrapped(line) for line in TABLE.splitlines()), id="each line in quotation marks"),
        pytest.param('"question;answer"\n"Who, then?;Zoë"\n"""say """"hi"""""";NA"\n', id="so of semicolons"),
        pytest.param("".join(wrapped(line, ";;;") for line in TABLE.splitlines()), id="so with empty cells after it"),
        pytest.param('question,answer;;\n"""Who, then?"",Zoë";;\n"""say """"hi"""""",NA";;\n', id="a plain header, so"),
        pytest.param(TABLE.replace("\n", ";;;\n"), id="semicolons after each line"),
        pytest.param("Survey of 2024,\n\n" + TABLE, id="a title above"),
        pytest.param("sep=,\r\n" + TABLE, id="a line with the separator"),
        pytest.param('sep=;\nquestion;answer\n"Who, then?";Zoë\n"say ""hi""";NA\n', id="semicolons, said"),
        pytest.param('question;answer\n"Who, then?";Zoë\n"say ""hi""";NA\n', id="semicolons"),
        pytest.param('question\tanswer\nWho, then?\tZoë\n"say ""hi"""\tNA\n', id="tabs"),
        pytest.param('question|answer\nWho, then?|Zoë\n"say ""hi"""|NA\n', id="pipes"),
        pytest.param('answer,question\nZoë,"Who, then?"\nNA,"say ""hi"""\n', id="other order"),
        pytest.param(',question,answer\n0,"Who, then?",Zoë\n1,"say ""hi""",NA\n', id="row numbers without a name"),
        pytest.param('question;answer;"a, b, or c"\nWho, then?;Zoë;x\n"say ""hi""";NA;\n', id="commas in a name"),
        pytest.param(gzip.compress(TABLE.encode()), id="gzipped"),
        pytest.param(zipped(("data/qa.csv", TABLE)), id="zipped"),
        pytest.param(zipped(("qa.csv", TABLE), ("__MACOSX/._qa.csv", "x"), (".DS_Store", "x")), id="zipped on a Mac"),
    ],
)
def test_a_table_is_read_as_it_was_meant(tmp_path, content):
    table = read_table(written(tmp_path, content), COLUMNS)
    assert list(table.whole().itertuples(index=False, name=None)) == ROWS


def test_numbers_and_names_of_nothing_stay_the_text_that_was_written():
    cells = ["007", "1.10", "1e5", "2024-01-05", "TRUE", "None", "N/A", "nan", "#N/A", "NULL", "-"]
    assert [answer for _, answer in rows_of("question,answer\n" + "".join(f"q,{cell}\n" for cell in cells))] == cells


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_has_the_number_of_the_line_on_which_it_begins(end):
    text = end.join(["", "sep=,", "question,answer", "", 'a,"two', 'lines\u2028\x85 end"', "b,c"])
    table = parse_table(text.removeprefix(end), "table", COLUMNS)
    assert [*table.rows.itertuples(name=None)] == [(4, "a", f"two{end}lines\u2028\x85 end"), (6, "b", "c")]


def test_where_the_header_is_one_name_each_line_is_a_text():
    text = 'text\nA great film\nLong, dull; and cold\n"quoted, and\ntwo lines"\nhe said "no"\n'
    rows = parse_table(text, "table", (Column("text"),)).whole()
    assert rows["text"].tolist() == ["A great film", "Long, dull; and cold", "quoted, and\ntwo lines", 'he said "no"']


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ('"Who,\nthen?";Ann', [("Who,\nthen?", "Ann")]),
        ("Where is\x0bthe key?; pot", [("Where is\x0bthe key?", "pot")]),
        ("Who, then?; Ann\nWhere, now?; There", [("Who, then?", "Ann"), ("Where, now?", "There")]),
        ("question\tanswer\nWho; then?\tAnn", [("Who; then?", "Ann")]),
    ],
)
def test_rows_without_a_header_have_the_separator_that_most_lines_have(typed, rows):
    assert rows_of(typed, header=False) == rows


BAD_ROWS = {
    "an unclosed quotation mark": ('"a,b\n"c",d\ne,f\n', {2: "quotation mark"}, [("c", "d"), ("e", "f")]),
    "one at the end": ('a,b\nc,"d\n', {3: "quotation mark"}, [("a", "b")]),
    "two that are not closed": ('"a,b\nc,d\ne",f\ng,h\n', {2: "quotation mark"}, [("c", "d"), ('e"', "f"), ("g", "h")]),
    "one that makes a row short": ('"a,b\nc,d"\n', {2: "quotation mark"}, [("c", 'd"')]),
    "a quotation mark within": ('"a "b" c",d\ne,f\n', {2: "quotation mark"}, [("e", "f")]),
    "a surplus cell": ("a,b\nc,d,e\n", {3: "3 cells instead of 2"}, [("a", "b")]),
    "a blank in the middle of a quoted cell": ('"a" b,c\nd,e\n', {2: "quotation mark"}, [("d", "e")]),
    "curly quotes": ("“a, b”,c\nd,e\n", {2: "curly"}, [("d", "e")]),
    "an empty cell": ("a,b\nc,\n", {3: "the answer is empty"}, [("a", "b")]),
    "a blank cell": ("  ,b\nc,d\n", {2: "the question is empty"}, [("c", "d")]),
    "a short row": ("a\nb,c\n", {2: "there is no comma, so the answer is missing"}, [("b", "c")]),
    "a long text": (f"{'a' * (MAX_CHARACTERS + 1)},b\nc,d\n", {2: "at most 50,000"}, [("c", "d")]),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_is_named_with_its_line_and_no_other_row_is_lost_or_changed(tmp_path, what):
    text, problems, rows = BAD_ROWS[what]
    table = parse_table("question,answer\n" + text, "table", COLUMNS)
    assert list(table.rows.itertuples(index=False, name=None)) == rows
    assert [line for line, _ in table.problems] == list(problems)
    assert all(problems[line] in why for line, why in table.problems)
    assert table.left_out == len(problems)
    assert refusal(written(tmp_path, "question,answer\n" + text)).startswith(f"table.csv, line {min(problems)}: ")


def test_of_very_many_bad_rows_the_first_are_named_and_all_are_counted():
    table = parse_table("question,answer\n" + "a,b,c\n" * 1_000, "table", COLUMNS)
    assert (len(table.problems), table.left_out) == (MOST_PROBLEMS, 1_000)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("frage,antwort\na,b\n", "has the columns frage, antwort; question and answer must", id="names"),
        pytest.param("question\na\n", "answer must be there", id="one column"),
        pytest.param('question;"answer, short"\na;b\n', "the columns question, answer, short; answer must", id="guess"),
        pytest.param("question,answer,Question\na,b,c\n", "two columns that are called question", id="a name twice"),
        pytest.param("a,b\nquestion,answer\nc,d\n", "has the columns a, b", id="rows above the header"),
        pytest.param("", "has the columns (none)", id="nothing"),
        pytest.param("question,answer\n", "has a first line but no rows", id="no rows"),
        pytest.param('"question,answer\na,b\n', "line 1: a quotation mark", id="a header with a quotation mark"),
        pytest.param("question,answer\nZoë,b\n".encode("latin-1"), "not UTF-8 (byte 18 is 0xeb, in line", id="cp1252"),
        pytest.param("question,answer\na,b\n".encode("utf-16-le"), "UTF-16 without its mark", id="UTF-16, no mark"),
        pytest.param(TABLE.encode("utf-16")[:-1], "not UTF-16", id="half of UTF-16"),
        pytest.param("question,answer\na,\0\n", "not a text file", id="NUL"),
        pytest.param(b"PK\x03\x04\x00\x00", "a zip or a workbook that cannot be opened", id="half a zip"),
        pytest.param(b"\xd0\xcf\x11\xe0", "not a text file but a workbook", id="xls"),
        pytest.param(zipped(("[Content_Types].xml", "")), "not a text file but a workbook", id="xlsx"),
        pytest.param(zipped(("a.csv", ""), ("b.csv", "")), "a zip of 2 files (a.csv, b.csv); give one", id="two files"),
        pytest.param(gzip.compress(TABLE.encode())[:-12], "cannot be read", id="half a gzip file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, content, says):
    sentence = refusal(written(tmp_path, content))
    assert sentence.startswith("table.csv")
    assert says in sentence


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        read_text(tmp_path / "none.csv")
    with pytest.raises(DataError, match="cannot be read"):
        read_text(tmp_path)


def test_a_file_and_a_table_over_the_limit_are_refused(tmp_path):
    path = written(tmp_path, "question,answer\n" + "a,b\n" * 100)
    assert "has more than 10 rows" in refusal(path, most_rows=10)
    for content in (path.read_bytes(), gzip.compress(path.read_bytes()), zipped(("a.csv", path.read_bytes()))):
        with pytest.raises(DataError, match="holds more than 0 MiB"):
            read_text(written(tmp_path, content), 100)


# --- the page, the taught table and the command line ------------------------------------------------------------


@pytest.mark.parametrize("header", ["question,answer", "text,label"])
@pytest.mark.parametrize("what", BAD_ROWS)
def test_the_command_line_and_the_page_have_the_same_complaint(tmp_path, what, header):
    text, problems, _ = BAD_ROWS[what]
    path = written(tmp_path, f"{header}\n{text}")
    if header == "question,answer":
        with pytest.raises(DataError) as caught:
            TASKS["qa"].read(path)
        assert str(caught.value) == f"table.csv, {qa_table.from_file(path).problems[0]}"
    elif "the answer is " not in str(problems):  # a text without a label is a text
        with pytest.raises(DataError) as caught:
            TASKS["sentiment"].texts(path)
        line, why = text_file.read_texts(path).problems[0]
        assert str(caught.value) == f"table.csv, line {line}: {why}"


@pytest.mark.parametrize(
    "content",
    [
        "text,label\nbad,0\ngreat,1\n",
        "sep=;\r\nReview;Sentiment\r\nbad;neg\r\ngreat;Positive\r\n",
        "label\ttext\r-1\tbad\r1\tgreat\r",
        "id,sentence,class\n1,bad,0.0\n2,great,1.0\n".encode("utf-16"),
        "text,label,\nbad,“0”,\ngreat,“1”,\n,,\n",
    ],
)
def test_the_command_line_and_the_page_read_the_same_rows(tmp_path, content):
    path = written(tmp_path, content)
    examples = TASKS["sentiment"].read(path)
    assert [(e.text, e.label) for e in examples] == [("bad", "negative"), ("great", "positive")]
    rows = text_file.read_texts(path).rows
    assert list(rows.itertuples(index=False, name=None)) == [(e.text, e.label) for e in examples]


# --- texts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        (None, "got NoneType"),
        (7, "got int"),
        ("a" * (MAX_CHARACTERS + 1), "at most 50,000"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(text, says):
    with pytest.raises(ValueError, match=says):
        check_text(text)


@pytest.mark.parametrize("text", ["a", "🙂", "日本語", "<img onerror=x>", "${x}", "{{x}}", "a" * MAX_CHARACTERS])
def test_any_other_text_is_read_as_it_is(text):
    assert check_text(text) == text


def test_no_cell_becomes_a_formula():
    """OWASP's list: the four signs, their full-width forms, tab and line ends, and blanks before any of them."""
    starts = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", " =", "\n=", "\u3000＝", "\xa0+", "\ufeff=")
    for cell in (start + "1+cmd" for start in starts):
        assert safe_cell(cell) == "'" + cell
        assert plain_cell(safe_cell(cell)) == cell
    for cell in ("-", "a=b", "", " ", "'tis", "3 - 1", "a\n=b"):
        assert safe_cell(cell) == plain_cell(cell) == cell
