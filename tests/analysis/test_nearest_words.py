"""Nearest words: by the cosine of what the network reads, and never the word itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnn_demo.analysis.nearest_words import nearest_words
from rnn_demo.analysis.trace import record
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.zoo.checkpoint import open_checkpoint

WORDS = ("not bad at all", "a great film , really great")


def model_of(**options: object) -> SequenceModel:
    torch.manual_seed(0)
    return SequenceModel(Architecture("gru", 4, 6, **options), Vocabulary.build(WORDS, "words"), ["no", "yes"]).eval()  # type: ignore[arg-type]


@pytest.mark.parametrize("letters", [0, 64])
def test_they_are_those_of_the_cosines_of_what_the_trace_reads(letters: int) -> None:
    model = model_of(letters=letters)
    if letters:
        torch.nn.init.normal_(model.embedding.pieces)  # type: ignore[union-attr, arg-type]
    tokens = ["not", "grreat", "film"]
    x = record(model, " ".join(tokens)).x
    weight = model.embedding.weight.detach().numpy()  # type: ignore[union-attr]
    for token, vector, found in zip(tokens, x, nearest_words(model, tokens), strict=True):
        cosines = weight @ vector / np.linalg.norm(weight, axis=1).clip(1e-12) / np.linalg.norm(vector)
        order = [k for k in np.argsort(-cosines) if k > 1 and model.vocabulary.tokens[k] != token][:5]
        assert [word for word, _ in found] == [model.vocabulary.tokens[k] for k in order]
        np.testing.assert_allclose([cosine for _, cosine in found], cosines[order], atol=1e-4)


def test_a_small_vocabulary_has_fewer_and_no_embedding_is_said() -> None:
    small = SequenceModel(Architecture("gru", 4, 6), Vocabulary.build(["a b"], "words"), ["no", "yes"]).eval()
    assert [word for word, _ in nearest_words(small, ["a"])[0]] == ["b"]
    assert nearest_words(small, []) == []
    with pytest.raises(ValueError, match="no embedding"):
        nearest_words(model_of(input="one_hot"), ["not"])


def test_the_sentiment_network_has_learnt_that_good_words_are_alike() -> None:
    (found,) = nearest_words(open_checkpoint("sentiment"), ["great"])
    assert {"excellent", "wonderful", "fantastic", "amazing", "superb", "terrific"} & {word for word, _ in found}
