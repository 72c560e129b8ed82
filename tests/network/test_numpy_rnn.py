"""The NumPy network: its gradients, its numbers and its learning are right."""

import numpy as np
import pytest
import torch

from rnn_demo.network.arrays import softmax
from rnn_demo.network.numpy_rnn import PARAMETERS, CharRNN, one_hot, train
from rnn_demo.training import train as train_torch
from rnn_demo.zoo import build, recipes

V, H, T = 4, 3, 6


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    return CharRNN.random(V, H, seed=1), one_hot(rng.integers(0, V, T), V), rng.integers(0, V, T)


def test_gradients_equal_those_of_autograd(problem):
    model, x, targets = problem
    weights = {name: torch.tensor(getattr(model, name), requires_grad=True) for name in PARAMETERS}
    h, scores, states = torch.zeros(H, dtype=torch.float64), [], []
    for x_t in torch.tensor(x):
        h = torch.tanh(weights["W_xh"] @ x_t + weights["W_hh"] @ h + weights["b_h"])
        h.retain_grad()
        states.append(h)
        scores.append(weights["W_hy"] @ h + weights["b_y"])
    loss = torch.nn.functional.cross_entropy(torch.stack(scores), torch.tensor(targets))
    loss.backward()
    ours = model.gradients(x, targets)
    assert model.loss(x, targets) == pytest.approx(loss.item(), abs=1e-12)
    for name, weight in weights.items():
        np.testing.assert_allclose(ours[name], weight.grad, atol=1e-12)
    np.testing.assert_allclose(ours["h"], torch.stack([state.grad for state in states]), atol=1e-12)


@pytest.mark.parametrize("name", PARAMETERS)
def test_gradients_equal_finite_differences(problem, name):
    model, x, targets = problem
    ours, weight, nudge = model.gradients(x, targets)[name], getattr(model, name), 1e-6
    for index in np.ndindex(weight.shape):
        original = weight[index]
        losses = []
        for weight[index] in (original + nudge, original - nudge):
            losses.append(model.loss(x, targets))
        weight[index] = original
        assert ours[index] == pytest.approx((losses[0] - losses[1]) / (2 * nudge), abs=1e-8)


def test_with_the_torch_models_weights_it_gives_the_torch_models_numbers():
    recipe = recipes.with_options(recipes.RECIPES["hello"], {"epochs": 20, "device": "cpu"})
    examples = build.read_examples(recipe, None)
    torch_model, split = build.build_model(recipe, examples)
    list(train_torch(torch_model, split.train, (), recipe.training))
    state = {name: value.double().numpy() for name, value in torch_model.state_dict().items()}
    ours = CharRNN(
        state["rnn.weight_ih_l0"],
        state["rnn.weight_hh_l0"],
        state["head.weight"],
        state["rnn.bias_ih_l0"] + state["rnn.bias_hh_l0"],
        state["head.bias"],
    )
    ids = torch.tensor([torch_model.encode("hell")])
    lengths = torch.tensor([4])
    h, scores = ours.forward(one_hot(ids[0].numpy(), len(torch_model.vocabulary)))
    with torch.inference_mode():
        np.testing.assert_allclose(h, torch_model.states(torch_model.embed(ids), lengths)[0], atol=1e-6)
        np.testing.assert_allclose(scores, torch_model(ids, lengths)[0], atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_hell_becomes_ello_within_a_hundred_steps(seed):
    *_, (_, loss, output) = train("hello", seed=seed)
    first = next(train("hello", seed=seed))[1]
    assert output == "ello"
    assert loss < first


def test_the_same_seed_gives_the_same_numbers():
    losses = [[loss for _, loss, _ in train(steps=5, seed=seed)] for seed in (0, 0, 1)]
    assert losses[0] == losses[1] != losses[2]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [1.0, 1e3, 1e300])
def test_softmax_is_stable(size):
    p = softmax(np.array([[size, 0.0, -size], [size, size, size]]))
    np.testing.assert_allclose(p.sum(-1), 1)
    np.testing.assert_allclose(p[1], 1 / 3)


def test_softmax_does_not_see_a_shift():
    y = np.array([0.3, -2.0, 1.1])
    np.testing.assert_allclose(softmax(y + 1000), softmax(y))
    np.testing.assert_allclose(softmax(y), torch.tensor(y).softmax(0))


def test_a_text_of_one_character_is_refused():
    with pytest.raises(ValueError, match="at least 2 characters"):
        next(train("h"))
