"""The opened cell is laid out from its equations: nothing overlaps, every wire ends at its nodes, numbers agree."""

from __future__ import annotations

import itertools
import math
import re
from functools import cache
from typing import Any

import pytest
import torch
from helpers.node_scripts import needs_node, run_node
from torch import Tensor

from rnn_demo.analysis.trace import record
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS, Cell, Quantity, State
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.ui.viewer.payload import payload

pytestmark = needs_node
VOCABULARY = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")
WIDE, NARROW = 1000, 366
GATE = r"\sigma(W_{{i{0}}} x_t + b_{{i{0}}} + W_{{h{0}}} h_{{t-1}} + b_{{h{0}}})"


class CoupledLSTM(Cell):
    """An LSTM that writes what it does not keep; its output is not squashed."""

    title = "coupled LSTM"
    gates = ("f", "g", "o")
    state = ("h", "c")
    quantities = (
        Quantity("f", "forget gate", f"f_t = {GATE.format('f')}", (0, 1)),
        Quantity("g", "new content", f"g_t = {GATE.format('g')}".replace("sigma", "tanh"), (-1, 1)),
        Quantity("o", "output gate", f"o_t = {GATE.format('o')}", (0, 1)),
        Quantity("c", "cell state", r"c_t = f_t \odot c_{t-1} + (1 - f_t) \odot g_t", None),
        Quantity("h", "hidden state", r"h_t = o_t \odot c_t", None),
    )

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        a_f, a_g, a_o = (a_ih + a_hh).unbind(-2)
        f, g, o = torch.sigmoid(a_f), torch.tanh(a_g), torch.sigmoid(a_o)
        c = f * state["c"] + (1 - f) * g
        return {"f": f, "g": g, "o": o, "c": c, "h": o * c}


class MinimalGatedUnit(Cell):
    """One gate that does everything (Zhou et al. 2016)."""

    title = "minimal gated unit"
    gates = ("f", "n")
    state = ("h",)
    quantities = (
        Quantity("f", "forget gate", f"f_t = {GATE.format('f')}", (0, 1)),
        Quantity(
            "n", "new content", r"n_t = \tanh(W_{in} x_t + b_{in} + f_t \odot (W_{hn} h_{t-1} + b_{hn}))", (-1, 1)
        ),
        Quantity("h", "hidden state", r"h_t = (1 - f_t) \odot h_{t-1} + f_t \odot n_t", (-1, 1)),
    )

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        (i_f, i_n), (h_f, h_n) = a_ih.unbind(-2), a_hh.unbind(-2)
        f = torch.sigmoid(i_f + h_f)
        n = torch.tanh(i_n + f * h_n)
        return {"f": f, "n": n, "h": (1 - f) * state["h"] + f * n}


class HalfRNN(Cell):
    """Half of the old state stays; its second equation is beyond the reader of equations."""

    title = "half RNN"
    gates = ("u",)
    state = ("h",)
    quantities = (
        Quantity("u", "new content", f"u_t = {GATE.format('u')}".replace("sigma", "tanh"), (-1, 1)),
        Quantity("h", "hidden state", r"h_t = \frac{u_t + h_{t-1}}{2}", (-1, 1), ("u", "h_prev")),
    )

    @staticmethod
    def step(a_ih: Tensor, a_hh: Tensor, state: State) -> dict[str, Tensor]:
        u = torch.tanh((a_ih + a_hh).squeeze(-2))
        return {"u": u, "h": (u + state["h"]) / 2}


OTHERS = {"coupled": CoupledLSTM, "minimal": MinimalGatedUnit, "half": HalfRNN}
ALL = [*CELLS, *OTHERS]


@cache
def plans(name: str) -> list[dict[str, Any]]:
    """The plans of a cell: in both notations and both directions, for a wide page and for a phone."""
    CELLS.update({name: OTHERS[name]} if name in OTHERS else {})
    try:
        torch.manual_seed(0)
        architecture = Architecture(name, 6, embedding_size=5, bidirectional=True)
        model = SequenceModel(architecture, VOCABULARY, ["yes", "no"]).eval()
        text = strict_json(payload(record(model, "ivan"), name, model))
    finally:
        if name in OTHERS:
            del CELLS[name]
    found: list[dict[str, Any]] = run_node(
        "cell/cell_plan.mjs", {"traces": [text], "rooms": [{"room": WIDE}, {"room": NARROW}]}
    )
    assert len(found) == 8
    return found


def edges(node: dict[str, Any]) -> tuple[float, float, float, float]:
    return (
        node["x"] - node["w"] / 2,
        node["y"] - node["h"] / 2,
        node["x"] + node["w"] / 2,
        node["y"] + node["h"] / 2,
    )


@pytest.mark.parametrize("name", ALL)
def test_no_two_nodes_overlap_and_all_are_within_the_drawing(name: str) -> None:
    for plan in plans(name):
        boxes = [(node["id"], *edges(node)) for node in plan["nodes"]]
        for k, (one, left, top, right, bottom) in enumerate(boxes):
            assert 0 <= left < right <= plan["width"], one
            assert 0 <= top < bottom <= plan["height"], one
            for other, x0, y0, x1, y1 in boxes[:k]:
                assert right <= x0 or x1 <= left or bottom <= y0 or y1 <= top, f"{one} lies over {other}"


@pytest.mark.parametrize("name", ALL)
def test_a_wire_is_level_or_upright_ends_at_its_nodes_and_passes_through_no_other(name: str) -> None:
    for plan in plans(name):
        nodes = {node["id"]: edges(node) for node in plan["nodes"]}
        for wire in plan["wires"]:
            points = wire["points"]
            for end, point in ((wire["from"], points[0]), (wire["to"], points[-1])):
                if end in nodes and wire["to"] != "up":  # which branches off the wire to the next step
                    assert on_edge(point, nodes[end]), wire
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                assert math.isclose(x0, x1, abs_tol=3) or math.isclose(y0, y1, abs_tol=3), wire
                for other, (left, top, right, bottom) in nodes.items():
                    apart = max(x0, x1) <= left + 1 or min(x0, x1) >= right - 1
                    apart = apart or max(y0, y1) <= top + 1 or min(y0, y1) >= bottom - 1
                    assert apart, f"{wire['from']} to {wire['to']} passes through {other}"


def on_edge(point: list[float], box: tuple[float, float, float, float]) -> bool:
    (x, y), (left, top, right, bottom) = point, box
    within = left - 0.1 <= x <= right + 0.1 and top - 0.1 <= y <= bottom + 0.1
    return within and min(abs(x - left), abs(x - right), abs(y - top), abs(y - bottom)) < 0.1


@pytest.mark.parametrize("name", ALL)
def test_a_number_beside_an_operation_lies_over_no_wire_and_no_card(name: str) -> None:
    for plan in plans(name):
        boxes = [edges(node) for node in plan["nodes"]]
        for node in plan["nodes"]:
            if node["kind"] != "op":
                continue
            left, top, right, bottom = plan["numbers"][node["id"]]
            for x0, y0, x1, y1 in boxes:
                assert right <= x0 or x1 <= left or bottom <= y0 or y1 <= top, node["id"]
            for wire in plan["wires"]:
                for (x0, y0), (x1, y1) in itertools.pairwise(wire["points"]):
                    apart = max(x0, x1) <= left or min(x0, x1) >= right or max(y0, y1) <= top or min(y0, y1) >= bottom
                    assert apart, f"{node['id']} on {wire['from']} to {wire['to']}"


@pytest.mark.parametrize("name", ALL)
def test_what_a_unit_has_at_the_last_node_of_an_equation_is_what_the_cell_computed(name: str) -> None:
    for plan in plans(name):
        for computed, recorded in zip(plan["computed"], plan["recorded"], strict=True):
            if computed is not None:
                assert computed == pytest.approx(recorded, abs=1e-5)
        assert [computed for computed in plan["computed"] if computed is not None]


@pytest.mark.parametrize("name", ALL)
def test_the_numbers_of_an_equation_give_its_result_as_printed(name: str) -> None:
    functions = {"sigma": lambda a: 1 / (1 + math.exp(-a)), "tanh": math.tanh, "max": max}
    for plan in plans(name):
        for line in plan["lines"]:
            _, *sides, result = line.replace("−", "-").replace("×", "*").replace("σ", "sigma").split(" = ")
            for side in sides:
                assert re.fullmatch(r"[\d.\s()*/+,\-]*(?:(?:sigma|tanh|max)[\d.\s()*/+,\-]*)*", side), side
                value = f"{eval(side, {'__builtins__': {}}, functions):.2f}"
                assert value.replace("-0.00", "0.00") == result, line


def test_the_state_of_an_lstm_runs_along_the_top() -> None:
    """From c_{t-1} through the product with f and the sum with i times g to c_t; h comes down from it."""
    plan = plans("lstm")[0]
    nodes = {node["id"]: node for node in plan["nodes"]}
    line = sorted((n for n in plan["nodes"] if n["y"] == nodes["c"]["y"]), key=lambda node: node["x"])
    assert [node.get("sign", node["id"]) for node in line] == ["c_prev", "×", "+", "c"]
    assert min(node["y"] for node in plan["nodes"]) == nodes["c"]["y"]
    into = {node["id"]: {w["from"] for w in plan["wires"] if w["to"] == node["id"]} for node in plan["nodes"]}
    assert into[line[1]["id"]] == {"c_prev", "f"}
    (product,) = into[line[2]["id"]] - {line[1]["id"]}
    assert into[product] == {"i", "g"}
    (last,) = into["h"]
    (squashed,) = into[last] - {"o"}
    assert (nodes[last]["sign"], nodes[squashed]["sign"], into[squashed]) == ("×", "tanh", {"c"})
    assert sorted("figo", key=lambda gate: nodes[gate]["x"]) == ["f", "i", "g", "o"]


def test_a_gru_keeps_by_z_and_renews_by_what_is_left() -> None:
    for plan in plans("gru"):
        signs = {node["id"]: node.get("sign") for node in plan["nodes"]}
        (rest,) = (node for node, sign in signs.items() if sign == "1−")
        (user,) = (wire["to"] for wire in plan["wires"] if wire["from"] == rest)
        partner = {wire["from"] for wire in plan["wires"] if wire["to"] == user} - {rest}
        assert partner == ({"n"} if plan["notation"] == "pytorch" else {"h_prev"})


@pytest.mark.parametrize("name", ALL)
def test_a_quantity_lights_up_with_its_sources_and_its_users(name: str) -> None:
    cell = (CELLS | OTHERS)[name]
    for plan in plans(name):
        for quantity in cell.quantities:
            sources = {source for source in quantity.after if not source.startswith("a_")}
            users = {other.name for other in cell.quantities if quantity.name in other.after}
            lit = set(plan["lit"][quantity.name])
            assert {quantity.name} | sources | users <= lit
            assert lit & {other.name for other in cell.quantities} == ({quantity.name} | sources | users) - {
                "h_prev",
                "c_prev",
            }


@pytest.mark.parametrize("name", ALL)
def test_the_equations_stand_beside_the_drawing_or_below_it_on_a_phone(name: str) -> None:
    for plan in plans(name):
        fits = plan["width"] + plan["list"]["width"] <= plan["room"]
        assert plan["beside"] == fits
        assert plan["beside"] or plan["room"] == NARROW
        assert plan["width"] <= plan["room"] or not plan["beside"]  # with numbers, a phone scrolls the drawing
