"""Backpropagation through time in NumPy, beside what torch's autograd says of the same loss."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from rnn_demo.analysis.backward_pass import recorded_states
from rnn_demo.analysis.trace import Trace
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.numpy_rnn import PARAMETERS, Array, CharRNN

# Where torch's model has each parameter. (Its two biases of a layer are added, so both have the gradient of b_h.)
NAMES = {
    "W_xh": "rnn.weight_ih_l0",
    "W_hh": "rnn.weight_hh_l0",
    "W_hy": "head.weight",
    "b_h": "rnn.bias_ih_l0",
    "b_y": "head.bias",
}
STEPS = 12  # shown in the table


@dataclass(frozen=True, eq=False)
class GradientComparison:
    """The loss and the gradients of both by name, with dL/dh_t (T, H) under "h"; the `targets` in words."""

    targets: tuple[str, ...]
    losses: tuple[float, float]
    numpy: dict[str, Array]
    torch: dict[str, Array]

    @property
    def largest_difference(self) -> float:
        return max(float(np.abs(self.numpy[name] - self.torch[name]).max()) for name in self.numpy)


def targets_of(model: SequenceModel, trace: Trace) -> list[str]:
    """What should be answered at each step: the token that follows; after the last one, the network's own answer.

    ValueError for a token that is no answer of the network's.
    """
    targets = [*trace.tokens[1:], model.labels[int(trace.logits[-1].argmax())]]
    for token in targets:
        if token not in model.labels:
            raise ValueError(f"{token!r} is not among the network's answers, so there is no loss for it")
    return targets


def compare_gradients(network: CharRNN, model: SequenceModel, trace: Trace) -> GradientComparison:
    """The gradients of the mean loss over a trace's steps, in NumPy (64-bit) and in torch (32-bit)."""
    targets = targets_of(model, trace)
    ids = np.array([model.labels.index(target) for target in targets])
    x = trace.x.astype(np.float64)
    copied = copy.deepcopy(model).cpu().float()  # gradients are collected here
    h, layers = recorded_states(copied, torch.from_numpy(trace.x.astype(np.float32))[None])
    loss = nn.functional.cross_entropy(copied.head_logits(h)[0], torch.from_numpy(ids))
    loss.backward()  # type: ignore[no-untyped-call]
    weights = dict(copied.named_parameters())
    by_torch = {name: _grad(weights[NAMES[name]]) for name in PARAMETERS} | {"h": layers[0].gradients("h").numpy()}
    return GradientComparison(
        tuple(targets), (network.loss(x, ids), float(loss.detach())), network.gradients(x, ids), by_torch
    )


def _grad(weight: nn.Parameter) -> Array:
    return np.zeros(weight.shape) if weight.grad is None else weight.grad.numpy()


def in_words(comparison: GradientComparison, tokens: Sequence[str]) -> str:
    """The comparison as Markdown: the loss, the gradient of each parameter, and dL/dh_t of each step in both."""
    pairs = ", ".join(f"`{_code(a)}` → `{_code(b)}`" for a, b in zip(tokens, comparison.targets, strict=True))
    units = comparison.numpy["h"].shape[1]
    lines = [
        f"The loss L is the mean of −log p over the steps {pairs} (the last is the network's own answer): "
        f"{comparison.losses[0]:.6f} in NumPy, {comparison.losses[1]:.6f} in torch. "
        f"The largest difference in any gradient is **{comparison.largest_difference:.1e}**.",
        "",
        "| gradient of | shape | length, NumPy | length, torch | largest difference |",
        "|---|---|---:|---:|---:|",
    ]
    for name in PARAMETERS:
        ours, theirs = comparison.numpy[name], comparison.torch[name]
        shape = " × ".join(map(str, ours.shape))
        lengths = " | ".join(f"{np.linalg.norm(values):.6f}" for values in (ours, theirs))
        lines.append(f"| {name} | {shape} | {lengths} | {np.abs(ours - theirs).max():.1e} |")
    lines += ["", "| step | by | " + " | ".join(f"∂L/∂h {k + 1}" for k in range(units)) + " |"]
    lines.append("|---" * (units + 2) + "|")
    for t in range(min(len(tokens), STEPS)):
        for name, h in (("NumPy", comparison.numpy["h"]), ("torch", comparison.torch["h"])):
            lines.append(f"| {t + 1} | {name} | " + " | ".join(f"{value:.6f}" for value in h[t]) + " |")
    return "\n".join(lines)


def _code(token: str) -> str:
    """A token between backticks in Markdown."""
    return "␣" if not token.strip() else token.replace("`", "ˋ")
