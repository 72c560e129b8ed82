"""Equations as trees: the LaTeX of a cell, parsed into something that can be evaluated and drawn.

    parse(r"h_t = (1 - z_t) \\odot n_t + z_t \\odot h_{t-1}")

gives nested lists, ready for JSON, with the operation first:

    ["+", a, b, ...]  ["-", a, b]  ["*", a, b, ...]  ["sigma", a]  ["tanh", a]  ["max", a, b]  ["number", 1.0]
    ["W", "ih", "i"]   the product of gate i's rows of W_ih with x_t   (W_hh: with h_{t-1})
    ["b", "ih", "i"]   gate i's bias            ["b", "both", "i"]   the sum of its two biases
    ["now", "f"]       the quantity f_t         ["before", "c"]      the state c_{t-1}

So a cell states each equation once, in the notation of papers, which readers of `cells.py` know and the author of a new
cell can copy; writing trees there would add a third notation to LaTeX and `step`. No figure asks which cell it draws.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Tree = list[Any]

_TOKEN = re.compile(
    r"""\s*(?:\\[;,!]\s*)*(?:
        (?P<matrix>[Wb])_\{(?P<side>[ih])(?P<gate>\w)\}
      | (?P<name>[a-zA-Z])_(?:\{(?P<time>t-1)\}|(?P<now>t))
      | (?P<number>\d+(?:\.\d+)?)
      | \\(?P<word>tanh|sigma|max|odot)
      | (?P<sign>[-+(),=])
    )""",
    re.VERBOSE,
)


def parse(equation: str) -> Tree:
    """The right-hand side of an equation as a tree; ValueError shows the part that cannot be read."""
    reader = _Reader(equation.partition("=")[2])
    tree = reader.sum()
    if reader.kind != "end":
        raise ValueError(f"the equation {equation!r} cannot be read from {reader.rest()!r} on")
    return tree


class _Reader:
    """Recursive descent over one equation: a sum of products of factors."""

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0
        self.match: re.Match[str] | None = None
        self.advance()

    def advance(self) -> None:
        self.start = self.place
        self.match = _TOKEN.match(self.text, self.place)
        if self.match:
            self.place = self.match.end()

    @property
    def kind(self) -> str:
        if self.match is None:
            return "end" if not self.text[self.start :].strip() else "unreadable"
        return str(self.match["sign"] or self.match["word"] or self.match.lastgroup)

    def rest(self) -> str:
        return self.text[self.start :].strip()

    def take(self, kind: str) -> None:
        if self.kind != kind:
            raise ValueError(f"{kind!r} is missing before {self.rest()!r} in {self.text!r}")
        self.advance()

    def sum(self) -> Tree:
        tree = self.product()
        while self.kind in ("+", "-"):
            sign = self.kind
            self.advance()
            right = self.product()
            tree = [*tree, right] if sign == "+" == tree[0] else [sign, tree, right]
        return tree

    def product(self) -> Tree:
        tree = self.factor()
        while self.kind == "odot":
            self.advance()
            right = self.factor()
            tree = [*tree, right] if tree[0] == "*" else ["*", tree, right]
        return tree

    def factor(self) -> Tree:
        match, kind = self.match, self.kind
        if match is None or kind in (")", ",", "=", "odot", "+", "-"):
            raise ValueError(f"a term is missing before {self.rest()!r} in {self.text!r}")
        self.advance()
        if kind == "(":
            tree = self.sum()
            self.take(")")
            return tree
        if kind in ("tanh", "sigma", "max"):
            self.take("(")
            arguments = [self.sum()]
            while self.kind == ",":
                self.advance()
                arguments.append(self.sum())
            self.take(")")
            return [kind, *arguments]
        if match["number"]:
            return ["number", float(match["number"])]
        if match["name"]:
            return ["before" if match["time"] else "now", match["name"]]
        if match["matrix"] == "W":
            self.advance()  # x_t or h_{t-1}: the side of the matrix says which
        return [match["matrix"], match["side"] + "h", match["gate"]]


def evaluate(tree: Tree, leaf: Callable[[Tree], Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """The value of a tree, in numbers, arrays or tensors, given its leaves and what "sigma", "tanh" and "max" do."""
    operation, *parts = tree
    if operation == "number":
        return parts[0]
    if operation in ("W", "b", "now", "before"):
        return leaf(tree)
    values = [evaluate(part, leaf, functions) for part in parts]
    if operation == "+":
        return sum(values[1:], start=values[0])
    if operation == "-":
        return values[0] - values[1]
    if operation == "*":
        return math.prod(values)
    return functions[operation](*values)


@dataclass(frozen=True, eq=False)
class Textbook:
    """The same equations in the notation of most textbooks.

    `flipped` are the gates replaced by 1 - gate: their weights and biases change sign with them.
    `note` says what differs, and what no renaming can remove.
    """

    trees: dict[str, Tree]
    flipped: tuple[str, ...]
    note: str


def textbook(trees: Mapping[str, Tree]) -> Textbook:
    """One bias where the two are simply added, and gates that let in new content rather than keep the old.

    The second is the update gate of Chung et al. (2014): h_t = (1 - z) h_{t-1} + z n.
    """
    keeping = dict.fromkeys(gate for tree in trees.values() for gate in _keeping(tree))
    flipped = tuple(gate for gate in keeping if _squashed_sum(trees.get(gate, [""]), gate))
    written = {name: _flip(_one_bias(tree), flipped) for name, tree in trees.items()}
    notes = [f"Here {gate} is 1 minus PyTorch's {gate}: its weights and biases change sign." for gate in flipped]
    if any(_gated_sums(tree) for tree in trees.values()):
        notes.append(
            "No renaming changes one thing: most textbooks multiply the memory by the gate before the matrix, "
            "PyTorch after it, so this sum keeps its second bias inside the bracket."
        )
    return Textbook(written, flipped, " ".join(notes))


def _keeping(tree: Tree) -> list[str]:
    """The gates q of each (1 - q) * new + q * old in the tree."""
    if tree[0] != "+" or len(tree) != 3 or any(part[0] != "*" or len(part) != 3 for part in tree[1:]):
        return []
    (_, rest, _), (_, gate, old) = tree[1:]
    same = rest[:2] == ["-", ["number", 1.0]] and rest[2] == gate
    return [gate[1]] if same and old[0] == "before" else []


def _squashed_sum(tree: Tree, gate: str) -> bool:
    """Whether a gate is sigma of a sum of its own products and biases, so that 1 - gate is sigma of minus the sum."""
    if tree[0] != "sigma" or tree[1][0] != "+":
        return False
    return all(part[0] in ("W", "b") and part[2] == gate for part in tree[1][1:])


def _flip(tree: Tree, gates: tuple[str, ...]) -> Tree:
    """The tree with q and 1 - q swapped, for each gate q in `gates`."""
    if tree[0] == "-" and tree[1] == ["number", 1.0] and tree[2][0] == "now" and tree[2][1] in gates:
        return list(tree[2])
    if tree[0] == "now" and tree[1] in gates:
        return ["-", ["number", 1.0], tree]
    return [_flip(part, gates) if isinstance(part, list) else part for part in tree]


def _one_bias(tree: Tree) -> Tree:
    """The tree with b_ih + b_hh of one gate merged into one bias where both are terms of one sum."""
    parts = [_one_bias(part) if isinstance(part, list) else part for part in tree]
    if parts[0] != "+":
        return parts
    for gate in [part[2] for part in parts[1:] if part[:2] == ["b", "ih"]]:
        if ["b", "hh", gate] in parts:
            parts.remove(["b", "ih", gate])
            parts[parts.index(["b", "hh", gate])] = ["b", "both", gate]
    return parts


def _gated_sums(tree: Tree) -> bool:
    """Whether a gate multiplies a whole sum that has a matrix product in it."""
    if tree[0] == "*" and any(p[0] == "+" and any(q[0] == "W" for q in p[1:]) for p in tree[1:]):
        return True
    return any(_gated_sums(part) for part in tree[1:] if isinstance(part, list))
