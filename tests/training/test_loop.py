"""Training learns, stops when it is no longer asked, and gives the same numbers for the same seed."""

import itertools
import math
import random
import time
from types import SimpleNamespace

import pytest
import torch
from helpers.samples import EXAMPLES, LABELS, SENTENCES, random_texts, small_model

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.threads import one_thread
from rnn_demo.tasks import Example
from rnn_demo.training import Check, Diverged, Epoch, Step, TrainingConfig, loop, train
from rnn_demo.training.batching import Batches
from rnn_demo.training.config import OPTIMIZERS, SCHEDULES
from rnn_demo.training.loop import training_step
from rnn_demo.training.loss import cross_entropy, evaluate_loss

RATES = {"adam": 0.02, "adamw": 0.02, "rmsprop": 0.01, "sgd": 0.1}


def config(**options):
    return TrainingConfig(**({"device": "cpu", "epochs": 3, "batch_size": 2, "learning_rate": 0.02} | options))


def epochs(events):
    return [event for event in events if isinstance(event, Epoch)]


# --- learning ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_optimizer_learns_under_every_schedule(optimizer, schedule):
    setting = config(optimizer=optimizer, schedule=schedule, epochs=30, learning_rate=RATES[optimizer], warmup=0.1)
    losses = [epoch.loss for epoch in epochs(train(small_model(), EXAMPLES, (), setting))]
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns_with_both_kinds_of_head(cell):
    for per_step in (False, True):
        model = small_model(cell, per_step=per_step, labels=("n", "p") if per_step else LABELS)
        examples = [Example(e.text, e.label[0] * len(model.encode(e.text))) for e in EXAMPLES] if per_step else EXAMPLES
        losses = [epoch.loss for epoch in epochs(train(model, examples, (), config(epochs=30)))]
        assert losses[-1] < losses[0] / 2


def test_a_pause_between_two_steps_is_no_time_of_training(monkeypatch):
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)
    monkeypatch.setattr(loop, "time", clock)
    for event in train(small_model(), EXAMPLES, EXAMPLES, config()):
        clock.now += 100
        assert not isinstance(event, Epoch) or event.seconds == 0


def test_events_count_steps_and_epochs():
    events = list(train(small_model(), EXAMPLES, EXAMPLES, config(epochs=3, batch_size=3)))
    steps = [event for event in events if isinstance(event, Step)]
    assert [(step.epoch, step.step, step.steps) for step in steps] == [
        (1, 1, 6),
        (1, 2, 6),
        (2, 3, 6),
        (2, 4, 6),
        (3, 5, 6),
        (3, 6, 6),
    ]
    assert [type(event) for event in events] == [Step, Step, Check, Epoch] * 3
    for epoch in epochs(events):
        assert epoch.summed_loss == pytest.approx(epoch.loss * len(EXAMPLES))
        assert epoch.tokens_per_second == pytest.approx(
            sum(len(small_model().encode(text)) for text in SENTENCES) / epoch.seconds
        )
        assert epoch.tokens_per_second > 0
        assert epoch.gradient_norm > 0
        assert 0 <= epoch.accuracy <= 1


def test_without_validation_examples_nothing_is_validated():
    last = epochs(train(small_model(), EXAMPLES, (), config()))[-1]
    assert (last.validation_loss, last.validation_accuracy) == (None, None)


@pytest.mark.parametrize("options", [{}, {"dropout": 0.3, "word_dropout": 0.3, "num_layers": 2}])
def test_the_same_seed_gives_the_same_numbers_and_another_seed_gives_others(options):
    def losses(seed):
        events = train(small_model(**options), EXAMPLES, EXAMPLES, config(seed=seed))
        return [e.loss if isinstance(e, Step) else e.validation_loss for e in events if not isinstance(e, Check)]

    assert losses(0) == losses(0) != losses(1)


def test_the_weights_of_the_best_epoch_are_kept():
    model = small_model()
    wrong = [Example(example.text, LABELS[example.label == "negative"]) for example in EXAMPLES]
    history = epochs(train(model, EXAMPLES, wrong, config(epochs=12)))
    losses = [epoch.validation_loss for epoch in history]
    assert min(losses) < losses[-1]
    assert evaluate_loss(model, Batches(model, wrong, 64, 400))[0] == pytest.approx(min(losses), abs=1e-6)
    assert not model.training


@pytest.mark.parametrize("patience", [1, 3])
def test_training_ends_after_patience_epochs_without_a_better_one(patience):
    wrong = [Example(example.text, LABELS[example.label == "negative"]) for example in EXAMPLES]
    losses = [
        e.validation_loss for e in epochs(train(small_model(), EXAMPLES, wrong, config(epochs=40, patience=patience)))
    ]
    assert len(losses) < 40
    assert len(losses) - 1 - losses.index(min(losses)) == patience


def test_training_ends_once_the_target_is_met_and_all_is_right():
    history = epochs(train(small_model(), EXAMPLES, (), config(epochs=200, target_loss=0.2)))
    met = [epoch.loss <= 0.2 and epoch.accuracy == 1 for epoch in history]
    assert met == [False] * (len(history) - 1) + [True]


# --- gradients and learning rates -------------------------------------------------------------------------------


def learnt_from(**options):
    """The gradients that the optimizer saw in one step, and the norm that was reported."""
    torch.manual_seed(0)
    model = small_model()
    batch = next(Batches(model, EXAMPLES, 8, 400).walk())
    _, _, norm = training_step(model, torch.optim.SGD(model.parameters(), lr=0.1), batch, config(**options))
    return [parameter.grad for parameter in model.parameters()], norm


def test_clipping_by_norm_bounds_the_norm_and_keeps_the_direction():
    free, free_norm = learnt_from()
    clipped, reported = learnt_from(clip_norm=free_norm / 3)
    assert reported == pytest.approx(free_norm)
    assert torch.cat([g.flatten() for g in clipped]).norm().item() == pytest.approx(free_norm / 3, rel=1e-4)
    for one, other in zip(clipped, free, strict=True):
        torch.testing.assert_close(3 * one, other, atol=1e-6, rtol=1e-4)


def test_clipping_above_the_norm_changes_nothing():
    (free, norm), (clipped, _) = learnt_from(), learnt_from(clip_norm=1000.0, clip_value=1000.0)
    assert norm < 1000
    assert all(torch.equal(one, other) for one, other in zip(clipped, free, strict=True))


def test_clipping_by_value_bounds_each_number_and_leaves_the_small_ones():
    free = torch.cat([g.flatten() for g in learnt_from()[0]])
    bound = free.abs().median().item()
    clipped = torch.cat([g.flatten() for g in learnt_from(clip_value=bound)[0]])
    torch.testing.assert_close(clipped, free.clamp(-bound, bound))


def rates(schedule, warmup=0.0, steps=100):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    setting = config(schedule=schedule, warmup=warmup, learning_rate=0.5)
    for step in range(steps):
        loop.set_learning_rate(optimizer, setting, step, steps)
        yield optimizer.param_groups[0]["lr"]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_starts_at_the_full_rate_and_never_rises(schedule):
    along = list(rates(schedule))
    assert along[0] == 0.5
    assert all(0 < later <= earlier for earlier, later in itertools.pairwise(along))


def test_linear_and_cosine_are_torchs_schedules():
    peers = {
        "linear": lambda optimizer: torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=100),
        "cosine": lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=100),
    }
    for schedule, make in peers.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        peer = make(optimizer)
        for rate in rates(schedule):
            assert rate == pytest.approx(optimizer.param_groups[0]["lr"], abs=1e-9)
            optimizer.step()
            peer.step()


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_warm_up_rises_from_nearly_nothing_to_the_full_rate(schedule):
    along = list(rates(schedule, warmup=0.2))
    assert along[0] <= 0.025
    assert along[:21] == sorted(along[:21])
    assert along[20] == pytest.approx(0.5)


# --- stopping and failing ---------------------------------------------------------------------------------------


def test_the_next_event_of_a_model_for_names_comes_within_100_ms():
    rng = random.Random(0)
    letters = "abcdefghijklmnopqrstuvwxyz' "
    names = [Example("".join(rng.choices(letters, k=rng.randint(2, 20))), LABELS[i % 2]) for i in range(640)]
    model = SequenceModel(
        Architecture("lstm", 128, embedding_size=32, dropout=0.3),
        Vocabulary.build([name.text for name in names], "letters"),
        LABELS,
    )
    events = train(model, names, names[:64], config(batch_size=64, epochs=2))
    next(events)
    gaps = []
    with one_thread():  # two of them, on a busy machine, spin while they wait for each other
        for _ in range(20):
            asked = time.process_time()  # of this program alone, whatever else the machine is doing
            next(events)
            gaps.append(time.process_time() - asked)
    assert max(gaps) < 0.1


def test_a_run_that_is_no_longer_asked_changes_nothing_more():
    model = small_model()
    events = train(model, EXAMPLES, (), config(epochs=100))
    next(events)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    events.close()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize("asked", [False, True])
def test_a_run_ends_within_an_epoch_when_asked_to_or_after_its_steps(asked):
    events = []
    setting = config(epochs=5, batch_size=1, max_steps=0 if asked else 6)
    examples = [*EXAMPLES]  # 4 of them, so that step 6 is the second of an epoch
    for event in train(small_model(), examples, EXAMPLES, setting, stop=lambda: asked and steps_of(events) == 6):
        events.append(event)
    last = events[-1]
    assert isinstance(last, Epoch)
    assert (last.epoch, steps_of(events)) == (2, 6)
    assert last.validation_loss is not None
    steps = [event for event in events if isinstance(event, Step)]
    assert {step.steps for step in steps} == {20 if asked else 6}
    assert last.loss == pytest.approx(sum(step.loss for step in steps[4:]) / 2)
    assert last.accuracy == sum(step.right for step in steps[4:]) / 2


@pytest.mark.parametrize("kind", [Step, Check, Epoch, None])
def test_no_step_follows_once_stop_is_true(kind):
    events = []

    def stop():
        return kind is None or any(isinstance(event, kind) for event in events)

    for event in train(small_model(), EXAMPLES, EXAMPLES, config(batch_size=4), stop=stop):
        events.append(event)
    assert steps_of(events) == (0 if kind is None else 1)


def steps_of(events):
    return sum(isinstance(event, Step) for event in events)


@pytest.mark.parametrize("poison", [math.nan, math.inf])
def test_a_loss_that_is_no_number_ends_the_training_with_advice(poison):
    model = small_model()
    model.head.weight.data.fill_(poison)
    with pytest.raises(Diverged, match=r"in epoch 1, step 1; choose a smaller learning rate or clip the gradient"):
        list(train(model, EXAMPLES, (), config()))


def test_nothing_to_train_on_is_refused():
    with pytest.raises(ValueError, match="no examples to train on"):
        next(train(small_model(), (), (), config()))


@pytest.mark.parametrize("per_step", [False, True])
def test_a_label_that_the_model_does_not_choose_between_is_refused(per_step):
    with pytest.raises(ValueError, match="does not know: x"):
        Batches(small_model(per_step=per_step), [Example("bad", "x")], 2, 400)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("optimizer", "adm"),
        ("schedule", "step"),
        ("device", "tpu"),
        ("learning_rate", 0),
        ("learning_rate", -1.0),
        ("learning_rate", math.nan),
        ("learning_rate", math.inf),
        ("learning_rate", "fast"),
        ("batch_size", 0),
        ("batch_size", 2.5),
        ("batch_size", True),
        ("epochs", 0),
        ("patience", -1),
        ("warmup", 1.5),
        ("clip_norm", -0.1),
        ("clip_value", math.nan),
        ("max_tokens", 0),
        ("seed", -1),
    ],
)
def test_a_configuration_refuses_nonsense_and_names_it(option, value):
    with pytest.raises(ValueError, match=rf"{option}.*{value}"):
        TrainingConfig(**{option: value})


# --- batches ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shuffled", [False, True])
def test_batches_hold_every_example_once(shuffled):
    texts = random_texts(103, 30)
    model = small_model()
    batches = Batches(model, texts, 8, 400)
    walked = list(batches.walk(torch.Generator().manual_seed(0) if shuffled else None))
    rows = [row[:length].tolist() for batch in walked for row, length in zip(batch.inputs, batch.lengths, strict=True)]
    assert sorted(rows) == sorted(model.encode(example.text) for example in texts)
    assert len(walked) == len(batches)
    assert max(len(batch.lengths) for batch in walked) <= 8


def test_batching_by_length_pads_little():
    texts = random_texts(2000, 100)
    batches = Batches(small_model(), texts, 32, 400)
    padded = sum(batch.inputs.numel() for batch in batches.walk(torch.Generator().manual_seed(0)))
    lengths = [len(example.text.split()) for example in texts]
    by_chance = sum(32 * max(lengths[start : start + 32]) for start in range(0, len(lengths), 32))
    assert padded < 1.1 * batches.tokens < by_chance / 1.5


def test_each_walk_has_its_own_order():
    batches = Batches(small_model(), random_texts(103, 30), 8, 400)
    generator = torch.Generator().manual_seed(0)
    first, second = ([batch.lengths.tolist() for batch in batches.walk(generator)] for _ in range(2))
    assert first != second


def test_of_long_texts_the_last_tokens_are_read():
    batch = next(Batches(small_model(), [Example("bad bad a great film", "positive")], 1, 3).walk())
    assert batch.inputs[0].tolist() == small_model().encode("a great film")


def test_padding_has_no_part_in_the_loss_of_a_per_step_task():
    model = small_model(per_step=True, labels=("a", "b"))
    examples = [Example("bad", "a"), Example("a great film", "aba")]
    loss, accuracy = evaluate_loss(model, Batches(model, examples, 2, 400))
    alone = [evaluate_loss(model, Batches(model, [example], 2, 400)) for example in examples]
    assert loss == pytest.approx((alone[0][0] + 3 * alone[1][0]) / 4, abs=1e-6)
    assert accuracy == pytest.approx((alone[0][1] + 3 * alone[1][1]) / 4)


def test_a_warm_up_never_goes_beyond_the_learning_rate():
    assert max(rates("constant", warmup=0.015)) == 0.5


def test_the_norm_is_that_before_any_clipping():
    free, bound = (next(iter(train(small_model(), EXAMPLES, (), config(clip_value=value)))) for value in (0.0, 1e-6))
    assert bound.gradient_norm == pytest.approx(free.gradient_norm)


@pytest.mark.parametrize("options", [{"bidirectional": True}, {"per_step": True}])
def test_a_running_loss_is_refused_where_it_makes_no_sense(options):
    with pytest.raises(ValueError, match="set running_weight to 0"):
        next(iter(train(small_model(**options), EXAMPLES, (), config(running_weight=0.5))))


def test_an_uncertain_example_counts_as_much_in_a_running_loss():
    examples = [Example(e.text, e.label, certainty=0.7) for e in EXAMPLES]
    model = small_model()
    batch = next(Batches(model, examples, 8, 400).walk())
    running = model.running_logits(batch.inputs, batch.lengths)
    targets = list(zip(batch.lengths, batch.targets[:, None], batch.certainty[:, None], strict=True))
    alone = [
        cross_entropy(running[n, t][None], label, certainty)
        for n, (length, label, certainty) in enumerate(targets)
        for t in range(length)
    ]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss, _, _ = training_step(model, optimizer, batch, config(running_weight=1.0))
    assert loss == pytest.approx(torch.stack(alone).mean().item(), abs=1e-6)
