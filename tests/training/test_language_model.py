"""Pretraining learns to predict words, in half precision as well, and leaves the model's own head alone."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from helpers.samples import SENTENCES, VOCABULARY, small_model
from torch import nn

from rnn_demo.network.precision import has_kernel
from rnn_demo.training import Diverged, Step, language_model
from rnn_demo.training.language_model import NextWord, Pretrained, Pretraining, encode, held_out_loss, pretrain

READING = Pretraining((), epochs=3, batch_size=2, window=3, precision="float32")


def reading(model, config=READING, **options):
    return pretrain(model, SENTENCES, SENTENCES, config, "cpu", **options)


def test_reading_learns_to_foresee_words_and_leaves_the_head_alone():
    model = small_model(hidden_size=16, embedding_size=16)
    head, embedding = model.head.weight.clone(), model.embedding.weight.clone()
    *steps, last = reading(model, config=replace(READING, epochs=60, learning_rate=0.02, dropout=0.0))
    first = steps[0].loss
    assert last.loss < first / 2
    words = sum(len(model.encode(text)) + 1 for text in SENTENCES)
    assert last.words == 60 * 2 * (words // 2 - 1)  # in two streams, each word but the first of each is predicted
    assert torch.equal(model.head.weight, head)
    assert not torch.equal(model.embedding.weight, embedding)
    assert not model.embedding.weight[0].any()  # padding stays nothing


def test_the_loss_is_that_of_an_even_guess_before_anything_is_learnt():
    model = small_model()
    first = next(reading(model, config=replace(READING, dropout=0.0)))
    assert first.loss == pytest.approx(torch.tensor(float(len(VOCABULARY))).log().item(), abs=0.7)


def losses_in(precision):
    config = replace(READING, precision=precision, dropout=0.0)
    return [step.loss for step in list(reading(small_model(), config))[:5]]


def test_half_precision_reads_nearly_the_same_numbers_and_the_same_ones_where_a_cpu_has_none(monkeypatch):
    assert losses_in("bfloat16") == pytest.approx(losses_in("float32"), rel=0.02)
    assert (losses_in("bfloat16") != losses_in("float32")) == has_kernel(torch.bfloat16, torch.device("cpu"))
    monkeypatch.setattr(language_model, "has_kernel", lambda precision, device: False)
    assert losses_in("bfloat16") == losses_in("float32")


class Half(nn.Module):
    """Recurrent layers whose states are in half precision, on any processor."""

    def __init__(self, rnn):
        super().__init__()
        self.rnn = rnn

    def forward(self, x, state):
        with torch.autocast("cpu", enabled=False):
            h, state = self.rnn(x, state)
        return h.bfloat16(), state


@pytest.mark.parametrize("options", [{"input": "one_hot"}, {"bidirectional": True}])
def test_only_a_one_directional_model_with_an_embedding_can_read_first(options):
    with pytest.raises(ValueError, match="only a one-directional model with an embedding"):
        next(reading(small_model(**options)))


def test_a_pause_between_two_steps_is_no_time_of_pretraining(monkeypatch):
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)
    monkeypatch.setattr(language_model, "time", clock)
    for event in reading(small_model()):
        clock.now += 100
        assert not isinstance(event, Pretrained) or event.seconds == 0


def test_too_little_held_out_text_is_refused_before_the_first_step():
    with pytest.raises(ValueError, match="too few words for 2 streams"):
        next(pretrain(small_model(), SENTENCES, [""], READING, "cpu"))


def test_too_little_text_is_refused():
    with pytest.raises(ValueError, match="too few words for 64 streams; give more text"):
        next(reading(small_model(), config=replace(READING, batch_size=64)))


def test_a_loss_that_is_no_number_ends_the_reading_with_advice(monkeypatch):
    model = small_model()
    model.rnn.weight_hh_l0.data.fill_(torch.nan)
    with pytest.raises(Diverged, match="in step 1; choose a smaller learning rate"):
        next(reading(model))


@pytest.mark.parametrize(
    ("option", "value"),
    [("precision", "int8"), ("epochs", 0), ("window", 0), ("batch_size", 0), ("decay", 0), ("dropout", 1.0)],
)
def test_a_pretraining_refuses_nonsense_and_names_it(option, value):
    with pytest.raises(ValueError, match=rf"{option}.*{value}"):
        Pretraining((), **{option: value})


def test_the_loss_is_in_whole_precision_where_the_states_are_in_half(monkeypatch):
    reader = NextWord(small_model())
    window = torch.tensor([[2, 3, 4, 5]])
    exact, _ = reader(window, None)
    reader.rnn = Half(reader.rnn)
    # On CUDA, autocast computes log_softmax in float32, and a head that was given half precision fails.
    log_softmax = torch.nn.functional.log_softmax
    monkeypatch.setattr(nn.functional, "log_softmax", lambda x, *rest, **more: log_softmax(x.float(), *rest, **more))
    loss, _ = reader(window, None, precision=torch.bfloat16)
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(exact.item(), rel=0.02)


def test_no_step_follows_once_pretraining_is_stopped():
    steps = []
    for event in reading(small_model(), stop=lambda: len(steps) == 2):
        if isinstance(event, Step):
            steps.append(event)
    assert len(steps) == 2
    assert isinstance(event, Pretrained)


def test_the_held_out_loss_is_the_mean_over_words_whatever_the_windows():
    model = small_model()
    reader = NextWord(model).eval()
    encoded = encode(model, SENTENCES)
    losses = [held_out_loss(reader, encoded, replace(READING, window=window)) for window in (3, 5, 100)]
    assert losses == pytest.approx([losses[-1]] * 3, abs=1e-5)
