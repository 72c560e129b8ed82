"""The scan: a linear recurrence over all steps at once is the recurrence step by step, and so are its gradients."""

from __future__ import annotations

import pytest
import torch
from helpers.samples import small_model

from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import SequenceModel

AT_ONCE = [name for name, cell in CELLS.items() if not cell.gates_see_state]
LENGTHS = (1, 2, 15, 16, 17, 256, 257, 300)


def random_layer(cell: str, T: int, size: int = 5) -> tuple[torch.Tensor, recurrence.Weights]:
    """x (3, T, 4), and the weights of a layer; all that can be learnt collects gradients."""
    torch.manual_seed(T)
    rnn = recurrence.SteppedRNN(CELLS[cell], 4, size, 1)
    return torch.randn(3, T, 4, requires_grad=True), recurrence.weights_of(rnn, 0)


def loop(keep: torch.Tensor, write: torch.Tensor) -> torch.Tensor:
    states, h = [], torch.zeros_like(write[:, 0])
    for t in range(write.shape[1]):
        h = keep[:, t] * h + write[:, t]
        states.append(h)
    return torch.stack(states, dim=1)


def test_there_are_cells_that_are_read_at_once() -> None:
    assert {"mingru", "minlstm"} <= set(AT_ONCE)


@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("wide", [0, 10**6], ids=["one by one", "in chunks"])
def test_the_scan_is_the_loop(T: int, wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrence, "WIDE", wide)
    generator = torch.Generator().manual_seed(T)
    keep, write = torch.rand(2, T, 3, generator=generator), torch.randn(2, T, 3, generator=generator)
    torch.testing.assert_close(recurrence.scan(keep, write), loop(keep, write), atol=1e-5, rtol=0)


@pytest.mark.parametrize("wide", [0, 10**6], ids=["one by one", "in chunks"])
def test_its_gradients_are_those_of_finite_differences(wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrence, "WIDE", wide)
    keep, write = (torch.rand(2, 21, 2, dtype=torch.double, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(recurrence.scan, (keep, write))


@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("cell", AT_ONCE)
def test_a_layer_read_at_once_is_the_layer_unrolled(cell: str, T: int) -> None:
    x, weights = random_layer(cell, T)
    at_once, unrolled = recurrence.read_at_once(CELLS[cell], x, weights), recurrence.unroll(CELLS[cell], x, weights)
    torch.testing.assert_close(at_once, unrolled["h"], atol=1e-5, rtol=0)
    learnt = [x, weights[0], weights[2]]
    loss = torch.randn_like(at_once)
    one, other = (torch.autograd.grad((h * loss).sum() / T, learnt) for h in (at_once, unrolled["h"]))
    torch.testing.assert_close(one, other, atol=1e-5, rtol=0)


@pytest.mark.parametrize("cell", AT_ONCE)
def test_gates_that_are_shut_or_open_make_no_number_infinite(cell: str) -> None:
    _, weights = random_layer(cell, 40)
    a_ih = torch.unflatten(1e4 * torch.randn(3, 40, 4) @ weights[0].T, -1, (len(CELLS[cell].gates), 5))
    h = recurrence.scan(*CELLS[cell].keep_and_write(a_ih))
    assert h.isfinite().all()
    stepped, state = [], {"h": torch.zeros(3, 5)}
    for t in range(40):
        state = CELLS[cell].step(a_ih[:, t], torch.zeros_like(a_ih[:, t]), state)
        stepped.append(state["h"])
    torch.testing.assert_close(h, torch.stack(stepped, dim=1), atol=1.0, rtol=1e-5)  # of numbers in ten thousands


@pytest.mark.parametrize("cell", AT_ONCE)
def test_a_layer_has_no_weights_for_the_state_before(cell: str) -> None:
    model: SequenceModel = small_model(cell, num_layers=2, bidirectional=True)
    names = [name for name, _ in model.rnn.named_parameters()]
    assert len(names) == 8
    assert not any("hh" in name for name in names)
    weights = recurrence.weights_of(model.rnn, 1, "_reverse")
    assert not weights[1].any()
    assert not weights[3].any()


def test_the_share_that_a_minlstm_keeps_is_one_forget_gate_of_two() -> None:
    """Feng et al.: f' = f / (f + i) and i' = i / (f + i), so that f' + i' = 1."""
    a_ih = torch.randn(7, 3, 5)
    f, i = a_ih[:, 0].sigmoid(), a_ih[:, 1].sigmoid()
    now = CELLS["minlstm"].step(a_ih, torch.zeros_like(a_ih), {"h": torch.ones(7, 5)})
    torch.testing.assert_close(now["h"], f / (f + i) + i / (f + i) * a_ih[:, 2])
