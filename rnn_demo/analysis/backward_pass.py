"""The backward pass through one text: which gradient arrives at each state, and by which path it comes.

    backward_pass(model, trace.tokens, "Russian").layers[0].total["h"]      # dL/dh_t, (T, H)

The loss is L = -log p(label) after the last token; of a head that answers after every step, the sum of those of all
steps. Going back, a state s_t receives a gradient from the step that was computed after it, and h_t another one from
above: from the head, or from the layer that reads it. Their sum is dL/ds_t (backpropagation through time: Werbos 1990;
Goodfellow et al. 2016, section 10.2.2).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rnn_demo.analysis.attribution import check_readable, label_number
from rnn_demo.network import recurrence
from rnn_demo.network.cells import Cell, State
from rnn_demo.network.model import SequenceModel

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LayerGradients:
    """The gradients that arrive in one layer and direction. Row t belongs to token t, in the backward direction too.

    total: dL/ds_t of each state s of the cell, (T, H).
    above: the part of dL/dh_t that comes from the head or from the layer above, (T, H).
    carried: the part of dL/ds_t that comes over the wire of s from the step computed next, (T, H).
    What is left of an LSTM's dL/dc_t came from h_t, within the step.
    """

    layer: int
    direction: str
    total: dict[str, Doubles]
    above: Doubles
    carried: dict[str, Doubles]


@dataclass(frozen=True, eq=False)
class BackwardPass:
    """The gradients of L, in nats: -log p(label) after the last token, and what the earlier steps add to it.

    The layers are in a trace's order. x: dL/dx_t, (T, E). targets: the label at each step, (T,), None where there is
    no loss. losses: -log p of each, (T,); L is their sum.
    """

    label: str
    loss: float
    targets: tuple[str | None, ...]
    losses: tuple[float | None, ...]
    layers: tuple[LayerGradients, ...]
    x: Doubles


def backward_pass(
    model: SequenceModel, tokens: Sequence[str], label: str, earlier: Sequence[str | None] = ()
) -> BackwardPass:
    """Follow the gradient of -log p(label), after the last token, back to every state.

    `earlier` are the labels at the steps before, of a per-step head, whose losses are added: T - 1 of them, None where
    there is no loss. Computed in double precision on the CPU; the model is left as it was. Raises ValueError for no
    tokens, for a label that the model does not have, for another number of labels, and for a model in training mode.
    """
    check_readable(model, tokens)
    targets = (*(earlier or [None] * (len(tokens) - 1)), label)
    if len(targets) != len(tokens) or (any(earlier) and model.pooling is not None):
        raise ValueError(f"a label for each of {len(tokens)} steps needs a per-step head; got {len(targets)} labels")
    answered = [t for t, target in enumerate(targets) if target is not None]
    numbers = torch.tensor([label_number(model, target) for target in targets if target is not None])
    with torch.no_grad():
        ids = torch.tensor([model.vocabulary.encode(tokens)], device=model.device)
        x = model.embed(ids).cpu().double()  # (1, T, E)
    shared = {id(part): part for part in (model.embedding, model.vocabulary)}  # large, and not needed again
    model = copy.deepcopy(model, shared)
    for part in (model.rnn, model.pooling, model.head):
        if part is not None:
            part.cpu().double().requires_grad_(False)
    h, layers = recorded_states(model, x.requires_grad_())
    features = h[0, answered] if model.pooling is None else model.pooling(h, torch.tensor([len(tokens)]))
    losses = nn.functional.cross_entropy(model.head_logits(features), numbers, reduction="none")
    loss = losses.sum()
    loss.backward()  # type: ignore[no-untyped-call]
    by_step = dict(zip(answered, losses.detach().tolist(), strict=True))
    return BackwardPass(
        label,
        float(loss.detach()),
        targets,
        tuple(by_step.get(t) for t in range(len(tokens))),
        tuple(map(_gradients, layers)),
        _grad(x)[0].numpy(),
    )


@dataclass(frozen=True, eq=False)
class RecordedLayer:
    """The tensors of one pass whose gradients are kept, in the order in which the layer reads.

    states: each state after each step, T of (1, H).  arriving: the same state as the next step takes it, T - 1 of
    (1, H); not of h, which a step takes twice.  output: h as the layer gives it out, (1, T, H).
    """

    layer: int
    suffix: str
    states: dict[str, list[Tensor]]
    arriving: dict[str, list[Tensor]]
    output: Tensor

    def gradients(self, name: str) -> Tensor:
        """dL/ds_t of one state, once the loss has been followed back, (T, H), a row for each token."""
        return self.by_token(torch.cat([_grad(state) for state in self.states[name]]))

    def by_token(self, rows: Tensor) -> Tensor:
        return rows.flip(0) if self.suffix else rows


def recorded_states(model: SequenceModel, x: Tensor) -> tuple[Tensor, list[RecordedLayer]]:
    """x (1, T, E) -> h of the last layer (1, T, D*H), by the written-out step, and what to read gradients from."""
    layers: list[RecordedLayer] = []

    def read(layer: int, suffix: str, x: Tensor) -> Tensor:
        cell, states, arriving = _recording(model.cell)
        output = recurrence.unroll(cell, x, recurrence.weights_of(model.rnn, layer, suffix))["h"]
        for tensors in (*states.values(), *arriving.values(), [output]):
            for tensor in tensors:
                tensor.retain_grad()
        layers.append(RecordedLayer(layer, suffix, states, arriving, output))
        return output

    return recurrence.by_layers(model.rnn, x, read), layers


def _recording(cell: type[Cell]) -> tuple[type[Cell], dict[str, list[Tensor]], dict[str, list[Tensor]]]:
    """The cell with a memory for the states it computes, and for those that it is given."""
    states: dict[str, list[Tensor]] = {name: [] for name in cell.state}
    arriving: dict[str, list[Tensor]] = {name: [] for name in cell.state if name != "h"}

    class Recording(cell):  # type: ignore[misc, valid-type]
        @staticmethod
        def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
            if states["h"]:  # there is nothing to follow before the first step
                state = {name: value if name == "h" else value.clone() for name, value in state.items()}
                for name, values in arriving.items():
                    values.append(state[name])
            computed = cell.step(a_ih, a_hh, state)
            for name, values in states.items():
                values.append(computed[name])
            return computed

    return Recording, states, arriving


def _gradients(layer: RecordedLayer) -> LayerGradients:
    total = {name: layer.gradients(name) for name in layer.states}
    above = layer.by_token(_grad(layer.output)[0])
    carried = {"h": total["h"] - above}
    for name, tensors in layer.arriving.items():
        last = torch.zeros_like(total[name][:1])
        carried[name] = layer.by_token(torch.cat([*map(_grad, tensors), last]))
    return LayerGradients(
        layer.layer,
        "backward" if layer.suffix else "forward",
        {name: values.numpy() for name, values in total.items()},
        above.numpy(),
        {name: carried[name].numpy() for name in total},
    )


def _grad(tensor: Tensor) -> Tensor:
    """The gradient that a tensor has kept: zeros where the loss does not depend on it."""
    return torch.zeros_like(tensor).detach() if tensor.grad is None else tensor.grad
