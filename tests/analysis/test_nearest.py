"""The nearest taught question is the one whose features point most the same way."""

import numpy as np
import pytest
import torch
from helpers.samples import EXAMPLES, SENTENCES, small_model

from rnn_demo.analysis.nearest import directions, index_examples, nearest
from rnn_demo.network.pooling import POOLINGS


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_directions_are_those_of_the_features_that_the_head_reads(pooling, bidirectional):
    model = small_model("gru", pooling=pooling, bidirectional=bidirectional)
    read = []
    model.head.register_forward_hook(lambda module, inputs, output: read.append(inputs[0][0]))
    result = directions(model, SENTENCES, batch_size=3)
    for row, text in enumerate(SENTENCES):
        model.logits([text])
        np.testing.assert_allclose(result[row], read[-1] / torch.linalg.norm(read[-1]), atol=1e-6)


def test_a_taught_question_is_nearest_to_itself():
    model = small_model("lstm")
    index = index_examples(model, EXAMPLES)
    for example in EXAMPLES:
        result = nearest(model, example.text, index)
        assert result.example == example
        assert result.cosine == pytest.approx(1, abs=1e-5)


def test_the_nearest_question_has_the_largest_cosine_of_all():
    model = small_model("rnn_tanh", pooling="max")
    text = "a bad story"
    result = nearest(model, text, index_examples(model, EXAMPLES))
    features = directions(model, [text, *SENTENCES])
    cosines = features[1:] @ features[0]
    assert result.example == EXAMPLES[int(cosines.argmax())]
    assert result.cosine == pytest.approx(cosines.max())


def test_without_examples_or_without_one_answer_there_is_no_neighbour():
    with pytest.raises(ValueError, match="no examples to compare with"):
        index_examples(small_model(), [])
    with pytest.raises(ValueError, match="answers once"):
        directions(small_model(per_step=True), ["bad"])
