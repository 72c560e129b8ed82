"""The menu of models: in groups by purpose, from easy to hard, and a visitor's own ones first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import TASKS, Task
from rnn_demo.ui.contracts import ModelMenu
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.states.menu import answers_in_words, asked, default_model, menu
from rnn_demo.ui.states.tab import with_defaults
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.recipes import RECIPES

VOCABULARY = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")


def own_model(task: str = "names", labels: tuple[str, ...] = ("Russian", "Czech"), **options: object) -> SequenceModel:
    torch.manual_seed(0)
    return SequenceModel(Architecture("gru", 8, **options), VOCABULARY, labels, task).eval()  # type: ignore[arg-type]


def titles(shown: ModelMenu) -> dict[str, list[str]]:
    return {group["title"]: [model["name"] for model in group["models"]] for group in shown["groups"]}


def test_every_checkpoint_is_in_one_group_and_the_first_one_is_where_to_start() -> None:
    shown = titles(menu(Models()))
    assert sorted(name for names in shown.values() for name in names) == checkpoint.available()
    first = next(iter(shown))
    assert first == "Which letter comes next? (e, h, l or o): start here"
    assert default_model(Models()) == shown[first][0]
    assert [title for title in shown if "start here" in title] == [first]
    assert [TASKS[checkpoint.metrics(checkpoint.FOLDER / names[0])["task"]].lesson for names in shown.values()] == [
        1,
        2,
        3,
        4,
    ]


def test_a_new_recipe_stands_in_the_right_group_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Vowels(Task):
        title = "Does it end in a vowel?"

        def predict(self, model: object, texts: object) -> list[object]:
            return []

    monkeypatch.setitem(TASKS, "vowels", Vowels())
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    made = {
        "big": ("names", 900, {"cell": "lstm", "hidden_size": 128}),
        "small": ("names", 10, {"cell": "gru", "hidden_size": 4, "num_layers": 2, "bidirectional": True}),
        "vowels": ("vowels", 10, {"cell": "gru", "hidden_size": 3}),
        "odd": ("nobody's", None, "x"),
    }
    for name, (task, parameters, architecture) in made.items():
        (tmp_path / name).mkdir()
        metrics = {"task": task, "parameters": parameters, "architecture": architecture}
        (tmp_path / name / checkpoint.METRICS).write_text(json.dumps(metrics))
        labels = ["no", "yes"] if task == "vowels" else [str(k) for k in range(18)]
        (tmp_path / name / checkpoint.CONFIG).write_text(json.dumps({"labels": labels}))
    shown = menu(Models())
    assert titles(shown) == {
        "Which language is this name? (one of 18 languages): start here": ["small", "big"],
        "Does it end in a vowel? (no or yes)": ["vowels"],
        "Other networks (one of 18 answers)": ["odd"],
    }
    assert [model["title"] for group in shown["groups"] for model in group["models"]] == [
        "small: GRU, 2 × 4 units, both directions",
        "big: LSTM, 128 units",
        "vowels: GRU, 3 units",
        "odd",
    ]


def test_the_answers_of_a_checkpoint_are_read_again_when_it_is_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    (tmp_path / "one").mkdir()
    for labels, title in ((["a", "b"], "Other networks (a or b): start here"), ("x", "Other networks: start here")):
        (tmp_path / "one" / checkpoint.CONFIG).write_text(json.dumps({"labels": labels}))
        assert list(titles(menu(Models()))) == [title]


def test_each_model_that_ships_says_what_it_is_for() -> None:
    shown = {model["name"]: model["title"] for group in menu(Models())["groups"] for model in group["models"]}
    purposes = {name: RECIPES[name].purpose for name in checkpoint.available()}
    assert len(set(purposes.values())) == len(purposes)
    for name, purpose in purposes.items():
        assert 10 <= len(purpose) <= 60, name
        assert not any(letter.isdigit() for letter in purpose), "figures come from metrics"
        assert shown[name].startswith(f"{name}: {purpose} – ")
        assert shown[name].endswith(" units") or shown[name].endswith("both directions")


def test_a_visitor_finds_the_own_models_first_and_nobody_else_does() -> None:
    models = Models()
    mine = models.keep(OwnModel(own_model(), title="run 3", details="Surnames", origin="your runs", session="me"))
    taught = models.keep(OwnModel(own_model(), session="me"))
    other = models.keep(OwnModel(own_model(), session="you"))
    nobodys = models.keep(OwnModel(own_model()))
    shown = menu(models, "hello", "me")
    assert list(titles(shown).items())[:2] == [("Your runs", [mine]), ("Your own model", [taught])]
    assert shown["groups"][0]["models"] == [{"name": mine, "title": "run 3: Surnames"}]
    assert shown["groups"][1]["models"] == [{"name": taught, "title": "your own model: GRU, 8 units"}]
    assert not {other, nobodys} & {name for names in titles(shown).values() for name in names}
    assert titles(menu(models, nobodys))["Your own model"] == [nobodys]  # whoever has the name has the model
    assert models.title(mine) == "run 3"
    assert models.title("names") == "names"


def test_what_was_asked_stands_above_the_stepper() -> None:
    many = asked(own_model(), "names", "letter")
    assert many.startswith("Which language is this name? It answers Russian or Czech, after the last letter")
    assert "many-to-one" in many
    assert "this session only" not in many
    assert "this session only" in asked(own_model(), "own-x", "letter")
    steps = asked(own_model("characters", ("a", " ", "b", "c", "d"), per_step=True), "hello", "letter")
    assert "one of 5 letters (a, ␣, b …), after every letter (many-to-many)" in steps
    assert "if the text ended there" not in asked(own_model(bidirectional=True), "names", "letter")
    assert answers_in_words("names", ()) == ""


def test_what_opens_first_is_the_start_and_old_links_with_a_text_alone_are_read_by_the_names_network() -> None:
    assert with_defaults(Models(), None) == {"model": "hello", "text": "hell"}
    assert with_defaults(Models(), {"text": "Anna"})["model"] == "names"
    assert with_defaults(Models(), {"model": "names"})["text"] == "Giovanni"


def test_no_two_recipes_are_for_the_same() -> None:
    purposes = [recipe.purpose for recipe in RECIPES.values() if recipe.purpose]
    assert len(set(purposes)) == len(purposes)
