"""Why this answer: gradients of an answer with respect to the input and the hidden state at each step.

The log odds of a label, log p / (1 - p), after a given step are explained. Unlike p itself they do not flatten where
the model is sure, and they mean the same for softmax and sigmoid outputs.

Gradients of states run through the cell's written-out step. Those of the input alone run through torch's fused kernel
on the CPU, and through the step elsewhere, because cuDNN refuses the backward pass in eval mode. (Dropout must not be
switched on to get around that, and cuDNN can be switched off only for the whole process.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rnn_demo.network import recurrence
from rnn_demo.network.arrays import Array, as_array
from rnn_demo.network.cells import Cell, State
from rnn_demo.network.model import SequenceModel

POINTS_AT_ONCE, STEPS_AT_ONCE = 16, 16_384  # of integrated gradients: a long text needs no more memory than a short one

READ_AT_ONCE = 20_000  # tokens of shortened texts in one batch


@dataclass(frozen=True, eq=False)
class Influence:
    """How the log odds of `label` after `step` change with each h_t (a (T, H) for each layer and direction) and x_t.

    The layers are in a trace's order. x, grad_x: (T, E).
    """

    label: str
    step: int
    log_odds: float
    grad_h: tuple[Array, ...]
    x: Array
    grad_x: Array

    @property
    def times_input(self) -> Array:
        """Gradient times input, (T,): what each token would contribute if the network were linear."""
        products: Array = (self.grad_x * self.x).sum(axis=1)
        return products


@dataclass(frozen=True, eq=False)
class Integrated:
    """Integrated gradients (Sundararajan et al. 2017) of each token, (T,), from an input of zeros.

    They should add up to `difference`, the change of the log odds by reading the text; `gap` is what is missing.
    """

    label: str
    step: int
    attributions: Array
    difference: float

    @property
    def gap(self) -> float:
        return self.difference - float(self.attributions.sum())


def influence(
    model: SequenceModel, tokens: Sequence[str], label: str | None = None, step: int | None = None
) -> Influence:
    """Gradients of the log odds of `label`, by default the answer, after `step`, by default the last.

    Raises ValueError for an unknown label, a step outside the text, no tokens, and a model in training mode.
    """
    x = _read(model, tokens)  # (1, T, E)
    step, number = _target(model, x, label, step)
    x.requires_grad_()
    probes = make_probes(model, x)
    score = _log_odds(model, probed_states(model, x, probes), step, number).sum()
    grad_x, *grad_h = torch.autograd.grad(score, [x, *probes], allow_unused=True)
    return Influence(
        model.labels[number],
        step,
        float(score.detach()),
        tuple(as_array(g if g is not None else torch.zeros_like(p)) for g, p in zip(grad_h, probes, strict=True)),
        as_array(x[0]),
        as_array(grad_x[0]),
    )


def integrated_gradients(
    model: SequenceModel, tokens: Sequence[str], label: str | None = None, step: int | None = None, points: int = 64
) -> Integrated:
    """The mean gradient along the straight line from zeros to x, times x; midpoint rule with `points` points."""
    x = _read(model, tokens)
    step, number = _target(model, x, label, step)
    share = (torch.arange(points, device=x.device, dtype=x.dtype) + 0.5) / points
    total = torch.zeros_like(x[0])
    at_once = max(1, min(POINTS_AT_ONCE, STEPS_AT_ONCE // x.shape[1]))
    for part in torch.split(share, at_once):  # (P,)
        along = (part[:, None, None] * x).requires_grad_()  # (P, T, E)
        score = _log_odds(model, _states_fused(model, along), step, number).sum()
        total += torch.autograd.grad(score, along)[0].sum(0)
    with torch.no_grad():
        ends = _log_odds(model, _states_fused(model, torch.cat([torch.zeros_like(x), x])), step, number)
    attributions = (total / points * x[0]).sum(-1)
    return Integrated(model.labels[number], step, as_array(attributions), float(ends[1] - ends[0]))


def log_odds_without(
    model: SequenceModel, tokens: Sequence[str], spans: Sequence[tuple[int, int]], label: str
) -> Array:
    """Leave one out: the log odds of `label` once the tokens are read again without each span [start, stop), (S,).

    Raises ValueError for an unknown label, and where nothing would be left to read.
    """
    check_readable(model, tokens)
    number, ids = label_number(model, label), model.vocabulary.encode(tokens)
    rest = [ids[:start] + ids[stop:] for start, stop in spans]
    if not all(rest):
        raise ValueError("without that span there is nothing left to read; give at least two words")
    at_once = max(1, min(32, READ_AT_ONCE // len(ids)))
    return as_array(_odds(torch.from_numpy(model.logits_of(rest, batch_size=at_once)), number))


def check_readable(model: SequenceModel, tokens: Sequence[str]) -> None:
    """Refuse an empty text, and a model in training mode; ValueError."""
    if not tokens:
        raise ValueError("there is no token to explain; give at least one")
    if model.training:
        raise ValueError("the model is in training mode, where dropout changes each answer; call model.eval() first")


def _read(model: SequenceModel, tokens: Sequence[str]) -> Tensor:
    check_readable(model, tokens)
    ids = torch.tensor([model.vocabulary.encode(tokens)], device=model.device)
    with torch.no_grad():
        return model.embed(ids)


def _target(model: SequenceModel, x: Tensor, label: str | None, step: int | None) -> tuple[int, int]:
    """The step and the index of the label, by default the last step and the most probable label."""
    T = x.shape[1]
    step = T - 1 if step is None else step
    if not 0 <= step < T:
        raise ValueError(f"step must be from 0 to {T - 1}, got {step}")
    if label is None:
        with torch.no_grad():
            return step, int(model.logits_so_far(probed_states(model, x))[0, step].argmax())
    return step, label_number(model, label)


def label_number(model: SequenceModel, label: str) -> int:
    """The index of a label; ValueError for one that the model does not have."""
    if label not in model.labels:
        raise ValueError(f"unknown label {label!r}; choose one of {', '.join(model.labels[:20])}")
    return model.labels.index(label)


def make_probes(model: SequenceModel, x: Tensor) -> list[Tensor]:
    """Zeros (T, H) for each layer and direction that reads x (1, T, E)."""
    a = model.architecture
    zeros = x.new_zeros(x.shape[1], a.hidden_size)
    return [zeros.clone().requires_grad_() for _ in range(a.num_layers * a.directions)]


def probed_states(model: SequenceModel, x: Tensor, probes: Sequence[Tensor] = ()) -> Tensor:
    """x (B, T, E) -> h of the last layer (B, T, D*H), by the written-out step; each probe (T, H) is added to one h."""
    rest = iter(probes)

    def read(layer: int, suffix: str, x: Tensor) -> Tensor:
        probe = next(rest, None)
        cell = model.cell if probe is None else _probed(model.cell, probe.flip(0) if suffix else probe)
        return recurrence.unroll(cell, x, recurrence.weights_of(model.rnn, layer, suffix))["h"]

    return recurrence.by_layers(model.rnn, x, read)


def _states_fused(model: SequenceModel, x: Tensor) -> Tensor:
    """The same, on the CPU by torch's fused kernel, which is several times faster."""
    if x.device.type != "cpu":
        return probed_states(model, x)
    return model.states(x, torch.full((len(x),), x.shape[1]))


def _probed(cell: type[Cell], probe: Tensor) -> type[Cell]:
    """The cell with probe[t], all zeros, added to its h_t: the gradient of the probe is that of h_t."""
    rows = iter(probe)

    class Probed(cell):  # type: ignore[misc, valid-type]
        @staticmethod
        def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
            quantities = cell.step(a_ih, a_hh, state)
            return {**quantities, "h": quantities["h"] + next(rows)}

    return Probed


def _log_odds(model: SequenceModel, h: Tensor, step: int, number: int) -> Tensor:
    """log p / (1 - p) of one label after one step, (B,)."""
    return _odds(model.logits_so_far(h[:, : step + 1])[:, -1], number)  # of nothing that was read later


def _odds(logits: Tensor, number: int) -> Tensor:
    """Logits (B, C) -> log p / (1 - p) of one label, (B,)."""
    others = torch.cat([logits[:, :number], logits[:, number + 1 :]], dim=-1)
    return logits[:, number] - others.logsumexp(-1)
