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

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnn_demo import display
from rnn_demo.analysis.module_inputs import Head, cell_name, head_logits, initial_state, one_sequence, texts
from rnn_demo.data.csv_files import safe_cell
from rnn_demo.data.json_text import finite, strict_json
from rnn_demo.limits import MAX_TRACE_TOKENS
from rnn_demo.network import recurrence
from rnn_demo.network.arrays import Array, as_arrays, softmax
from rnn_demo.network.cells import Cell, find_cell
from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.pooling import AttentionPooling


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One layer in one direction. Row t belongs to token t, in the backward direction too.

    a_ih (T, G, H): W_ih x_t + b_ih.  a_hh (T, G, H): W_hh h_{t-1} + b_hh.  quantities: each (T, H).
    initial: the state before the first step, each (H,).
    """

    layer: int
    direction: str
    a_ih: Array
    a_hh: Array
    quantities: dict[str, Array]
    initial: dict[str, Array]


@dataclass(frozen=True, eq=False)
class Trace:
    """One pass over one sequence: x (T, E), the layers nearest the input first, logits (T, C).

    `unknown` are the tokens that the vocabulary does not have. `cut` is the number of tokens left out at the end of
    a text that is longer than a trace may be. `attention` (T,) is the score of each step where the model pools by
    attention: after step t the steps up to it have the weights softmax(attention[: t + 1]); None for other poolings.
    `input` says what x is: "one_hot", "embedding", "lettered" (an embedding that reads unknown words by their letters),
    or "numbers" that were given. `forecasts` are the values that a model which forecasts expects after each
    step; it has no labels.
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
    input: str = "numbers"
    forecasts: tuple[float, ...] = ()

    @property
    def probabilities(self) -> Array:
        """The probability of each label after each step, (T, C); C is 0 for a module without a head."""
        with np.errstate(invalid="ignore"):  # of infinite logits the probabilities are not numbers
            return softmax(self.logits / self.temperature) if self.labels else self.logits

    def answer_in_words(self, t: int) -> str:
        """The most probable label after step t with its probability, or the value that is forecast."""
        if self.forecasts:
            return f"{self.forecasts[t]:.6g}"
        best = int(self.probabilities[t].argmax())
        return f"{self.labels[best]} ({self.probabilities[t, best]:.3f})"

    @property
    def first_bad_step(self) -> int | None:
        """The step, counted from 0, at which NaN or infinity first appears; None where every number is finite.

        A backward layer reads the last token first, so there it is the last such row. With two directions no step
        of a deeper layer comes before those of the layers below it, and the lowest layer with such a number decides.
        """
        both = any(layer.direction == "backward" for layer in self.layers)
        starts = [(0, t) for t in bad_steps(self.x)[:1]]
        for layer in self.layers:
            rows = bad_steps(layer.a_ih, layer.a_hh, *layer.quantities.values())
            first = rows[-1:] if layer.direction == "backward" else rows[:1]
            starts += [(layer.layer + 1 if both else 0, t) for t in first]
        starts += [(len(self.layers) + 1 if both else 0, t) for t in bad_steps(self.logits)[:1]]
        return min(starts)[1] if starts else None

    def to_dict(self, checkpoint: str) -> dict[str, Any]:
        """Plain lists and texts, as `trace --json` and the API give them; None for what is not a finite number."""
        content = {
            "checkpoint": checkpoint,
            "cell": self.cell,
            "tokens": self.tokens,
            "unknown_words": self.unknown,
            "cut": self.cut,
            "x": self.x,
            "layers": [vars(layer) for layer in self.layers],
            "labels": self.labels,
            "logits": self.logits,
            "temperature": self.temperature,
            **({"forecasts": self.forecasts} if self.forecasts else {}),
            **({} if self.attention is None else {"attention": softmax(self.attention)}),
        }
        return dict(finite(content))

    def to_json(self, checkpoint: str) -> str:
        """The same as JSON; null for what is not a finite number."""
        return strict_json(self.to_dict(checkpoint))

    def _repr_html_(self) -> str:
        """The stepper, for a notebook."""
        return display.notebook_html["Trace"](self)

    def to_csv(self) -> str:
        """A row for each number of the cells' quantities: step, token, layer, direction, quantity, unit, value.

        Steps count from 0. The value is empty where it is not finite.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["step", "token", "layer", "direction", "quantity", "unit", "value"])
        for layer in self.layers:
            for name, values in layer.quantities.items():
                for t, token in enumerate(self.tokens):
                    for unit, value in enumerate(finite(values[t])):
                        number = "" if value is None else repr(value)
                        writer.writerow([t, safe_cell(token), layer.layer, layer.direction, name, unit, number])
        return out.getvalue()


def bad_steps(*arrays: Array) -> list[int]:
    """The steps at which one of the arrays, each (T, ...), has a number that is not finite."""
    return [t for t in range(len(arrays[0])) if not all(np.isfinite(array[t]).all() for array in arrays)]


StepOf = Callable[[int, str], recurrence.Step | None]  # of a layer and a direction's suffix: None for the cell's own


def record(model: SequenceModel, text: str) -> Trace:
    """Read `text` with `model`, one step at a time, and keep everything.

    The model is read in eval mode and left in its own. Raises ValueError for an empty or too long text and for a
    model that reads numbers. Only the first `MAX_TRACE_TOKENS` tokens are read.
    """
    return record_with(model, text, lambda layer, suffix: None)


@torch.inference_mode()
def record_with(model: SequenceModel, text: str, step_of: StepOf) -> Trace:
    """The same with other steps than the cell's own where `step_of` gives one; what surgery is made with."""
    if not model.forecasts:
        model.check_reads_text()
    whole = model.vocabulary.tokens_of(text)
    tokens = whole[:MAX_TRACE_TOKENS]
    with eval_mode(model):
        inputs = model.encode(" ".join(tokens)) if model.forecasts else model.vocabulary.encode(tokens)
        x = model.embed(torch.tensor([inputs], device=model.device))  # (1, T, E)
        layers, h = _record_layers(model.cell, model.rnn, x, step_of=step_of)
        logits = model.logits_so_far(h)[0]
        forecasts = model.unscaled(logits[:, 0].tolist(), [float(t) for t in tokens]) if model.forecasts else ()
        logits = logits[:, :0] if model.forecasts else logits
        scores = [model.pooling.score(h)[0, :, 0]] if isinstance(model.pooling, AttentionPooling) else []
    layer_traces, (x_array, logits_array, *attention) = _as_arrays(layers, [x[0], logits, *scores])
    return Trace(
        model.architecture.cell,
        tuple(tokens),
        () if model.forecasts else tuple(model.vocabulary.unknown(tokens)),
        x_array,
        layer_traces,
        () if model.forecasts else model.labels,
        logits_array,
        float(model.settings.get("temperature", 1.0)),
        len(whole) - len(tokens),
        attention[0] if attention else None,
        "lettered" if model.architecture.letters else model.architecture.input,
        tuple(forecasts),
    )


class _Layer(NamedTuple):
    """A `LayerTrace` whose numbers are still tensors on the model's device, in its precision."""

    layer: int
    direction: str
    values: dict[str, Tensor]  # "a_ih", "a_hh" and the quantities, each (T, ...)
    initial: dict[str, Tensor]


def _record_layers(
    cell: type[Cell],
    rnn: recurrence.Recurrent,
    x: Tensor,
    initial: Mapping[str, Tensor] | None = None,
    step_of: StepOf = lambda layer, suffix: None,
) -> tuple[list[_Layer], Tensor]:
    """Every layer and direction over x (1, T, I), and h of the last layer (1, T, D*H).

    initial: states before the first step, each (layers * D, H), or zeros.
    """
    layers: list[_Layer] = []

    def read(layer: int, suffix: str, x: Tensor) -> Tensor:
        zeros = x.new_zeros(rnn.hidden_size)
        start = {name: initial[name][len(layers)] if initial else zeros for name in cell.state}  # each (H,)
        weights = recurrence.weights_of(rnn, layer, suffix)
        first = {name: state[None] for name, state in start.items()}
        steps = recurrence.unroll(cell, x, weights, first, step_of(layer, suffix))
        names = ("a_ih", "a_hh", *(quantity.name for quantity in cell.quantities))
        values = {name: (steps[name].flip(1) if suffix else steps[name])[0] for name in names}
        layers.append(_Layer(layer, "backward" if suffix else "forward", values, start))
        return steps["h"]

    h = recurrence.by_layers(rnn, x, read)
    return layers, h


def _as_arrays(layers: Sequence[_Layer], others: Sequence[Tensor]) -> tuple[tuple[LayerTrace, ...], list[Array]]:
    """The layers and other tensors as arrays, by a single transfer from the device."""
    arrays = iter(
        as_arrays([*(t for part in layers for t in (*part.values.values(), *part.initial.values())), *others])
    )
    layer_traces = []
    for part in layers:
        quantities = {name: next(arrays) for name in part.values}
        initial = {name: next(arrays) for name in part.initial}
        a_ih, a_hh = quantities.pop("a_ih"), quantities.pop("a_hh")
        layer_traces.append(LayerTrace(part.layer, part.direction, a_ih, a_hh, quantities, initial))
    return tuple(layer_traces), list(arrays)


# --- any module of torch ----------------------------------------------------------------------------------------


@torch.inference_mode()
def trace(
    module: nn.RNNBase,
    x: Tensor,
    tokens: Sequence[str] | None = None,
    hx: Tensor | Sequence[Tensor] | None = None,
    head: Head | None = None,
    labels: Sequence[str] | None = None,
) -> Trace:
    """Everything that an `nn.RNN`, `nn.LSTM` or `nn.GRU` computes on one sequence.

    x (T, I), or a batch of that one sequence in the module's own layout. `tokens` names the T steps. `hx` is the
    initial state as torch takes it, each (layers * D, H). `head`, for example an `nn.Linear`, makes logits (T, C) of
    the last layer's h (T, D*H), and `labels` names its C answers. Module and head are read without dropout and keep
    their mode.

    Raises TypeError for what is not one of the three modules or not a tensor, and ValueError for a shape that does
    not fit; the sentence names the way out. Only the first `MAX_TRACE_TOKENS` steps are kept.
    """
    name = cell_name(module)
    cell, whole = find_cell(name), one_sequence(module, x)
    steps = [f"x{t + 1}" for t in range(len(whole))] if tokens is None else texts("tokens", tokens)
    if len(steps) != len(whole):
        raise ValueError(f"x has {len(whole)} steps and there are {len(steps)} tokens; give one for each step")
    if labels is not None and head is None:
        raise ValueError("labels name the answers of a head, and there is no head; give head as well, or no labels")
    part = whole[:MAX_TRACE_TOKENS]
    with eval_mode(module):
        layers, h = _record_layers(cell, module, part[None], initial_state(module, cell, hx))
    logits = part.new_zeros(len(part), 0) if head is None else head_logits(head, h[0])
    names = texts("labels", range(logits.shape[1]) if labels is None else labels)
    if len(names) != logits.shape[1]:
        raise ValueError(f"the head gives {logits.shape[1]} answers and there are {len(names)} labels; name each once")
    layer_traces, (x_array, logits_array) = _as_arrays(layers, [part, logits])
    cut = len(whole) - len(part)
    return Trace(name, tuple(steps[: len(part)]), (), x_array, layer_traces, tuple(names), logits_array, 1.0, cut)
