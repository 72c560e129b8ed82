"""Running a cell over a sequence, in two ways that give the same numbers.

`unroll` is the definition: a Python loop over time that calls `cell.step` and keeps every quantity.
`run` is the workhorse, over a batch of sequences of mixed length: torch's fused kernels, or for a cell whose gates see
x_t alone a parallel scan over time.

Sequences are padded on the right. A network that reads from left to right then has the right h_t at every
real step, whatever the padding says later, and a mask does the rest; on the CPU this is many times faster
than `pack_padded_sequence`. The backward direction reads each sequence reversed within its own length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnn_demo.network.cells import Cell
from rnn_demo.network.denormals import flush_denormals

PARAMETERS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")  # of one layer and direction
Weights = tuple[Tensor, Tensor, Tensor, Tensor]  # (G*H, I), (G*H, H), (G*H,), (G*H,)
# Computes step t, counted in the order of reading, instead of the cell's own `step`; t comes before its arguments.
Step = Callable[[int, Tensor, Tensor, Mapping[str, Tensor]], dict[str, Tensor]]


def parameters_of(cell: type[Cell]) -> tuple[str, ...]:
    """Those of `PARAMETERS` that a cell has; one whose gates see x_t alone has none for h_{t-1}."""
    return PARAMETERS if cell.gates_see_state else ("weight_ih", "bias_ih")


def unroll(
    cell: type[Cell],
    x: Tensor,
    weights: Weights,
    initial: Mapping[str, Tensor] | None = None,
    step: Step | None = None,
) -> dict[str, Tensor]:
    """Read x (B, T, I) one step at a time, from the `initial` state, each (B, H), or from zeros.

    Returns "a_ih" and "a_hh" (B, T, G, H) and each of the cell's quantities (B, T, H).
    """
    flush_denormals()  # also in a thread that a system starts with its own settings
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    G, H = len(cell.gates), weight_hh.shape[1]
    a_ih = torch.unflatten(x @ weight_ih.T + bias_ih, -1, (G, H))  # no recurrence in it: all steps at once
    state = dict(initial or {name: x.new_zeros(len(x), H) for name in cell.state})
    steps: list[dict[str, Tensor]] = []
    nothing = torch.zeros_like(a_ih[:, 0])
    for t in range(x.shape[1]):
        seen = cell.gates_see_state
        a_hh = torch.unflatten(state["h"] @ weight_hh.T + bias_hh, -1, (G, H)) if seen else nothing
        computed = cell.step(a_ih[:, t], a_hh, state) if step is None else step(t, a_ih[:, t], a_hh, state)
        state = {name: computed[name] for name in cell.state}
        steps.append({"a_hh": a_hh, **computed})
    return {"a_ih": a_ih} | {name: torch.stack([step[name] for step in steps], dim=1) for name in steps[0]}


# --- a linear recurrence, over all steps at once ------------------------------------------------------------------
#
# h_t = keep_t * h_{t-1} + write_t. Two steps in a row are again a step of this form,
#
#     h_t = (keep_t keep_{t-1}) * h_{t-2} + (keep_t * write_{t-1} + write_t)
#
# so they may be joined in any grouping (Blelloch 1990, "Prefix sums and their applications"). Here time is cut into
# chunks that are read side by side; what each chunk ends with is a shorter sequence of the same kind, and every chunk
# then adds what it was handed. That takes twice the additions, but only CHUNK steps for each power of CHUNK in T.

CHUNK = 16  # steps read one after the other; the others side by side
WIDE = 512  # B * H of a step that is work enough for a processor, which then reads all steps one after the other


def scan(keep: Tensor, write: Tensor) -> Tensor:
    """keep, write (B, T, H) -> h (B, T, H), with gradients of the first order."""
    return _Scan.apply(keep, write)  # type: ignore[no-untyped-call]


class _Scan(torch.autograd.Function):
    """Backwards, dL/dwrite_t = dL/dh_t + keep_{t+1} dL/dwrite_{t+1}: the same recurrence from the last step."""

    @staticmethod
    def forward(ctx: Any, keep: Tensor, write: Tensor) -> Tensor:
        h = _read_linear(keep.detach(), write.detach())
        ctx.save_for_backward(keep, h)
        return h

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad_h: Tensor) -> tuple[Tensor, Tensor]:
        keep, h = ctx.saved_tensors
        later = torch.nn.functional.pad(keep[:, 1:], (0, 0, 0, 1))  # keep_{t+1}; nothing comes after the last step
        grad_write = _read_linear(later.flip(1), grad_h.flip(1)).flip(1)
        before = torch.nn.functional.pad(h[:, :-1], (0, 0, 1, 0))  # h_{t-1}
        return grad_write * before, grad_write


def _read_linear(keep: Tensor, write: Tensor) -> Tensor:
    """(B, T, H) -> (B, T, H)"""
    B, T, H = write.shape
    if T <= CHUNK or (B * H > WIDE and not write.is_cuda):
        return _step_by_step(keep, write)
    chunks = -(-T // CHUNK)
    padding = (0, 0, 0, chunks * CHUNK - T)
    keeps = torch.nn.functional.pad(keep, padding).view(B, chunks, CHUNK, H)
    writes = torch.nn.functional.pad(write, padding).view(B, chunks, CHUNK, H)
    own = _step_by_step(keeps, writes, dim=2)  # (B, chunks, CHUNK, H): each chunk from a state of zeros
    share = keeps.cumprod(2)  # of what a chunk was handed, what is left at each of its steps
    ends = _read_linear(share[:, :-1, -1], own[:, :-1, -1])  # (B, chunks - 1, H)
    own[:, 1:].addcmul_(share[:, 1:], ends[:, :, None])
    return own.view(B, chunks * CHUNK, H)[:, :T]


def _step_by_step(keep: Tensor, write: Tensor, dim: int = 1) -> Tensor:
    """The recurrence along `dim`, as it is written."""
    h = write.clone()
    for t in range(1, h.shape[dim]):
        h.select(dim, t).addcmul_(keep.select(dim, t), h.select(dim, t - 1))
    return h


def read_at_once(cell: type[Cell], x: Tensor, weights: Weights) -> Tensor:
    """h (B, T, H) of x (B, T, I), by a scan over time: what `unroll` gives for a cell whose gates see x_t alone."""
    weight_ih, weight_hh, bias_ih, _ = weights
    a_ih = torch.unflatten(x @ weight_ih.T + bias_ih, -1, (len(cell.gates), weight_hh.shape[1]))
    return scan(*cell.keep_and_write(a_ih))


class SteppedRNN(nn.Module):
    """Stacked layers of any cell, unrolled in Python; parameters have the names and shapes of torch's `nn.RNNBase`.

    For cells without a fused kernel of torch's, and as the reference for those that have one. A cell whose gates
    see x_t alone is read by a scan, and has no weights for h_{t-1}.
    """

    def __init__(
        self,
        cell: type[Cell],
        input_size: int,
        hidden_size: int,
        num_layers: int,
        dropout: float = 0.0,
        bidirectional: bool = False,
    ) -> None:
        super().__init__()
        self.cell, self.input_size, self.hidden_size = cell, input_size, hidden_size
        self.num_layers, self.dropout, self.bidirectional = num_layers, dropout, bidirectional
        rows, k = len(cell.gates) * hidden_size, hidden_size**-0.5
        for layer in range(num_layers):
            width = input_size if layer == 0 else hidden_size * len(suffixes(self))
            shapes = dict(zip(PARAMETERS, ((rows, width), (rows, hidden_size), (rows,), (rows,)), strict=True))
            for suffix in suffixes(self):
                for name in parameters_of(cell):
                    weight = nn.Parameter(torch.empty(shapes[name]).uniform_(-k, k))
                    self.register_parameter(f"{name}_l{layer}{suffix}", weight)

    def forward(self, x: Tensor) -> tuple[Tensor, None]:
        """(B, T, I) -> (B, T, D*H); every sequence is taken to be T long."""
        return by_layers(self, x, partial(_run_layer, self)), None


Recurrent = SteppedRNN | nn.RNNBase


def make(
    cell: type[Cell], input_size: int, hidden_size: int, num_layers: int, dropout: float, bidirectional: bool
) -> Recurrent:
    """The recurrent layers of a model: torch's own module where the cell has one, else `SteppedRNN`."""
    layers = partial(SteppedRNN, cell) if cell.fused is None else partial(cell.fused, batch_first=True)
    between = dropout if num_layers > 1 else 0.0
    return layers(input_size, hidden_size, num_layers, dropout=between, bidirectional=bidirectional)


def suffixes(rnn: Recurrent) -> Sequence[str]:
    """What PyTorch appends to the parameter names of each direction."""
    return ("", "_reverse") if rnn.bidirectional else ("",)


def weights_of(rnn: Recurrent, layer: int, suffix: str = "") -> Weights:
    """The four weights of one layer and direction; those that it does not have are zero."""
    if isinstance(rnn, SteppedRNN) and not rnn.cell.gates_see_state:
        w_ih, b_ih = (getattr(rnn, f"{name}_l{layer}{suffix}") for name in parameters_of(rnn.cell))
        return w_ih, w_ih.new_zeros(len(w_ih), rnn.hidden_size), b_ih, w_ih.new_zeros(len(w_ih))
    w_ih, w_hh = (getattr(rnn, f"{name}_l{layer}{suffix}") for name in PARAMETERS[:2])
    if isinstance(rnn, nn.RNNBase) and not rnn.bias:
        return w_ih, w_hh, w_ih.new_zeros(len(w_ih)), w_ih.new_zeros(len(w_ih))
    b_ih, b_hh = (getattr(rnn, f"{name}_l{layer}{suffix}") for name in PARAMETERS[2:])
    return w_ih, w_hh, b_ih, b_hh


def run(rnn: Recurrent, x: Tensor, lengths: Tensor, bounded: bool = True) -> Tensor:
    """Read padded x (B, T, I) of real lengths (B,); return h of the last layer (B, T, D*H).

    Beyond a sequence's length the values are meaningless: mask them. A state that is not `bounded` may overflow there,
    and infinity times zero is NaN, so such a network reads no padding at all.
    """
    flush_denormals()  # also in a thread that a system starts with its own settings
    T = x.shape[1]
    if bounded and not rnn.bidirectional:
        return rnn(x)[0]
    lengths_on_cpu = lengths.cpu()  # here and once, because a GPU is waited for
    if bool((lengths_on_cpu == T).all()):
        return rnn(x)[0]
    if not bounded and isinstance(rnn, SteppedRNN):
        rows = [rnn(row[None, :length])[0][0] for row, length in zip(x, lengths_on_cpu.tolist(), strict=True)]
        return torch.stack([nn.functional.pad(h, (0, 0, 0, T - len(h))) for h in rows])
    if isinstance(rnn, nn.RNNBase) and (x.is_cuda or not bounded):
        packed = pack_padded_sequence(x, lengths_on_cpu, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(rnn(packed)[0], batch_first=True, total_length=T)[0]
    return by_layers(rnn, x, partial(_run_layer, rnn), lengths)


State = Any  # what torch's module carries between two steps; for a `SteppedRNN` a dict for each layer


def advance(rnn: Recurrent, x_t: Tensor, state: State = None) -> tuple[Tensor, State]:
    """One more step: x_t (B, I) and the state before it -> h_t of the last layer (B, H), and the state after it.

    For networks that read in one direction; the first state is all zeros.
    """
    if isinstance(rnn, nn.RNNBase):
        h, state = rnn(x_t[:, None], state)
        return h[:, 0], state
    zeros = x_t.new_zeros(len(x_t), rnn.hidden_size)
    states, after = state or [dict.fromkeys(rnn.cell.state, zeros)] * rnn.num_layers, []
    for layer, before in enumerate(states):
        if layer and rnn.dropout and rnn.training:
            x_t = nn.functional.dropout(x_t, rnn.dropout)
        step = unroll(rnn.cell, x_t[:, None], weights_of(rnn, layer), before)
        after.append({name: step[name][:, 0] for name in rnn.cell.state})
        x_t = after[-1]["h"]
    return x_t, after


def reverse(x: Tensor, lengths: Tensor | None) -> Tensor:
    """Each sequence of x (B, T, ...) back to front within its own length; padding stays where it is."""
    if lengths is None:
        return x.flip(1)
    t = torch.arange(x.shape[1], device=x.device)
    source = torch.where(t < lengths[:, None], lengths[:, None] - 1 - t, t)  # (B, T)
    return x.gather(1, source[..., None].expand_as(x))


def by_layers(
    rnn: Recurrent, x: Tensor, read: Callable[[int, str, Tensor], Tensor], lengths: Tensor | None = None
) -> Tensor:
    """Read x (B, T, I) layer by layer; return h of the last one (B, T, D*H).

    `read(layer, suffix, x)` returns h (B, T, H) of one layer and direction; the backward one is given x back to front,
    and so is its h. Without lengths every sequence is T long.
    """
    for layer in range(rnn.num_layers):
        if layer and rnn.dropout and rnn.training:
            x = nn.functional.dropout(x, rnn.dropout)
        directions = []
        for suffix in suffixes(rnn):
            h = read(layer, suffix, reverse(x, lengths) if suffix else x)
            directions.append(reverse(h, lengths) if suffix else h)
        x = torch.cat(directions, dim=-1)  # (B, T, D*H)
    return x


def _run_layer(rnn: Recurrent, layer: int, suffix: str, x: Tensor) -> Tensor:
    weights = weights_of(rnn, layer, suffix)
    if isinstance(rnn, SteppedRNN):
        return unroll(rnn.cell, x, weights)["h"] if rnn.cell.gates_see_state else read_at_once(rnn.cell, x, weights)
    # One direction of a module, by the kernels that torch's own modules call. They are not documented; the public
    # way, `functional_call` on another module, takes twice as long for a short text and is not safe among threads.
    zeros = x.new_zeros(1, len(x), rnn.hidden_size)
    options = (True, 1, 0.0, rnn.training, False, True)  # biases, layers, dropout, training, bidirectional, batch_first
    if isinstance(rnn, nn.LSTM):
        return torch.lstm(x, (zeros, zeros), weights, *options)[0]
    kernel = torch.gru if isinstance(rnn, nn.GRU) else getattr(torch, f"rnn_{rnn.nonlinearity}")
    h: Tensor = kernel(x, zeros, weights, *options)[0]
    return h
