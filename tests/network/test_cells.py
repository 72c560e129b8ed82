"""The equations of the cells are those of torch's kernels, and their quantities are what they are said to be."""

import numpy as np
import pytest
import torch
from helpers.samples import LENGTHS, SHAPE_IDS, SHAPES
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS, find_cell

E, H, T = 4, 5, max(LENGTHS)  # input size, hidden size, steps
FUSED = [name for name, cell in CELLS.items() if cell.fused is not None]


def two_ways(cell, layers, bidirectional):
    """torch's module, and the written-out one with the same state_dict."""
    torch.manual_seed(layers)
    fused = CELLS[cell].fused(E, H, layers, batch_first=True, bidirectional=bidirectional)
    stepped = recurrence.SteppedRNN(CELLS[cell], E, H, layers, bidirectional=bidirectional)
    stepped.load_state_dict(fused.state_dict())
    return fused, stepped


def packed(rnn, x, lengths):
    """The reference for mixed lengths: h of the last layer (B, T, D*H), zeros on padding."""
    together = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(rnn(together)[0], batch_first=True, total_length=x.shape[1])[0]


def computed(cell, scale=1.0):
    """Everything that a layer of the cell computes on random sequences."""
    torch.manual_seed(0)
    rows = len(CELLS[cell].gates) * H
    weights = (torch.randn(rows, E), torch.randn(rows, H), torch.randn(rows), torch.randn(rows))
    return recurrence.unroll(CELLS[cell], scale * torch.randn(3, T, E), weights)


@pytest.mark.parametrize(("cell", "layers", "bidirectional"), [s for s in SHAPES if s[0] in FUSED])
@pytest.mark.parametrize("way", [0, 1], ids=["fused", "stepped"])
def test_mixed_lengths_give_what_torch_gives_packed(cell, layers, bidirectional, way):
    ways = two_ways(cell, layers, bidirectional)
    lengths = torch.tensor(LENGTHS)
    x = torch.randn(len(LENGTHS), T, E)
    real = (torch.arange(T) < lengths[:, None])[..., None]
    ours = recurrence.run(ways[way], x, lengths) * real
    torch.testing.assert_close(ours, packed(ways[0], x, lengths), atol=1e-6, rtol=0)


@pytest.mark.parametrize(("cell", "layers", "bidirectional"), [s for s in SHAPES if s[0] in FUSED])
def test_the_written_out_module_is_torchs_module(cell, layers, bidirectional):
    fused, stepped = two_ways(cell, layers, bidirectional)
    x = torch.randn(2, T, E)
    torch.testing.assert_close(stepped(x)[0], fused(x)[0], atol=1e-6, rtol=0)
    assert {n: p.shape for n, p in stepped.named_parameters()} == {n: p.shape for n, p in fused.named_parameters()}


@pytest.mark.parametrize("cell", FUSED)
def test_the_gradients_of_both_ways_are_equal(cell):
    fused, stepped = two_ways(cell, 2, True)
    x = torch.randn(2, T, E)
    for rnn in (fused, stepped):
        rnn(x)[0].square().sum().backward()
    for name, parameter in fused.named_parameters():
        torch.testing.assert_close(stepped.get_parameter(name).grad, parameter.grad, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(("cell", "layers", "bidirectional"), SHAPES, ids=SHAPE_IDS)
def test_what_stands_on_padding_is_never_read(cell, layers, bidirectional):
    rnn = recurrence.make(CELLS[cell], E, H, layers, 0.0, bidirectional)
    lengths = torch.tensor(LENGTHS)
    real = (torch.arange(T) < lengths[:, None])[..., None]
    x = torch.randn(len(LENGTHS), T, E)
    other = torch.where(real, x, torch.randn_like(x))
    torch.testing.assert_close(recurrence.run(rnn, x, lengths) * real, recurrence.run(rnn, other, lengths) * real)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_every_quantity_keeps_its_bounds(cell, scale):
    values = computed(cell, scale)
    for quantity in CELLS[cell].quantities:
        assert values[quantity.name].shape == (3, T, H)
        assert values[quantity.name].isfinite().all()
        if quantity.bounds is not None:
            low, high = quantity.bounds
            assert low <= values[quantity.name].min()
            assert values[quantity.name].max() <= high


@pytest.mark.parametrize("cell", CELLS)
def test_a_step_computes_the_quantities_that_are_described_and_no_other(cell):
    described = [quantity.name for quantity in CELLS[cell].quantities]
    assert set(computed(cell)) - {"a_ih", "a_hh"} == set(described)
    assert len(set(described)) == len(described)
    assert set(CELLS[cell].state) <= set(described)
    assert "h" in CELLS[cell].state


@pytest.mark.parametrize("cell", CELLS)
def test_every_quantity_comes_from_things_known_before_it(cell):
    known = {f"{a}.{gate}" for a in ("a_ih", "a_hh") for gate in CELLS[cell].gates}
    known |= {f"{name}_prev" for name in CELLS[cell].state}
    for quantity in CELLS[cell].quantities:
        assert set(quantity.after) <= known
        assert quantity.equation.startswith(f"{quantity.name}_t")
        known.add(quantity.name)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def previous(values, name):
    return np.pad(values[name], ((0, 0), (1, 0), (0, 0)))[:, :-1]


def test_lstm_quantities_obey_the_equations_of_hochreiter_and_schmidhuber():
    values = {name: value.double().numpy() for name, value in computed("lstm").items()}
    a = {gate: (values["a_ih"] + values["a_hh"])[..., g, :] for g, gate in enumerate("ifgo")}
    c = sigmoid(a["f"]) * previous(values, "c") + sigmoid(a["i"]) * np.tanh(a["g"])
    expected = {"i": sigmoid(a["i"]), "f": sigmoid(a["f"]), "g": np.tanh(a["g"]), "o": sigmoid(a["o"]), "c": c}
    for name, value in (expected | {"h": sigmoid(a["o"]) * np.tanh(c)}).items():
        np.testing.assert_allclose(values[name], value, atol=1e-6)


def test_gru_quantities_reset_after_the_product_and_z_keeps_the_old_state():
    values = {name: value.double().numpy() for name, value in computed("gru").items()}
    x, h = ({gate: values[a][..., g, :] for g, gate in enumerate("rzn")} for a in ("a_ih", "a_hh"))
    r, z = sigmoid(x["r"] + h["r"]), sigmoid(x["z"] + h["z"])
    n = np.tanh(x["n"] + r * h["n"])
    for name, value in {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * previous(values, "h")}.items():
        np.testing.assert_allclose(values[name], value, atol=1e-6)


def test_simple_cells_squash_the_sum_and_nothing_else():
    for cell, squash in (("rnn_tanh", np.tanh), ("rnn_relu", lambda a: np.maximum(a, 0))):
        values = {name: value.double().numpy() for name, value in computed(cell).items()}
        np.testing.assert_allclose(values["h"], squash(values["a_ih"] + values["a_hh"])[..., 0, :], atol=1e-6)


def test_a_cell_without_a_kernel_is_run_step_by_step(monkeypatch):
    monkeypatch.setattr(CELLS["gru"], "fused", None)
    assert isinstance(recurrence.make(CELLS["gru"], E, H, 1, 0.0, False), recurrence.SteppedRNN)
    assert isinstance(recurrence.make(CELLS["lstm"], E, H, 1, 0.0, False), nn.LSTM)


@pytest.mark.parametrize("layers", [1, 2])
def test_dropout_between_layers_acts_in_training_alone(layers):
    torch.manual_seed(0)
    rnn = recurrence.make(CELLS["gru"], E, H, layers, 0.5, True)
    x, lengths = torch.randn(2, T, E), torch.tensor([T, T - 2])
    same = [torch.equal(*(recurrence.run(rnn.train(on), x, lengths) for _ in range(2))) for on in (False, True)]
    assert same == [True, layers == 1]


def test_an_unknown_cell_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="unknown cell 'gur'; choose one of rnn_tanh, rnn_relu, gru, lstm"):
        find_cell("gur")
