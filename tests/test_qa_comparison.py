"""The comparison changes one thing in a row, and one that is stopped goes on with the next row."""

import json

from rnn_demo import qa_comparison
from rnn_demo.qa_comparison import CELLS, NOTEBOOK, compare_qa

ONE_STEP = {"epochs": 1, "batch_size": 1_000, "hidden_size": 4, "embedding_size": 4, "device": "cpu"}


def test_every_cell_and_the_notebooks_way_are_measured_and_written_down(tmp_path):
    file = tmp_path / "comparison.json"
    rows = list(compare_qa(file, ONE_STEP))
    assert [row["model"] for row in rows] == [*CELLS, NOTEBOOK]
    assert [row["cell"] for row in rows] == [*CELLS, "rnn_tanh"]
    assert rows[-1]["threshold"] == qa_comparison.NOTEBOOK_THRESHOLD
    for row in rows:
        assert all(0 <= row[name] <= 1 for name in ("recall", *qa_comparison.SCORES))
    assert json.loads(file.read_text()) == {
        row["model"]: {name: value for name, value in row.items() if name != "model"} for row in rows
    }


def test_a_row_that_stands_in_the_file_is_not_trained_again(tmp_path, monkeypatch):
    file = tmp_path / "comparison.json"
    file.write_text(json.dumps({name: {"recall": 0.5} for name in CELLS}))
    monkeypatch.setattr(qa_comparison, "measured", lambda recipe, refuses: {"recall": float(refuses)})
    assert [row["recall"] for row in compare_qa(file)] == [0.5, 0.5, 0.5, 0.0]
