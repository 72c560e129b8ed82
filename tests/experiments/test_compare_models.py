"""A comparison changes one thing in a row, and one that is stopped continues with the next row."""

import json
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from helpers.samples import EXAMPLES, SMALL, sample_file, small_model

from rnn_demo.analysis.metrics import evaluate
from rnn_demo.experiments import compare_models
from rnn_demo.experiments.compare_models import (
    CELLS,
    CHANGES,
    NOTEBOOK,
    SCORES,
    SHIPPED,
    TEACHER,
    TFIDF,
    BagOfWords,
    accuracy,
    compare_gates,
    compare_order,
    digest,
    recipes_of_gates,
    with_and_without_order,
)
from rnn_demo.experiments.comparison import read_rows, write_rows
from rnn_demo.network.model import Architecture
from rnn_demo.tasks import TASKS, Example
from rnn_demo.training import TrainingConfig
from rnn_demo.zoo import build, checkpoint, recipes
from rnn_demo.zoo.recipes import RECIPES

COMPARED = [
    name
    for name in checkpoint.available()
    if RECIPES[name].tests and read_rows(checkpoint.find(name) / checkpoint.COMPARISON)
]


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A recipe for a handful of reviews, its checkpoint, and the file that the comparison goes to."""
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    (tmp_path / "a.csv").write_bytes((SMALL / "reviews_small.csv").read_bytes())
    options = {"hidden_size": 8, "embedding_size": 8, "epochs": 1, "device": "cpu"}
    monkeypatch.setattr(compare_models, "SMALL_SENTIMENT", options)
    recipe = replace(RECIPES["sentiment"], data=("a.csv",), tests={"a": "a.csv"}, pretraining=None, teaching=())
    *_, trained = build.fit(recipes.with_options(recipe, options), tmp_path)
    folder = build.save("sentiment", recipe, trained)
    return recipe, tmp_path, folder / checkpoint.COMPARISON


def test_every_row_is_measured_and_written_down(small):
    recipe, data, file = small
    rows = list(compare_order("sentiment", recipe, data, file))
    assert [row["model"] for row in rows] == [TFIDF, *CHANGES, SHIPPED]
    assert json.loads(file.read_text(encoding="utf-8")) == rows
    assert {"model", "options", "data", "cell", "a", "a_shuffled", "parameters", "train_seconds"} == set(rows[0])
    assert [row["cell"] for row in rows] == [None, None, "rnn_tanh", "gru", "lstm", "lstm", "lstm", "lstm"]
    shipped = evaluate(checkpoint.load(file.parent), TASKS["sentiment"].read(data / "a.csv"))
    assert rows[-1]["a"] == pytest.approx(shipped["accuracy"])


def test_a_comparison_that_stopped_goes_on_with_the_next_row(small, monkeypatch):
    recipe, data, file = small
    events = compare_order("sentiment", recipe, data, file)
    first = [next(events), next(events)]
    events.close()
    trained = []
    seconds = compare_models.train_seconds
    monkeypatch.setattr(compare_models, "train_seconds", lambda *words: trained.append(words[0]) or seconds(*words))
    rows = list(compare_order("sentiment", recipe, data, file))
    assert rows[:2] == first
    assert len(trained) == len(CHANGES) - 1


def test_a_row_with_other_options_is_made_anew(small, monkeypatch):
    recipe, data, file = small
    first = list(islice(compare_order("sentiment", recipe, data, file), 2))[1]
    monkeypatch.setattr(compare_models, "SMALL_SENTIMENT", compare_models.SMALL_SENTIMENT | {"epochs": 2})
    second = list(islice(compare_order("sentiment", recipe, data, file), 2))[1]
    assert (first["options"]["epochs"], second["options"]["epochs"]) == (1, 2)


def test_a_row_that_was_measured_on_other_data_is_made_anew(small):
    recipe, data, file = small
    first = next(compare_order("sentiment", recipe, data, file))
    write_rows(file, [first, first | {"model": "GRU"}])
    lines = (data / "a.csv").read_text(encoding="utf-8").splitlines()
    (data / "a.csv").write_text("\n".join(lines[:-1]), encoding="utf-8")
    second = next(compare_order("sentiment", recipe, data, file))
    assert second["options"] == first["options"]
    assert second["data"] != first["data"]
    assert read_rows(file) == [second]  # and no row of the other data stays beside it


def test_the_row_of_the_teacher_stays_before_that_of_the_page_s_own_model(small):
    recipe, data, file = small
    taught = {"model": TEACHER, "sst2_dev": 0.9}
    write_rows(file, [taught])
    next(compare_order("sentiment", recipe, data, file))
    assert [row["model"] for row in read_rows(file)] == [TFIDF, TEACHER]
    rows = list(compare_order("sentiment", recipe, data, file))
    assert [row["model"] for row in rows[-2:]] == [TEACHER, SHIPPED]
    assert read_rows(file) == rows
    assert taught in rows


def test_the_linear_model_is_measured_with_the_order_of_words_and_without(small):
    recipe, _, _ = small
    examples = TASKS["sentiment"].read(recipes.SHIPPED / "sentiment_sentences.csv")
    row = compare_models.tfidf_row(examples, {"a": examples}, recipe)
    assert row["a"] > 0.85  # it has learnt them
    assert row["a"] > row["a_shuffled"]
    assert row["parameters"] > 10
    unsure = [replace(example, certainty=0.5) for example in examples]
    assert compare_models.tfidf_row(unsure, {"a": examples}, recipe)["a"] < row["a"]


def test_the_digest_of_examples_is_that_of_their_texts_and_labels():
    examples = [Example("good", "positive"), Example("bad", "negative")]
    assert digest(examples) == digest(list(examples))
    others = [examples[:1], examples[::-1], [Example("good", "negative"), examples[1]], [Example("goodb", "positive")]]
    assert len({digest(examples), digest(examples[:1], examples[1:]), *map(digest, others)}) == 6


def test_a_single_file_is_refused_in_a_sentence(small):
    recipe, data, file = small
    says = r"compare sentiment measures on several files, got the single file a\.csv; give --data the folder .* a\.csv"
    with pytest.raises(ValueError, match=says):
        next(compare_order("sentiment", recipe, data / "a.csv", file))
    assert not file.exists()


def test_a_checkpoint_that_is_made_again_keeps_its_comparison(small):
    recipe, data, file = small
    next(compare_order("sentiment", recipe, data, file))
    content = file.read_bytes()
    model = checkpoint.load(file.parent)
    checkpoint.save(model, file.parent, {}, "")
    assert file.read_bytes() == content


def test_a_bag_of_words_does_not_hear_the_order():
    model = BagOfWords(small_model(hidden_size=6, embedding_size=6)).eval()
    there = torch.tensor([[2, 3, 4, 5]])
    torch.testing.assert_close(model(there, torch.tensor([4])), model(there.flip(1), torch.tensor([4])))
    examples = [*EXAMPLES, Example("great film bad", "negative")]
    assert accuracy(model, examples, shuffled=True) == accuracy(model, examples, shuffled=False)


def test_shuffling_gives_each_text_its_own_words_in_the_same_order_every_time(monkeypatch):
    model, orders = small_model(), []
    monkeypatch.setattr(model, "logits_of", lambda encoded: orders.append(encoded) or np.zeros((3, 2)))
    texts = [Example("not bad at all it is a great film", "positive")] * 3
    for _ in range(2):
        accuracy(model, texts, shuffled=True)
    assert orders[0] == orders[1]
    assert all(sorted(ids) == sorted(model.encode(texts[0].text)) for ids in orders[0])
    assert len({tuple(ids) for ids in orders[0]}) == 3


def test_the_accuracy_in_order_is_that_of_the_evaluation():
    model = small_model()
    assert with_and_without_order(model, {"it": EXAMPLES})["it"] == evaluate(model, EXAMPLES)["accuracy"]


@pytest.mark.parametrize("name", COMPARED)
def test_a_shipped_comparison_is_of_the_shipped_model(name):
    folder = checkpoint.find(name)
    rows = {row["model"]: row for row in read_rows(folder / checkpoint.COMPARISON)}
    assert list(rows) == [TFIDF, *CHANGES, SHIPPED]
    measured = checkpoint.metrics(folder)["measured"]
    for test in RECIPES[name].tests:
        assert rows[SHIPPED][test] == pytest.approx(measured[test]["accuracy"], abs=1e-9)


# --- questions --------------------------------------------------------------------------------------------------

RECIPE = RECIPES["qa"]
QUICK = {"epochs": 1, "batch_size": 1_000, "hidden_size": 4, "embedding_size": 4, "device": "cpu"}


@pytest.fixture
def quick(monkeypatch):
    """Every row with a small model that learns for a moment."""
    rows = {title: recipes.with_options(row, QUICK) for title, row in recipes_of_gates(RECIPE).items()}
    monkeypatch.setattr(compare_models, "recipes_of_gates", lambda recipe: rows)


def test_every_cell_and_the_notebooks_way_are_measured_and_written_down(quick, tmp_path):
    file = tmp_path / "comparison.json"
    rows = list(compare_gates("qa", RECIPE, sample_file("qa"), file))
    assert [row["model"] for row in rows] == [*CELLS, NOTEBOOK]
    assert [row["cell"] for row in rows] == [*CELLS.values(), "rnn_tanh"]
    assert rows[-1]["threshold"] == compare_models.NOTEBOOK_THRESHOLD
    for row in rows:
        assert all(0 <= row[name] <= 1 for name in ("recall", *SCORES))
    assert json.loads(file.read_text()) == rows


def test_each_row_is_the_recipe_with_another_cell_for_fewer_epochs():
    for title, row in recipes_of_gates(RECIPE).items():
        if title in CELLS:
            assert row.training.epochs < RECIPE.training.epochs
            own = RECIPE.training
            as_it_was = {"cell": RECIPE.architecture.cell, "epochs": own.epochs, "batch_size": own.batch_size}
            assert recipes.with_options(row, as_it_was) == RECIPE


def test_a_row_that_stands_in_the_file_is_not_trained_again(quick, tmp_path, monkeypatch):
    file, trained = tmp_path / "comparison.json", []
    monkeypatch.setattr(
        compare_models, "train_and_score", lambda *_, refuses: trained.append(refuses) or {"recall": 0.5}
    )
    events = compare_gates("qa", RECIPE, None, file)
    first = [next(events), next(events)]
    events.close()
    assert list(compare_gates("qa", RECIPE, None, file))[:2] == first
    assert trained == [True, True, True, False]
    write_rows(file, [row | {"options": {}} for row in first])
    list(compare_gates("qa", RECIPE, None, file))
    assert len(trained) == 8


def test_the_shipped_comparison_is_of_the_shipped_recipe():
    folder = checkpoint.find("qa")
    rows = {row["model"]: row for row in read_rows(folder / checkpoint.COMPARISON)}
    data = digest(build.read_examples(RECIPE, None))
    assert {row["data"] for row in rows.values()} == {data}, "make it again: python -m rnn_demo compare qa"
    for title, variant in recipes_of_gates(RECIPE).items():
        options = vars(variant.architecture) | vars(variant.training)
        younger = {name: option for name, option in options.items() if name not in rows[title]["options"]}
        assert rows[title]["options"] | younger == options
        usual = vars(Architecture("gru", 1)) | vars(TrainingConfig())
        assert all(usual[name] == option for name, option in younger.items())  # and does nothing
    measured = checkpoint.metrics(folder)["measured"]["validation"]
    for name in ("answered_right", "refused", "auc"):
        assert rows["GRU"][name] == pytest.approx(measured[name], abs=0.1)  # it learnt a part, for fewer epochs
