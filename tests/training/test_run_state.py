"""A run that is stopped and goes on ends with the same weights as one that was never stopped."""

from dataclasses import replace

import pytest
import torch
from samples import EXAMPLES, SENTENCES, VOCABULARY, small_model

from rnn_demo.network.precision import has_kernel
from rnn_demo.training import run_state
from rnn_demo.training.language_model import Pretraining, pretrain
from rnn_demo.training.loop import Diverged, Epoch, Step, TrainingConfig, train

READING = Pretraining((), epochs=3, batch_size=2, window=3, precision="float32")
LEARNING = TrainingConfig(epochs=4, batch_size=2, learning_rate=0.02, schedule="cosine", average=0.5, device="cpu")
OPTIONS = {"dropout": 0.3, "word_dropout": 0.2}


def reading(model, kept=None, config=READING):
    return pretrain(model, SENTENCES, SENTENCES, config, "cpu", kept)


def learning(model, kept=None, config=LEARNING, validation=EXAMPLES):
    return train(model, EXAMPLES, validation, config, kept)


def stopped(events, steps):
    """Ask for so many steps and no more."""
    taken = 0
    while taken < steps:
        taken += isinstance(next(events), Step)
    events.close()


def another(cell="lstm", **options):
    """A model with other weights, but for the head, which reading leaves alone."""
    model = small_model(cell, seed=1, **options)
    model.head.load_state_dict(small_model(cell, **options).head.state_dict())
    return model


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A file for a run that is saved after every step."""
    monkeypatch.setattr(run_state, "SECONDS", -1.0)
    return tmp_path / "run.safetensors"


@pytest.mark.parametrize("steps", [1, 2, 4, 9])
@pytest.mark.parametrize("begin", [reading, learning])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_run_that_was_stopped_ends_with_the_same_weights(begin, cell, steps, kept):
    whole, parts = (small_model(cell, **OPTIONS) for _ in range(2))
    count = sum(isinstance(event, Step) for event in begin(whole))
    assert steps < count or begin is learning
    stopped(begin(parts, kept), min(steps, count - 1))
    parts = another(cell, **OPTIONS)
    torch.manual_seed(99)
    list(begin(parts, kept))
    assert same(whole, parts)


def test_a_run_may_be_stopped_again_and_again(kept):
    whole, parts = small_model(**OPTIONS), small_model(**OPTIONS)
    numbers = [event.loss for event in learning(whole) if isinstance(event, Step)]
    seen = []
    for _ in numbers:
        events = learning(parts, kept)
        seen.append(next(event.loss for event in events if isinstance(event, Step)))
        events.close()
    list(learning(parts, kept))
    assert (seen, same(whole, parts)) == (numbers, True)


def test_the_epochs_that_were_over_are_told_again(kept):
    whole = [replace(e, seconds=0, tokens_per_second=0) for e in learning(small_model()) if isinstance(e, Epoch)]
    stopped(learning(small_model(), kept), 5)
    again = [replace(e, seconds=0, tokens_per_second=0) for e in learning(small_model(), kept) if isinstance(e, Epoch)]
    assert again == whole


@pytest.mark.parametrize("begin", [reading, learning])
def test_a_run_that_is_done_is_not_done_again(begin, kept):
    model = small_model()
    list(begin(model, kept))
    again = another()
    assert not [event for event in begin(again, kept) if isinstance(event, Step)]
    assert same(model, again)


@pytest.mark.parametrize(
    ("begin", "config", "option"), [(reading, READING, "learning_rate"), (learning, LEARNING, "learning_rate")]
)
def test_a_run_with_other_options_is_refused_by_name(begin, config, option, kept):
    stopped(begin(small_model(), kept), 1)
    with pytest.raises(ValueError, match=rf"is of a run with {option} {getattr(config, option)}, not 0.5; go on with"):
        list(begin(small_model(), kept, replace(config, **{option: 0.5})))


def test_a_snapshot_that_is_damaged_is_refused(kept):
    kept.write_bytes(b"no snapshot")
    with pytest.raises(ValueError, match=r"run.safetensors is damaged .* delete it to start again"):
        next(learning(small_model(), kept))


def test_a_snapshot_appears_whole_or_not_at_all(kept, monkeypatch):
    stopped(learning(small_model(), kept), 1)
    before = kept.read_bytes()
    monkeypatch.setattr(run_state.os, "fsync", lambda file: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        list(learning(small_model(), kept))
    assert kept.read_bytes() == before


# --- what pretraining learns ------------------------------------------------------------------------------------


def test_reading_learns_to_foresee_words_and_leaves_the_head_alone():
    model = small_model(hidden_size=16, embedding_size=16)
    head, embedding = model.head.weight.clone(), model.embedding.weight.clone()
    *steps, last = reading(model, config=replace(READING, epochs=60, learning_rate=0.02, dropout=0.0))
    first = steps[0].loss
    assert last.loss < first / 2
    assert last.words == len(steps) * 6
    assert torch.equal(model.head.weight, head)
    assert not torch.equal(model.embedding.weight, embedding)
    assert not model.embedding.weight[0].any()  # padding stays nothing


def test_the_loss_is_that_of_an_even_guess_before_anything_is_learnt():
    model = small_model()
    first = next(reading(model, config=replace(READING, dropout=0.0)))
    assert first.loss == pytest.approx(torch.tensor(float(len(VOCABULARY))).log().item(), abs=0.7)


def test_what_is_restored_lies_at_addresses_where_torch_puts_its_own_tensors(tmp_path):
    path = tmp_path / "run.safetensors"
    run_state.save(path, {"state": {str(n): torch.rand(n) for n in range(1, 20)}}, {}, {})
    assert {value.data_ptr() % 64 for value in run_state.load(path, {}).tensors.values()} == {0}


def test_half_precision_reads_nearly_the_same_numbers():
    exact, half = (
        [step.loss for step in list(reading(small_model(), config=replace(READING, precision=p, dropout=0.0)))[:5]]
        for p in ("float32", "bfloat16")
    )
    assert half == pytest.approx(exact, rel=0.02)
    assert (half != exact) == has_kernel(torch.bfloat16, torch.device("cpu"))  # elsewhere they are read in full


@pytest.mark.parametrize("options", [{"input": "one_hot"}, {"bidirectional": True}])
def test_only_a_one_directional_model_with_an_embedding_can_read_first(options):
    with pytest.raises(ValueError, match="only a one-directional model with an embedding"):
        next(reading(small_model(**options)))


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
