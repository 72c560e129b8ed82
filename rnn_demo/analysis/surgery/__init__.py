"""Surgery: a network reads a text while some of its numbers are held, replaced or taken from another text.

    operate(model, "Giovanni", [Edit("c", unit=7, value=2.5, first=3)])     # c_7 is 2.5 from step 3 on
    operate(model, "Giovanni", [Edit("c", source="Ivanov", first=4, last=4)])  # the whole c_4 of another text
    operate(model, "Giovanni", freeze(model, first=2, last=5))              # f = 1, i = 0: c stays as it is
    sweep(model, "Giovanni", "c")                                           # each unit in turn is set to 0

The run without edits is the base, the text that values are taken from the source (the words of pyvene, Wu et al. 2024).
What an edit changes, everything computed from it follows: the rest of its step, the later steps, the layers above and
the answer. Steps, layers and units count from 0, as in a trace. Where nothing is edited the cell's own step runs, so a
run without edits is the trace bit by bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from rnn_demo.analysis.surgery.edits import Edit, check_place, checked
from rnn_demo.analysis.surgery.effect import Effect, effect_of
from rnn_demo.analysis.surgery.steps import SUFFIX, Held, Hold, steps_with
from rnn_demo.analysis.surgery.sweep import UnitEffect, sweep
from rnn_demo.analysis.trace import Trace, record, record_with
from rnn_demo.data.json_text import finite
from rnn_demo.data.wording import quoted, shortened
from rnn_demo.network.model import SequenceModel

__all__ = ["Edit", "Effect", "Operation", "UnitEffect", "check_place", "freeze", "operate", "sweep", "within"]


@dataclass(frozen=True, eq=False)
class Operation:
    """A text read twice: untouched (`base`) and with the edits (`patched`); both are whole traces."""

    edits: tuple[Edit, ...]
    base: Trace
    patched: Trace

    @property
    def effect(self) -> Effect:
        """What the edits do to the answer after the last step."""
        temperature = self.base.temperature
        return effect_of(self.base.labels, self.base.logits[-1] / temperature, self.patched.logits[-1] / temperature)

    @property
    def parts_at(self) -> int | None:
        """The first step at which the best answers of both runs differ; None where they never do."""
        differs = self.base.logits.argmax(1) != self.patched.logits.argmax(1)
        return int(differs.argmax()) if differs.any() else None

    def to_dict(self, checkpoint: str) -> dict[str, Any]:
        """Plain lists and texts: the edits, the effect, and of both runs the probabilities after each step."""
        edits = [{name: _plain(value) for name, value in vars(edit).items()} for edit in self.edits]
        content = {
            "checkpoint": checkpoint,
            "tokens": self.base.tokens,
            "edits": edits,
            "effect": vars(self.effect),
            "parts_at": self.parts_at,
            "labels": self.base.labels,
            "base": self.base.probabilities,
            "patched": self.patched.probabilities,
        }
        return dict(finite(content))


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def operate(model: SequenceModel, text: str, edits: Sequence[Edit] = ()) -> Operation:
    """Read a text untouched and with edits; of two edits of one number the later one counts.

    ValueError, in a sentence, for a unit, quantity, layer or step that is not there, for a network that reads numbers,
    and for what `record` refuses.
    """
    model.check_reads_text()
    base = record(model, text)
    steps = len(base.tokens)
    sources = {edit.source: record(model, edit.source) for edit in edits if edit.source is not None}
    held = _held(model, [checked(model, edit, text, steps) for edit in edits], steps, sources)
    return Operation(tuple(edits), base, record_with(model, text, steps_with(model.cell, held)))


def freeze(
    model: SequenceModel, first: int = 0, last: int | None = None, layer: int = 0, direction: str = "forward"
) -> list[Edit]:
    """The edits that keep every unit's memory as it is: the gate that keeps is 1, the one that writes is 0.

    ValueError for a cell without such a gate.
    """
    cell = model.cell
    if cell.keep_gate is None:
        raise ValueError(
            f"the cell {cell.title} has no gate that keeps its state, so it cannot be frozen; hold h itself"
        )
    keeps = next((quantity.name for quantity in cell.quantities if quantity.does == "keeps"), cell.keep_gate)
    keeping = Edit(keeps, None, 1.0, first, last, layer, direction)
    writing = [quantity.name for quantity in cell.quantities if quantity.does == "writes"]
    return [keeping, *(replace(keeping, quantity=name, value=0.0) for name in writing)]


def within(edits: Sequence[Edit], steps: int) -> list[Edit]:
    """The edits as far as a text of so many steps reaches, for a control that is shorter."""
    return [
        replace(edit, last=None if edit.last is None else min(edit.last, steps - 1))
        for edit in edits
        if edit.first < steps
    ]


def _held(model: SequenceModel, edits: Sequence[Edit], steps: int, sources: Mapping[str, Trace]) -> Held:
    """The edits of one text as masks."""
    held: dict[tuple[int, str], dict[str, Hold]] = {}
    H, weight = model.architecture.hidden_size, model.head.weight
    for edit in edits:
        place = held.setdefault((edit.layer, SUFFIX[edit.direction]), {})
        blank = Hold(
            torch.zeros(1, steps, H, dtype=torch.bool, device=model.device),
            weight.new_zeros(1, steps, H),
        )
        hold = place.setdefault(edit.quantity, blank)
        last = steps - 1 if edit.last is None else edit.last
        units = slice(None) if edit.unit is None else slice(int(edit.unit), int(edit.unit) + 1)
        value = edit.value if edit.source is None else _from_source(edit, last, sources[edit.source])[:, units]
        hold.where[0, edit.first : last + 1, units] = True
        hold.values[0, edit.first : last + 1, units] = torch.as_tensor(np.asarray(value)).to(weight)
    return held


def _from_source(edit: Edit, last: int, source: Trace) -> np.ndarray:
    """The quantity's values in the source over as many steps, (steps, H); ValueError where it is too short."""
    first = edit.first if edit.source_first is None else edit.source_first
    steps = last - edit.first + 1
    if first + steps > len(source.tokens):
        name = quoted(shortened(str(edit.source), 40))
        raise ValueError(
            f"the edit needs steps {first} to {first + steps - 1} of its source, and {name} has steps 0 to "
            f"{len(source.tokens) - 1}; choose fewer steps, or another source_first"
        )
    layer = next(each for each in source.layers if (each.layer, each.direction) == (edit.layer, edit.direction))
    return layer.quantities[edit.quantity][first : first + steps]
