"""A comparison is read from a file beside a checkpoint, with gaps where nothing was measured."""

import pytest
from helpers.samples import COMPARISON as SAMPLE

from rnn_demo.data.csv_files import DataError
from rnn_demo.experiments.comparison import as_markdown, read_rows, table, write_rows


def test_a_comparison_is_written_and_read_the_same(tmp_path):
    file = tmp_path / "comparison.json"
    write_rows(file, SAMPLE)
    assert read_rows(file) == SAMPLE
    assert table(tmp_path) == as_markdown(SAMPLE)


def test_a_value_that_was_not_measured_is_a_gap_and_a_column_without_any_is_left_out():
    lines = as_markdown(SAMPLE).splitlines()
    assert lines[2] == "| lstm | lstm | 92.0 | 87.1 | 87.0 | 79.0 | 2,000,000 | 900 s |"
    assert lines[3] == "| bag of words |  | 88.0 | 88.0 |  |  |  |  |"
    assert len({line.count("|") for line in lines}) == 1
    assert as_markdown([{"model": "a|b", "auc": 0.5}]).splitlines() == [
        "| model | area under the curve |",
        "|---|--:|",
        "| a/b | 0.500 |",
    ]


def test_without_a_file_there_is_no_comparison(tmp_path):
    assert read_rows(tmp_path / "comparison.json") == []
    assert table(tmp_path) == ""


@pytest.mark.parametrize(
    "content", ["{", "[1]", "[{}]", "7", '{"model": "x"}', '[{"model": 1}]', '[{"model": "x", "sst2_dev": "high"}]']
)
def test_a_damaged_comparison_is_reported(tmp_path, content):
    (tmp_path / "comparison.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"comparison\.json is damaged"):
        table(tmp_path)
