"""The table of what order is worth: read from a file beside a checkpoint, with gaps where nothing was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from samples import COMPARISON as SAMPLE

from rnn_demo.data.csv_files import DataError
from rnn_demo.experiments.order import Row, as_markdown, read_comparison


def test_the_rows_of_a_comparison_are_read_with_their_gaps(tmp_path: Path) -> None:
    (tmp_path / "comparison.json").write_text(json.dumps(SAMPLE), encoding="utf-8")
    rows = read_comparison(tmp_path)
    assert rows[0].imdb_test_shuffled == 0.871
    assert rows[1] == Row("bag of words", None, 0.88, 0.88)
    lines = as_markdown(rows).splitlines()
    assert lines[2] == "| lstm | lstm | 92.0 | 87.1 | 87.0 | 79.0 | 2,000,000 | 900 s |"
    assert lines[3] == "| bag of words |  | 88.0 | 88.0 |  |  |  |  |"
    assert len({line.count("|") for line in lines}) == 1


def test_without_a_file_there_is_no_comparison(tmp_path: Path) -> None:
    assert read_comparison(tmp_path) == ()


@pytest.mark.parametrize("content", ["{", "[1]", "[{}]", '{"model": "x"}', '[{"model": "x", "sst2_dev": "high"}]'])
def test_a_damaged_comparison_is_said_to_be_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "comparison.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"comparison\.json"):
        read_comparison(tmp_path)
