"""A network as the page's engine reads it (static/js/engine/): its cell's equations, its weights, and words for it.

Numbers travel as float16 where that loses nothing, else as float32; the tests hold what the engine makes of them equal
to what torch computes.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
import torch
from torch import Tensor

from rnn_demo.network import recurrence
from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.pooling import AttentionPooling
from rnn_demo.tasks import names, sentiment
from rnn_demo.ui.contracts import CellDescription
from rnn_demo.ui.viewer.payload import describe_cell, head_in_words, is_names, notation_of, shares_before

UNKNOWN = "<UNK>"  # the first of the tokens, like which the engine reads every other one


class PackedNumbers(TypedDict):
    """An array: its shape, the type of its numbers, and these in base64, least significant byte first."""

    shape: list[int]
    type: str
    data: str


class TokenDescription(TypedDict):
    """Tokens that the engine can read, and the `unknown` ones among them, which the vocabulary lacks.

    `vectors` (N, E) are their embeddings; None for one-hot tokens, whose `places` in a vector are given.
    """

    tokens: list[str]
    unknown: list[str]
    vectors: PackedNumbers | None
    places: list[int]


class NetworkDescription(TokenDescription):
    """All that the engine needs; `layers` in the order in which they are read.

    The input is a vector of `width` numbers. `score` is the small network of attention. Below the probability `least`
    a best answer is no answer. `words` are what a trace says of its network; `other_alphabet` is what it says of a
    {sign} beyond Latin letters, or "" where any sign will do.
    """

    cell: CellDescription
    depth: int
    hidden: int
    layers: list[dict[str, Any]]
    pooling: str
    output: str
    temperature: float
    least: float
    labels: list[str]
    head: dict[str, PackedNumbers]
    score: dict[str, PackedNumbers] | None
    cut_by: str
    width: int
    words: dict[str, Any]
    other_alphabet: str


def describe_network(
    model: SequenceModel, name: str, tokens: Sequence[str], title: str = "", about: str = ""
) -> NetworkDescription:
    """A network with the embeddings of these tokens; ValueError where the engine cannot run it, in a sentence."""
    a, cell = model.architecture, describe_cell(model.cell)
    unread = [quantity["name"] for quantity in cell["quantities"] if quantity["tree"]["pytorch"] is None]
    if unread:
        raise ValueError(
            f"the equation of {unread[0]} in the cell {a.cell!r} cannot be read as a tree, so no page can run it; "
            "write it as those in cells.py"
        )
    model.check_reads_text()
    if not all(bool(torch.isfinite(weight).all()) for weight in model.parameters()):
        raise ValueError("some weights of this model are NaN or infinite; train it again, or choose another one")
    piece, asks, reads = head_in_words(model)
    return {
        **describe_tokens(model, tokens),
        "cell": cell,
        "depth": a.num_layers,
        "hidden": a.hidden_size,
        "layers": [
            _layer(model, layer, suffix) for layer in range(a.num_layers) for suffix in recurrence.suffixes(model.rnn)
        ],
        "pooling": "per-step" if a.per_step else a.pooling,
        "output": a.output,
        "temperature": float(model.settings.get("temperature", 1.0)),
        "least": _least(model),
        "labels": list(model.labels),
        "head": {"weight": pack(model.head.weight), "bias": pack(model.head.bias)},
        "score": _score(model),
        "cut_by": model.vocabulary.tokenizer,
        "width": model.rnn.input_size,
        "words": {
            "checkpoint": name,
            "title": title or name,
            "piece": piece,
            "asks": asks,
            "reads": reads,
            "about": about,
            "input": {"kind": a.input, "spells": a.letters > 0},
            "prior": shares_before(model),
            "notation": notation_of(name),
        },
        "other_alphabet": names.OTHER_ALPHABET if is_names(model) else "",
    }


def describe_tokens(model: SequenceModel, tokens: Sequence[str]) -> TokenDescription:
    """`<UNK>` and these tokens, each with what the network reads of it."""
    one_hot = model.architecture.input == "one_hot"
    ids = [1, *model.vocabulary.encode(tokens)]
    return {
        "tokens": [UNKNOWN, *tokens],
        "unknown": model.vocabulary.unknown(tokens),
        "vectors": None if one_hot else pack(_vectors(model, ids)),
        "places": ids if one_hot else [],
    }


def _least(model: SequenceModel) -> float:
    """The probability below which a best answer is no answer; `undecided_steps` in payload.py has the same rule."""
    if is_names(model):
        return names.UNDECIDED
    return 0.5 + sentiment.UNDECIDED if len(model.labels) == 2 else 0.0


def _layer(model: SequenceModel, layer: int, suffix: str) -> dict[str, Any]:
    weights = recurrence.weights_of(model.rnn, layer, suffix)
    packed = {name: pack(weight) for name, weight in zip(recurrence.PARAMETERS, weights, strict=True)}
    return {"layer": layer, "direction": "backward" if suffix else "forward", **packed}


def _score(model: SequenceModel) -> dict[str, PackedNumbers] | None:
    if not isinstance(model.pooling, AttentionPooling):
        return None
    weights = dict(model.pooling.score.named_parameters())
    return {"hidden": pack(weights["0.weight"]), "bias": pack(weights["0.bias"]), "output": pack(weights["2.weight"])}


@torch.inference_mode()
def _vectors(model: SequenceModel, ids: Sequence[int]) -> Tensor:
    """The embeddings of tokens by their numbers, (N, E)."""
    with eval_mode(model):
        return model.embed(torch.tensor([ids], device=model.device))[0]


def pack(tensor: Tensor) -> PackedNumbers:
    """An array as float16 where that loses nothing, else as float32."""
    numbers = tensor.detach().float().cpu().numpy()
    with np.errstate(over="ignore"):
        halves = numbers.astype("<f2")
    is_exact = bool((halves.astype("<f4") == numbers).all())
    data = (halves if is_exact else numbers.astype("<f4")).tobytes()
    return {
        "shape": list(numbers.shape),
        "type": "float16" if is_exact else "float32",
        "data": base64.b64encode(data).decode("ascii"),
    }
