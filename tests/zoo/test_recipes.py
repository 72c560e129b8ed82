"""Every recipe can be made: it trains, is measured, saved, loaded and measured again."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.samples import SMALL, few_questions

from rnn_demo.analysis.metrics import evaluate
from rnn_demo.data import soft_labels
from rnn_demo.data.csv_files import DataError
from rnn_demo.data.soft_labels import sentences
from rnn_demo.network.model import Architecture
from rnn_demo.tasks import TASKS
from rnn_demo.training import Epoch, Step, TrainingConfig, run_state, train
from rnn_demo.training.language_model import Pretrained, Pretraining
from rnn_demo.training.self_training import SelfTraining
from rnn_demo.zoo import build, checkpoint
from rnn_demo.zoo.build import Trained, find_data, fit
from rnn_demo.zoo.example_index import stored_index, thinned
from rnn_demo.zoo.model_card import card
from rnn_demo.zoo.recipes import RECIPES, find_recipe, with_options

DATA = Path(os.environ.get("RNN_DEMO_DATA", Path(__file__).parents[3] / "shared" / "data"))
SMALL_FILES = {
    "names": "names_small.csv",
    "sentiment": "reviews_small.csv",
    "qa-notebook": "qa_small.csv",
    "qa-own": "qa_small.csv",
}
NOTEBOOK = RECIPES["qa-notebook"].data[0]


def small_file(recipe):
    """A small file of the recipe's task, or None where what it ships with is small already."""
    return SMALL / SMALL_FILES[recipe.task] if recipe.task in SMALL_FILES else None


def short(recipe, **options):
    few = {"count": 100} if recipe.making else {}
    return with_options(recipe, {"device": "cpu", "epochs": 1} | few | options)


@pytest.fixture(scope="module", params=RECIPES)
def trained(request, tmp_path_factory):
    """A recipe that was trained for two steps: its name, the recipe, and the events, the last of them a Trained."""
    recipe, command = short(RECIPES[request.param], epochs=2, max_steps=2), f"python -m rnn_demo train {request.param}"
    with few_questions(tmp_path_factory.mktemp("files")):
        yield request.param, recipe, list(fit(recipe, small_file(recipe), command))


def test_every_recipe_trains_for_two_steps(trained):
    _, _, events = trained
    steps = [event for event in events if isinstance(event, Step)]
    assert [step.step for step in steps] == [1, 2]
    assert np.isfinite([step.loss for step in steps]).all()


def test_every_recipe_is_measured_saved_and_loaded(trained, tmp_path):
    name, recipe, (*_, result) = trained
    assert isinstance(result, Trained)
    folder = build.save(name, recipe, result, tmp_path / name)
    model = checkpoint.load(folder)
    assert model.config() == result.model.config()
    measured = checkpoint.metrics(folder)
    assert measured == {"recipe": name} | json.loads(json.dumps(result.metrics))
    assert measured["command"] == f"python -m rnn_demo train {name}"
    assert {"seed", "device", "train_seconds", "summed_loss", "epochs", "parameters"} <= set(measured)
    assert (folder / checkpoint.INDEX).is_file() == recipe.indexed
    if recipe.indexed:
        assert stored_index(folder, model, thinned(model, build.training_examples(name, model))) is not None
    answers = TASKS[recipe.task].predict(model, recipe.examples)
    assert [answer["input"] for answer in answers] == list(recipe.examples)


def test_a_checkpoint_is_measured_again_as_its_recipe_measured_it(trained):
    _, recipe, (*_, result) = trained
    examples = build.read_examples(recipe, small_file(recipe))
    part, held_out = build.held_out_part(TASKS[recipe.task].split(examples, recipe.training.seed))
    assert evaluate(result.model, held_out) == result.metrics["measured"][part]


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_names_a_task_and_shows_examples(name):
    recipe = RECIPES[name]
    assert recipe.task in TASKS
    assert recipe.examples
    assert recipe.terms
    assert recipe.architecture.per_step == TASKS[recipe.task].per_step


def test_hello_learns_hell_to_ello_within_its_hundred_steps():
    *_, trained = fit(with_options(RECIPES["hello"], {"device": "cpu"}))
    assert len(trained.metrics["epochs"]) <= 100
    assert TASKS["characters"].predict(trained.model, ["hell"])[0]["output"] == "ello"


def test_the_toy_sentences_are_learnt_as_the_tutorial_learns_them():
    *_, trained = fit(with_options(RECIPES["sentiment-notebook"], {"device": "cpu"}))
    epochs = trained.metrics["epochs"]
    assert epochs[0]["loss"] == pytest.approx(np.log(2), abs=0.2)
    assert epochs[-1]["loss"] < epochs[0]["loss"] / 10


def test_the_fast_recipe_is_the_notebooks_model_and_recalls_every_answer():
    slow, fast = RECIPES["qa-notebook"], RECIPES["qa-fast"]
    assert (fast.architecture, fast.task, fast.data) == (slow.architecture, slow.task, slow.data)
    *_, trained = fit(with_options(fast, {"device": "cpu"}), SMALL / "qa_small.csv")
    assert trained.metrics["measured"]["recall"]["accuracy"] == 1
    assert (
        trained.metrics["summed_loss"] <= fast.training.target_loss * trained.metrics["measured"]["recall"]["examples"]
    )


@pytest.mark.skipif(
    not (DATA / NOTEBOOK).is_file(), reason=f"{NOTEBOOK} is not ours to ship; RNN_DEMO_DATA can name it"
)
def test_on_the_notebooks_own_data_the_fast_recipe_reaches_its_loss_with_full_recall():
    recipe = with_options(RECIPES["qa-fast"], {"device": "cpu"})
    *_, trained = fit(recipe, DATA)
    recall = trained.metrics["measured"]["recall"]
    assert len(trained.model.labels) == 324
    assert (recall["examples"], recall["accuracy"]) == (90, 1.0)
    assert trained.metrics["summed_loss"] <= recipe.training.target_loss * 90


def test_a_recipes_events_are_those_of_training():
    recipe = short(RECIPES["hello"], epochs=3)
    model, split = build.build_model(recipe, build.read_examples(recipe, None))
    expected = [e.loss for e in train(model, split.train, split.validation, recipe.training) if isinstance(e, Epoch)]
    assert [e.loss for e in fit(recipe) if isinstance(e, Epoch)] == expected


# --- options and data -------------------------------------------------------------------------------------------


def test_options_replace_those_of_the_model_and_of_the_training_and_no_other():
    recipe = with_options(RECIPES["names"], {"hidden_size": 16, "epochs": 2})
    assert (recipe.architecture.hidden_size, recipe.training.epochs) == (16, 2)
    assert with_options(recipe, {"hidden_size": 128, "epochs": RECIPES["names"].training.epochs}) == RECIPES["names"]
    with pytest.raises(ValueError, match="hidden_size"):
        with_options(recipe, {"hidden_size": 0})


def test_unlabelled_text_is_read_once_and_never_that_which_validates_or_tests(tmp_path):
    recipe, files = replace(RECIPES["sentiment"], data=("labelled.csv",)), ("labelled.csv", "more.csv")
    labelled = [f"review number {n},{n % 2},film{n}" for n in range(200)]
    (tmp_path / "labelled.csv").write_text("\n".join(["text,label,movie_id", *labelled]), encoding="utf-8")
    more = ["review number 3,0,0", "something new,0,0", "something new,1,0", "a text of the test split,0,1"]
    (tmp_path / "more.csv").write_text("\n".join(["text,dup,in_test", *more]), encoding="utf-8")
    examples = build.read_examples(recipe, tmp_path)
    texts = build.unlabelled_texts(recipe, files, examples, tmp_path)
    _, split = build.build_model(recipe, examples, texts)
    assert len(set(texts)) == len(texts)
    assert split.validation
    assert set(texts) == {example.text for example in split.train} | {"something new"}
    assert build.unlabelled_texts(recipe, files, examples, tmp_path / "labelled.csv") == []


def test_a_recipe_with_pretraining_starts_from_what_was_read(tmp_path):
    (tmp_path / "a.csv").write_bytes((SMALL / "reviews_small.csv").read_bytes())
    reading = Pretraining(("a.csv",), batch_size=2, window=4, precision="float32")
    recipe = replace(short(RECIPES["sentiment"]), data=("a.csv",), tests={}, pretraining=reading, teaching=())
    events = list(fit(recipe, tmp_path))
    metrics = events[-1].metrics
    assert [type(event) for event in events].count(Pretrained) == 1
    assert metrics["pretraining"].items() >= vars(reading).items()
    assert metrics["pretraining"]["loss"] > 0
    without = [e.loss for e in fit(replace(recipe, pretraining=None), tmp_path) if isinstance(e, Epoch)]
    assert [e.loss for e in events if isinstance(e, Epoch)] != without


def staged(folder):
    """A recipe of every stage with small files in `folder`: it reads, learns, and is taught by teachers."""
    reviews = [f"{word} film number {n},{label},f{n}" for n in range(30) for label, word in ((0, "bad"), (1, "good"))]
    (folder / "a.csv").write_text("\n".join(["text,label,movie_id", *reviews]), encoding="utf-8")
    (folder / "b.csv").write_text("text\na good story\na bad story\na bad and far too long story\n", encoding="utf-8")
    (folder / "own.csv").write_text("text,label\nnot bad,1\nnot good,0\n", encoding="utf-8")
    texts = TASKS["sentiment"].texts(folder / "b.csv")
    cut = sentences(texts)
    said = {"reviews": (texts, np.array([0.9, 0.1, 0.2])), "sentences": (cut, np.full(len(cut), 0.5))}
    soft_labels.save(folder / "t.safetensors", said)
    lectures = replace(RECIPES["sentiment"].training, epochs=3, device="cpu")
    return replace(
        short(RECIPES["sentiment"], hidden_size=8, epochs=2),
        data=("a.csv",),
        tests={},
        pretraining=Pretraining(("a.csv",), batch_size=2, window=16, precision="float32"),
        teaching=(
            SelfTraining(("b.csv",), lectures, longest=4),
            SelfTraining(("b.csv",), lectures, labelled=("own.csv",), teacher="t.safetensors"),
        ),
    )


def test_a_recipe_with_teachers_goes_on_with_what_they_say_of_unlabelled_texts(tmp_path):
    *events, trained = fit(staged(tmp_path), tmp_path)
    assert [event.epoch for event in events if isinstance(event, Epoch)] == [1, 2, 1, 2, 3, 1, 2, 3]
    assert [(stage["texts"], len(stage["epochs"])) for stage in trained.metrics["teaching"]] == [(2, 3), (3, 3)]
    assert len(trained.metrics["epochs"]) == 2


def test_the_vocabulary_has_the_words_of_all_that_is_taught(tmp_path):
    recipe = replace(staged(tmp_path), min_count=1)
    (tmp_path / "own.csv").write_text("text,label\nabhorrent,0\n", encoding="utf-8")
    built = next(fit(recipe, tmp_path))
    assert "abhorrent" in built.model.vocabulary.index
    assert "far" not in built.model.vocabulary.index  # of texts that are not labelled, the pretraining decides
    assert build.taught_texts(recipe, tmp_path / "a.csv") == []


def test_a_third_teacher_has_a_say_on_reviews_and_teaches_sentences(tmp_path):
    recipe = staged(tmp_path)
    model, _ = build.build_model(recipe, build.read_examples(recipe, tmp_path))
    texts = [f"A good story is what number {n} is. It is long enough." for n in range(20)]
    (tmp_path / "b.csv").write_text("\n".join(["text", *texts]), encoding="utf-8")
    cut = sentences(texts)
    assert cut
    said = {"reviews": (texts, np.linspace(0.01, 0.99, 20)), "sentences": (cut, np.full(len(cut), 0.25))}
    soft_labels.save(tmp_path / "t.safetensors", said)
    teaching = SelfTraining(("b.csv",), recipe.training, labelled=("own.csv",), teacher="t.safetensors")
    part = build.read_round(teaching, model, texts, tmp_path)
    assert [e.label for e in part.labelled] == ["positive", "negative", *["negative"] * len(cut)]
    assert [e.certainty for e in part.labelled[2:]] == pytest.approx([0.75] * len(cut), abs=1 / 256)
    assert list(part.third.values()) == pytest.approx(np.linspace(0.01, 0.99, 20), abs=1 / 256)
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.csv").write_text("text\nanother one\n", encoding="utf-8")
    (other / "own.csv").write_bytes((tmp_path / "own.csv").read_bytes())
    (other / "t.safetensors").write_bytes((tmp_path / "t.safetensors").read_bytes())
    with pytest.raises(DataError, match="made for other texts"):
        build.read_round(teaching, model, texts, other)
    (other / "t.safetensors").unlink()
    with pytest.raises(DataError, match=r"python -m tools\.teacher makes it"):
        build.read_round(teaching, model, texts, other)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.6, 0.9])
def test_a_recipe_that_was_stopped_in_any_stage_ends_with_the_same_weights(share, tmp_path, monkeypatch):
    monkeypatch.setattr(run_state, "SECONDS", -1.0)
    recipe = staged(tmp_path)
    *events, whole = fit(recipe, tmp_path)
    stopped = fit(recipe, tmp_path, snapshots=tmp_path / "kept")
    for _ in range(int(share * len(events))):
        next(stopped)
    stopped.close()
    *_, parts = fit(recipe, tmp_path, snapshots=tmp_path / "kept")
    weights = zip(whole.model.state_dict().values(), parts.model.state_dict().values(), strict=True)
    assert all(torch.equal(one, other) for one, other in weights)
    assert [epoch["loss"] for epoch in parts.metrics["epochs"]] == [e["loss"] for e in whole.metrics["epochs"]]


def test_an_unknown_recipe_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"unknown recipe 'helo'; choose one of hello, qa"):
        find_recipe("helo")


def test_data_are_found_in_the_folder_that_is_given_or_named_in_the_environment(tmp_path, monkeypatch):
    (tmp_path / "names.csv.gz").write_bytes(b"")
    assert find_data("names.csv.gz", tmp_path) == tmp_path / "names.csv.gz"
    monkeypatch.setenv("RNN_DEMO_DATA", str(tmp_path))
    assert find_data("names.csv.gz", None) == tmp_path / "names.csv.gz"
    assert find_data("qa.csv", None) == build.SHIPPED / "qa.csv"
    with pytest.raises(DataError, match=r"nothing.csv is not in the folder .*; give the folder or a file"):
        find_data("nothing.csv", None)


def test_a_device_that_is_not_there_is_refused_before_the_data_are_read(tmp_path):
    recipe = with_options(RECIPES["names"], {"device": "mps" if not torch.backends.mps.is_available() else "cuda"})
    with pytest.raises(ValueError, match="this machine has no"):
        next(fit(recipe, tmp_path / "no such file"))


def test_a_file_with_one_row_is_refused_or_learnt_in_one_sentence(tmp_path):
    file = tmp_path / "one.csv"
    file.write_text("question,answer,name,language,text,label\nwho,me,Ann,English,good,1\n", encoding="utf-8")
    for name in ("qa", "names"):
        with pytest.raises(ValueError, match="at least 2 labels"):
            next(fit(short(RECIPES[name]), file))
    *_, trained = fit(short(RECIPES["sentiment"]), file)
    assert trained.model.labels == ("negative", "positive")
    assert np.isfinite(trained.metrics["summed_loss"])


@pytest.mark.parametrize("name", checkpoint.available())
def test_a_shipped_checkpoint_is_what_its_recipe_says(name):
    metrics = checkpoint.metrics(checkpoint.find(name))
    recipe = RECIPES[name]
    assert metrics["recipe"] == name
    assert Architecture(**metrics["architecture"]) == recipe.architecture
    assert metrics.get("storage", "float32") == recipe.storage
    if recipe.pretraining:
        assert metrics["pretraining"].items() >= json.loads(json.dumps(vars(recipe.pretraining))).items()
    for stage, teaching in zip(metrics.get("teaching", ()), recipe.teaching, strict=True):
        lectures = TrainingConfig(**stage["training"])
        assert replace(lectures, device="auto") == teaching.training
        assert (stage["longest"], stage["labelled"]) == (teaching.longest, list(teaching.labelled))
    training = TrainingConfig(**metrics["training"])  # an option that is younger than the checkpoint was at its default
    assert replace(training, device="auto") == recipe.training
    assert (checkpoint.find(name) / "README.md").read_text(encoding="utf-8") == card(
        name, recipe.title, recipe.terms, metrics
    )


def test_a_checkpoint_that_learnt_from_a_file_has_none_of_the_examples_that_ship():
    model = checkpoint.open_checkpoint("qa")
    assert len(build.training_examples("qa", model, checkpoint.metrics(checkpoint.find("qa")))) > 1_000
    assert build.training_examples("qa", model, {"data": ["mine.csv"]}) == ()
    assert build.packed_index("qa", RECIPES["qa"], model, {"data": ["mine.csv"]}) == b""


@pytest.mark.parametrize("name", checkpoint.available())
def test_the_first_examples_end_right_and_those_that_do_not_come_last(name: str) -> None:
    recipe, model = find_recipe(name), checkpoint.open_checkpoint(name)
    assert len(recipe.truths) == len(recipe.examples)
    answers = [model.labels[c] for c in model.logits(recipe.examples).argmax(1)]
    are_right = [answer == truth for answer, truth in zip(answers, recipe.truths, strict=True)]
    assert are_right[0], dict(zip(recipe.examples, answers, strict=True))
    assert are_right == sorted(are_right, reverse=True)
    if recipe.task == "names":  # read by several networks, of which none is to begin with a mistake
        assert all(are_right), dict(zip(recipe.examples, answers, strict=True))
