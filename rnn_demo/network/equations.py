"""Equations as trees: the LaTeX of a cell, parsed into something that can be drawn.

    parse(r"h_t = (1 - z_t) \\odot n_t + z_t \\odot h_{t-1}")

gives nested lists, ready for JSON, with the operation first:

    ["+", a, b, ...]  ["-", a, b]  ["*", a, b, ...]  ["/", a, b]  ["sigma", a]  ["tanh", a]  ["max", a, b]
    ["number", 1.0]
    ["W", "ih", "i"]   the product of gate i's rows of W_ih with x_t   (W_hh: with h_{t-1})
    ["b", "ih", "i"]   gate i's bias            ["b", "both", "i"]   the sum of its two biases
    ["now", "f"]       the quantity f_t         ["before", "c"]      the state c_{t-1}

So a cell states each equation once, in the notation of papers, which readers of `cells.py` know and the author of a new
cell can copy; writing trees there would add a third notation to LaTeX and `step`. No figure asks which cell it draws.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Tree = list[Any]

# LaTeX -> the same in Python, whose own parser does the rest: W_ih_i, b_hh_i, now_f, before_c.
_PYTHON = (
    (r"\\[;,!]", " "),
    (r"W_\{([ih])(\w)\} *(?:x_t|h_\{t-1\})", r"W_\1h_\2"),
    (r"b_\{([ih])(\w)\}", r"b_\1h_\2"),
    (r"\b([a-zA-Z])_\{t-1\}", r"before_\1"),
    (r"\b([a-zA-Z])_t\b", r"now_\1"),
    (r"\\odot\b", "*"),
    (r"\\(tanh|sigma|max)\b", r"\1"),
)
_OPERATIONS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def parse(equation: str) -> Tree:
    """The right-hand side of an equation as a tree; ValueError for one that cannot be read."""
    text = equation.partition("=")[2].strip()
    for latex, python in _PYTHON:
        text = re.sub(latex, python, text)
    try:
        return _tree(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        raise ValueError(f"the equation {equation!r} cannot be read; write it as those in cells.py") from None


def sources(equation: str) -> tuple[str, ...]:
    """What a quantity is computed from: "a_ih.g", "a_hh.g", then quantities and "h_prev"; () if it cannot be read."""
    try:
        leaves = _leaves(parse(equation))
    except ValueError:
        return ()
    forms = {"W": "a_{1}.{2}", "now": "{1}", "before": "{1}_prev"}
    names = dict.fromkeys(forms[leaf[0]].format(*leaf) for leaf in leaves if leaf[0] in forms)
    return tuple(sorted(names, key=lambda name: not name.startswith("a_")))


def _leaves(tree: Tree) -> list[Tree]:
    parts = [part for part in tree if isinstance(part, list)]
    return [leaf for part in parts for leaf in _leaves(part)] if parts else [tree]


def _tree(node: ast.AST) -> Tree:
    match node:
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATIONS:
            operation, first = _OPERATIONS[type(sign)], _tree(left)
            chain = operation == first[0] and operation in "+*"  # a + b + c is one sum
            return [*first, _tree(right)] if chain else [operation, first, _tree(right)]
        case ast.Call(ast.Name("tanh" | "sigma" | "max" as name), arguments):
            return [name, *map(_tree, arguments)]
        case ast.Constant(int() | float() as number):
            return ["number", float(number)]
        case ast.Name(name) if re.fullmatch(r"[Wb]_[ih]h_\w|(now|before)_\w", name):
            return name.split("_")
    raise SyntaxError


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
    forms = {name: _flip(_one_bias(tree), flipped) for name, tree in trees.items()}
    notes = [f"Here {gate} is 1 minus PyTorch's {gate}: its weights and biases change sign." for gate in flipped]
    if any(_gated_sums(tree) for tree in trees.values()):
        notes.append(
            "No renaming changes one thing: most textbooks multiply the memory by the gate before the matrix, "
            "PyTorch after it, so this sum keeps its second bias inside the bracket."
        )
    return Textbook(forms, flipped, " ".join(notes))


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
