"""The search tries options in earnest, gives the same ones for the same seed, and goes on where it stopped."""

import json
from dataclasses import fields

import pytest
from helpers.samples import SMALL

from rnn_demo.experiments import tuning
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture
from rnn_demo.training import Diverged, TrainingConfig
from rnn_demo.zoo import recipes

QUICK = recipes.with_options(recipes.RECIPES["names"], {"epochs": 1, "device": "cpu"})
HELLO = recipes.with_options(recipes.RECIPES["hello"], {"epochs": 2, "device": "cpu"})
NAMES = SMALL / "names_small.csv"


def test_each_trial_gives_its_options_and_its_validation_accuracy():
    trials = list(tuning.search("names", QUICK, NAMES, 3))
    assert [trial["trial"] for trial in trials] == [0, 1, 2]
    allowed = {field.name for part in (Architecture, TrainingConfig) for field in fields(part)}
    for trial in trials:
        assert 0 <= trial["value"] <= 1
        assert set(trial["options"]) == {"learning_rate", "hidden_size", "dropout", "cell"} <= allowed
        assert trial["options"]["cell"] in CELLS
        assert json.loads(json.dumps(trial)) == trial


def test_where_nothing_is_held_out_the_value_is_minus_the_loss():
    (trial,) = tuning.search("hello", HELLO, None, 1)
    assert trial["value"] < 0


def test_the_same_seed_tries_the_same_options():
    first, again = ([trial["options"] for trial in tuning.search("hello", HELLO, None, 3)] for _ in range(2))
    assert first == again


def test_a_search_goes_on_in_its_database_with_new_options(tmp_path):
    storage = f"sqlite:///{tmp_path / 'tune.db'}"
    first = list(tuning.search("hello", HELLO, None, 2, storage))
    second = list(tuning.search("hello", HELLO, None, 2, storage))
    assert [trial["trial"] for trial in first + second] == [0, 1, 2, 3]
    rates = [trial["options"]["learning_rate"] for trial in first + second]
    assert len(set(rates)) == 4


def test_a_run_that_diverges_does_not_end_the_search(monkeypatch):
    fits = iter([Diverged("the loss became nan"), None])

    def fit(*_):
        if error := next(fits):
            raise error
        return 0.5

    monkeypatch.setattr(tuning, "score", fit)
    assert [(trial["trial"], trial["value"]) for trial in tuning.search("hello", HELLO, None, 2)] == [(1, 0.5)]


@pytest.mark.parametrize(
    ("trials", "storage", "message"),
    [(0, None, "trials must be at least 1, got 0"), (1, "nowhere", "'nowhere' cannot be opened")],
)
def test_a_search_that_cannot_start_is_refused(trials, storage, message):
    with pytest.raises(ValueError, match=message):
        next(tuning.search("hello", HELLO, None, trials, storage))
