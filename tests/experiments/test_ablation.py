"""The comparison of models: one thing changed at a time, measured with words in order and shuffled."""

import json
from dataclasses import replace

import pytest
import torch
from samples import EXAMPLES, SMALL, small_model

from rnn_demo.analysis.metrics import evaluate
from rnn_demo.experiments import ablation
from rnn_demo.experiments.ablation import ROWS, SHIPPED, BagOfWords, accuracy, compare, measure
from rnn_demo.tasks import TASKS, Example
from rnn_demo.zoo import build, checkpoint, recipes
from rnn_demo.zoo.recipes import RECIPES

COMPARED = [
    name
    for name in checkpoint.available()
    if RECIPES[name].tests and ablation.read(checkpoint.find(name) / checkpoint.COMPARISON)
]


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A recipe for a handful of reviews, its checkpoint, and the file that the comparison goes to."""
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    (tmp_path / "a.csv").write_bytes((SMALL / "reviews_small.csv").read_bytes())
    options = {"hidden_size": 8, "embedding_size": 8, "epochs": 1, "device": "cpu"}
    monkeypatch.setattr(ablation, "BASE", options)
    recipe = replace(RECIPES["sentiment"], data=("a.csv",), tests={"a": "a.csv"}, pretraining=None, teaching=())
    *_, trained = build.fit(recipes.with_options(recipe, options), tmp_path)
    folder = build.save("sentiment", recipe, trained)
    return recipe, tmp_path, folder / checkpoint.COMPARISON


def test_every_row_is_measured_and_written_down(small):
    recipe, data, file = small
    rows = list(compare("sentiment", recipe, data, file))
    assert [row["model"] for row in rows] == [*ROWS, SHIPPED]
    assert json.loads(file.read_text(encoding="utf-8")) == rows
    assert {"model", "options", "cell", "a", "a_shuffled", "parameters", "train_seconds"} == set(rows[0])
    assert [row["cell"] for row in rows] == [None, "rnn_tanh", "gru", "lstm", "lstm", "lstm", "lstm"]
    shipped = evaluate(checkpoint.load(file.parent), TASKS["sentiment"].read(data / "a.csv"))
    assert rows[-1]["a"] == pytest.approx(shipped["accuracy"])


def test_a_comparison_that_stopped_goes_on_with_the_next_row(small, monkeypatch):
    recipe, data, file = small
    events = compare("sentiment", recipe, data, file)
    first = [next(events), next(events)]
    events.close()
    trained = []
    fit = ablation.fit
    monkeypatch.setattr(ablation, "fit", lambda *words: trained.append(words[0]) or fit(*words))
    rows = list(compare("sentiment", recipe, data, file))
    assert rows[:2] == first
    assert len(trained) == len(ROWS) - 2


def test_a_row_with_other_options_is_made_anew(small, monkeypatch):
    recipe, data, file = small
    first = next(compare("sentiment", recipe, data, file))
    monkeypatch.setattr(ablation, "BASE", ablation.BASE | {"epochs": 2})
    second = next(compare("sentiment", recipe, data, file))
    assert (first["options"]["epochs"], second["options"]["epochs"]) == (1, 2)


def test_a_checkpoint_that_is_made_again_keeps_its_comparison(small):
    recipe, data, file = small
    next(compare("sentiment", recipe, data, file))
    written = file.read_bytes()
    model = checkpoint.load(file.parent)
    checkpoint.save(model, file.parent, {}, "")
    assert file.read_bytes() == written


def test_a_bag_of_words_does_not_hear_the_order():
    model = BagOfWords(small_model(hidden_size=6, embedding_size=6)).eval()
    there = torch.tensor([[2, 3, 4, 5]])
    torch.testing.assert_close(model(there, torch.tensor([4])), model(there.flip(1), torch.tensor([4])))
    examples = [*EXAMPLES, Example("great film bad", "negative")]
    assert accuracy(model, examples, shuffled=True) == accuracy(model, examples, shuffled=False)


def test_shuffling_gives_each_text_its_own_words_in_the_same_order_every_time(monkeypatch):
    model, seen = small_model(), []
    monkeypatch.setattr(ablation, "by_length", lambda encoded, size: seen.append(encoded) or iter(()))
    texts = [Example("not bad at all it is a great film", "positive")] * 3
    for _ in range(2):
        accuracy(model, texts, shuffled=True)
    assert seen[0] == seen[1]
    assert all(sorted(ids) == sorted(model.encode(texts[0].text)) for ids in seen[0])
    assert len({tuple(ids) for ids in seen[0]}) == 3


def test_the_accuracy_in_order_is_that_of_the_evaluation():
    model = small_model()
    assert measure(model, {"it": EXAMPLES})["it"] == evaluate(model, EXAMPLES)["accuracy"]


@pytest.mark.parametrize("name", COMPARED)
def test_a_shipped_comparison_is_of_the_shipped_model(name):
    folder = checkpoint.find(name)
    rows = {row["model"]: row for row in ablation.read(folder / checkpoint.COMPARISON)}
    assert list(rows) == [*ROWS, SHIPPED]
    measured = checkpoint.metrics(folder)["measured"]
    for test in RECIPES[name].tests:
        assert rows[SHIPPED][test] == pytest.approx(measured[test]["accuracy"], abs=1e-9)
