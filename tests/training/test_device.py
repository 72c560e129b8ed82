"""A GPU is used where there is one and the network is large enough to gain by it."""

import pytest
import torch
from helpers.samples import EXAMPLES, small_model

from rnn_demo.training import TrainingConfig, choose_device, train
from rnn_demo.training.device import (
    ANSWERS_SOONER,
    DEVICES,
    TRAINS_SOONER,
    device_of_reading,
    device_of_training,
    units,
)


@pytest.fixture
def gpu(monkeypatch):
    """A machine with a GPU of CUDA's, as far as its names go."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_is_used_if_it_is_there_and_refused_if_not(name):
    there = {"auto": True, "cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if there[name]:
        assert choose_device(name).type in DEVICES
    else:
        with pytest.raises(ValueError, match=f"this machine has no {name} device; choose auto or one of cpu"):
            choose_device(name)


def test_an_unknown_device_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="unknown device 'gpu'; choose one of auto, cpu, cuda, mps"):
        choose_device("gpu")


@pytest.mark.usefixtures("gpu")
def test_a_small_network_stays_on_the_cpu_unless_the_gpu_is_asked_for():
    model = small_model(hidden_size=20, num_layers=2, bidirectional=True)
    assert units(model) == 80
    assert device_of_training("auto", model, TRAINS_SOONER / 80).type == "cuda"
    assert device_of_training("auto", model, TRAINS_SOONER / 80 - 1).type == "cpu"
    assert device_of_training("cuda", model, 1).type == "cuda"
    assert device_of_training("cpu", model, 10**9).type == "cpu"


@pytest.mark.usefixtures("gpu")
def test_few_texts_are_read_on_the_cpu_before_a_gpu_has_started():
    model = small_model(hidden_size=2_000)
    assert device_of_reading("auto", model, ["a word " * 10]).type == "cpu"
    assert device_of_reading("auto", model, ["a" * (6 * ANSWERS_SOONER // 2_000)]).type == "cuda"


def test_a_training_asks_for_the_device_with_the_tokens_of_its_batches(monkeypatch):
    asked = []
    monkeypatch.setattr("rnn_demo.training.loop.device_of_training", lambda *words: asked.append(words) or "cpu")
    model = small_model()
    tokens = sum(len(model.encode(example.text)) for example in EXAMPLES)
    list(train(model, EXAMPLES, (), TrainingConfig(epochs=1, batch_size=2, device="auto")))
    assert asked == [("auto", model, tokens / 2)]


def test_without_a_gpu_everything_is_on_the_cpu(monkeypatch):
    for backend in (torch.cuda, torch.backends.mps):
        monkeypatch.setattr(backend, "is_available", lambda: False)
    assert device_of_training("auto", small_model(), 10**9).type == "cpu"
