"""The backward pass: against autograd through torch's own kernels, and against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from rnn_demo.analysis.backward_pass import backward_pass
from rnn_demo.analysis.gradient_flow import flow
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS

TEXT, LABELS = "ivanov", ["Russian", "Czech", "French"]
SHAPES = [
    *({"pooling": pooling} for pooling in POOLINGS),
    *({"pooling": pooling, "num_layers": 2, "bidirectional": True} for pooling in POOLINGS),
    {"per_step": True, "num_layers": 2},
    {"output": "sigmoid"},
]


def model_of(cell: str, **options: object) -> SequenceModel:
    torch.manual_seed(5)
    architecture = Architecture(cell, 6, embedding_size=4, **options)  # type: ignore[arg-type]
    labels = LABELS[: 2 if options.get("output") == "sigmoid" else 3]
    model = SequenceModel(architecture, Vocabulary.build(["abcdefghinostv"], "letters"), labels).double().eval()
    for name, weight in model.rnn.named_parameters():
        if cell == "rnn_relu" and name.startswith("bias_ih"):
            weight.data += 1  # every unit is open: where two steps share a largest value of 0, there is no derivative
    return model


def loss_of(model: SequenceModel, x: torch.Tensor, nudge: tuple[int, int, str, torch.Tensor] | None = None) -> float:
    """-log p(Czech) of x (1, T, E), with a nudge (H,) added to a state: (number of the layer, step, name, nudge)."""
    number = -1

    def read(layer: int, suffix: str, x: torch.Tensor) -> torch.Tensor:
        nonlocal number
        number += 1
        weights, mine = recurrence.weights_of(model.rnn, layer, suffix), number
        state = {name: x.new_zeros(1, 6) for name in model.cell.state}
        h = []
        for k in range(x.shape[1]):
            a_ih = (x[:, k] @ weights[0].T + weights[2]).unflatten(-1, (-1, 6))
            cell = model.cell
            if nudge and nudge[0] == mine and (x.shape[1] - 1 - k if suffix else k) == nudge[1]:
                cell = nudged(cell, nudge[2], nudge[3])
            state = cell.step(a_ih, (state["h"] @ weights[1].T + weights[3]).unflatten(-1, (-1, 6)), state)
            h.append(state["h"])
        return torch.stack(h, dim=1)

    with torch.no_grad():
        h = recurrence.by_layers(model.rnn, x, read)
        features = h[:, -1] if model.pooling is None else model.pooling(h, torch.tensor([x.shape[1]]))
        return float(nn.functional.cross_entropy(model.head_logits(features), torch.tensor([1])))


def nudged(cell: type, name: str, by: torch.Tensor) -> type:
    """The cell with a nudge on one state: on an LSTM's c before h is made of it."""

    class Nudged(cell):  # type: ignore[misc]
        @staticmethod
        def step(a_ih: torch.Tensor, a_hh: torch.Tensor, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
            computed = cell.step(a_ih, a_hh, state)  # type: ignore[attr-defined]
            if name == "c":
                c = computed["c"] + by
                return {**computed, "c": c, "h": computed["o"] * torch.tanh(c)}
            return {**computed, name: computed[name] + by}

    return Nudged


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("options", SHAPES, ids=str)
def test_every_gradient_is_a_finite_difference(cell: str, options: dict[str, object]) -> None:
    model = model_of(cell, **options)
    passed = backward_pass(model, tuple(TEXT), "Czech")
    x = model.embed(torch.tensor([model.encode(TEXT)])).detach()
    assert passed.loss == pytest.approx(loss_of(model, x), abs=1e-12)
    step = 1e-6
    for number, layer in enumerate(passed.layers):
        for name, total in layer.total.items():
            for t in (0, 2, 5):
                direction = torch.from_numpy(np.random.default_rng(t).normal(size=6))
                up, down = (loss_of(model, x, (number, t, name, sign * step * direction)) for sign in (1, -1))
                assert total[t] @ direction.numpy() == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("cell", CELLS)
def test_the_losses_of_all_steps_add_up_and_so_do_their_gradients(cell: str) -> None:
    model = model_of(cell, per_step=True, num_layers=2)
    earlier = ["Russian", None, "Czech", "French", None]
    passed = backward_pass(model, tuple(TEXT), "Czech", earlier)
    assert passed.targets == (*earlier, "Czech")
    x = model.embed(torch.tensor([model.encode(TEXT)])).detach().requires_grad_()
    logits = model.head_logits(model.states(x, torch.tensor([6])))[0]
    numbers = torch.tensor([model.labels.index(target) if target else -100 for target in passed.targets])
    losses = nn.functional.cross_entropy(logits, numbers, reduction="none")
    assert passed.losses == pytest.approx(
        [loss if target else None for loss, target in zip(losses.tolist(), passed.targets, strict=True)]
    )
    assert passed.loss == pytest.approx(float(losses.sum().detach()))
    losses.sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    np.testing.assert_allclose(passed.x, x.grad[0].numpy(), atol=1e-12)
    assert [bool(row.any()) for row in passed.layers[1].above] == [target is not None for target in passed.targets]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("options", SHAPES, ids=str)
def test_the_gradient_of_the_input_is_that_of_torchs_own_kernel(cell: str, options: dict[str, object]) -> None:
    model = model_of(cell, **options)
    passed = backward_pass(model, tuple(TEXT), "Czech")
    x = model.embed(torch.tensor([model.encode(TEXT)])).detach().requires_grad_()
    h = model.states(x, torch.tensor([6]))
    features = h[:, -1] if model.pooling is None else model.pooling(h, torch.tensor([6]))
    (grad,) = torch.autograd.grad(nn.functional.cross_entropy(model.head_logits(features), torch.tensor([1])), x)
    np.testing.assert_allclose(passed.x, grad[0].numpy(), rtol=1e-6, atol=1e-12)
    top = passed.layers[-model.architecture.directions :]
    (above,) = torch.autograd.grad(
        nn.functional.cross_entropy(
            model.head_logits(
                (leaf := h.detach().requires_grad_())[:, -1]
                if model.pooling is None
                else model.pooling(leaf := h.detach().requires_grad_(), torch.tensor([6]))
            ),
            torch.tensor([1]),
        ),
        leaf,
    )
    np.testing.assert_allclose(np.concatenate([layer.above for layer in top], axis=1), above[0].numpy(), atol=1e-12)


def test_the_memory_of_an_lstm_carries_back_what_its_forget_gate_lets_through() -> None:
    model = model_of("lstm")
    (layer,) = backward_pass(model, tuple(TEXT), "Czech").layers
    x = model.embed(torch.tensor([model.encode(TEXT)]))
    read = recurrence.unroll(model.cell, x, recurrence.weights_of(model.rnn, 0))
    forget = read["f"][0].detach().numpy()
    np.testing.assert_allclose(layer.carried["c"][:-1], forget[1:] * layer.total["c"][1:], atol=1e-15)
    through_h = (read["o"] * (1 - torch.tanh(read["c"]) ** 2))[0].detach().numpy() * layer.total["h"]
    np.testing.assert_allclose(layer.total["c"], layer.carried["c"] + through_h, atol=1e-15)


@pytest.mark.parametrize("cell", CELLS)
def test_the_parts_add_up_and_nothing_comes_from_beyond_the_ends(cell: str) -> None:
    for layer in backward_pass(model_of(cell, num_layers=2, bidirectional=True), tuple(TEXT), "French").layers:
        np.testing.assert_allclose(layer.total["h"], layer.above + layer.carried["h"], atol=1e-15)
        last = 0 if layer.direction == "backward" else -1  # computed last: nothing comes over a wire
        for carried in layer.carried.values():
            np.testing.assert_allclose(carried[last], 0, atol=1e-18)


@pytest.mark.parametrize("cell", CELLS)
def test_it_is_the_gradient_flow_of_the_same_text(cell: str) -> None:
    model = model_of(cell, num_layers=2)
    passed, flowed = backward_pass(model, tuple(TEXT), "French"), flow(model, tuple(TEXT), "French")
    for number, layer in enumerate(passed.layers):
        for name, total in layer.total.items():
            np.testing.assert_allclose(np.linalg.norm(total, axis=1), flowed.gradients[name][number], rtol=1e-9)


def test_the_model_is_left_as_it_was() -> None:
    model = model_of("lstm", pooling="attention").float()
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    backward_pass(model, tuple(TEXT), "French")
    assert all(weight.requires_grad and weight.grad is None for weight in model.parameters())
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())


def test_what_cannot_be_followed_is_refused_in_a_sentence() -> None:
    model = model_of("gru")
    with pytest.raises(ValueError, match="unknown label 'Dutch'"):
        backward_pass(model, tuple(TEXT), "Dutch")
    with pytest.raises(ValueError, match="no token"):
        backward_pass(model, (), "Czech")
    with pytest.raises(ValueError, match="training mode"):
        backward_pass(model.train(), tuple(TEXT), "Czech")
