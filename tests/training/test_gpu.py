"""On a GPU the same code trains many times faster; there is no second path for it."""

import time

import pytest
import torch
from helpers.samples import random_texts

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.training import Step, TrainingConfig, train

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU here")
TEXTS = random_texts(256 * 12, 64)


def tokens_per_second(device, steps):
    """How fast an LSTM with 512 units learns from batches of 256, after two steps to warm up."""
    torch.manual_seed(0)
    vocabulary = Vocabulary.build((example.text for example in TEXTS), "words")
    model = SequenceModel(Architecture("lstm", 512, embedding_size=128), vocabulary, ["negative", "positive"])
    tokens, started = 0, 0.0
    for event in train(model, TEXTS, (), TrainingConfig(batch_size=256, device=device, max_steps=steps + 2)):
        if isinstance(event, Step) and event.step == 2:
            started = time.perf_counter()
        elif isinstance(event, Step) and event.step > 2:
            tokens += event.tokens
            seconds = time.perf_counter() - started
    return tokens / seconds


@needs_gpu
def test_a_gpu_trains_at_least_ten_times_as_fast_as_two_cores():
    threads = torch.get_num_threads()
    torch.set_num_threads(min(2, threads))
    try:
        cores = tokens_per_second("cpu", 2)
    finally:
        torch.set_num_threads(threads)
    assert tokens_per_second("cuda", 10) >= 10 * cores


@needs_gpu
def test_training_on_a_gpu_matches_training_on_the_cpu():
    rates = {}
    for device in ("cpu", "cuda"):
        torch.manual_seed(0)
        vocabulary = Vocabulary.build((example.text for example in TEXTS), "words")
        model = SequenceModel(Architecture("gru", 32), vocabulary, ["negative", "positive"])
        config = TrainingConfig(batch_size=64, device=device, max_steps=5)
        rates[device] = [event.loss for event in train(model, TEXTS, (), config) if isinstance(event, Step)]
    assert rates["cuda"] == pytest.approx(rates["cpu"], rel=1e-3)
