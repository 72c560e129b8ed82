"""A share of the limit counts the multiplications done; a row that promises one says what else it measured."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from rnn_demo.bench import machine_peak as peak
from rnn_demo.bench import training, vanishing
from rnn_demo.bench.stopwatch import Timed, measurement
from rnn_demo.bench.training import model_and_batch
from rnn_demo.network.cells import CELLS
from rnn_demo.network.recurrence import unroll, weights_of


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in a moment: a small product, a small model."""
    monkeypatch.setattr(peak, "SIZE", 64)
    monkeypatch.setattr(peak, "matrix_rate", peak.matrix_rate.__wrapped__)
    monkeypatch.setattr(vanishing, "PROMISED_SIZE", replace(training.PROMISED_SIZE, hidden_size=4, embedding_size=3))


@pytest.mark.parametrize("cell", CELLS)
def test_the_multiplications_of_a_layer_are_those_that_torch_counts(cell: str) -> None:
    model, _ = model_and_batch(False, replace(training.PROMISED_SIZE, cell=cell, hidden_size=5, embedding_size=3))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        unroll(model.cell, torch.ones(2, 7, 3), weights_of(model.rnn, 0))
    assert peak.reading_flops(model, steps=14, answers=0) == counter.get_total_flops()


def test_a_step_of_training_multiplies_three_times_as_much() -> None:
    model, _ = model_and_batch(False, replace(training.PROMISED_SIZE, hidden_size=5, embedding_size=3))
    x = torch.ones(2, 7, 3, requires_grad=True)  # as the embedding's vectors have it
    with FlopCounterMode(display=False) as counter:
        model.head(unroll(model.cell, x, weights_of(model.rnn, 0))["h"][:, -1]).sum().backward()
    counted = counter.get_total_flops()
    assert peak.training_flops(model, steps=14, answers=2) == pytest.approx(counted, rel=0.1)  # h_0 has no gradient


@pytest.mark.usefixtures("small")
def test_a_share_is_that_of_the_time_the_product_would_take() -> None:
    rate = peak.matrix_rate()
    assert rate > 0
    assert "GFLOP/s" in peak.in_words()
    work = Timed(lambda: None)
    work.seconds += [0.1, 0.5, 0.9]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peak, "matrix_rate", lambda: rate)
        assert peak.share(rate / 4, work) == peak.share(rate / 4, 0.5) == pytest.approx(0.5)


def test_a_row_that_promises_its_share_still_says_what_was_compared() -> None:
    row = peak.judged_by_share(measurement(7.391, "times", "", "a against b") | {"share": 0.456}, "at least 45")
    assert row["measured"] == pytest.approx(45.6)
    assert (row["unit"], row["promise"], row["detail"]) == ("% of the limit", "at least 45", "7.39 times: a against b")


@pytest.mark.usefixtures("small")
def test_the_two_steps_differ_in_where_the_loss_is_and_the_plain_loop_is_a_program() -> None:
    row = vanishing.vanishing_step()
    assert row["measured"] > 0
    assert 0 < row["share"] < 1
    compile(vanishing.BARE_LOOP.format(threads=1), "bare loop", "exec")
