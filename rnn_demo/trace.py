"""A trace: everything that one forward pass computes on one sequence, as plain arrays.

    trace = record(model, "not bad at all")
    trace.layers[0].quantities["h"]      # (T, H)
    trace.logits                         # (T, C): what the head answers after each step

The numbers come from the cell's written-out step, with the model's own weights; tests hold them equal to
what torch's fused kernels compute.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rnn_demo import recurrence
from rnn_demo.limits import MAX_TRACE_TOKENS, check_text
from rnn_demo.model import AttentionPooling, SequenceModel, softmax
from rnn_demo.tables import safe_cell

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One layer in one direction. Row t belongs to token t, in the backward direction too.

    a_ih (T, G, H): W_ih x_t + b_ih.  a_hh (T, G, H): W_hh h_{t-1} + b_hh.  quantities: each (T, H).
    initial: the state before the first step, each (H,).  grad_h (T, H): dL/dh_t, or None if not asked for.
    """

    layer: int
    direction: str
    a_ih: Array
    a_hh: Array
    quantities: dict[str, Array]
    initial: dict[str, Array]
    grad_h: Array | None = None


@dataclass(frozen=True, eq=False)
class Trace:
    """One pass over one sequence: x (T, E), the layers nearest the input first, logits (T, C).

    `cut` is how many tokens of the text were left out at its end because it is longer than a trace may be.
    `attention` (T,) is the score of each step where the model pools by attention: after step t the steps up to it
    have the shares softmax(attention[: t + 1]); None for every other pooling.
    """

    cell: str
    tokens: tuple[str, ...]
    unknown: tuple[str, ...]
    x: Array
    layers: tuple[LayerTrace, ...]
    labels: tuple[str, ...]
    logits: Array
    temperature: float
    cut: int
    attention: Array | None = None

    @property
    def probabilities(self) -> Array:
        """The probability of each label after each step, (T, C)."""
        return softmax(self.logits / self.temperature)

    def to_dict(self, checkpoint: str) -> dict[str, Any]:
        """Plain lists and texts, as `trace --json` and the API give them."""
        return {
            "checkpoint": checkpoint,
            "cell": self.cell,
            "tokens": list(self.tokens),
            "unknown_words": list(self.unknown),
            "cut": self.cut,
            "x": self.x.tolist(),
            "layers": [
                {
                    "layer": layer.layer,
                    "direction": layer.direction,
                    "a_ih": layer.a_ih.tolist(),
                    "a_hh": layer.a_hh.tolist(),
                    "quantities": {name: values.tolist() for name, values in layer.quantities.items()},
                    "initial": {name: values.tolist() for name, values in layer.initial.items()},
                }
                for layer in self.layers
            ],
            "labels": list(self.labels),
            "logits": self.logits.tolist(),
            "temperature": self.temperature,
            **({} if self.attention is None else {"attention": softmax(self.attention).tolist()}),
        }

    def to_json(self, checkpoint: str) -> str:
        return json.dumps(self.to_dict(checkpoint), ensure_ascii=False)

    def to_csv(self) -> str:
        """A row for each number: step, token, layer, direction, quantity, unit, value."""
        import csv
        import io

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["step", "token", "layer", "direction", "quantity", "unit", "value"])
        for layer in self.layers:
            for name, values in layer.quantities.items():
                for t, token in enumerate(self.tokens):
                    for unit, value in enumerate(values[t]):
                        writer.writerow(
                            [t, safe_cell(token), layer.layer, layer.direction, name, unit, repr(float(value))]
                        )
        return out.getvalue()


@torch.inference_mode()
def record(model: SequenceModel, text: str) -> Trace:
    """Read `text` with `model`, one step at a time, and keep everything.

    Raises ValueError for an empty or too long text. Only the first `MAX_TRACE_TOKENS` tokens are read.
    """
    tokens = model.vocabulary.tokenize(check_text(text)) or [text.strip()[:1]]
    kept = tokens[:MAX_TRACE_TOKENS]
    x = _embed(model, torch.tensor([model.vocabulary.encode(kept)], device=model.device))  # (1, T, E)
    layers, h = [], x
    for layer in range(model.rnn.num_layers):
        directions = []
        for suffix in recurrence.suffixes(model.rnn):
            traced = _record_layer(model, h, layer, suffix)
            layers.append(traced)
            directions.append(torch.as_tensor(traced.quantities["h"]))
        h = torch.cat(directions, dim=-1)[None].to(model.device)  # (1, T, D*H)
    return Trace(
        model.architecture.cell,
        tuple(kept),
        tuple(model.vocabulary.unknown(kept)),
        _array(x[0]),
        tuple(layers),
        model.labels,
        _array(model.answer_so_far(h)[0]),
        float(model.settings.get("temperature", 1.0)),
        len(tokens) - len(kept),
        _array(model.pooling.score(h)[0, :, 0]) if isinstance(model.pooling, AttentionPooling) else None,
    )


def _embed(model: SequenceModel, ids: torch.Tensor) -> torch.Tensor:
    if model.architecture.input == "numbers":
        raise ValueError("this model reads numbers, not text; there is no text to trace")
    return model.embed(ids)


def _record_layer(model: SequenceModel, x: torch.Tensor, layer: int, suffix: str) -> LayerTrace:
    backward = suffix == "_reverse"
    read = recurrence.unroll(model.cell, x.flip(1) if backward else x, recurrence.weights_of(model.rnn, layer, suffix))
    values = {name: _array((value.flip(1) if backward else value)[0]) for name, value in read.items()}
    zeros = np.zeros(model.architecture.hidden_size, dtype=np.float32)
    return LayerTrace(
        layer,
        "backward" if backward else "forward",
        values.pop("a_ih"),
        values.pop("a_hh"),
        {quantity.name: values[quantity.name] for quantity in model.cell.quantities},
        dict.fromkeys(model.cell.state, zeros),
    )


def _array(tensor: torch.Tensor) -> Array:
    array: Array = tensor.detach().float().cpu().numpy()
    return array
