"""Surgery in the page gives the numbers of rnn_demo.analysis.surgery, and its program of Python the same ones."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from helpers.node_scripts import needs_node, run_node

from rnn_demo.analysis.surgery import Edit, freeze, operate, sweep
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.ui.viewer.network import describe_network
from rnn_demo.zoo import checkpoint

pytestmark = needs_node
VOCABULARY = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")
TEXT, OTHER = "giovanni", "ivanovich"


def model_of(cell: str, **options: Any) -> SequenceModel:
    torch.manual_seed(0)
    architecture = Architecture(cell, 6, embedding_size=5, **options)
    return SequenceModel(architecture, VOCABULARY, ["x", "y", "z"]).eval()


def case(model: SequenceModel, edits: str, **more: Any) -> dict[str, Any]:
    tokens = {text: model.vocabulary.tokenize(text) for text in (TEXT, OTHER)}
    network = describe_network(model, "one", list(dict.fromkeys(tokens[TEXT] + tokens[OTHER])))
    return {"network": network, "tokens": tokens[TEXT], "edits": edits, "sources": {OTHER: tokens[OTHER]}, **more}


def check(model: SequenceModel, edits: list[Edit], found: dict[str, Any]) -> None:
    expected = operate(model, TEXT, edits)
    for name, trace in (("base", expected.base), ("patched", expected.patched)):
        for layer, there in zip(found[name], trace.layers, strict=True):
            for quantity, values in there.quantities.items():
                np.testing.assert_allclose(layer[quantity], values.ravel(), atol=1e-5, rtol=0)
        shares = found["shares"][name == "patched"]
        np.testing.assert_allclose(shares, trace.probabilities, atol=1e-5, rtol=0)
    effect, there = found["effect"], expected.effect
    assert (model.labels[effect["before"]], model.labels[effect["after"]]) == (there.before, there.after)
    assert effect["logOdds"] == pytest.approx(there.log_odds, abs=3e-5)
    assert effect["becomes"] == pytest.approx(there.becomes, abs=1e-5)
    assert found["partsAt"] == (-1 if expected.parts_at is None else expected.parts_at)


@pytest.mark.parametrize("cell", CELLS)
def test_held_units_states_of_another_text_and_layers_above_give_the_numbers_of_torch(cell: str) -> None:
    model = model_of(cell, num_layers=2, bidirectional=True, pooling="attention")
    last = model.cell.state[-1]
    first = model.cell.quantities[0].name
    edits = [
        Edit(last, 2, 0.75, first=1, last=4),
        Edit(first, value=0.25, first=3, last=3, layer=1),
        Edit("h", source=OTHER, source_first=2, first=5, last=6, direction="backward"),
        Edit(last, 2, -0.5, first=4, last=4),
    ]
    link = f"{last}.2@2-5=0.75;2.{first}@4-4=0.25;1b.h@6-7~{OTHER}.3;{last}.2@5-5=-0.5"
    (found,) = run_node("knife/operate.mjs", {"cases": [case(model, link)]})
    assert found["wrong"] == []
    assert found["again"] == link
    check(model, edits, found)


@pytest.mark.parametrize("name", ["names", "names-gru", "names-rnn", "names-deep"])
def test_the_same_of_shipped_networks_and_of_every_unit_in_turn(name: str) -> None:
    model = checkpoint.open_checkpoint(name)
    quantity = model.cell.state[-1]
    place = {"layer": model.architecture.num_layers - 1, "direction": "forward", "quantity": quantity}
    place_of_edit = f"{place['layer'] + 1}.{quantity}" if place["layer"] else quantity
    given = case(model, f"{place_of_edit}.7@3-8=0.5", sweep={"place": place, "value": 0.0})
    (found,) = run_node("knife/operate.mjs", {"cases": [given]})
    check(model, [Edit(quantity, 7, 0.5, first=2, layer=place["layer"])], found)
    expected = {each.unit: each.effect for each in sweep(model, TEXT, quantity)}
    assert len(found["units"]) == model.architecture.hidden_size
    for each in found["units"]:
        assert each["effect"]["logOdds"] == pytest.approx(expected[each["unit"]].log_odds, abs=1e-4)
    sizes = [abs(each["effect"]["logOdds"]) for each in found["units"]]
    assert sizes == sorted(sizes, reverse=True)
    print(f"{name}: {len(sizes)} units x {len(given['tokens'])} steps in {found['milliseconds']:.0f} ms")


def test_no_edit_and_a_text_patched_with_itself_change_no_bit() -> None:
    model = model_of("lstm", num_layers=2)
    itself = f"c@1-8~{TEXT}.1;h@1-8~{TEXT}.1;2.f@1-8~{TEXT}.1"
    cases = [case(model, ""), case(model, itself)]
    cases[1]["sources"][TEXT] = cases[1]["tokens"]
    for found in run_node("knife/operate.mjs", {"cases": cases}):
        assert found["patched"] == found["base"]
        assert found["effect"]["logOdds"] == 0


def test_the_effect_of_a_value_beyond_all_bounds_is_still_a_number() -> None:
    model = model_of("rnn_relu")
    (found,) = run_node("knife/operate.mjs", {"cases": [case(model, "h@1-8=9000")]})
    expected = operate(model, TEXT, [Edit("h", value=9000.0)]).effect
    assert abs(expected.log_odds) > 1000  # all other probabilities are 0 as doubles
    assert found["effect"]["logOdds"] == pytest.approx(expected.log_odds, rel=1e-5)
    assert found["effect"]["becomes"] == pytest.approx(expected.becomes)


def test_a_frozen_cell_keeps_its_memory() -> None:
    model = model_of("lstm")
    (found,) = run_node("knife/operate.mjs", {"cases": [case(model, "f@3-5=1;i@3-5=0")]})
    check(model, freeze(model, 2, 4), found)
    c = np.array(found["patched"][0]["c"]).reshape(-1, 6)
    assert (c[2:5] == c[1]).all()
    assert (c[5] != c[4]).any()


def test_the_program_of_python_that_a_visitor_saves_gives_these_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "surgery.py"
    node = run_node("knife/program.mjs", {"checkpoint": "names", "text": TEXT, "edits": "c.7@3-8=0.5;h@2-3~Ivanov.4"})
    script.write_text(node["program"], encoding="utf-8")
    runpy.run_path(str(script))
    edits = [Edit("c", 7, 0.5, first=2, last=7), Edit("h", source="Ivanov", source_first=3, first=1, last=2)]
    assert capsys.readouterr().out.startswith(str(operate(checkpoint.open_checkpoint("names"), TEXT, edits).effect))
