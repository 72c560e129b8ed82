"""On a GPU the same code trains, to the same numbers as on the CPU but for rounding; there is no second path for it."""

import itertools
import math

import pytest
import torch
from helpers.samples import EXAMPLES, SENTENCES, random_texts, small_model

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.tasks import Example
from rnn_demo.training import Epoch, Step, TrainingConfig, run_state, train
from rnn_demo.training.language_model import Pretrained, Pretraining, pretrain

TEXTS = random_texts(256, 24)
READING = Pretraining((), epochs=4, batch_size=2, window=3, dropout=0.0)


def losses(model, device, **options):
    """The losses of the first steps."""
    config = TrainingConfig(**{"batch_size": 64, "max_steps": 5, "device": device} | options)
    return [event.loss for event in train(model, TEXTS, (), config) if isinstance(event, Step)]


def model_of(cell, seed=0, **options):
    torch.manual_seed(seed)
    vocabulary = Vocabulary.build((example.text for example in TEXTS), "words")
    return SequenceModel(Architecture(cell, 32, **options), vocabulary, ["negative", "positive"])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("options", [{}, {"bidirectional": True, "num_layers": 2}, {"letters": 50}])
def test_every_cell_trains_to_the_losses_of_the_cpu(cell, options):
    on_cpu, on_gpu = (losses(model_of(cell, **options), device) for device in ("cpu", "cuda"))
    assert on_gpu == pytest.approx(on_cpu, rel=1e-3)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_every_pooling_trains_to_the_losses_of_the_cpu(pooling, bidirectional):
    models = [model_of("gru", pooling=pooling, bidirectional=bidirectional) for _ in range(2)]
    on_cpu, on_gpu = (losses(model, device) for model, device in zip(models, ("cpu", "cuda"), strict=True))
    assert on_gpu == pytest.approx(on_cpu, rel=1e-3)


@pytest.mark.parametrize(("option", "value"), [("running_weight", 0.5), ("average", 0.9), ("clip_norm", 0.1)])
@pytest.mark.parametrize("optimizer", ["adam", "adamw", "rmsprop", "sgd"])
def test_every_option_trains_to_the_losses_of_the_cpu(option, value, optimizer):
    options = {"optimizer": optimizer, option: value}
    on_cpu, on_gpu = (losses(model_of("lstm"), device, **options) for device in ("cpu", "cuda"))
    assert on_gpu == pytest.approx(on_cpu, rel=2e-3)


def test_a_network_that_reads_its_own_answers_trains():
    torch.manual_seed(0)
    architecture = Architecture("gru", 16, input="one_hot", per_step=True)
    model = SequenceModel(architecture, Vocabulary.build(["abcd"], "characters"), tuple("abcd"), "characters")
    examples = [Example("abcd" * 4, "bcda" * 4)]
    config = TrainingConfig(device="cuda", epochs=60, learning_rate=0.02, free_running=0.5)
    steps = [event.loss for event in train(model, examples, (), config) if isinstance(event, Step)]
    assert steps[-1] < steps[0] / 4


def test_pretraining_in_half_precision_learns_what_it_learns_in_whole():
    losses_in = {}
    for precision in ("float32", "bfloat16"):
        config = Pretraining(**vars(READING) | {"precision": precision})
        *steps, last = pretrain(small_model(), SENTENCES, SENTENCES, config, "cuda")
        assert isinstance(last, Pretrained)
        losses_in[precision] = [step.loss for step in steps]
    assert losses_in["bfloat16"] == pytest.approx(losses_in["float32"], rel=0.03)
    assert all(map(math.isfinite, losses_in["bfloat16"]))


@pytest.mark.parametrize("begin", ["train", "pretrain"])
def test_a_run_is_resumed_with_the_random_numbers_of_the_gpu(begin, tmp_path, monkeypatch):
    monkeypatch.setattr(run_state, "SECONDS", -1.0)
    options = {"dropout": 0.3, "word_dropout": 0.2}

    def run(model, snapshot=None):
        if begin == "pretrain":
            config = Pretraining(**vars(READING) | {"dropout": 0.3, "precision": "float32"})
            return pretrain(model, SENTENCES, SENTENCES, config, "cuda", snapshot)
        return train(model, EXAMPLES, EXAMPLES, TrainingConfig(epochs=4, batch_size=2, device="cuda"), snapshot)

    whole, parts = small_model(**options), small_model(**options)
    expected = [event.loss for event in run(whole) if isinstance(event, Step)]
    file = tmp_path / "run.safetensors"
    events = run(parts, file)
    stopped = [event.loss for event in itertools.islice((e for e in events if isinstance(e, Step)), 3)]
    events.close()
    torch.manual_seed(99)
    rest = [event.loss for event in run(small_model(**options), file) if isinstance(event, Step)]
    assert stopped + rest == pytest.approx(expected, rel=1e-3)


def test_a_run_ends_with_a_model_on_the_gpu_that_was_validated_there():
    model = model_of("lstm")
    events = list(train(model, TEXTS, TEXTS[:64], TrainingConfig(device="cuda", epochs=1, average=0.9)))
    (epoch,) = [event for event in events if isinstance(event, Epoch)]
    assert model.device.type == "cuda"
    assert math.isfinite(epoch.validation_loss)
