"""The cell of a trace at one step, as every course draws it: gates below, the state's line along the top.

It is drawn from the cell's own equations, whatever the cell: every product, sum and nonlinearity is a node of its own
at the place where it acts, and every vector has its numbers of this step as colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from rnn_demo.analysis.trace import Trace
from rnn_demo.figures.drawing import svg
from rnn_demo.figures.drawing.network import FEW, liveliest, scale_of, shortened_token
from rnn_demo.figures.drawing.slide import Drawing
from rnn_demo.figures.figure import before
from rnn_demo.figures.palette import LIGHT, mixed
from rnn_demo.network.arrays import Array
from rnn_demo.network.cells import Cell, Quantity, find_cell
from rnn_demo.network.equations import Tree, parse

PITCH, BOX, BOX_TALL, STRIP = 150.0, 116.0, 52.0, 15.0
LINE, STEP = 66.0, 66.0  # how far down the state's line is, and how far apart nodes are
NODE = 16.0
SIGNS: dict[str, str] = {"*": "×", "/": "÷", "+": "+", "-": "−", "sigma": "σ", "tanh": "tanh", "max": "max"}
WIRE, WIDE = "#475569", 1.8


def leaves(tree: Tree) -> Iterator[Tree]:
    """The leaves of an equation from left to right."""
    if tree[0] in ("W", "b", "now", "before", "number"):
        yield tree
    else:
        for part in tree[1:]:
            yield from leaves(part)


def has(tree: Tree, kind: str, name: str | None = None) -> bool:
    return any(leaf[0] == kind and (name is None or leaf[1] == name) for leaf in leaves(tree))


@dataclass
class Plan:
    """What is where: the equations as trees, the column of each box, and the quantity whose state is the line."""

    trees: dict[str, Tree]
    slots: dict[str, int] = field(default_factory=dict)
    line: str | None = None

    def x(self, name: str) -> float:
        return 150 + PITCH * self.slots[name]


def plan_of(cell: type[Cell]) -> Plan:
    """The plan of a cell; ValueError where one of its equations cannot be read."""
    plan = Plan({quantity.name: parse(quantity.equation) for quantity in cell.quantities})
    boxes = [name for name, tree in plan.trees.items() if has(tree, "W") or name not in cell.state]
    others = [name for name in plan.trees if name not in boxes]
    plan.line = next((name for name in others if has(plan.trees[name], "before", name)), None)

    def place(name: str) -> None:
        if name not in boxes or name in plan.slots:
            return
        used = dict.fromkeys(leaf[1] for leaf in leaves(plan.trees[name]) if leaf[0] == "now")
        for other in list(used)[:1]:
            place(other)  # what a box uses stands beside it, a second one on its other side
        plan.slots[name] = len(plan.slots)
        for other in used:
            place(other)

    if plan.line:
        for _, operands in way(plan.trees[plan.line], plan.line):
            for operand in operands:
                for leaf in leaves(operand):
                    if leaf[0] == "now":
                        place(leaf[1])
    for name in boxes:
        place(name)
    return plan


def way(tree: Tree, state: str) -> list[tuple[str, list[Tree]]]:
    """The operations from the previous state to the new one, innermost first, each with its other operands."""
    if tree[0] in ("now", "before", "number", "W", "b"):
        return []
    inner = next(part for part in tree[1:] if has(part, "before", state))
    return [*way(inner, state), (tree[0], [part for part in tree[1:] if part is not inner])]


@dataclass(frozen=True)
class Numbers:
    """The values of every quantity at a step, of the units that are drawn."""

    now: dict[str, Array]
    past: dict[str, Array]
    scales: dict[str, float]


def numbers(trace: Trace, cell: type[Cell], t: int, layer: int) -> Numbers:
    own = trace.layers[layer]
    units = liveliest(own.quantities["h"], FEW)
    scales = {
        q.name: max(map(abs, q.bounds)) if q.bounds else scale_of(own.quantities[q.name]) for q in cell.quantities
    }
    return Numbers(
        {name: values[t][units] for name, values in own.quantities.items()},
        {name: before(own, name)[t][units] for name in cell.state},
        scales,
    )


def cell(trace: Trace, t: int, layer: int = 0, equations_too: bool = True) -> Drawing:
    """The cell at step `t` of a layer, with all its equations beside it."""
    kind = find_cell(trace.cell)
    plan, values = plan_of(kind), numbers(trace, kind, t, layer)
    titles = {quantity.name: quantity for quantity in kind.quantities}
    right = 150 + PITCH * (len(plan.slots) - 0.2) + 40
    floor = LINE + STEP * (3.1 if plan.line else 0.8)
    parts = [*buses(plan, floor, right, kind, trace, t)]
    for name in plan.slots:
        parts.append(box(plan, titles[name], values, floor))
        for other in dict.fromkeys(leaf[1] for leaf in leaves(plan.trees[name]) if leaf[0] == "now"):
            scales = " ×" if has(plan.trees[name], "W") else ""  # as the reset gate does what the memory says
            parts.append(into_box(plan.x(other), plan.x(name), floor, other + scales))
    if plan.line:
        parts += state_line(plan, values, floor, right)
    for name in kind.state:
        if name == plan.line:
            continue
        if name in plan.slots:
            parts += out_of_box(plan, name, values, floor, right)
        else:
            parts += derived(plan, name, values, floor, right)
    frame = svg.rect(24, 8, right - 12, floor + BOX_TALL + 40, "#f8fafc", stroke=svg.LINE, stroke_width=1.5, rx=14)
    listing = equations(kind, right + 130) if equations_too else ""
    width = right + (600 if equations_too else 150)
    return Drawing(svg.moved(52, 0, "\n".join([frame, *parts, listing])), width, floor + BOX_TALL + 112)


def colours(values: Array, scale: float, x: float, y: float, width: float) -> str:
    """A vector as a strip from left to right."""
    wide = width / len(values)
    cells = [
        svg.rect(x + k * wide, y, wide + 0.15, STRIP, mixed(LIGHT, min(1.0, max(0.0, (float(v) / scale + 1) / 2))))
        for k, v in enumerate(values)
        if np.isfinite(v)
    ]
    return "".join([*cells, svg.rect(x, y, width, STRIP, stroke=svg.FAINT, stroke_width=0.8)])


def symbol(x: float, y: float, name: str, time: str, anchor: str = "start", size: float = 21) -> str:
    words = f"<i>{name}</i><sub>{time}</sub>"
    return svg.text(x, y, words, size, anchor, family=svg.SERIF, weight=700)


def box(plan: Plan, quantity: Quantity, values: Numbers, floor: float) -> str:
    """A gate: its nonlinearity and the sum that it is of, its numbers, its letter and title."""
    x, name = plan.x(quantity.name), quantity.name
    left = x - BOX / 2
    words = sign_of(plan.trees[name])
    letter = f"<i>{name}</i><sub>t</sub>"
    return "".join(
        [
            svg.rect(left, floor, BOX, BOX_TALL, "#ffffff", stroke=WIRE, stroke_width=1.6, rx=7),
            svg.text(x, floor + 22, words, 19, "middle", weight=600),
            svg.text(x, floor + 43, sum_in(plan.trees[name]), 14, "middle", family=svg.SERIF),
            colours(values.now[name], values.scales[name], left, floor - STRIP - 2, BOX),
            svg.text(x, floor + BOX_TALL + 18, f"<b>{letter}</b> {quantity.title}", 16, "middle"),
        ]
    )


def sum_in(tree: Tree) -> str:
    """What a gate adds up, without the letters that say whose weights they are: W x + W h + b.

    The whole of what is made of other gates alone: f ÷ (f + i).
    """
    if not has(tree, "W"):
        return written(tree)
    kinds = list(dict.fromkeys((leaf[0], leaf[1] if leaf[0] == "W" else "") for leaf in leaves(tree)))
    terms = [f"<i>W</i> <i>{'x' if side == 'ih' else 'h'}</i>" for kind, side in kinds if kind == "W"]
    return " + ".join([*terms, *(["<i>b</i>"] if ("b", "") in kinds else [])])


def written(tree: Tree) -> str:
    """A tree of quantities in one line."""
    if tree[0] in ("now", "before"):
        return f"<i>{tree[1]}</i>"
    if tree[0] == "number":
        return f"{tree[1]:g}"
    parts = [f"({written(part)})" if part[0] in ("+", "-") else written(part) for part in tree[1:]]
    return f" {sign_of(tree)} ".join(parts) if len(parts) > 1 else f"{sign_of(tree)} {parts[0]}"


def buses(plan: Plan, floor: float, right: float, kind: type[Cell], trace: Trace, t: int) -> list[str]:
    """h_{t-1} from the left, to the boxes that it goes into, and x_t from below, to every box."""
    y_h, y_x = floor + BOX_TALL + 44, floor + BOX_TALL + 62
    xs = [plan.x(name) for name in plan.slots if has(plan.trees[name], "W")]
    from_h = [plan.x(name) for name in plan.slots if any(leaf[:2] == ["W", "hh"] for leaf in leaves(plan.trees[name]))]
    d = "".join(f"M{x - 26:.0f} {y_h:.0f}V{floor + BOX_TALL + 22:.0f}" for x in from_h)
    middle = sum(xs) / len(xs)
    d_x = f"M{middle:.0f} {y_x + 30:.0f}V{y_x:.0f}M{min(middle, min(xs) + 26):.0f} {y_x:.0f}H{max(xs) + 26:.0f}"
    d_x += "".join(f"M{x + 26:.0f} {y_x:.0f}V{floor + BOX_TALL + 22:.0f}" for x in xs)
    token = svg.text(middle + 40, y_x + 44, f"“{shortened_token(trace.tokens[t])}”", 16, fill=svg.FAINT)
    tips = [
        svg.arrow(x, floor + BOX_TALL + 26, x, floor + BOX_TALL + 21)
        for middle_x in xs
        for x in [*([middle_x - 26] if middle_x in from_h else []), middle_x + 26]
    ]
    ahead = max(from_h, default=0.0) - 26
    memory = [svg.path(f"M0 {y_h:.0f}H{ahead:.0f}{d}", WIRE, WIDE)] if from_h else []
    return [
        *memory,
        svg.path(d_x, WIRE, WIDE),
        *tips,
        *([symbol(-6, y_h + 7, "h", "t−1", "end")] if from_h else []),
        symbol(middle + 10, y_x + 46, "x", "t"),
        token,
    ]


def node(x: float, y: float, words: str) -> str:
    """An operation."""
    wide = max(2 * NODE, 14 + 10.5 * len(words))
    shape = svg.rect(x - wide / 2, y - NODE, wide, 2 * NODE, "#ffffff", stroke=svg.INK, stroke_width=1.8, rx=NODE)
    return shape + svg.text(x, y + 6.5, words, 18, "middle", weight=700)


def wire(x1: float, y1: float, x2: float, y2: float) -> str:
    """From (x1, y1) up or down to (x2, y2): straight, or with a bend."""
    if abs(x1 - x2) < 1:
        return svg.arrow(x1, y1, x2, y2, WIRE, WIDE)
    sign = 1 if y2 > y1 else -1
    bend = sign * abs(y2 - y1) * 0.55
    d = f"M{x1:.0f} {y1:.0f}C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2 - sign * 7:.0f}"
    return svg.path(d, WIRE, WIDE) + svg.arrow(x2, y2 - sign * 8, x2, y2, WIRE, WIDE)


def into_box(x1: float, x2: float, floor: float, words: str) -> str:
    """What one box takes from another."""
    y = floor + BOX_TALL / 2
    start, end = (x1 + BOX / 2, x2 - BOX / 2) if x1 < x2 else (x1 - BOX / 2, x2 + BOX / 2)
    return svg.arrow(start, y, end, y, WIRE, WIDE) + svg.text(
        (start + end) / 2, y - 9, f"<i>{words[0]}</i>{words[1:]}", 17, "middle", weight=600
    )


def top_of(floor: float) -> float:
    """Where the wire of a box begins."""
    return floor - STRIP - 4


def operand(plan: Plan, tree: Tree, x: float, y: float, floor: float) -> list[str]:
    """What comes from below into the node at (x, y)."""
    if tree[0] == "now" and tree[1] in plan.slots:
        return [wire(plan.x(tree[1]), top_of(floor), x, y + NODE)]
    if tree[0] == "number":
        return []
    named_leaves = [leaf[1] for leaf in leaves(tree) if leaf[0] == "now" and leaf[1] in plan.slots]
    if not named_leaves:
        return []
    own_x, own_y = sum(map(plan.x, named_leaves)) / len(named_leaves), y + STEP
    if len(named_leaves) == 1:
        own_x += 54  # beside the wire that goes straight up
    parts = [wire(own_x, own_y - NODE, x, y + NODE)]
    for part in tree[1:]:
        parts += operand(plan, part, own_x, own_y, floor)
    return [*parts, node(own_x, own_y, words_of(tree))]


def sign_of(tree: Tree) -> str:
    return SIGNS.get(str(tree[0]), str(tree[0]))


def words_of(tree: Tree) -> str:
    """What stands in the node of an operation; a number that takes part stands there, too: 1 −, × 0.5."""
    fixed = [part for part in tree[1:] if isinstance(part, list) and part[0] == "number"]
    sign = sign_of(tree)
    if not fixed:
        return sign
    figure = f"{fixed[0][1]:g}"
    return f"{figure} {sign}" if tree[1] is fixed[0] and tree[0] == "-" else f"{sign} {figure}"


def state_line(plan: Plan, values: Numbers, floor: float, right: float) -> list[str]:
    """The previous state from the left, what is done to it, and the new state to the right."""
    name = str(plan.line)
    parts, at = (
        [symbol(-6, LINE + 7, name, "t−1", "end"), colours(values.past[name], values.scales[name], 0, LINE - 24, 96)],
        0.0,
    )
    nodes = []
    for operation, operands in way(plan.trees[name], name):
        used = [leaf[1] for other in operands for leaf in leaves(other) if leaf[0] == "now" and leaf[1] in plan.slots]
        x = sum(map(plan.x, used)) / len(used) if used else max(at + 70, 130.0)
        x = max(x, at + 2 * NODE + 26)
        parts.append(svg.arrow(at, LINE, x - NODE - 1, LINE, svg.INK, 2.6, 7))
        for other in operands:
            parts += operand(plan, other, x, LINE, floor)
        nodes.append(node(x, LINE, words_of([operation, *operands])))
        at = x + NODE
    end = right + 58
    parts.append(svg.arrow(at, LINE, end, LINE, svg.INK, 2.6, 7))
    parts += [
        symbol(end + 8, LINE + 7, name, "t"),
        colours(values.now[name], values.scales[name], right - 58, LINE - 24, 96),
    ]
    return [*parts, *nodes]


def derived(plan: Plan, name: str, values: Numbers, floor: float, right: float) -> list[str]:
    """A state that is made of the line and a gate, as h = o × tanh(c): below the line, above the gate."""
    tree = plan.trees[name]
    gates = [leaf[1] for leaf in leaves(tree) if leaf[0] == "now" and leaf[1] in plan.slots]
    x = plan.x(gates[0]) if gates else right - 40
    y = LINE + 2 * STEP - 6
    parts, at = [], LINE
    chain = [part for part in tree[1:] if has(part, "now", str(plan.line))]
    nodes = [node(x, y, words_of(tree))]
    for part in chain:
        if part[0] != "now":
            nodes.append(node(x, LINE + STEP - 6, words_of(part)))
            parts.append(wire(x, at, x, LINE + STEP - 6 - NODE))
            at = LINE + STEP - 6 + NODE
    parts.append(wire(x, at, x, y - NODE))
    parts += [wire(plan.x(gate), top_of(floor), x, y + NODE) for gate in gates]
    end = right + 58
    parts += [
        svg.arrow(x + NODE, y, end, y, svg.INK, 2.6, 7),
        symbol(end + 8, y + 7, name, "t"),
        colours(values.now[name], values.scales[name], right - 58, y - 24, 96),
        svg.element("circle", cx=x, cy=LINE, r=4, fill=svg.INK),
    ]
    return [*parts, *nodes]


def out_of_box(plan: Plan, name: str, values: Numbers, floor: float, right: float) -> list[str]:
    """A state that a box computes, as in the plain RNN: it goes on to the next step and up to the head."""
    x, y = plan.x(name), top_of(floor) - 26
    end = right + 58
    d = f"M{x:.0f} {top_of(floor):.0f}V{y:.0f}H{end - 8:.0f}"
    return [
        svg.path(d, svg.INK, 2.6),
        svg.arrow(end - 9, y, end, y, svg.INK, 2.6, 7),
        symbol(end + 8, y + 7, name, "t"),
    ]


def equations(kind: type[Cell], x: float) -> str:
    """All equations of the cell, one under the other."""
    lines = [
        svg.text(x, 46 + 40 * k, in_letters(quantity.equation), 19, family=svg.SERIF)
        for k, quantity in enumerate(kind.quantities)
    ]
    return "".join(lines)


def in_letters(latex: str) -> str:
    """An equation of a cell as text with lowered indices: f_t = σ(W_if x_t + ...)."""
    words = re.sub(r"_\{([^}]*)\}|_(\w)", lambda m: f"<sub>{m[1] or m[2]}</sub>", latex)
    for name, letters in ((r"\odot", "×"), (r"\sigma", "σ"), (r"\tanh", "tanh"), (r"\max", "max")):
        words = words.replace(name, letters)
    words = re.sub(r"\\[;,!]", " ", words).replace("-", "−")
    return re.sub(r"\b([Wbxhcrnzfigok])(?=<sub>)", r"<i>\1</i>", words)
