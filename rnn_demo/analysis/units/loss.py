"""What is lost without a unit: its answers on some texts when it is held at its mean, beside those untouched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rnn_demo.analysis.surgery.steps import SUFFIX, Hold, held_logits
from rnn_demo.analysis.units.activations import Place
from rnn_demo.network.arrays import Array, softmax
from rnn_demo.network.model import SequenceModel

Rows = NDArray[np.bool_]  # which of some texts, (M,)


@dataclass(frozen=True)
class Loss:
    """Over so many texts, by how much the probability of the answer moves, and the share of answers that change."""

    texts: int
    moved: float
    changed: float


@torch.inference_mode()
def unit_losses(
    model: SequenceModel, texts: Sequence[Sequence[str]], place: Place, means: Array
) -> tuple[Array, Array]:
    """For each text and unit how far the answer's probability moves, and the share of answers that change: (M, H).

    Each unit is held at its mean over the whole text. Of a network that answers at every step both are means over them.
    """
    layer, direction, quantity = place
    H = model.architecture.hidden_size
    moved, changed = np.zeros((len(texts), H), np.float32), np.zeros((len(texts), H), np.float32)
    values = torch.as_tensor(means).to(model.head.weight)
    for row, tokens in enumerate(texts):
        where = torch.eye(H + 1, H, dtype=torch.bool, device=model.device)[:, None].expand(-1, len(tokens), -1)
        held = {(layer, SUFFIX[direction]): {quantity: Hold(where, values.expand_as(where))}}
        ids = torch.tensor([model.vocabulary.encode(tokens)], device=model.device).expand(H + 1, -1)
        logits = held_logits(model, ids, held).float().cpu().numpy()  # (H + 1, T or 1, C), the last one untouched
        shares = softmax(logits / model.settings.get("temperature", 1.0))
        best = shares[-1].argmax(-1)  # (T or 1,)
        of_best = np.take_along_axis(shares, best[None, :, None], axis=-1)[..., 0]
        moved[row] = np.abs(of_best[:-1] - of_best[-1]).mean(-1)
        changed[row] = (shares[:-1].argmax(-1) != best).mean(-1)
    return moved, changed


def split_by_feature(amounts: Array, is_number: bool) -> tuple[Rows, Rows]:
    """From how much of a feature each text has (M,): which texts have much of it, and which are a control, (M,) each.

    A text has a yes-or-no feature where it is once true, if enough texts have it and enough have not; else the median
    divides them.
    """
    much = amounts > 0
    if is_number or min(much.sum(), (~much).sum()) < len(amounts) / 8:
        much = amounts > np.median(amounts)
    return much, ~much


def loss_over(moved: Array, changed: Array, rows: Rows) -> Loss | None:
    """The loss of one unit, (M,) each, over some of the texts; None where there are none."""
    if not rows.any():
        return None
    return Loss(int(rows.sum()), float(moved[rows].mean()), float(changed[rows].mean()))
