"""A run that is stopped and goes on ends with the same weights as one that was never stopped."""

from dataclasses import replace

import pytest
import torch
from helpers.samples import EXAMPLES, LABELS, SENTENCES, small_model

from rnn_demo.data import atomic_files
from rnn_demo.training import Epoch, Step, TrainingConfig, run_state, train
from rnn_demo.training.language_model import Pretraining, pretrain

READING = Pretraining((), epochs=3, batch_size=2, window=3, precision="float32")
LEARNING = TrainingConfig(epochs=4, batch_size=2, learning_rate=0.02, schedule="cosine", average=0.5, device="cpu")
OPTIONS = {"dropout": 0.3, "word_dropout": 0.2}


def reading(model, snapshot=None, config=READING):
    return pretrain(model, SENTENCES, SENTENCES, config, "cpu", snapshot)


def learning(model, snapshot=None, config=LEARNING, validation=EXAMPLES):
    return train(model, EXAMPLES, validation, config, snapshot)


def stopped(events, steps):
    """Ask for so many steps and no more."""
    count = 0
    while count < steps:
        count += isinstance(next(events), Step)
    events.close()


def another(cell="lstm", **options):
    """A model with other weights, but for the head, which reading leaves alone."""
    model = small_model(cell, seed=1, **options)
    model.head.load_state_dict(small_model(cell, **options).head.state_dict())
    return model


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))


@pytest.fixture
def snapshot(tmp_path, monkeypatch):
    """A file for a run that is saved after every step."""
    monkeypatch.setattr(run_state, "SECONDS", -1.0)
    return tmp_path / "run.safetensors"


@pytest.mark.parametrize("steps", [1, 2, 4, 9])
@pytest.mark.parametrize("begin", [reading, learning])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_run_that_was_stopped_ends_with_the_same_weights(begin, cell, steps, snapshot):
    whole, parts = (small_model(cell, **OPTIONS) for _ in range(2))
    count = sum(isinstance(event, Step) for event in begin(whole))
    assert steps < count or begin is learning
    stopped(begin(parts, snapshot), min(steps, count - 1))
    parts = another(cell, **OPTIONS)
    torch.manual_seed(99)
    list(begin(parts, snapshot))
    assert same(whole, parts)


def test_a_run_may_be_stopped_again_and_again(snapshot):
    whole, parts = small_model(**OPTIONS), small_model(**OPTIONS)
    numbers = [event.loss for event in learning(whole) if isinstance(event, Step)]
    losses = []
    for _ in numbers:
        events = learning(parts, snapshot)
        losses.append(next(event.loss for event in events if isinstance(event, Step)))
        events.close()
    list(learning(parts, snapshot))
    assert (losses, same(whole, parts)) == (numbers, True)


def test_a_resumed_run_repeats_the_events_of_finished_epochs(snapshot):
    whole = [replace(e, seconds=0, tokens_per_second=0) for e in learning(small_model()) if isinstance(e, Epoch)]
    stopped(learning(small_model(), snapshot), 5)
    epochs = [e for e in learning(small_model(), snapshot) if isinstance(e, Epoch)]
    again = [replace(epoch, seconds=0, tokens_per_second=0) for epoch in epochs]
    assert again == whole


@pytest.mark.parametrize("begin", [reading, learning])
def test_a_run_that_is_done_is_not_done_again(begin, snapshot):
    model = small_model()
    list(begin(model, snapshot))
    again = another()
    assert not [event for event in begin(again, snapshot) if isinstance(event, Step)]
    assert same(model, again)


@pytest.mark.parametrize(
    ("begin", "config", "option"), [(reading, READING, "learning_rate"), (learning, LEARNING, "learning_rate")]
)
def test_a_run_with_other_options_is_refused_by_name(begin, config, option, snapshot):
    stopped(begin(small_model(), snapshot), 1)
    with pytest.raises(
        ValueError, match=rf"belongs to a run with {option} {getattr(config, option)}, not 0.5; resume it with"
    ):
        list(begin(small_model(), snapshot, replace(config, **{option: 0.5})))


@pytest.mark.parametrize("begin", [reading, learning])
def test_a_run_of_another_model_is_refused_by_what_differs(begin, snapshot):
    stopped(begin(small_model(hidden_size=6), snapshot), 1)
    with pytest.raises(ValueError, match="belongs to a run with hidden_size 6, not 8; resume it"):
        list(begin(small_model(hidden_size=8), snapshot))


@pytest.mark.parametrize("part", ["text", "label", "certainty"])
def test_a_run_on_other_data_is_refused(part, snapshot):
    other = {"text": "good", "label": LABELS[0], "certainty": 0.5}[part]
    stopped(train(small_model(), EXAMPLES, EXAMPLES, LEARNING, snapshot), 1)
    changed = [*EXAMPLES[:-1], replace(EXAMPLES[-1], **{part: other})]
    for examples, validation in ((changed, EXAMPLES), (EXAMPLES, changed), (EXAMPLES[::-1], EXAMPLES)):
        with pytest.raises(ValueError, match="belongs to a run with other data; resume it"):
            list(train(small_model(), examples, validation, LEARNING, snapshot))


def test_pretraining_on_other_texts_is_refused(snapshot):
    stopped(reading(small_model(), snapshot), 1)
    with pytest.raises(ValueError, match="belongs to a run with other data"):
        next(pretrain(small_model(), SENTENCES[::-1], SENTENCES, READING, "cpu", snapshot))


def test_the_random_state_of_a_gpu_is_kept_too(monkeypatch):
    there = [torch.ones(3, dtype=torch.uint8), torch.zeros(3, dtype=torch.uint8)]
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", lambda: there)
    restored = []
    monkeypatch.setattr(torch.cuda, "set_rng_state_all", restored.append)
    states = run_state.random_state(torch.device("cuda"))
    expected = torch.rand(3)
    run_state.restore_random_state(states)
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(one, other) for one, other in zip(restored[0], there, strict=True))


def test_a_snapshot_that_is_damaged_is_refused(snapshot):
    snapshot.write_bytes(b"no snapshot")
    with pytest.raises(ValueError, match=r"run.safetensors is damaged .* delete it to start again"):
        next(learning(small_model(), snapshot))


def test_a_snapshot_appears_whole_or_not_at_all(snapshot, monkeypatch):
    stopped(learning(small_model(), snapshot), 1)
    before = snapshot.read_bytes()
    monkeypatch.setattr(atomic_files.os, "fsync", lambda file: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        list(learning(small_model(), snapshot))
    assert snapshot.read_bytes() == before


def test_what_is_restored_lies_at_addresses_where_torch_puts_its_own_tensors(tmp_path):
    path = tmp_path / "run.safetensors"
    run_state.save(path, {"state": {str(n): torch.rand(n) for n in range(1, 20)}}, {}, {})
    assert {value.data_ptr() % 64 for value in run_state.load(path, {}).tensors.values()} == {0}
