"""Gradient through time: what going back one step, and one more, does to a gradient.

The state s_t of a layer is h_t, in an LSTM h_t and c_t side by side. Going back from s_t to s_{t-1}, a gradient is
multiplied by the Jacobian J_t = ds_t / ds_{t-1}. Where the singular values of these matrices are below 1 it
vanishes, where they are above 1 it may explode (Bengio et al. 1994; Pascanu et al. 2013, section 2).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rnn_demo.analysis.attribution import probed_states
from rnn_demo.network import recurrence
from rnn_demo.network.arrays import Array, as_array
from rnn_demo.network.model import SequenceModel


@dataclass(frozen=True, eq=False)
class Flow:
    """One text read by one model, and the gradient of its loss L (cross-entropy, nats) on the way back.

    grad_h: |dL/dh_t| of each layer and direction in a trace's order, each (T,).
    largest, smallest: the extreme singular values of J_t of the first layer, (T,).
    reach: the spectral norm of J_T ... J_{t+1}, (T,): how much of a nudge to s_t is left in s_T; 1 at the end.
    radius: the spectral radius of each gate's block of that layer's W_hh. norm: that of the whole gradient.
    """

    loss: float
    grad_h: tuple[Array, ...]
    largest: Array
    smallest: Array
    reach: Array
    radius: dict[str, float]
    norm: float


def flow(model: SequenceModel, tokens: Sequence[str], label: str) -> Flow:
    """Follow the gradient of -log p(label), after the last token, back through time.

    The model is left as it was. Raises ValueError for no tokens and for a label that the model does not have.
    """
    if not tokens:
        raise ValueError("there is no token to go back from; give at least one")
    if label not in model.labels:
        raise ValueError(f"unknown label {label!r}; choose one of {', '.join(model.labels[:20])}")
    model = copy.deepcopy(model).eval()  # gradients are collected here
    ids = torch.tensor([model.vocabulary.encode(tokens)], device=model.device)
    probes = [
        torch.zeros(len(tokens), model.architecture.hidden_size, device=model.device, requires_grad=True)
        for _ in range(model.architecture.num_layers * model.architecture.directions)
    ]
    h = probed_states(model, model.embed(ids), probes)
    logits = model.answer_so_far(h)[:, -1]  # (1, C)
    loss = nn.functional.cross_entropy(logits, torch.tensor([model.labels.index(label)], device=model.device))
    loss.backward()  # type: ignore[no-untyped-call]
    jacobians = step_jacobians(model, tokens)
    singular = torch.linalg.svdvals(jacobians)  # (T, S), the largest first
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    return Flow(
        float(loss.detach()),
        tuple(as_array(torch.zeros(len(tokens)) if p.grad is None else p.grad.norm(dim=1)) for p in probes),
        as_array(singular[:, 0]),
        as_array(singular[:, -1]),
        as_array(reach(jacobians)),
        spectral_radius(model),
        float(torch.stack([g.norm() for g in gradients]).norm()),
    )


@torch.no_grad()
def step_jacobians(model: SequenceModel, tokens: Sequence[str]) -> Tensor:
    """J_t = ds_t / ds_{t-1} of the first layer, forward, for every step: (T, S, S), S the size of the state."""
    weights = recurrence.weights_of(model.rnn, 0)
    _, weight_hh, _, bias_hh = weights
    cell, H = model.cell, weight_hh.shape[1]
    x = model.embed(torch.tensor([model.vocabulary.encode(tokens)], device=model.device))
    read = recurrence.unroll(cell, x, weights)
    now = torch.cat([read[name][0] for name in cell.state], dim=-1)  # (T, S)
    before = torch.cat([torch.zeros_like(now[:1]), now[:-1]])

    def step(state: Tensor, a_ih: Tensor) -> Tensor:
        parts = dict(zip(cell.state, torch.split(state, H), strict=True))
        a_hh = (parts["h"] @ weight_hh.T + bias_hh).view(len(cell.gates), H)
        computed = cell.step(a_ih, a_hh, parts)
        return torch.cat([computed[name] for name in cell.state])

    jacobians: Tensor = torch.func.vmap(torch.func.jacrev(step))(before, read["a_ih"][0])
    return jacobians


def reach(jacobians: Tensor) -> Tensor:
    """The spectral norm of J_T ... J_{t+1} for each t, (T,): 1 for the last step, whose state is s_T itself."""
    product = torch.eye(jacobians.shape[-1], dtype=jacobians.dtype, device=jacobians.device)
    norms = []
    for jacobian in jacobians.flip(0):
        norms.append(torch.linalg.matrix_norm(product, ord=2))
        product = product @ jacobian
    return torch.stack(norms).flip(0)


def spectral_radius(model: SequenceModel, layer: int = 0) -> dict[str, float]:
    """The largest modulus of an eigenvalue of W_hh, for the square block of each gate."""
    weight_hh = recurrence.weights_of(model.rnn, layer)[1].detach()
    blocks = weight_hh.view(len(model.cell.gates), -1, weight_hh.shape[1])
    return {
        gate: float(torch.linalg.eigvals(block).abs().max())
        for gate, block in zip(model.cell.gates, blocks, strict=True)
    }


def rescaled(model: SequenceModel, factor: float) -> SequenceModel:
    """A copy whose W_hh, and with it their spectral radius, is `factor` times as large in every layer."""
    if not 0 <= factor <= 100:
        raise ValueError(f"factor must be from 0 to 100, got {factor!r}")
    changed = copy.deepcopy(model)
    with torch.no_grad():
        for name, weight in changed.rnn.named_parameters():
            if name.startswith("weight_hh"):
                weight.mul_(factor)
    return changed
