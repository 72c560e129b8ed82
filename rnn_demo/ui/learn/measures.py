"""What several views and answers need: gradients of small fresh cells, backpropagation by hand, a minimal GRU."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from rnn_demo.analysis.backward_pass import BackwardPass, backward_pass
from rnn_demo.analysis.trace import Trace
from rnn_demo.experiments import shipped
from rnn_demo.experiments.shipped.learning_curves import CurveEpoch
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.numpy_rnn import CharRNN
from rnn_demo.ui.learn.networks import Networks

Doubles = NDArray[np.float64]
FRESH_UNITS, FRESH_STEPS = 32, 40  # of cells that have learnt nothing
FRESH = {
    "rnn": None,
    "half": 0.0,
    "open": 2.5,
}  # an RNN and two LSTMs: the bias of the forget gate, half or nearly open


def arrivals() -> dict[str, Doubles]:
    """Of fresh cells that read noise: the length of the gradient that arrives at each h_t from the last one, (T,)."""
    return {name: _arrival(bias) for name, bias in FRESH.items()}


def _arrival(forget_bias: float | None) -> Doubles:
    """|d sum(h_T) / d h_t|, divided by its value at T; in double precision, with the same weights each time."""
    generator = torch.Generator().manual_seed(0)
    H, T = FRESH_UNITS, FRESH_STEPS
    G = 1 if forget_bias is None else 4
    k = H**-0.5  # as PyTorch draws them

    def uniform(*shape: int) -> torch.Tensor:
        return (torch.rand(*shape, generator=generator, dtype=torch.float64) * 2 - 1) * k

    W, U, b = uniform(G * H, H), uniform(G * H, H), uniform(G * H)
    if forget_bias is not None:
        b[H : 2 * H] += forget_bias
    h = c = torch.zeros(H, dtype=torch.float64)
    states: list[tuple[torch.Tensor, torch.Tensor]] = []
    for x in uniform(T, H) / k:
        h = h.clone().requires_grad_() if not states else h
        a = W @ x + U @ h + b
        if forget_bias is None:
            h = torch.tanh(a)
        else:
            i, f, g, o = a.view(4, H)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        h.retain_grad()
        states.append((h, c))
        if forget_bias is not None:
            c.retain_grad()
    h.sum().backward()  # type: ignore[no-untyped-call]
    kept = [s[0] if forget_bias is None else s[1] for s in states]  # of an LSTM, the line along c
    lengths = np.array([float(s.grad.norm()) if s.grad is not None else 0.0 for s in kept])
    return lengths / lengths[-1]


def writer(trace: Trace, token: str) -> int:
    """The unit of an LSTM whose largest write, i_t g_t, is most clearly at a token, counted from 0."""
    q, t = trace.layers[-1].quantities, trace.tokens.index(token)
    written = np.abs(q["i"] * q["g"])  # (T, H)
    others = np.delete(written, t, axis=0).max(axis=0)
    return int((written[t] - others).argmax())


def keeper(trace: Trace) -> tuple[int, int]:
    """The step and the unit of a GRU where z is nearest to 1 while old state and new content are far apart."""
    q = trace.layers[-1].quantities
    before = np.vstack([np.zeros_like(q["h"][:1]), q["h"][:-1]])
    worth = (np.abs(before) > 0.3) & (np.abs(q["n"] - before) > 0.3)  # else both say the same
    t, k = np.unravel_index(np.where(worth, q["z"], 0).argmax(), before.shape)
    return int(t), int(k)


def targets(networks: Networks, model: str, text: str) -> list[str]:
    """The letter that follows each one, and after the last the network's own answer."""
    trace = networks.trace(model, text)
    return [*trace.tokens[1:], trace.labels[int(trace.logits[-1].argmax())]]


def by_torch(networks: Networks, model: str, text: str) -> BackwardPass:
    """The backward pass of a network that answers after every step, the losses of all steps added."""
    *earlier, last = targets(networks, model, text)
    network, tokens = networks.model(model), networks.trace(model, text).tokens
    return networks.once(("backward", model, text), lambda: backward_pass(network, tokens, last, earlier))


def by_hand(networks: Networks, model: str, text: str) -> dict[str, Doubles]:
    """The gradients of the same by the NumPy network, whose loss is the mean: times T, so that both are of the sum."""
    network, trace = networks.model(model), networks.trace(model, text)
    ids = np.array([network.labels.index(target) for target in targets(networks, model, text)])
    grads = in_numpy(network).gradients(trace.x.astype(np.float64), ids)
    return {name: grad * len(ids) for name, grad in grads.items()}


def in_numpy(network: SequenceModel) -> CharRNN:
    """The NumPy network with the weights of one tanh layer that reads and answers letters."""
    weights = {name: weight.detach().double().numpy() for name, weight in network.named_parameters()}
    bias = weights["rnn.bias_ih_l0"] + weights["rnn.bias_hh_l0"]
    W_xh, W_hh = weights["rnn.weight_ih_l0"], weights["rnn.weight_hh_l0"]
    return CharRNN(W_xh, W_hh, weights["head.weight"], bias, weights["head.bias"])


def clipped(gradient: list[float], most: float) -> list[float]:
    """A gradient after torch has clipped its length."""
    weight = nn.Parameter(torch.zeros(len(gradient)))
    weight.grad = torch.tensor(gradient)
    nn.utils.clip_grad_norm_([weight], most)
    return [float(value) for value in weight.grad]


@dataclass(frozen=True, eq=False)
class Scan:
    """A minimal GRU, h_t = (1 - z_t) h_{t-1} + z_t n_t, step by step, and all at once in so many `rounds`."""

    by_steps: Doubles
    at_once: Doubles
    rounds: int


def minimal_gru(steps: int, units: int = 8) -> Scan:
    """The three equations of minGRU (Feng et al. 2024) with random weights, computed in both ways."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(steps, units))
    z = 1 / (1 + np.exp(-x @ rng.normal(size=(units, units)).T))  # of x alone: no h in it
    n = x @ rng.normal(size=(units, units)).T
    h, states = np.zeros(units), []
    for t in range(steps):
        h = (1 - z[t]) * h + z[t] * n[t]
        states.append(h)
    keep, add, rounds, reach = 1 - z, z * n, 0, 1
    while reach < steps:  # each round joins stretches twice as long (Hillis & Steele 1986)
        earlier_keep = np.vstack([np.ones((reach, units)), keep[:-reach]])
        earlier_add = np.vstack([np.zeros((reach, units)), add[:-reach]])
        add, keep = add + keep * earlier_add, keep * earlier_keep
        rounds, reach = rounds + 1, 2 * reach
    return Scan(np.array(states), add, rounds)


def curves(recipe: str) -> list[CurveEpoch]:
    """The epochs of a recipe's training that comes with the program: `python -m rnn_demo studies` trains it again."""
    return [epoch for epoch in shipped.load("curves").of(CurveEpoch) if epoch.recipe == recipe]
