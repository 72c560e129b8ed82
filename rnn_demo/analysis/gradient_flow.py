"""Gradient through time: what going back one step, and one more, does to a gradient.

The state s_t of a layer is h_t, in an LSTM h_t and c_t side by side. Going back from s_t to s_{t-1}, a gradient is
multiplied by the Jacobian J_t = ds_t / ds_{t-1}. Where the singular values of these matrices are below 1 it
vanishes, where they are above 1 it may explode (Bengio et al. 1994; Pascanu et al. 2013, section 2).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rnn_demo.analysis.attribution import label_number
from rnn_demo.analysis.backward_pass import recorded_states
from rnn_demo.network import recurrence
from rnn_demo.network.model import SequenceModel

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Flow:
    """One text read by one model, and the gradient of its loss L (cross-entropy, nats) on the way back.

    gradients: |dL/ds_t| of each state s of the cell, for each layer and direction in a trace's order, each (T,).
    largest, smallest: the extreme singular values of J_t of the first layer, (T,).
    reach: the spectral norm of J_T ... J_{t+1}, (T,): how much of a nudge to s_t is left in s_T; 1 at the end.
    radius: the spectral radius of each gate's block of that layer's W_hh. norm: that of the whole gradient.
    """

    loss: float
    gradients: dict[str, tuple[Doubles, ...]]
    largest: Doubles
    smallest: Doubles
    reach: Doubles
    radius: dict[str, float]
    norm: float

    @property
    def grad_h(self) -> tuple[Doubles, ...]:
        """|dL/dh_t| of each layer and direction, each (T,)."""
        return self.gradients["h"]


Flows = Mapping[str, Flow]  # by cell


def flow(model: SequenceModel, tokens: Sequence[str], label: str) -> Flow:
    """Follow the gradient of -log p(label), after the last token, back through time.

    Computed in double precision on the CPU, where a product of many Jacobians has room to grow. The model is left as
    it was. Raises ValueError for no tokens and for a label that the model does not have.
    """
    if not tokens:
        raise ValueError("there is no token to go back from; give at least one")
    target = torch.tensor([label_number(model, label)])
    model = copy.deepcopy(model).cpu().double().eval()  # gradients are collected here
    x = model.embed(torch.tensor([model.vocabulary.encode(tokens)]))  # (1, T, E)
    h, layers = recorded_states(model, x)
    logits = model.logits_so_far(h)[:, -1]  # (1, C)
    loss = nn.functional.cross_entropy(logits, target)
    loss.backward()  # type: ignore[no-untyped-call]
    jacobians = step_jacobians(model, tokens)
    singular = singular_values(jacobians)  # (T, S), the largest first
    weights = [p.grad for p in model.parameters() if p.grad is not None]
    return Flow(
        float(loss.detach()),
        {name: tuple(layer.gradients(name).norm(dim=1).numpy() for layer in layers) for name in model.cell.state},
        singular[:, 0].numpy(),
        singular[:, -1].numpy(),
        reach(jacobians).numpy(),
        spectral_radius(model),
        float(torch.stack([g.norm() for g in weights]).norm()),
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


def singular_values(matrices: Tensor) -> Tensor:
    """Of each matrix (N, S, S) -> (N, S), the largest first; NaN where a number of the matrix is not finite."""
    finite = matrices.isfinite().all(dim=2).all(dim=1)[:, None]
    values: Tensor = torch.linalg.svdvals(torch.where(finite[..., None], matrices, 0.0))
    return torch.where(finite, values, torch.nan)


def reach(jacobians: Tensor) -> Tensor:
    """The spectral norm of J_T ... J_{t+1} for each t, (T,), in double: 1 for the last step, whose state is s_T itself.

    The product is kept at length 1 and its length as a logarithm, so that it may grow past what a number can hold:
    then the norm is infinite.
    """
    product = torch.eye(jacobians.shape[-1], dtype=torch.float64)
    log_norm, norms = product.new_zeros(()), []
    for jacobian in jacobians.cpu().double().flip(0):
        norms.append(log_norm.exp())
        product = product @ jacobian
        norm = singular_values(product[None])[0, 0]
        log_norm = log_norm + norm.log()
        product = product / norm if norm > 0 else product
    return torch.stack(norms).flip(0)


def spectral_radius(model: SequenceModel) -> dict[str, float]:
    """The largest modulus of an eigenvalue of W_hh of the first layer, for the square block of each gate.

    Empty for a cell that has no W_hh.
    """
    if not model.cell.gates_see_state:
        return {}
    weight_hh = recurrence.weights_of(model.rnn, 0)[1].detach()
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
