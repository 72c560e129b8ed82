"""What every unit of a network is after each token of many texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnn_demo.limits import MAX_TRACE_TOKENS
from rnn_demo.network import recurrence
from rnn_demo.network.arrays import Array, as_arrays
from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel

BATCH = 128
Place = tuple[int, str, str]  # layer, direction, quantity


@dataclass(frozen=True, eq=False)
class Activations:
    """The tokens of each text, and quantities by place, each (N, H): a row for each token, text after text.

    `logits` (N, C) are what the head answers after each token.
    """

    texts: tuple[tuple[str, ...], ...]
    values: Mapping[Place, Array]
    logits: Array

    @property
    def starts(self) -> list[int]:
        """The row of each text's first token, and at the end N."""
        return [0, *np.cumsum([len(tokens) for tokens in self.texts]).tolist()]


@torch.inference_mode()
def activations(model: SequenceModel, texts: Sequence[str], quantities: Sequence[str] | None = None) -> Activations:
    """Read texts and keep some quantities, by default the cell's states, of all layers and directions.

    Of a text at most `MAX_TRACE_TOKENS` tokens are read. ValueError, in a sentence, where there is nothing to read.
    """
    model.check_reads_text()
    if not texts:
        raise ValueError("the corpus has no text; give one with at least a few")
    kept = tuple(quantities or model.cell.state)
    cut = [model.vocabulary.tokens_of(text)[:MAX_TRACE_TOKENS] for text in texts]
    by_length: dict[int, list[int]] = defaultdict(list)  # texts of one length, so that nothing is padded
    for number, tokens in enumerate(cut):
        by_length[len(tokens)].append(number)
    rows: dict[int, list[Array]] = {}
    places: list[Place] = []
    with eval_mode(model):
        for numbers in by_length.values():
            for start in range(0, len(numbers), BATCH):
                chosen = numbers[start : start + BATCH]
                read, places = _read(model, [model.vocabulary.encode(cut[number]) for number in chosen], kept)
                for k, number in enumerate(chosen):
                    rows[number] = [array[k] for array in read]
    whole = [np.concatenate([rows[number][k] for number in range(len(cut))]) for k in range(len(places) + 1)]
    return Activations(tuple(map(tuple, cut)), dict(zip(places, whole, strict=False)), whole[-1])


def _read(
    model: SequenceModel, encoded: Sequence[Sequence[int]], quantities: Sequence[str]
) -> tuple[list[Array], list[Place]]:
    """Of texts of one length the quantities, each (B, T, H), and last the logits (B, T, C); the former's places."""
    found: list[Tensor] = []
    places: list[Place] = []

    def read(layer: int, suffix: str, x: Tensor) -> Tensor:
        steps = recurrence.unroll(model.cell, x, recurrence.weights_of(model.rnn, layer, suffix))
        for name in quantities:
            found.append(steps[name].flip(1) if suffix else steps[name])
            places.append((layer, "backward" if suffix else "forward", name))
        return steps["h"]

    x = model.embed(torch.tensor(encoded, device=model.device))
    h = recurrence.by_layers(model.rnn, x, read)
    return as_arrays([*found, model.logits_so_far(h)]), places


@dataclass(frozen=True, eq=False)
class Ranges:
    """Of a quantity of every unit over a corpus, each (H,): what 1 and 99 % of its values lie below, and their mean."""

    low: Array
    high: Array
    mean: Array


def unit_ranges(model: SequenceModel, texts: Sequence[str]) -> dict[Place, Ranges]:
    """The ranges of all quantities, by place: where a unit really is, and what it may be set to instead of zero."""
    read = activations(model, texts, [quantity.name for quantity in model.cell.quantities])
    return {place: _ranges(values) for place, values in read.values.items()}


def _ranges(values: Array) -> Ranges:
    low, high = np.percentile(values, (1, 99), axis=0).astype(np.float32)
    return Ranges(low, high, values.mean(0))
