"""A stored index answers as one computed anew, and one that does not fit is never used."""

import csv
from dataclasses import replace

import numpy as np
import pytest
import safetensors.numpy
from helpers.samples import EXAMPLES, SENTENCES, SMALL, small_model

from rnn_demo.analysis.nearest import directions, index_examples, nearest
from rnn_demo.limits import MAX_CHECKPOINT_BYTES, MAX_INDEX_BYTES
from rnn_demo.tasks import Example
from rnn_demo.ui import models as ui_models
from rnn_demo.zoo import checkpoint, example_index
from rnn_demo.zoo.build import training_examples
from rnn_demo.zoo.example_index import NAME, ROUNDING, made_from, pack, stored_index, thinned
from rnn_demo.zoo.recipes import RECIPES

INDEXED = [name for name, recipe in RECIPES.items() if recipe.indexed and name in checkpoint.available()]


@pytest.fixture
def folder(tmp_path):
    """A checkpoint with the index of EXAMPLES."""
    model = small_model()
    return checkpoint.save(model, tmp_path / "small", {}, "# card\n", index=pack(model, EXAMPLES))


@pytest.fixture(params=INDEXED, scope="module")
def shipped(request):
    """A shipped checkpoint with an index: its name, its model, its examples and their exact index."""
    model = checkpoint.open_checkpoint(request.param)
    examples = thinned(model, training_examples(request.param, model))
    return request.param, model, examples, index_examples(model, examples)


def rewrite(folder, numbers=None, name=NAME, **facts):
    """Put other numbers or facts into an index; a fact that is None is left out. The digest is that of the numbers."""
    file = folder / checkpoint.INDEX
    numbers = safetensors.numpy.load(file.read_bytes())[NAME] if numbers is None else numbers
    whole = made_from(small_model(), EXAMPLES) | {"numbers": example_index._digest(numbers.tobytes())} | facts
    present = {key: value for key, value in whole.items() if value is not None}
    file.write_bytes(safetensors.numpy.save({name: numbers}, present))


def exact():
    return directions(small_model(), SENTENCES)


# --- one that fits ------------------------------------------------------------------------------------------------


def test_of_more_examples_than_fit_some_of_each_label_are_kept(monkeypatch):
    model = small_model()
    examples = [Example(f"text {n}", f"label {n // 10}") for n in range(100)]
    assert thinned(model, examples) == tuple(examples)
    room = 2 * model.head.in_features
    monkeypatch.setattr(example_index, "MAX_INDEX_BYTES", example_index.HEADER + 25 * room)
    kept = thinned(model, examples)
    assert len(kept) == 25
    assert {f"text {n}" for n in range(0, 100, 10)} < {example.text for example in kept}
    assert [example for example in examples if example in kept] == list(kept)


@pytest.mark.parametrize("name", INDEXED)
def test_the_files_of_a_checkpoint_with_an_index_are_small(name):
    assert max(file.stat().st_size for file in checkpoint.find(name).iterdir()) <= MAX_INDEX_BYTES


def test_a_stored_index_is_read_within_its_rounding(folder):
    index = stored_index(folder, checkpoint.load(folder), EXAMPLES)
    assert index.examples == EXAMPLES
    assert np.linalg.norm(index.directions - exact(), axis=1).max() <= index.rounding == ROUNDING
    rewrite(folder)
    assert stored_index(folder, small_model(), EXAMPLES) is not None


@pytest.mark.parametrize("seed", range(5))
def test_rounding_changes_no_answer(seed):
    model = small_model("gru", hidden_size=2)
    generator = np.random.default_rng(seed)
    texts = [" ".join(generator.choice(" ".join(SENTENCES).split(), 12)) for _ in range(300)]
    precise = index_examples(model, [replace(EXAMPLES[0], text=text) for text in texts])
    rounding = 2e-3
    noise = generator.normal(size=precise.directions.shape)
    noise *= rounding / np.linalg.norm(noise, axis=1, keepdims=True)
    rounded = replace(precise, directions=(precise.directions + noise).astype(np.float32), rounding=rounding)
    unprotected = replace(rounded, rounding=0.0)
    questions = [" ".join(generator.choice(" ".join(SENTENCES).split(), 7)) for _ in range(50)]
    wrong = 0
    for question in questions:
        expected, found = nearest(model, question, precise), nearest(model, question, rounded)
        assert found.cosine == pytest.approx(expected.cosine, abs=1e-6)  # another example may be as near
        wrong += nearest(model, question, unprotected).example != expected.example
    assert wrong > 5  # so much rounding would be seen


def test_directions_that_are_no_numbers_break_nothing():
    model = small_model()
    index = index_examples(model, EXAMPLES)
    nothing = replace(index, directions=np.full_like(index.directions, np.nan))
    assert nearest(model, SENTENCES[1], nothing).example == EXAMPLES[0]
    assert nearest(model, SENTENCES[1], replace(nothing, rounding=ROUNDING)).example == EXAMPLES[1]


def test_a_checkpoint_that_is_saved_again_has_no_index_of_other_weights(folder):
    checkpoint.check_place(folder)
    checkpoint.save(small_model(seed=1), folder, {}, "")
    assert not (folder / checkpoint.INDEX).exists()
    assert stored_index(folder, checkpoint.load(folder), EXAMPLES) is None


# --- one that does not --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 50, -1, -20])
def test_a_truncated_index_is_not_used(folder, kept):
    file = folder / checkpoint.INDEX
    file.write_bytes(file.read_bytes()[:kept])
    assert stored_index(folder, small_model(), EXAMPLES) is None


def test_an_index_with_one_wrong_bit_is_not_used(folder):
    file = folder / checkpoint.INDEX
    content = file.read_bytes()
    for place in range(len(content)):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        index = stored_index(folder, small_model(), EXAMPLES)
        assert index is None or np.abs(index.directions - exact()).max() <= ROUNDING, place  # a blank in the header


@pytest.mark.parametrize(
    "change",
    [
        lambda: {"numbers": np.full_like(exact().astype(np.float16), np.nan)},
        lambda: {"numbers": np.zeros_like(exact().astype(np.float16))},
        lambda: {"numbers": exact().astype(np.float16)[::-1].copy()},
        lambda: {"numbers": exact().astype(np.float16)[1:]},
        lambda: {"numbers": exact().astype(np.float16)[:, 1:].copy()},
        lambda: {"numbers": exact()},
        lambda: {"name": "other"},
        lambda: {"network": None},
        lambda: {"examples": None},
        lambda: {"examples": "0" * 64},
        lambda: {"network": None, "examples": None, "numbers": None},
    ],
    ids=["nan", "zeros", "order", "rows", "columns", "float32", "name", "no network", "no table", "table", "no facts"],
)
def test_an_index_with_other_numbers_or_facts_is_not_used(folder, change):
    parts = change()
    numbers = parts.pop("numbers", None)
    rewrite(folder, numbers, **parts)
    assert stored_index(folder, small_model(), EXAMPLES) is None


@pytest.mark.parametrize("text", [b"", b"{", b"\0" * 99, b"[" * 100_000], ids=["empty", "brace", "zeros", "deep"])
def test_what_is_no_index_is_not_used(folder, text):
    (folder / checkpoint.INDEX).write_bytes(text)
    assert stored_index(folder, small_model(), EXAMPLES) is None
    (folder / checkpoint.INDEX).write_bytes(len(text).to_bytes(8, "little") + text)
    assert stored_index(folder, small_model(), EXAMPLES) is None


def test_an_index_of_other_weights_words_or_examples_is_not_used(folder):
    model = checkpoint.load(folder)
    assert stored_index(folder, model, EXAMPLES[::-1]) is None
    assert stored_index(folder, model, EXAMPLES[:-1]) is None
    assert stored_index(folder, model, (*EXAMPLES[:-1], replace(EXAMPLES[-1], text="what a story"))) is None
    assert stored_index(folder, model, (*EXAMPLES[:-1], replace(EXAMPLES[-1], label="negative"))) is None
    tokens = list(model.vocabulary.tokens)
    tokens[2], tokens[3] = tokens[3], tokens[2]
    model.vocabulary = replace(model.vocabulary, tokens=tuple(tokens))
    assert stored_index(folder, model, EXAMPLES) is None
    assert stored_index(folder, small_model(seed=1), EXAMPLES) is None
    assert stored_index(folder, small_model("gru"), EXAMPLES) is None


def test_an_index_of_an_older_way_of_reading_is_not_used(folder, monkeypatch):
    monkeypatch.setattr(example_index, "directions", lambda model, texts: directions(model, [f"{t} it" for t in texts]))
    assert stored_index(folder, small_model(), EXAMPLES) is None


def test_a_giant_index_is_not_read(folder, caplog):
    with (folder / checkpoint.INDEX).open("r+b") as file:
        file.truncate(MAX_CHECKPOINT_BYTES + 1)  # a hole in the file: no disk is used
    assert stored_index(folder, small_model(), EXAMPLES) is None
    assert caplog.messages == ["small/directions.safetensors is not used: it is over 64 MiB"]


# --- shipped ------------------------------------------------------------------------------------------------------


def test_a_shipped_index_names_the_same_questions_as_one_computed_anew(shipped):
    name, model, examples, computed = shipped
    index = stored_index(checkpoint.find(name), model, examples)
    assert index is not None
    assert np.linalg.norm(index.directions - computed.directions, axis=1).max() <= ROUNDING
    texts = []
    for file in sorted(SMALL.glob("qa_*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            texts += [row["question"] for row in csv.DictReader(rows)]
    assert len(texts) > 500
    for text in texts:
        expected, found = nearest(model, text, computed), nearest(model, text, index)
        same_words = model.encode(found.example.text) == model.encode(expected.example.text)
        assert found.example == expected.example or same_words, text
        assert found.cosine == pytest.approx(expected.cosine, abs=1e-6)


def test_the_page_reads_no_example_where_their_index_is_stored(shipped, monkeypatch):
    name, _, examples, _ = shipped
    monkeypatch.setattr(ui_models, "index_examples", None)
    index = ui_models.Models().examples(name)
    assert (index.examples, index.rounding) == (examples, ROUNDING)


def test_the_page_computes_anew_where_the_index_is_damaged(shipped, tmp_path, monkeypatch):
    name, _, examples, computed = shipped
    (tmp_path / name).mkdir()
    for part in checkpoint.find(name).iterdir():
        (tmp_path / name / part.name).write_bytes(part.read_bytes()[: -1 if part.name == checkpoint.INDEX else None])
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    monkeypatch.setattr(ui_models, "index_examples", lambda model, given: replace(computed, examples=given))
    index = ui_models.Models().examples(name)
    assert (index.examples, index.rounding) == (examples, 0.0)
