"""Every unit in turn: surgery as search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from rnn_demo.analysis.surgery.edits import Edit, checked
from rnn_demo.analysis.surgery.effect import Effect, effect_of
from rnn_demo.analysis.surgery.steps import SUFFIX, Hold, held_logits
from rnn_demo.limits import MAX_TRACE_TOKENS
from rnn_demo.network.model import SequenceModel


@dataclass(frozen=True)
class UnitEffect:
    """What the loss of one unit does to the answer, and to that of a control text where there is one."""

    unit: int
    effect: Effect
    control: Effect | None = None


def sweep(
    model: SequenceModel,
    text: str,
    quantity: str = "h",
    value: float | Sequence[float] = 0.0,
    layer: int | None = None,
    direction: str = "forward",
    control: str | None = None,
) -> list[UnitEffect]:
    """Hold every unit in turn at a value over the whole text; those that move the answer most come first.

    `value` is one number, or one for each unit: its mean over a corpus, for example. Without a `layer` it is the last.
    ValueError, in a sentence, as for `operate`.
    """
    model.check_reads_text()
    layer = model.architecture.num_layers - 1 if layer is None else layer
    edit = Edit(quantity, None, value, layer=layer, direction=direction)
    texts = [text] if control is None else [text, control]
    effects = [_sweep(model, each, edit) for each in texts]
    found = [UnitEffect(unit, *of_unit) for unit, of_unit in enumerate(zip(*effects, strict=True))]
    return sorted(found, key=lambda each: (-abs(each.effect.log_odds), each.unit))


@torch.inference_mode()
def _sweep(model: SequenceModel, text: str, edit: Edit) -> list[Effect]:
    """The effect of each unit's loss, all of them as one batch, whose last row is untouched."""
    tokens = model.vocabulary.tokens_of(text)[:MAX_TRACE_TOKENS]
    checked(model, edit, text, len(tokens))
    H = model.architecture.hidden_size
    where = torch.eye(H + 1, H, dtype=torch.bool, device=model.device)[:, None].expand(-1, len(tokens), -1)
    value = torch.as_tensor(np.asarray(edit.value)).to(model.head.weight).expand(H)
    held = {(edit.layer, SUFFIX[edit.direction]): {edit.quantity: Hold(where, value.expand_as(where))}}
    ids = torch.tensor([model.vocabulary.encode(tokens)], device=model.device).expand(H + 1, -1)
    logits = held_logits(model, ids, held)[:, -1].double().cpu().numpy() / model.settings.get("temperature", 1.0)
    return [effect_of(model.labels, logits[-1], row) for row in logits[:-1]]
