"""An edit: what is held, where, and to what; checked against a network and a text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnn_demo.data.wording import quoted, shortened
from rnn_demo.network.model import SequenceModel

LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Edit:
    """A quantity (h, c or a gate) that is held over the steps `first` to `last`, both included; by default to the end.

    `unit` None means every unit. `value` is a number or, for every unit, one for each; with a `source` it is what the
    same units have in the run over that text, from its step `source_first` on (by default `first`). In the direction
    "backward" a step is that of its token, too. ValueError for what is no number, or no range of steps.
    """

    quantity: str
    unit: int | None = None
    value: float | Sequence[float] = 0.0
    first: int = 0
    last: int | None = None
    layer: int = 0
    direction: str = "forward"
    source: str | None = None
    source_first: int | None = None

    def __post_init__(self) -> None:
        for name in ("unit", "first", "last", "layer", "source_first"):
            number = getattr(self, name)
            optional = name in ("unit", "last", "source_first")
            if number is None and optional:
                continue
            if not isinstance(number, (int, np.integer)) or isinstance(number, bool) or number < 0:
                raise ValueError(f"{name} must be a whole number from 0{' or None' * optional}, got {number!r}")
        if self.last is not None and self.last < self.first:
            raise ValueError(f"the last step, {self.last}, comes before the first, {self.first}; swap them")
        if not _is_number(self.value):
            if self.unit is not None:
                raise ValueError(f"value must be a finite number, got {self.value!r}")
            values = self.value if isinstance(self.value, (Sequence, np.ndarray)) and len(self.value) else [self.value]
            wrong = [value for value in values if not _is_number(value)]
            if wrong:
                raise ValueError(f"every value must be a finite number, got {wrong[0]!r}")
        if self.source_first is not None and self.source is None:
            raise ValueError("source_first is a step of the source; give its text as source")


def _is_number(value: object) -> bool:
    number = isinstance(value, (int, float, np.floating, np.integer)) and not isinstance(value, bool)
    return number and math.isfinite(value) and abs(value) <= LARGEST  # type: ignore[arg-type]


def checked(model: SequenceModel, edit: Edit, text: str, steps: int) -> Edit:
    """The edit with its last step; ValueError where the model or the text has no such place."""
    a, cell = model.architecture, model.cell
    names = [quantity.name for quantity in cell.quantities]
    if edit.quantity not in names:
        raise ValueError(f"the cell {cell.title} has no {edit.quantity!r}; choose one of {', '.join(names)}")
    check_place(model, edit.layer, edit.direction)
    if edit.unit is not None and edit.unit >= a.hidden_size:
        raise ValueError(f"there is no unit {edit.unit}; the units of this network are 0 to {a.hidden_size - 1}")
    if not _is_number(edit.value) and len(edit.value) != a.hidden_size:  # type: ignore[arg-type]
        raise ValueError(
            f"{len(edit.value)} values are given for {a.hidden_size} units; give one for each"  # type: ignore[arg-type]
        )
    last = steps - 1 if edit.last is None else edit.last
    beyond = max(edit.first, last)
    if beyond >= steps:
        name = quoted(shortened(text, 40))
        raise ValueError(f"step {beyond} lies beyond the text's end; the steps of {name} are 0 to {steps - 1}")
    return replace(edit, last=last)


def check_place(model: SequenceModel, layer: int, direction: str) -> None:
    """Refuse a layer or a direction that the model does not have; ValueError says which there are."""
    a = model.architecture
    if layer >= a.num_layers:
        raise ValueError(f"there is no layer {layer}; the layers of this network are 0 to {a.num_layers - 1}")
    directions = ("forward", "backward")[: a.directions]
    if direction not in directions:
        raise ValueError(f"this network does not read {direction!r}; choose {' or '.join(directions)}")
