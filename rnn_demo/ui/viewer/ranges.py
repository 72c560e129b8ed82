"""Where each unit is in 98% of cases, over texts that come with the program: for surgery in the page."""

from __future__ import annotations

from typing import TypedDict

import torch

from rnn_demo.analysis.units import unit_ranges
from rnn_demo.network.arrays import Array
from rnn_demo.network.model import SequenceModel
from rnn_demo.ui.viewer.network import PackedNumbers, pack
from rnn_demo.zoo.corpora import corpus

MOST_TEXTS = 300


class RangesOfPlace(TypedDict):
    """Of every unit of a quantity what 1 and 99 % of its values lie below, and their mean, (H,) each, as float16."""

    low: PackedNumbers
    high: PackedNumbers
    mean: PackedNumbers


class UnitRanges(TypedDict):
    """The texts in words, and the ranges by "layer direction quantity"."""

    corpus: str
    places: dict[str, RangesOfPlace]


def ranges_of_model(model: SequenceModel) -> UnitRanges:
    """The ranges over texts for the model's task; ValueError, in a sentence, where no texts come with the program."""
    name, texts = corpus(model)
    chosen = texts[:: max(1, len(texts) // MOST_TEXTS)][:MOST_TEXTS]
    places: dict[str, RangesOfPlace] = {
        " ".join(map(str, place)): RangesOfPlace(
            low=_packed(each.low), high=_packed(each.high), mean=_packed(each.mean)
        )
        for place, each in unit_ranges(model, chosen).items()
    }
    return {"corpus": f"{len(chosen)} texts of {name}", "places": places}


def _packed(values: Array) -> PackedNumbers:
    """Rounded to float16, and so packed as such, where the numbers are not too large for it."""
    numbers = torch.from_numpy(values)
    return pack(numbers.half().float() if float(numbers.abs().max()) < torch.finfo(torch.float16).max else numbers)
