"""The comparison changes one thing in a row, and one that is stopped goes on with the next row."""

import json

import pytest

from rnn_demo.data.csv_files import DataError
from rnn_demo.experiments import ablation, qa_ablation
from rnn_demo.experiments.qa_ablation import CELLS, NOTEBOOK, SCORES, as_markdown, compare, rows_of, table
from rnn_demo.training.config import TrainingConfig
from rnn_demo.zoo import checkpoint, recipes
from rnn_demo.zoo.recipes import RECIPES

RECIPE = RECIPES["qa"]
QUICK = {"epochs": 1, "batch_size": 1_000, "hidden_size": 4, "embedding_size": 4, "device": "cpu"}


@pytest.fixture
def quick(monkeypatch):
    """Every row with a small model that learns for a moment."""
    rows = {title: recipes.with_options(row, QUICK) for title, row in rows_of(RECIPE).items()}
    monkeypatch.setattr(qa_ablation, "rows_of", lambda recipe: rows)


def test_every_cell_and_the_notebooks_way_are_measured_and_written_down(quick, tmp_path):
    file = tmp_path / "comparison.json"
    rows = list(compare("qa", RECIPE, None, file))
    assert [row["model"] for row in rows] == [*CELLS, NOTEBOOK]
    assert [row["cell"] for row in rows] == [*CELLS.values(), "rnn_tanh"]
    assert rows[-1]["threshold"] == qa_ablation.NOTEBOOK_THRESHOLD
    for row in rows:
        assert all(0 <= row[name] <= 1 for name in ("recall", *SCORES))
    assert json.loads(file.read_text()) == rows
    assert table(tmp_path) == as_markdown(rows)
    assert len({line.count("|") for line in table(tmp_path).splitlines()}) == 1


def test_each_row_is_the_recipe_with_another_cell():
    for title, row in rows_of(RECIPE).items():
        if title in CELLS:
            assert recipes.with_options(row, {"cell": RECIPE.architecture.cell}) == RECIPE


def test_a_row_that_stands_in_the_file_is_not_trained_again(quick, tmp_path, monkeypatch):
    file, trained = tmp_path / "comparison.json", []
    monkeypatch.setattr(qa_ablation, "measured", lambda *words, refuses: trained.append(refuses) or {"recall": 0.5})
    events = compare("qa", RECIPE, None, file)
    first = [next(events), next(events)]
    events.close()
    assert list(compare("qa", RECIPE, None, file))[:2] == first
    assert trained == [True, True, True, False]
    ablation.write(file, [row | {"options": {}} for row in first])
    list(compare("qa", RECIPE, None, file))
    assert len(trained) == 8


@pytest.mark.parametrize("content", ["{", "[1]", "[{}]"])
def test_a_damaged_comparison_is_said_to_be_one_and_none_is_no_table(tmp_path, content):
    assert table(tmp_path) == ""
    (tmp_path / "comparison.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"comparison\.json is damaged"):
        table(tmp_path)


def test_the_shipped_comparison_is_of_the_shipped_recipe():
    folder = checkpoint.find("qa")
    rows = {row["model"]: row for row in ablation.read(folder / checkpoint.COMPARISON)}
    for title, chosen in rows_of(RECIPE).items():
        options = vars(chosen.architecture) | vars(chosen.training)
        younger = {name: option for name, option in options.items() if name not in rows[title]["options"]}
        assert rows[title]["options"] | younger == options
        assert all(vars(TrainingConfig())[name] == option for name, option in younger.items())  # and does nothing
    measured = checkpoint.metrics(folder)["measured"]["validation"]
    for name in ("answered_right", "refused", "auc"):
        assert rows["GRU"][name] == pytest.approx(measured[name], abs=0.03)  # another machine adds up differently
