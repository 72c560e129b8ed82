"""A trace: everything that one forward pass computes on one sequence, as plain arrays.

    trace = record(model, "not bad at all")
    trace.layers[0].quantities["h"]      # (T, H)
    trace.logits                         # (T, C): what the head answers after each step

Any `nn.RNN`, `nn.LSTM` or `nn.GRU` of your own can be traced as well:

    rnn_demo.trace(nn.LSTM(3, 8), x)     # x (T, 3)

The numbers come from the cell's written-out step, with the model's own weights; tests hold them equal to
what torch's fused kernels compute. In a notebook a trace shows itself as the page's stepper.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rnn_demo import display
from rnn_demo.data.csv_files import safe_cell
from rnn_demo.limits import MAX_TRACE_TOKENS, check_text
from rnn_demo.network import recurrence
from rnn_demo.network.arrays import Array, as_array, softmax
from rnn_demo.network.cells import CELLS, Cell, find_cell
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.pooling import AttentionPooling


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
        """The probability of each label after each step, (T, C); C is 0 for a module without a head."""
        return softmax(self.logits / self.temperature) if self.labels else self.logits

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

    def _repr_html_(self) -> str:
        """The stepper, for a notebook."""
        return display.html["Trace"](self)

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
    layers, h = _record_layers(model.cell, model.rnn, x)
    return Trace(
        model.architecture.cell,
        tuple(kept),
        tuple(model.vocabulary.unknown(kept)),
        as_array(x[0]),
        layers,
        model.labels,
        as_array(model.answer_so_far(h)[0]),
        float(model.settings.get("temperature", 1.0)),
        len(tokens) - len(kept),
        as_array(model.pooling.score(h)[0, :, 0]) if isinstance(model.pooling, AttentionPooling) else None,
    )


def _embed(model: SequenceModel, ids: Tensor) -> Tensor:
    if model.architecture.input == "numbers":
        raise ValueError("this model reads numbers, not text; there is no text to trace")
    return model.embed(ids)


def _record_layers(
    cell: type[Cell], rnn: recurrence.Recurrent, x: Tensor, initial: Mapping[str, Tensor] | None = None
) -> tuple[tuple[LayerTrace, ...], Tensor]:
    """Every layer and direction over x (1, T, I), and h of the last layer (1, T, D*H).

    initial: states before the first step, each (layers * D, H), or zeros.
    """
    layers: list[LayerTrace] = []
    for layer in range(rnn.num_layers):
        directions = []
        for suffix in recurrence.suffixes(rnn):
            own = {name: values[None, len(layers)] for name, values in (initial or {}).items()}  # each (1, H)
            layers.append(_record_layer(cell, rnn, x, layer, suffix, own))
            directions.append(torch.as_tensor(layers[-1].quantities["h"]))
        x = torch.cat(directions, dim=-1)[None].to(x)  # (1, T, D*H)
    return tuple(layers), x


def _record_layer(
    cell: type[Cell], rnn: recurrence.Recurrent, x: Tensor, layer: int, suffix: str, initial: Mapping[str, Tensor]
) -> LayerTrace:
    backward = suffix == "_reverse"
    weights = recurrence.weights_of(rnn, layer, suffix)
    read = recurrence.unroll(cell, x.flip(1) if backward else x, weights, initial)
    values = {name: as_array((value.flip(1) if backward else value)[0]) for name, value in read.items()}
    zeros = np.zeros(rnn.hidden_size, dtype=np.float32)
    return LayerTrace(
        layer,
        "backward" if backward else "forward",
        values.pop("a_ih"),
        values.pop("a_hh"),
        {quantity.name: values[quantity.name] for quantity in cell.quantities},
        {name: as_array(initial[name][0]) if initial else zeros for name in cell.state},
    )


# --- any module of torch ----------------------------------------------------------------------------------------


@torch.inference_mode()
def trace(
    module: nn.RNNBase,
    x: Tensor,
    tokens: Sequence[str] | None = None,
    hx: Tensor | tuple[Tensor, Tensor] | None = None,
    head: Callable[[Tensor], Tensor] | None = None,
    labels: Sequence[str] | None = None,
) -> Trace:
    """Everything that an `nn.RNN`, `nn.LSTM` or `nn.GRU` computes on one sequence.

    x (T, I), or a batch of that one sequence in the module's own layout. `tokens` names the T steps. `hx` is the
    initial state as torch takes it, each (layers * D, H). `head`, as your `nn.Linear`, makes logits (T, C) of the last
    layer's h (T, D*H), and `labels` names its C answers. The module is not changed; dropout between layers is off.

    Raises ValueError for a shape that does not fit, and TypeError for what is not one of the three modules. Only
    the first `MAX_TRACE_TOKENS` steps are kept.
    """
    name = _name_of_cell(module)
    whole = _one_sequence(module, x)
    steps = [f"x{t + 1}" for t in range(len(whole))] if tokens is None else [str(token) for token in tokens]
    if len(steps) != len(whole):
        raise ValueError(f"x has {len(whole)} steps and there are {len(steps)} tokens; give one for each step")
    kept = whole[:MAX_TRACE_TOKENS]
    layers, h = _record_layers(find_cell(name), module, kept[None], _initial(module, find_cell(name), hx))
    logits = as_array(head(h[0])) if head else np.zeros((len(kept), 0), dtype=np.float32)
    names = tuple(str(n) for n in range(logits.shape[-1])) if labels is None else tuple(map(str, labels))
    if logits.shape != (len(kept), len(names)):
        raise ValueError(f"the head gives {logits.shape[-1]} answers and there are {len(names)} labels; name each once")
    cut = len(whole) - len(kept)
    return Trace(name, tuple(steps[: len(kept)]), (), as_array(kept), layers, names, logits, 1.0, cut)


def _name_of_cell(module: nn.RNNBase) -> str:
    name = str(getattr(module, "mode", "")).lower()  # RNN_TANH, RNN_RELU, LSTM, GRU
    if not isinstance(module, nn.RNNBase) or name not in CELLS:
        raise TypeError(f"an nn.RNN, nn.LSTM or nn.GRU can be traced, got {type(module).__name__}")
    if module.proj_size:
        raise ValueError("an LSTM with proj_size has another state than the equations here; use proj_size=0")
    return name


def _one_sequence(module: nn.RNNBase, x: Tensor) -> Tensor:
    """x as (T, I), in the module's own precision and on its device."""
    if not isinstance(x, Tensor):
        raise TypeError(f"x must be a tensor, got {type(x).__name__}")
    batch = 0 if module.batch_first else 1
    if x.dim() == 3 and x.shape[batch] == 1:
        x = x.squeeze(batch)
    if x.dim() != 2 or x.shape[1] != module.input_size or not len(x):
        raise ValueError(f"x must be one sequence (T, {module.input_size}) with T >= 1, got {tuple(x.shape)}")
    return x.to(recurrence.weights_of(module, 0)[0])


def _initial(
    module: nn.RNNBase, cell: type[Cell], hx: Tensor | tuple[Tensor, Tensor] | None
) -> dict[str, Tensor] | None:
    if hx is None:
        return None
    shape = (module.num_layers * (2 if module.bidirectional else 1), module.hidden_size)
    given = [h.squeeze(1) if h.dim() == 3 else h for h in (hx if isinstance(hx, tuple) else (hx,))]
    if len(given) != len(cell.state) or any(tuple(state.shape) != shape for state in given):
        wanted = " and ".join(f"{name}_0 {shape}" for name in cell.state)
        raise ValueError(f"hx must be {wanted}, got {[tuple(state.shape) for state in given]}")
    return {name: state.to(recurrence.weights_of(module, 0)[0]) for name, state in zip(cell.state, given, strict=True)}
