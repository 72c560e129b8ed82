"""Gradient through time: against autograd, against finite differences, against NumPy's eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from rnn_demo.analysis.gradient_flow import flow, reach, rescaled, spectral_radius, step_jacobians
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS

TOKENS = tuple("ivanov")
LABELS = ["Russian", "Czech", "French"]


def model_of(cell: str, **options: object) -> SequenceModel:
    torch.manual_seed(5)
    architecture = Architecture(cell, 6, embedding_size=4, **options)  # type: ignore[arg-type]
    return SequenceModel(architecture, Vocabulary.build(["abcdefghinostv"], "letters"), LABELS).double().eval()


def states(model: SequenceModel, x: torch.Tensor) -> torch.Tensor:
    """The state of the first layer after each step, (T, S)."""
    read = recurrence.unroll(model.cell, x[None], recurrence.weights_of(model.rnn, 0))
    return torch.cat([read[name][0] for name in model.cell.state], dim=-1)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("options", [{}, {"num_layers": 2}, {"bidirectional": True, "pooling": "attention"}])
def test_the_gradient_of_the_loss_is_that_of_autograd(cell: str, options: dict[str, object]) -> None:
    model = model_of(cell, **options)
    result = flow(model, TOKENS, "Czech")
    ids = torch.tensor([model.encode("ivanov")])
    loss = nn.functional.cross_entropy(model(ids, torch.tensor([6])), torch.tensor([1]))
    loss.backward()
    norm = torch.stack([p.grad.norm() for p in model.parameters() if p.grad is not None]).norm()
    assert result.loss == pytest.approx(float(loss.detach()), abs=1e-6)
    assert result.norm == pytest.approx(float(norm), rel=1e-5)
    assert len(result.grad_h) == model.architecture.num_layers * model.architecture.directions


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_of_h_is_a_finite_difference_through_all_later_steps(cell: str) -> None:
    model, nudge = model_of(cell), 1e-6
    result = flow(model, TOKENS, "Czech")
    x = model.embed(torch.tensor([model.encode("ivanov")]))
    weights = recurrence.weights_of(model.rnn, 0)

    @torch.no_grad()
    def loss(t: int, unit: int, by: float) -> float:
        state = {name: torch.zeros(1, 6, dtype=torch.double) for name in model.cell.state}
        for k in range(len(TOKENS)):
            a_ih = (x[:, k] @ weights[0].T + weights[2]).view(1, -1, 6)
            state = model.cell.step(a_ih, (state["h"] @ weights[1].T + weights[3]).view(1, -1, 6), state)
            state = {name: state[name] for name in model.cell.state}
            if k == t:
                state["h"] = state["h"] + by * (torch.arange(6) == unit)
        return float(nn.functional.cross_entropy(model.head_logits(state["h"]), torch.tensor([1])))

    for t in (0, 3, 5):
        slopes = [(loss(t, unit, nudge) - loss(t, unit, -nudge)) / (2 * nudge) for unit in range(6)]
        assert result.grad_h[0][t] == pytest.approx(float(np.linalg.norm(slopes)), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("cell", CELLS)
def test_the_jacobian_of_a_step_is_a_finite_difference(cell: str) -> None:
    model, nudge = model_of(cell), 1e-6
    jacobians = step_jacobians(model, TOKENS)
    weight_ih, weight_hh, bias_ih, bias_hh = recurrence.weights_of(model.rnn, 0)
    with torch.no_grad():
        x = model.embed(torch.tensor([model.encode("ivanov")]))[0]
        past, t = states(model, x)[2], 3

        def step(state: torch.Tensor) -> torch.Tensor:
            parts = dict(zip(model.cell.state, state.split(6), strict=True))
            sums = ((x[t] @ weight_ih.T + bias_ih).view(-1, 6), (parts["h"] @ weight_hh.T + bias_hh).view(-1, 6))
            computed = model.cell.step(*sums, parts)
            return torch.cat([computed[name] for name in model.cell.state])

        for k in range(len(past)):
            by = nudge * (torch.arange(len(past)) == k)
            slope = (step(past + by) - step(past - by)) / (2 * nudge)
            np.testing.assert_allclose(jacobians[t][:, k], slope, atol=1e-7)


@pytest.mark.parametrize("cell", CELLS)
def test_the_product_of_the_jacobians_is_what_autograd_says_of_the_last_state(cell: str) -> None:
    model = model_of(cell)
    with torch.no_grad():
        x = model.embed(torch.tensor([model.encode("ivanov")]))[0]
    norms = reach(step_jacobians(model, TOKENS))
    assert norms[-1] == pytest.approx(1)

    def last_from_second(state: torch.Tensor) -> torch.Tensor:
        parts = dict(zip(model.cell.state, state[None].split(6, dim=-1), strict=True))
        weight_ih, weight_hh, bias_ih, bias_hh = recurrence.weights_of(model.rnn, 0)
        for x_t in x[2:, None]:
            sums = (x_t @ weight_ih.T + bias_ih).view(1, -1, 6), (parts["h"] @ weight_hh.T + bias_hh).view(1, -1, 6)
            parts = model.cell.step(*sums, parts)
        return torch.cat([parts[name][0] for name in model.cell.state])

    whole = torch.autograd.functional.jacobian(last_from_second, states(model, x)[1].detach())
    assert norms[1] == pytest.approx(float(torch.linalg.matrix_norm(whole, ord=2)), rel=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_the_spectral_radius_is_the_largest_eigenvalue_and_grows_with_the_weights(cell: str) -> None:
    model = model_of(cell)
    radius = spectral_radius(model)
    if not model.cell.gates_see_state:
        assert radius == {}  # it has no W_hh
        return
    assert tuple(radius) == model.cell.gates
    blocks = model.rnn.weight_hh_l0.detach().numpy().reshape(len(radius), 6, 6)
    np.testing.assert_allclose(list(radius.values()), [abs(np.linalg.eigvals(b)).max() for b in blocks], rtol=1e-6)
    for gate, value in spectral_radius(rescaled(model, 2.5)).items():
        assert value == pytest.approx(2.5 * radius[gate], rel=1e-6)


@pytest.mark.parametrize(("factor", "kind"), [(0.2, "vanishes"), (6.0, "explodes")])
def test_small_weights_make_a_gradient_vanish_and_large_ones_explode(factor: float, kind: str) -> None:
    model = rescaled(model_of("rnn_relu"), factor / spectral_radius(model_of("rnn_relu"))["h"])
    model.rnn.bias_ih_l0.data += 1  # every unit is open, so that the weights alone decide
    norms = reach(step_jacobians(model, TOKENS))
    assert bool(norms[0] < 1e-2 * norms[-1]) == (kind == "vanishes")
    assert bool(norms[0] > 10 * norms[-1]) == (kind == "explodes")


def test_a_product_that_outgrows_every_number_is_infinite_and_a_vanishing_one_is_zero() -> None:
    for factor, end in ((100.0, np.inf), (0.01, 0.0)):
        norms = reach(factor * torch.eye(3).double().expand(400, 3, 3))
        np.testing.assert_allclose(norms[-100:], [factor**k for k in range(99, -1, -1)], rtol=1e-9)
        assert norms[0] == end
    assert torch.isnan(reach(torch.full((5, 3, 3), torch.nan))[:-1]).all()


def test_a_flow_far_beyond_single_precision_has_numbers() -> None:
    model = rescaled(model_of("rnn_relu"), 100)
    model.rnn.bias_ih_l0.data += 1
    result = flow(model, TOKENS * 5, "Czech")
    assert result.reach[0] > 1e40
    assert np.isfinite([result.norm, result.loss, *result.reach, *result.largest, *result.grad_h[0]]).all()


@pytest.mark.parametrize("pooling", POOLINGS)
def test_following_the_gradient_changes_nothing_in_the_model(pooling: str) -> None:
    model = model_of("gru", pooling=pooling)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    flow(model, TOKENS, "French")
    assert all(p.grad is None for p in model.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_what_cannot_be_followed_is_refused_in_a_sentence() -> None:
    model = model_of("gru")
    with pytest.raises(ValueError, match="no token"):
        flow(model, (), "Czech")
    with pytest.raises(ValueError, match="unknown label 'Dutch'"):
        flow(model, TOKENS, "Dutch")
    with pytest.raises(ValueError, match="factor must be from 0 to 100, got -1"):
        rescaled(model, -1)
