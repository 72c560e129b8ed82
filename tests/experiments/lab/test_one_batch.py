"""The picture of a batch shows a batch that the training reads, and counts its padding."""

from __future__ import annotations

import pytest
import torch

from rnn_demo.experiments.lab.one_batch import COLUMNS, ROWS, one_batch
from rnn_demo.experiments.run_config import configure
from rnn_demo.training.batching import Batches
from rnn_demo.zoo.build import build_model

RUNS = [("facts", {"batch_size": 16}), ("surnames", {}), ("turns", {"seed": 3})]


@pytest.mark.parametrize(("recipe", "options"), RUNS)
def test_a_batch_is_the_first_one_of_the_training(recipe, options):
    config = configure(recipe, options)
    model, split = build_model(config.recipe, list(config.examples))
    training = config.recipe.training
    batches = Batches(model, split.train, training.batch_size, training.max_tokens)
    first = next(iter(batches.walk(torch.Generator().manual_seed(training.seed))))
    shown = one_batch(config, 0)
    assert (shown.size, shown.longest) == (len(first.lengths), first.inputs.shape[1])
    assert shown.padding == pytest.approx(float((first.inputs == 0).float().mean()))
    texts = {tuple(model.vocabulary.tokens[i] for i in row if i) for row in first.inputs.tolist()}
    assert set(shown.texts) <= texts
    assert shown.lengths == tuple(map(len, shown.texts)) == tuple(sorted(shown.lengths))
    assert len(shown.texts) == min(ROWS, shown.size)


def test_long_texts_are_cut_and_equal_ones_need_no_padding():
    shown = one_batch(configure("characters", {}), 0)
    assert (shown.padding, shown.longest) == (0, 64)
    assert {len(text) for text in shown.texts} == {COLUMNS}


def test_another_number_is_another_batch_and_after_the_last_comes_the_next_epoch():
    config = configure("surnames", {})
    shown = [one_batch(config, number) for number in range(30)]
    assert len({one.texts for one in shown}) > 10
    assert one_batch(config, 4) == shown[4]
