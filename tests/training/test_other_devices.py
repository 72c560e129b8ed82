"""Training and reading keep the rules of devices that are not here: of Apple's GPU, and of what CUDA waits for."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from helpers.samples import EXAMPLES, SENTENCES, small_model
from helpers.systems.device_rules import AppleGPU, CountedWaits
from torch import nn

from rnn_demo.analysis.attribution import influence, log_odds_without
from rnn_demo.analysis.backward_pass import backward_pass
from rnn_demo.analysis.trace import record
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.tasks import TASKS
from rnn_demo.training import TrainingConfig, train
from rnn_demo.training.batching import Batches
from rnn_demo.training.config import OPTIMIZERS
from rnn_demo.training.language_model import Pretraining, pretrain
from rnn_demo.training.loop import training_step
from rnn_demo.training.loss import batch_losses

CONFIG = TrainingConfig(epochs=2, batch_size=2, device="cpu")


def files_of_waits(model: SequenceModel, config: TrainingConfig = CONFIG) -> list[str]:
    """The files of the lines that wait in one step of training, in order."""
    batch = next(Batches(model, EXAMPLES, 3, 100).walk())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with CountedWaits() as waits:
        training_step(model.train(), optimizer, batch, config)
    return [place.partition(":")[0] for place in waits.places]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_step_of_training_waits_once(cell: str, pooling: str) -> None:
    model = small_model(cell, pooling=pooling, num_layers=2, dropout=0.1, word_dropout=0.1, text_dropout=0.1)
    assert files_of_waits(model)[-1] == "loop.py"
    assert set(files_of_waits(model)[:-1]) <= ({"recurrence.py"} if cell == "rnn_relu" else set())


def test_what_needs_a_shape_from_the_device_waits_once_more() -> None:
    # A copy of the lengths, and a look at it; the second of the embedding is on other devices than CUDA's alone.
    assert files_of_waits(small_model(bidirectional=True)) == ["recurrence.py", "recurrence.py", "loop.py"]
    assert files_of_waits(small_model(letters=16, word_dropout=0.1)) == ["embedding.py", "embedding.py", "loop.py"]
    running = dataclasses.replace(CONFIG, running_weight=0.5)
    assert files_of_waits(small_model(pooling="mean"), running) == ["loop.py", "loop.py"]


@pytest.mark.parametrize("option", ["adversarial", "virtual", "consistency"])
def test_nothing_more_is_waited_for_with_perturbed_words_or_texts_that_are_alike(option: str) -> None:
    config = dataclasses.replace(CONFIG, **{option: 1.0})
    examples = [dataclasses.replace(e, alike="x") for e in EXAMPLES[:2]]
    batch = next(Batches(model := small_model(), examples, 3, 100).walk())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with AppleGPU(), CountedWaits() as waits:
        training_step(model.train(), optimizer, batch, config)
    assert [place.partition(":")[0] for place in waits.places] == ["loop.py"]


def test_a_batch_of_validation_waits_once() -> None:
    model = small_model()
    with CountedWaits() as waits:
        parts = list(batch_losses(model, Batches(model, EXAMPLES, 2, 100)))
    assert [place.partition(":")[0] for place in waits.places].count("loss.py") == len(parts) == 2


def test_a_wait_is_seen() -> None:
    with CountedWaits() as waits:
        assert small_model().logits(["a great film"]).shape == (1, 2)
    assert waits.places


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_apples_gpu_is_given_no_double_precision(cell: str, pooling: str) -> None:
    model = small_model(cell, pooling=pooling, letters=16)
    with AppleGPU():
        for _ in train(model, EXAMPLES, EXAMPLES, CONFIG):
            pass
        assert len(TASKS["sentiment"].predict(model, SENTENCES)) == len(SENTENCES)
        tokens = record(model, SENTENCES[0]).tokens
        influence(model, tokens)
        log_odds_without(model, tokens, [(0, 1)], "positive")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_no_optimizer_and_no_average_computes_in_double_precision(optimizer: str) -> None:
    with AppleGPU():
        list(train(small_model(), EXAMPLES, (), dataclasses.replace(CONFIG, optimizer=optimizer, average=0.9)))


def test_pretraining_computes_in_no_double_precision_and_waits_once_a_step() -> None:
    texts = [" ".join(SENTENCES)] * 4
    with AppleGPU(), CountedWaits() as waits:
        *steps, _ = pretrain(small_model(), texts, texts, Pretraining(("a",), epochs=1, batch_size=2, window=4), "cpu")
    assert len(waits.places) >= len(steps) > 1


def test_the_rule_of_apples_gpu_is_imposed() -> None:
    with AppleGPU(), pytest.raises(TypeError, match="float64"):
        torch.zeros(2).double()
    with AppleGPU(), pytest.raises(TypeError, match="not waited for"):
        torch.zeros(2).to("cpu", non_blocking=True)


def test_gradients_of_a_trained_network_need_no_kernel_that_cudnn_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        if torch.is_grad_enabled():
            raise RuntimeError("cudnn RNN backward can only be called in training mode")

    model = small_model(num_layers=2, bidirectional=True)
    for kernel in ("lstm", "gru", "rnn_tanh", "rnn_relu"):
        monkeypatch.setattr(torch, kernel, refuse)
    monkeypatch.setattr(nn.LSTM, "forward", refuse)
    tokens = SENTENCES[0].split()
    assert influence(model, tokens, "positive").grad_x.shape == (len(tokens), 4)
    assert backward_pass(model, tokens, "positive").loss > 0
    assert torch.backends.cudnn.enabled  # the switch is the whole process's, and nobody turns it
