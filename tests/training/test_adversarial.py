"""Word vectors move by the norm that was asked for, where the loss or the answer changes most, and answers stay."""

import math

import pytest
import torch
from helpers.samples import EXAMPLES, small_model

from rnn_demo.network.pooling import mask
from rnn_demo.tasks import Example
from rnn_demo.tasks.base import UNLABELLED
from rnn_demo.training import Epoch, TrainingConfig, train
from rnn_demo.training.adversarial import backward, divergence, perturbation, virtual_perturbation
from rnn_demo.training.batching import IGNORED, Batches
from rnn_demo.training.loss import batch_loss, consistency, read


def config(**options):
    return TrainingConfig(**({"device": "cpu", "epochs": 3, "batch_size": 8, "learning_rate": 0.02} | options))


def one_batch(model, examples=EXAMPLES):
    return next(Batches(model, examples, 64, 400).walk())


def gradients(model):
    return [parameter.grad.clone() for parameter in model.parameters()]


def test_the_perturbation_of_each_text_has_the_norm_that_was_asked_for_and_none_on_padding():
    model = small_model()
    batch = one_batch(model)
    x = model.embed(batch.inputs)
    r = perturbation(torch.randn_like(x), x, batch.lengths, 0.2)
    real = mask(x, batch.lengths)
    assert not real.all()
    torch.testing.assert_close(r.flatten(1).norm(dim=1), 0.2 * (x * real).flatten(1).norm(dim=1))
    assert not r[~real.expand_as(r)].any()
    assert not perturbation(torch.zeros_like(x), x, batch.lengths, 3.0).any()  # and no number that is none


def test_the_loss_grows_more_along_the_gradient_than_along_any_other_direction():
    torch.manual_seed(0)
    model = small_model(hidden_size=16)
    batch = one_batch(model)
    x = model.embed(batch.inputs).detach().requires_grad_()
    batch_loss(read(model, x, batch.lengths), batch).backward()

    def loss_at(direction):
        r = perturbation(direction, x, batch.lengths, 0.05)
        return batch_loss(read(model, x + r, batch.lengths), batch).item()

    worst = loss_at(x.grad)
    assert all(loss_at(torch.randn_like(x)) < worst for _ in range(20))
    assert loss_at(-x.grad) < loss_at(torch.zeros_like(x)) < worst


def test_the_gradient_is_that_of_the_loss_and_of_the_loss_where_the_words_have_moved():
    model = small_model()
    batch = one_batch(model)
    logits, loss = backward(model, batch, config(adversarial=0.3))
    seen = gradients(model)

    model.zero_grad()
    x = model.embed(batch.inputs)
    plain = batch_loss(model(batch.inputs, batch.lengths), batch)
    direction = torch.autograd.grad(batch_loss(read(model, x, batch.lengths), batch), x, retain_graph=True)[0]
    moved = x + perturbation(direction, x, batch.lengths, 0.3)
    (plain + batch_loss(read(model, moved, batch.lengths), batch)).backward()
    torch.testing.assert_close(loss, plain)
    torch.testing.assert_close(logits, model(batch.inputs, batch.lengths))
    for ours, reference in zip(seen, gradients(model), strict=True):
        torch.testing.assert_close(ours, reference, rtol=1e-4, atol=1e-6)


def test_a_virtual_perturbation_moves_the_answers_more_than_a_random_one():
    torch.manual_seed(0)
    model = small_model(hidden_size=16)
    batch = one_batch(model)
    x = model.embed(batch.inputs).detach()
    logits = read(model, x, batch.lengths).detach()

    def moved(r):
        return divergence(logits, read(model, x + r, batch.lengths)).item()

    worst = moved(virtual_perturbation(model, x, batch.lengths, logits, config(virtual=1.0)))
    assert all(moved(perturbation(torch.randn_like(x), x, batch.lengths, 1.0)) < worst for _ in range(20))
    assert all(parameter.grad is None for parameter in model.parameters())  # the search leaves no gradient behind


def test_a_divergence_is_that_of_two_distributions_and_only_the_second_learns():
    logits, others = torch.randn(5, 3, requires_grad=True), torch.randn(5, 3, requires_grad=True)
    p, q = logits.softmax(-1), others.softmax(-1)
    torch.testing.assert_close(divergence(logits, others), (p * (p / q).log()).sum(-1).mean())
    divergence(logits, others).backward()
    assert logits.grad is None
    assert others.grad.any()


def test_texts_without_a_label_are_learnt_from_by_their_own_answers_alone():
    model = small_model()
    examples = [*EXAMPLES, Example("a dull day", UNLABELLED)]
    batch = one_batch(model, examples)
    assert batch.targets[-1] == IGNORED or IGNORED in batch.targets
    without = one_batch(model)
    losses = [batch_loss(model(part.inputs, part.lengths), part) for part in (batch, without)]
    torch.testing.assert_close(*losses)
    alone = one_batch(model, [Example("a great film", UNLABELLED)])
    _, loss = backward(model, alone, config(virtual=1.0))
    assert loss == 0
    assert any(gradient.any() for gradient in gradients(model))
    *_, epoch = train(small_model(), examples, (), config(virtual=1.0))
    assert isinstance(epoch, Epoch)
    assert math.isfinite(epoch.loss)
    with pytest.raises(ValueError, match="only with virtual above 0"):
        next(train(small_model(), examples, (), config()))
    with pytest.raises(ValueError, match="no example has a label"):
        next(train(small_model(), examples[-1:], (), config(virtual=1.0)))


@pytest.mark.parametrize(
    "options", [{"adversarial": 1.0}, {"virtual": 1.0}, {"precision": "bfloat16"}, {"consistency": 1.0}]
)
def test_a_network_learns_with_each_of_them_and_the_same_seed_gives_the_same_numbers(options):
    def losses():
        model = small_model(hidden_size=16, dropout=0.1)
        return [e.loss for e in train(model, EXAMPLES, (), config(epochs=40, **options)) if isinstance(e, Epoch)]

    first = losses()
    assert first[-1] < first[0] / 2
    assert losses() == first


@pytest.mark.parametrize("option", ["adversarial", "virtual", "consistency"])
def test_a_network_with_an_answer_at_each_step_is_refused(option):
    model = small_model(per_step=True, labels=("n", "p"))
    with pytest.raises(ValueError, match="one answer to a text"):
        next(train(model, [Example("a b", "np")], (), config(**{option: 1.0})))


# --- texts that are alike ---------------------------------------------------------------------------------------


def test_consistency_is_the_divergence_of_each_answer_from_the_mean_of_its_set():
    logits = torch.randn(6, 2)
    p = logits.softmax(-1)
    alike = torch.tensor([7, -1, 3, 7, 3, 7])
    parts = []
    for rows in ([0, 3, 5], [2, 4]):
        m = p[rows].mean(0)
        parts += [(p[row] * (p[row] / m).log()).sum() for row in rows]
    torch.testing.assert_close(consistency(logits, alike), torch.stack(parts).mean())
    assert consistency(logits, None) == 0
    torch.testing.assert_close(consistency(logits[[0, 0]], torch.tensor([1, 1])), torch.tensor(0.0))


def test_examples_that_are_alike_stand_in_one_batch_and_say_so():
    texts = [Example("good " * (n % 7 + 1), "positive", alike=str(n // 2) if n < 20 else "") for n in range(60)]
    batches = Batches(small_model(), texts, 10, 400)
    assert sorted(row for unit in batches.units for row in unit) == list(range(60))
    seen = 0
    for batch in batches.walk(torch.Generator().manual_seed(0)):
        if batch.alike is not None:
            _, counts = batch.alike[batch.alike >= 0].unique(return_counts=True)
            seen += int((counts == 2).sum())
    assert seen >= 8  # a set may be cut by the end of a batch
    assert next(Batches(small_model(), EXAMPLES, 64, 400).walk()).alike is None


def test_answers_to_texts_that_are_alike_come_closer():
    pair = [Example("a great film", "positive", certainty=0.5, alike="x"), Example("bad", "positive", alike="x")]

    def gap(weight):
        model = small_model(hidden_size=16)
        list(train(model, [*pair, *EXAMPLES], (), config(epochs=60, consistency=weight)))
        low, high = sorted(model.probabilities([e.text for e in pair])[:, 1])
        return high - low

    assert gap(5.0) < gap(0.0) / 2
