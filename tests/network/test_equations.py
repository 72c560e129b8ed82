"""Equations: what a cell says in LaTeX is what it computes, in PyTorch's letters and in the textbook's."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import pytest
import torch

from rnn_demo.network.cells import CELLS
from rnn_demo.network.equations import Tree, parse, sources, textbook

OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
FUNCTIONS = {"sigma": torch.sigmoid, "tanh": torch.tanh, "max": lambda low, a: a.clamp(min=low)}
H = 5


def evaluate(tree: Tree, leaf: Callable[[Tree], torch.Tensor]) -> Any:
    """The value of a tree, given its leaves."""
    operation, *parts = tree
    if operation == "number":
        return parts[0]
    if operation in ("W", "b", "now", "before"):
        return leaf(tree)
    values = [evaluate(part, leaf) for part in parts]
    if operation in OPERATIONS:
        return functools.reduce(OPERATIONS[operation], values)
    return FUNCTIONS[operation](*values)


def computed(name: str) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Random products and biases of every gate and states of a cell, and what its step makes of them."""
    cell, generator = CELLS[name], torch.Generator().manual_seed(4)
    parts = {
        f"{kind} {side} {gate}": torch.randn(H, generator=generator)
        for kind in "Wb"
        for side in ("ih", "hh")
        for gate in cell.gates
    }
    state = {s: torch.randn(H, generator=generator) for s in cell.state}
    sums = [torch.stack([parts[f"W {side} {g}"] + parts[f"b {side} {g}"] for g in cell.gates]) for side in ("ih", "hh")]
    now = cell.step(sums[0], sums[1], state)
    return parts | {f"before {s}": value for s, value in state.items()}, now


@pytest.mark.parametrize("name", CELLS)
def test_the_equation_of_every_quantity_gives_its_number(name: str) -> None:
    parts, now = computed(name)
    for quantity in CELLS[name].quantities:
        value = evaluate(
            parse(quantity.equation),
            lambda leaf: now[leaf[1]] if leaf[0] == "now" else parts[" ".join(leaf)],
        )
        torch.testing.assert_close(value, now[quantity.name])


@pytest.mark.parametrize("name", CELLS)
def test_the_textbook_form_gives_the_same_state(name: str) -> None:
    parts, now = computed(name)
    trees = {quantity.name: parse(quantity.equation) for quantity in CELLS[name].quantities}
    book, values = textbook(trees), {}

    def leaf(tree: Tree) -> torch.Tensor:
        kind, *rest = tree
        if kind == "now":
            return values[rest[0]]
        if kind == "before":
            return parts[f"before {rest[0]}"]
        sides = ("ih", "hh") if rest[0] == "both" else (rest[0],)
        total = torch.stack([parts[f"{kind} {side} {rest[1]}"] for side in sides]).sum(0)
        return -total if rest[1] in book.flipped else total

    for quantity, tree in book.trees.items():
        values[quantity] = evaluate(tree, leaf)
        expected = 1 - now[quantity] if quantity in book.flipped else now[quantity]
        torch.testing.assert_close(values[quantity], expected)


def test_what_a_quantity_is_computed_from_is_read_from_its_equation() -> None:
    after = {name: {q.name: q.after for q in cell.quantities} for name, cell in CELLS.items()}
    assert (after["gru"]["n"], after["gru"]["h"]) == (("a_ih.n", "a_hh.n", "r"), ("z", "n", "h_prev"))
    assert after["lstm"]["o"] == ("a_ih.o", "a_hh.o")
    assert (after["lstm"]["c"], after["lstm"]["h"]) == (("f", "c_prev", "i", "g"), ("o", "c"))
    assert after["minlstm"]["k"] == ("f", "i")
    assert sources(r"h_t = \frac{u_t + h_{t-1}}{2}") == ()


def test_only_a_gate_that_keeps_the_old_state_is_flipped() -> None:
    flipped = {
        name: textbook({q.name: parse(q.equation) for q in cell.quantities}).flipped for name, cell in CELLS.items()
    }
    assert flipped["gru"] == ("z",)
    assert flipped["mingru"] == ("z",)  # so that the textbook's form is that of Feng et al.
    assert not flipped["lstm"]
    assert not flipped["minlstm"]
    assert not flipped["rnn_tanh"]


@pytest.mark.parametrize(
    "term", [r"a_t \frac{1}{2}", "a_t +", "", "a_t.b_t", "(a_t", "a_t // b_t", "a_t b_t", "\ud800", "9" * 400]
)
def test_an_equation_that_cannot_be_read_is_shown(term: str) -> None:
    with pytest.raises(ValueError, match="cannot be read; write it as those in cells") as refusal:
        parse(f"h_t = {term}")
    assert repr(term)[1:-1] in str(refusal.value)
