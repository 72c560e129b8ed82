"""A step of a cell in which some quantities are held; everything that is computed from them follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import NamedTuple

import torch
from torch import Tensor

from rnn_demo.analysis.trace import StepOf
from rnn_demo.network import recurrence
from rnn_demo.network.cells import Cell, State
from rnn_demo.network.equations import Tree, parse
from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel

SUFFIX = {"forward": "", "backward": "_reverse"}  # that torch gives the weights of a direction


class Hold(NamedTuple):
    """Where a quantity is held, and to what: each (B, T, H), or with 1 in place of B. Row t belongs to token t."""

    where: Tensor
    values: Tensor


Held = Mapping[tuple[int, str], Mapping[str, Hold]]  # of a layer and a direction: the quantities held there


def steps_with(cell: type[Cell], held: Held) -> StepOf:
    """The steps of each layer and direction, for `record_with` and `recurrence.unroll`; ValueError where it cannot."""
    trees = _trees(cell) if held else {}

    def step_of(layer: int, suffix: str) -> recurrence.Step | None:
        place = held.get((layer, suffix))
        if not place:
            return None
        holds = {name: Hold(*(part.flip(1) if suffix else part for part in hold)) for name, hold in place.items()}
        touched = torch.stack([hold.where.any(2).any(0) for hold in holds.values()]).any(0).tolist()

        def step(t: int, a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
            if not touched[t]:
                return cell.step(a_ih, a_hh, state)
            now: dict[str, Tensor] = {}
            sums = dict(zip(cell.gates, zip(a_ih.unbind(-2), a_hh.unbind(-2), strict=True), strict=True))
            for name, tree in trees.items():
                now[name] = _value(tree, sums, now, state)
                if name in holds:
                    where, values = holds[name]
                    now[name] = torch.where(where[:, t], values[:, t], now[name])
            return now

        return step

    return step_of


def _trees(cell: type[Cell]) -> dict[str, Tree]:
    try:
        return {quantity.name: parse(quantity.equation) for quantity in cell.quantities}
    except ValueError as error:
        raise ValueError(f"nothing can be held inside the cell {cell.title}: {error}") from None


_FOLDED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": torch.div,
    "max": torch.maximum,
}
_OF_ONE = {"sigma": torch.sigmoid, "tanh": torch.tanh}


def _value(tree: Tree, sums: Mapping[str, tuple[Tensor, Tensor]], now: Mapping[str, Tensor], before: State) -> Tensor:
    """The value of an equation, (B, H), by the operations of the cell's own step, in their order.

    A cell is given each product with its bias, so W stands for both, and a bias adds nothing more.
    """
    kind, *parts = tree
    if kind in _FOLDED:
        return reduce(_FOLDED[kind], [_value(part, sums, now, before) for part in parts])
    if kind in _OF_ONE:
        return _OF_ONE[kind](_value(parts[0], sums, now, before))
    if kind == "W":
        side, gate = parts
        return sums[gate][("ih", "hh").index(side)]
    if kind in ("now", "before"):
        return {"now": now, "before": before}[kind][parts[0]]
    some = next(iter(sums.values()))[0]
    return torch.zeros_like(some) if kind == "b" else torch.full_like(some, parts[0])


def held_logits(model: SequenceModel, ids: Tensor, held: Held) -> Tensor:
    """ids (B, T) of texts of one length, none of them padded -> their logits while held, (B, 1, C).

    Of a network that answers after every step, (B, T, C).
    """
    step_of = steps_with(model.cell, held)

    def read(layer: int, suffix: str, x: Tensor) -> Tensor:
        weights = recurrence.weights_of(model.rnn, layer, suffix)
        return recurrence.unroll(model.cell, x, weights, step=step_of(layer, suffix))["h"]

    with eval_mode(model):
        h = recurrence.by_layers(model.rnn, model.embed(ids), read)
        logits = model.answer(h, torch.full((len(ids),), ids.shape[1], device=model.device))
    return logits if model.pooling is None else logits[:, None]
