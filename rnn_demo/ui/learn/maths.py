r"""Equations: the part of LaTeX that lessons use, as trees that the page draws without anything from elsewhere.

    parse(r"h_t = \tanh(W x_t)")

A tree is ["row", ...], ["var", "h"], ["sign", "="], ["word", "tanh"], ["sub", base, low], ["sup", base, high],
["both", base, low, high], ["frac", above, below], ["over", base, mark].
"""

from __future__ import annotations

import re
from typing import Any

Tree = list[Any]

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ", "mu": "μ", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "theta": "θ", "eta": "η", "Delta": "Δ",
}  # fmt: skip
SIGNS = {
    "odot": "⊙", "cdot": "·", "times": "×", "partial": "∂", "sum": "∑", "prod": "∏", "leq": "≤", "geq": "≥",
    "neq": "≠", "approx": "≈", "rightarrow": "→", "to": "→", "dots": "…", "ldots": "…", "cdots": "⋯", "in": "∈",
    "infty": "∞", "pm": "±", "lVert": "‖", "rVert": "‖", "mid": "|", "top": "⊤", "colon": ":",
}  # fmt: skip
FUNCTIONS = ("tanh", "exp", "log", "max", "min", "softmax", "argmax", "ReLU")
SPACES = (",", ";", "!", " ", "quad", "qquad")
MARKS = {"tilde": "˜", "hat": "ˆ", "bar": "¯"}
_PIECE = re.compile(r"\s*(\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|[^\s\\])|\s+$")


def parse(latex: str) -> Tree:
    """LaTeX as a tree; ValueError names what is not understood."""
    pieces = [match.group(1) for match in _PIECE.finditer(latex) if match.group(1)]
    row, rest = _row(pieces, latex)
    if rest:
        raise ValueError(f"the equation ${latex}$ closes a brace that it never opened")
    return row


def plain(tree: Tree) -> str:
    """A tree in one line, as a screen reader says it: h_t = tanh(W x_t)."""
    kind, *parts = tree
    if kind in ("var", "word", "sign"):
        return f" {parts[0]} " if kind == "sign" and parts[0] in "=+−·⊙×≈<>≤≥→" else str(parts[0])
    inner = [plain(part) for part in parts if isinstance(part, list)]
    match kind:
        case "sub":
            return f"{inner[0]}_{_script(inner[1])}"
        case "sup":
            return f"{inner[0]}^{_script(inner[1])}"
        case "both":
            return f"{inner[0]}_{_script(inner[1])}^{_script(inner[2])}"
        case "frac":
            return f"({inner[0]}) / ({inner[1]})"
        case "over":
            return inner[0]
    apart = [_stands_apart(node, following) for node, following in zip(parts, [*parts[1:], ["row"]], strict=True)]
    return "".join(f"{part} " if gap else part for part, gap in zip(inner, apart, strict=True)).strip()


def _script(text: str) -> str:
    return f"{{{text}}}" if " " in text else text


def _stands_apart(node: Tree, following: Tree) -> bool:
    """Is there a gap between two parts of a row, as after a function, or between W_ih and x_t?"""
    if node[0] == "word":
        return str(node[1]).isalpha()
    return node[0] in ("sub", "sup", "both") and following[0] in ("var", "sub", "sup", "both", "over")


def _row(pieces: list[str], latex: str, closing: bool = False) -> tuple[Tree, list[str]]:
    """Everything up to the end, or up to the brace that closes; and what comes after it."""
    row: Tree = ["row"]
    while pieces:
        if pieces[0] == "}":
            return row, pieces if not closing else pieces[1:]
        if pieces[0] in "_^":
            if len(row) < 2:
                raise ValueError(f"the equation ${latex}$ has {pieces[0]!r} with nothing before it")
            base = row.pop()
            node: Tree | None
            node, pieces = _scripts(base, pieces, latex)
        else:
            node, pieces = _atom(pieces, latex)
        if node == ["sign", "−"] and (len(row) < 2 or (row[-1][0] == "sign" and row[-1][1] not in ")]|‖")):
            node = ["word", "−"]  # of a negative number, not between two
        if node is not None:
            row.append(node)
    if closing:
        raise ValueError(f"the equation ${latex}$ opens a brace that it never closes")
    return row, []


def _scripts(base: Tree, pieces: list[str], latex: str) -> tuple[Tree, list[str]]:
    scripts: dict[str, Tree] = {}
    while pieces and pieces[0] in "_^" and pieces[0] not in scripts:
        sign, pieces = pieces[0], pieces[1:]
        if not pieces:
            raise ValueError(f"the equation ${latex}$ ends after {sign!r}; write what stands there")
        node, pieces = _atom(pieces, latex)
        scripts[sign] = node or ["row"]
    if len(scripts) == 2:
        return ["both", base, scripts["_"], scripts["^"]], pieces
    ((sign, script),) = scripts.items()
    return ["sub" if sign == "_" else "sup", base, script], pieces


def _atom(pieces: list[str], latex: str) -> tuple[Tree | None, list[str]]:
    first, rest = pieces[0], pieces[1:]
    if first == "{":
        return _row(rest, latex, closing=True)
    if not first.startswith("\\"):
        if first == "-":
            return ["sign", "−"], rest
        if first.isalpha():
            return ["var", first], rest
        return ["word" if first[0].isdigit() else "sign", first], rest
    name = first[1:]
    if name in SPACES:
        return (["sign", " "] if "quad" in name else None), rest
    if name in ("{", "}", "%"):
        return ["sign", name], rest
    if name in GREEK:
        return ["var", GREEK[name]], rest
    if name in SIGNS:
        return ["sign", SIGNS[name]], rest
    if name in FUNCTIONS:
        return ["word", name], rest
    if name in ("text", "mathrm"):
        return _text(rest, latex)
    if name == "frac":
        above, rest = _braced(rest, latex)
        below, rest = _braced(rest, latex)
        return ["frac", above, below], rest
    if name in MARKS:
        base, rest = _braced(rest, latex)
        return ["over", base, MARKS[name]], rest
    raise ValueError(f"the equation ${latex}$ has {first}, which is not set here; see docs/lessons.md for what is")


def _braced(pieces: list[str], latex: str) -> tuple[Tree, list[str]]:
    if not pieces:
        raise ValueError(f"the equation ${latex}$ ends where a part in braces must follow")
    node, rest = _atom(pieces, latex)
    return node or ["row"], rest


def _text(pieces: list[str], latex: str) -> tuple[Tree, list[str]]:
    """The letters of \\text{...}; an underscore stands for a space, as LaTeX's own spaces are lost."""
    if not pieces or pieces[0] != "{" or "}" not in pieces:
        raise ValueError(f"the equation ${latex}$ has a \\text without braces around its words")
    end = pieces.index("}")
    return ["word", "".join(pieces[1:end]).replace("~", " ")], pieces[end + 1 :]
