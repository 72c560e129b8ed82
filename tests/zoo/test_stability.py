"""The same recipe from several seeds: what each network is worth, and which examples it gets wrong."""

import json

import pytest
from helpers.samples import SMALL

from rnn_demo.zoo import checkpoint, stability
from rnn_demo.zoo.recipes import RECIPES


def test_each_seed_makes_a_network_of_its_own(tmp_path):
    rows = list(stability.stability("sentiment-notebook", 2, test=SMALL / "reviews_small.csv"))
    first = RECIPES["sentiment-notebook"].training.seed
    assert [row["seed"] for row in rows] == [first, first + 1]
    assert rows[0]["measured"]["recall"]["loss"] != rows[1]["measured"]["recall"]["loss"]
    assert rows[0]["answers"].keys() == set(RECIPES["sentiment-notebook"].examples)
    assert rows[0]["measured"]["reviews_small.csv"]["examples"] > 0
    stability.save(tmp_path / checkpoint.STABILITY, rows)
    assert stability.read(tmp_path / checkpoint.STABILITY) == json.loads(json.dumps(rows))
    assert stability.read(tmp_path / "none.json") == []


def test_one_seed_has_no_spread():
    with pytest.raises(ValueError, match="at least 2 seeds, got 1"):
        next(stability.stability("sentiment-notebook", 1))


def test_wrong_answers_are_named_and_the_spread_is_that_of_the_rows():
    recipe = RECIPES["names"]
    answers = dict(zip(recipe.examples, recipe.truths, strict=True))
    rows = [
        {"answers": answers, "measured": {"test": {"accuracy": 0.5}}},
        {"answers": answers | {"Ivan": "Czech"}, "measured": {"test": {"accuracy": 0.625}}},
    ]
    assert [stability.wrong(recipe, row) for row in rows] == [[], ["Ivan"]]
    assert stability.spread(rows, "test", "accuracy") == "50.0% to 62.5%"
    assert stability.spread(rows, "test", "loss") == ""
