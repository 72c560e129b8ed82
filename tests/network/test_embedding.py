"""A word that was never learnt is read by its letters, in training, in a trace and in an explanation alike."""

import numpy as np
import pytest
import torch
from helpers.samples import LABELS, SENTENCES, VOCABULARY, small_model

from rnn_demo.analysis.attribution import influence
from rnn_demo.analysis.trace import record
from rnn_demo.data.vocabulary import LONGEST, SIGNS, Vocabulary, spell
from rnn_demo.network.cells import CELLS
from rnn_demo.network.embedding import GOLDEN, PIECES, pieces
from rnn_demo.network.model import Architecture
from rnn_demo.training.language_model import Pretraining, pretrain
from rnn_demo.zoo import checkpoint

WORDS = ("lunar", "a", "no", "naïve", "x9", "🙂", "日本", "incomprehensibilities", "incomprehensible")
TEXT = "a grat film, is it not zorglest?"


def lettered(cell="gru", **options):
    """A small model that reads letters, with pieces that say something."""
    model = small_model(cell, letters=64, **options)
    with torch.no_grad():
        model.embedding.pieces.normal_()
    return model


def pieces_one_by_one(word, count):
    """The numbers of a word's pieces, as a reader would work them out."""
    signs = [ord(c) - 96 if "a" <= c <= "z" else 29 if c.isdecimal() else 30 for c in word[:LONGEST]]
    signs = [27, *signs, 28]
    windows = [signs[i : i + length] for length in PIECES for i in range(len(signs) - length + 1)]
    packed = [sum(sign * SIGNS**place for place, sign in enumerate(piece)) for piece in windows]
    return sorted((number * GOLDEN % 2**32 >> 12) % (count - 1) + 1 for number in packed)


@pytest.mark.parametrize("word", WORDS)
def test_a_words_pieces_are_those_of_its_first_letters_with_a_sign_at_either_end(word):
    (numbers,) = pieces(torch.tensor([spell(word)]), 4096).tolist()
    assert sorted(number for number in numbers if number) == pieces_one_by_one(word, 4096)
    assert all(0 <= number < 4096 for number in numbers)


def test_words_are_distinguished_by_their_first_letters_alone():
    numbers = [spell(word) for word in WORDS]
    assert all(0 < number < 2**63 for number in numbers)
    assert len(set(numbers)) == len(WORDS) - 1
    assert spell("incomprehensibilities") == spell("incomprehensible")


def test_an_unseen_token_has_a_number_that_spells_it_only_where_letters_are_read():
    plain, spelling = VOCABULARY, lettered().vocabulary
    assert plain.encode(["a", "zorgle"])[1] == 1
    assert spelling.encode(["a", "zorgle"]) == [plain.index["a"], len(plain) + spell("zorgle")]
    assert spelling.unknown(["a", "zorgle"]) == ["zorgle"]


@torch.inference_mode()
def test_a_known_word_has_its_own_vector_and_an_unseen_one_that_of_unknown_words_and_its_pieces():
    model = lettered()
    known, unseen = model.embed(torch.tensor([model.encode("film zorgle")]))[0]
    weight, table = model.embedding.weight, model.embedding.pieces
    torch.testing.assert_close(known, weight[VOCABULARY.index["film"]])
    torch.testing.assert_close(unseen, weight[1] + table[pieces_one_by_one("zorgle", 64)].mean(0))


@torch.inference_mode()
def test_a_word_with_a_slip_lies_nearer_to_it_than_another_word_does():
    model = lettered(embedding_size=64)
    meant, slip, other = model.embedding.letters(torch.tensor([spell(w) for w in ("planets", "plunets", "sonata")]))
    cosine = torch.nn.functional.cosine_similarity
    assert cosine(meant, slip, 0) > cosine(meant, other, 0)


@pytest.mark.parametrize("cell", CELLS)
def test_a_trace_and_an_explanation_read_what_the_network_reads(cell):
    model = lettered(cell, num_layers=2)
    trace = record(model, TEXT)
    assert trace.unknown == ("grat", "zorglest", "?")
    ids = torch.tensor([model.encode(TEXT)])
    with torch.inference_mode():
        np.testing.assert_array_equal(trace.x, model.embed(ids)[0])
    np.testing.assert_allclose(trace.logits[-1], model.logits([TEXT])[0], atol=1e-5)
    np.testing.assert_array_equal(influence(model, trace.tokens).x, trace.x)


def test_in_training_known_words_are_read_by_their_letters_too_and_padding_never_is():
    model = lettered(dropout=0.0).train()
    model.embedding.share = 0.999_999
    ids = torch.tensor([[VOCABULARY.index["film"], 1, 0]])
    film, unknown, padding = model.embed(ids)[0]
    by_letters = model.embedding.weight[1] + model.embedding.letters(torch.tensor([spell("film")]))[0]
    torch.testing.assert_close(film, by_letters)
    torch.testing.assert_close(unknown, model.embedding.weight[1])
    assert not padding.any()
    film.sum().backward()
    assert model.embedding.pieces.grad[pieces_one_by_one("film", 64)].all()


def test_letters_survive_saving_and_loading(tmp_path):
    model = lettered()
    again = checkpoint.load(checkpoint.save(model, tmp_path / "lettered", {}, ""))
    assert again.config() == model.config()
    np.testing.assert_array_equal(again.logits([TEXT, *SENTENCES]), model.logits([TEXT, *SENTENCES]))


def test_without_letters_every_unseen_word_is_the_same():
    logits = small_model().logits(["a zorgle film", "a blorf film"])
    np.testing.assert_array_equal(logits[0], logits[1])
    assert "embedding.pieces" not in small_model().state_dict()


def test_letters_are_refused_where_there_is_no_embedding_to_read_them_in():
    for options in ({"letters": 1}, {"letters": 64, "input": "one_hot"}, {"letters": 64, "input": "numbers"}):
        with pytest.raises(ValueError, match="letters must be 0, or at least 2"):
            Architecture("gru", 4, **options)
    with pytest.raises(ValueError, match="letters must be a whole number from 0"):
        Architecture("gru", 4, letters=-1)
    with pytest.raises(ValueError, match="an embedding of whole words"):
        next(pretrain(lettered(), SENTENCES, SENTENCES, Pretraining(("a",)), "cpu"))


def test_a_vocabulary_of_a_model_spells_exactly_where_the_model_reads_letters():
    assert lettered().vocabulary == Vocabulary("words", VOCABULARY.tokens, spells=True)
    assert small_model(labels=LABELS).vocabulary == VOCABULARY
