"""Recurrent cells, written out: what each one computes in a single time step.

A cell holds equations, never weights. It is given the two sums that every recurrent network forms,

    a_ih = W_ih x_t     + b_ih        what the input says        (..., G, H)
    a_hh = W_hh h_{t-1} + b_hh        what the memory says       (..., G, H)

and returns every quantity it computes, the new state among them. The letters and the order of the
gates are PyTorch's, so any `nn.RNN`, `nn.LSTM` or `nn.GRU` can be read with these equations.
Shapes: H hidden size, G gates (row blocks of the weight matrices); "..." is any batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn

from rnn_demo.network.equations import sources

State = Mapping[str, Tensor]
LEAST = 1e-30  # of a gate that is divided by, so that 0 / 0 is never computed


@dataclass(frozen=True)
class Quantity:
    """A vector of H numbers that a cell computes at each step, described well enough to be drawn."""

    name: str
    title: str
    equation: str  # LaTeX, PyTorch's letters
    bounds: tuple[float, float] | None  # None: any real number
    after: tuple[str, ...] = ()  # what it is computed from, as the equation says: "a_ih.g", "a_hh.g", "r", "h_prev"
    does: str = ""  # of a gate: a verb for what the cell does with the fraction that the gate lets through
    flipped_does: str = ""  # and with the fraction that it holds back

    def __post_init__(self) -> None:
        object.__setattr__(self, "after", self.after or sources(self.equation))


class Cell:
    """One time step of a recurrent layer.

    To add a cell, write a subclass and list it in `CELLS`; without a `fused` kernel it runs step by step.
    """

    title: ClassVar[str]
    gates: ClassVar[tuple[str, ...]]
    state: ClassVar[tuple[str, ...]]
    quantities: ClassVar[tuple[Quantity, ...]]
    keep_gate: ClassVar[str | None] = None  # the gate that decides how much of the old state is kept
    fused: ClassVar[Callable[..., nn.RNNBase] | None] = None
    gates_see_state: ClassVar[bool] = True  # without it there is no W_hh, and all steps are computed at once

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        """Compute all quantities of one step.

        `a_ih`, `a_hh`: (..., G, H). `state`: each of the cell's `state` names with h_{t-1} (..., H).
        Returns each quantity by name, (..., H); those named in `state` are the new state.
        """
        raise NotImplementedError  # by each cell

    @staticmethod
    def keep_and_write(a_ih: Tensor) -> tuple[Tensor, Tensor]:
        """Of a cell whose gates see x_t alone: the factors (..., H) of h_t = keep_t * h_{t-1} + write_t."""
        raise NotImplementedError  # by each such cell


class TanhRNN(Cell):
    """The simple recurrent network of Elman (1990), squashed by tanh."""

    title = "RNN (tanh)"
    gates = ("h",)
    state = ("h",)
    quantities = (
        Quantity("h", "hidden state", r"h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})", (-1, 1)),
    )
    fused = partial(nn.RNN, nonlinearity="tanh")

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        return {"h": torch.tanh((a_ih + a_hh).squeeze(-2))}


class ReluRNN(Cell):
    """The same network with a rectifier: no squashing, so its state can grow without bound."""

    title = "RNN (ReLU)"
    gates = ("h",)
    state = ("h",)
    quantities = (
        Quantity("h", "hidden state", r"h_t = \max(0,\; W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})", None),
    )
    fused = partial(nn.RNN, nonlinearity="relu")

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        return {"h": torch.relu((a_ih + a_hh).squeeze(-2))}


class GRU(Cell):
    """Gated recurrent unit (Cho et al. 2014), in the form that PyTorch and cuDNN compute.

    z keeps the OLD state, as in Cho et al. (2014, equation 7); Chung et al. (2014) and many textbooks swap
    z and 1 - z. The reset comes after the product, r * (W_hn h + b_hn); both papers reset before it.
    """

    title = "GRU"
    gates = ("r", "z", "n")
    state = ("h",)
    quantities = (
        Quantity(
            "r", "reset gate", r"r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr})", (0, 1), does="recalls"
        ),
        Quantity(
            "z",
            "update gate",
            r"z_t = \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz})",
            (0, 1),
            does="keeps",
            flipped_does="renews",
        ),
        Quantity(
            "n", "new content", r"n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))", (-1, 1)
        ),
        Quantity("h", "hidden state", r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}", (-1, 1)),
    )
    keep_gate = "z"
    fused = nn.GRU

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        i_r, i_z, i_n = a_ih.unbind(-2)
        h_r, h_z, h_n = a_hh.unbind(-2)
        r = torch.sigmoid(i_r + h_r)  # how much of the memory the new content may see
        z = torch.sigmoid(i_z + h_z)  # how much of the old state to keep
        n = torch.tanh(i_n + r * h_n)
        h = (1 - z) * n + z * state["h"]
        return {"r": r, "z": z, "n": n, "h": h}


class LSTM(Cell):
    """Long short-term memory (Hochreiter & Schmidhuber 1997) with a forget gate (Gers et al. 2000)."""

    title = "LSTM"
    gates = ("i", "f", "g", "o")
    state = ("h", "c")
    quantities = (
        Quantity(
            "i", "input gate", r"i_t = \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi})", (0, 1), does="writes"
        ),
        Quantity(
            "f", "forget gate", r"f_t = \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf})", (0, 1), does="keeps"
        ),
        Quantity("g", "new content", r"g_t = \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg})", (-1, 1)),
        Quantity(
            "o", "output gate", r"o_t = \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho})", (0, 1), does="lets out"
        ),
        Quantity("c", "cell state", r"c_t = f_t \odot c_{t-1} + i_t \odot g_t", None),
        Quantity("h", "hidden state", r"h_t = o_t \odot \tanh(c_t)", (-1, 1)),
    )
    keep_gate = "f"
    fused = nn.LSTM

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        a_i, a_f, a_g, a_o = (a_ih + a_hh).unbind(-2)
        i = torch.sigmoid(a_i)  # how much of the new content to write
        f = torch.sigmoid(a_f)  # how much of c_{t-1} to keep
        g = torch.tanh(a_g)
        o = torch.sigmoid(a_o)  # how much of the memory to let out
        c = f * state["c"] + i * g
        h = o * torch.tanh(c)
        return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}


class MinGRU(Cell):
    """The minimal GRU (Feng et al. 2024, "Were RNNs all we needed?", section 3.1): its gate sees x_t alone.

    Without W_hh the state is only ever scaled and added to, so all steps can be computed at once. z keeps the OLD
    state, as in the GRU above; Feng et al. swap z and 1 - z.
    """

    title = "minGRU"
    gates = ("z", "n")
    state = ("h",)
    quantities = (
        Quantity("z", "update gate", r"z_t = \sigma(W_{iz} x_t + b_{iz})", (0, 1), does="keeps", flipped_does="renews"),
        Quantity("n", "new content", r"n_t = W_{in} x_t + b_{in}", None),
        Quantity("h", "hidden state", r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}", None),
    )
    keep_gate = "z"
    gates_see_state = False

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        a_z, n = a_ih.unbind(-2)
        z = torch.sigmoid(a_z)  # how much of the old state to keep
        return {"z": z, "n": n, "h": (1 - z) * n + z * state["h"]}

    @staticmethod
    def keep_and_write(a_ih: Tensor) -> tuple[Tensor, Tensor]:
        a_z, n = a_ih.unbind(-2)
        return torch.sigmoid(a_z), torch.sigmoid(-a_z) * n  # 1 - z, without the loss of digits


class MinLSTM(Cell):
    """The minimal LSTM (Feng et al. 2024, section 3.2): two gates that see x_t alone and share out one whole."""

    title = "minLSTM"
    gates = ("f", "i", "n")
    state = ("h",)
    quantities = (
        Quantity("f", "forget gate", r"f_t = \sigma(W_{if} x_t + b_{if})", (0, 1)),
        Quantity("i", "input gate", r"i_t = \sigma(W_{ii} x_t + b_{ii})", (0, 1)),
        Quantity("n", "new content", r"n_t = W_{in} x_t + b_{in}", None),
        Quantity("k", "share of the old", r"k_t = f_t / (f_t + i_t)", (0, 1), does="keeps", flipped_does="renews"),
        Quantity("h", "hidden state", r"h_t = (1 - k_t) \odot n_t + k_t \odot h_{t-1}", None),
    )
    keep_gate = "f"
    gates_see_state = False

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        a_f, a_i, n = a_ih.unbind(-2)
        f, i = (torch.sigmoid(a).clamp_min(LEAST) for a in (a_f, a_i))
        k = f / (f + i)  # how much of the old state to keep
        return {"f": f, "i": i, "n": n, "k": k, "h": (1 - k) * n + k * state["h"]}

    @staticmethod
    def keep_and_write(a_ih: Tensor) -> tuple[Tensor, Tensor]:
        a_f, a_i, n = a_ih.unbind(-2)
        f, i = (torch.sigmoid(a).clamp_min(LEAST) for a in (a_f, a_i))
        return f / (f + i), i / (f + i) * n


CELLS: dict[str, type[Cell]] = {
    "rnn_tanh": TanhRNN,
    "rnn_relu": ReluRNN,
    "gru": GRU,
    "lstm": LSTM,
    "mingru": MinGRU,
    "minlstm": MinLSTM,
}


def find_cell(name: str) -> type[Cell]:
    """The cell listed under `name`; ValueError names the choices."""
    if name not in tuple(CELLS):  # a name out of a file may be anything, even a list
        raise ValueError(f"unknown cell {name!r}; choose one of {', '.join(CELLS)}")
    return CELLS[name]
