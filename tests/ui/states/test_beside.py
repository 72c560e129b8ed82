"""Networks beside each other: those of one task, with their scores, and twins that differ in one place."""

from __future__ import annotations

from typing import Any

import pytest

from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.states.beside import others_of, pairs, twins
from rnn_demo.ui.states.menu import in_words
from rnn_demo.zoo.checkpoint import FOLDER, metrics, open_checkpoint

MODELS = Models()


def test_networks_of_the_same_task_are_offered_with_their_scores() -> None:
    answer = others_of(MODELS, {"checkpoint": "names", "names": ["names", "qa"]})
    found = {network["name"]: network for network in answer["networks"]}
    assert set(found) == {name for name in MODELS.names() if metrics(FOLDER / name)["task"] == "names"}
    assert found["names-deep"]["about"] == "GRU, 2 × 64 units, both directions"
    score = found["names"]["score"]
    assert score is not None
    assert score["accuracy"] == metrics(FOLDER / "names")["measured"]["test"]["accuracy"]


def test_a_network_of_the_visitor_is_offered_to_who_has_its_name() -> None:
    name = MODELS.keep(OwnModel(open_checkpoint("names-rnn"), {"task": "names"}, title="run 3"))
    listed = others_of(MODELS, {"checkpoint": "names", "names": [name, "own-expired"]})["networks"]
    assert {"run 3"} == {network["title"] for network in listed} - set(MODELS.names())
    assert name not in str(others_of(MODELS, {"checkpoint": "names", "names": []}))
    alone = others_of(MODELS, {"checkpoint": name, "names": []})["networks"]
    assert [network["about"] for network in alone if network["name"] == name] == ["RNN (tanh), 128 units"]


@pytest.mark.parametrize("about", [{"cell": "gone"}, "GRU", None])
def test_a_damaged_checkpoint_is_not_offered_and_hides_no_other(monkeypatch: pytest.MonkeyPatch, about: object) -> None:
    class Damaged(Models):
        def metrics(self, name: str) -> dict[str, Any]:
            return {"task": "names", "architecture": about} if name == "names-rnn" else super().metrics(name)

        def get(self, name: str, task: str | None = None) -> Any:
            if name == "names-rnn":
                raise ValueError("the weights of names-rnn are damaged")
            return super().get(name, task)

    listed = {network["name"] for network in others_of(Damaged(), {"checkpoint": "names", "names": []})["networks"]}
    assert {"names", "names-deep"} <= listed
    assert "names-rnn" not in listed


@pytest.mark.parametrize(
    ("asked_for", "says"),
    [
        ({"checkpoint": "nobody", "names": []}, "There is no checkpoint “nobody”; choose one of"),
        ({"checkpoint": "own-nobody", "names": []}, "Your model has expired"),
        ({"checkpoint": "names"}, "must be a list of at most 200 texts"),
        ({"checkpoint": "names", "names": [1]}, "must be a list of at most 200 texts"),
        ({"checkpoint": "names", "names": ["a"] * 201}, "must be a list of at most 200 texts"),
    ],
)
def test_what_cannot_be_offered_is_said(asked_for: dict[str, Any], says: str) -> None:
    assert says in others_of(MODELS, asked_for)["error"]


@pytest.mark.parametrize("task", ["names", "sentiment"])
def test_ready_twins_differ_in_one_place_and_some_should_not_matter(task: str) -> None:
    ready = twins(task)
    assert {pair["same"] for pair in ready} == {True, False}
    name = {"names": "names", "sentiment": "sentiment"}[task]
    vocabulary = open_checkpoint(name).vocabulary
    for pair in ready:
        first, second = (vocabulary.tokenize(pair[key]) for key in ("text", "twin"))  # type: ignore[literal-required]
        start = next(k for k, (a, b) in enumerate(zip([*first, ""], [*second, ""], strict=False)) if a != b)
        rest = next(k for k, (a, b) in enumerate(zip(["", *first][::-1], ["", *second][::-1], strict=False)) if a != b)
        longest = max(len(first), len(second)) - start - rest
        assert longest <= 2, pair


def test_opposites_are_pairs_and_every_name_stands_in_one_list() -> None:
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs("Opposites"))
    names = [name for group in pairs("Names") for name in group]
    assert len(names) == len(set(names)) > 3
    assert twins("qa") == []


def test_a_network_without_memory_is_called_a_bag_of_words() -> None:
    assert in_words({"cell": "rnn_tanh", "hidden_size": 8, "memoryless": True}) == "bag of words, 8 units"
