"""Surgery changes what it is told to change and what follows from it, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
import torch
from helpers.samples import SHAPE_IDS, SHAPES, small_model

from rnn_demo.analysis.surgery import Edit, freeze, operate, sweep, within
from rnn_demo.analysis.surgery.steps import Hold, steps_with
from rnn_demo.analysis.trace import Trace, record
from rnn_demo.data.vocabulary import PAD, UNK, Vocabulary
from rnn_demo.network.cells import CELLS, Cell, Quantity
from rnn_demo.network.model import Architecture, SequenceModel

TEXT, OTHER = "not bad at all", "what a great film it is !"
EVERY_UNIT = list(range(5))


def arrays(trace: Trace) -> list[np.ndarray]:
    return [a for layer in trace.layers for a in (layer.a_ih, layer.a_hh, *layer.quantities.values())] + [trace.logits]


def assert_same(first: Trace, second: Trace) -> None:
    for one, other in zip(arrays(first), arrays(second), strict=True):
        np.testing.assert_array_equal(one, other)


def edits_of_all(model: Any, **what: Any) -> list[Edit]:
    """An edit of every quantity in every layer and direction."""
    directions = ("forward", "backward")[: model.architecture.directions]
    return [
        Edit(quantity.name, layer=layer, direction=direction, **what)
        for layer in range(model.architecture.num_layers)
        for direction in directions
        for quantity in model.cell.quantities
    ]


@pytest.mark.parametrize(("cell", "layers", "both"), SHAPES, ids=SHAPE_IDS)
def test_no_edit_and_a_text_patched_with_itself_change_no_bit(cell: str, layers: int, both: bool) -> None:
    model = small_model(cell, num_layers=layers, bidirectional=both)
    untouched = operate(model, TEXT)
    assert_same(untouched.patched, record(model, TEXT))
    assert_same(untouched.patched, untouched.base)
    itself = operate(model, TEXT, edits_of_all(model, source=TEXT))
    assert_same(itself.patched, itself.base)
    assert itself.effect.log_odds == 0
    assert itself.parts_at is None


@pytest.mark.parametrize("cell", CELLS)
def test_the_equations_are_computed_as_the_step_of_the_cell_does(cell: str) -> None:
    kind, generator = CELLS[cell], torch.Generator().manual_seed(1)
    a_ih, a_hh = (torch.randn(3, len(kind.gates), 6, generator=generator) for _ in range(2))
    state = {name: torch.randn(3, 6, generator=generator) for name in kind.state}
    expected = kind.step(a_ih, a_hh, state)
    for name in expected:  # held at its own value, so that the equations are evaluated
        hold = Hold(torch.ones(3, 1, 6, dtype=torch.bool), expected[name][:, None])
        step = steps_with(kind, {(0, ""): {name: hold}})(0, "")
        assert step is not None
        for other, values in step(0, a_ih, a_hh, state).items():
            assert torch.equal(values, expected[other]), other


@pytest.mark.parametrize("cell", CELLS)
def test_a_held_unit_has_its_value_and_the_steps_before_it_stay(cell: str) -> None:
    model = small_model(cell)
    for quantity in model.cell.quantities:
        result = operate(model, TEXT, [Edit(quantity.name, unit=2, value=0.25, first=1, last=2)])
        sides = (result.base, result.patched)
        before, after = (side.layers[0].quantities for side in sides)
        assert (after[quantity.name][1:3, 2] == 0.25).all()
        for name in before:
            np.testing.assert_array_equal(before[name][0], after[name][0])
        carried = [
            side.layers[0].a_hh if model.cell.gates_see_state else side.layers[0].quantities["h"] for side in sides
        ]
        assert (carried[0][3] != carried[1][3]).any()  # and it is carried on
        np.testing.assert_array_equal(result.base.logits[0], result.patched.logits[0])
        assert (result.base.logits[1] != result.patched.logits[1]).any()


def test_what_is_computed_from_a_held_number_follows_in_the_same_step() -> None:
    model = small_model("lstm")
    after = operate(model, TEXT, [Edit("c", unit=0, value=-1.5, first=1)]).patched.layers[0].quantities
    np.testing.assert_allclose(after["h"][1:, 0], after["o"][1:, 0] * np.tanh(-1.5), rtol=1e-6)


@pytest.mark.parametrize("cell", ["gru", "lstm", "mingru", "minlstm"])
def test_a_frozen_cell_keeps_its_memory(cell: str) -> None:
    model = small_model(cell, num_layers=2)
    state = model.cell.state[-1]  # c of an LSTM
    result = operate(model, OTHER, freeze(model, first=2, last=4, layer=1))
    kept = result.patched.layers[1].quantities[state]
    for t in (2, 3, 4):
        np.testing.assert_array_equal(kept[t], result.base.layers[1].quantities[state][1])
    assert (kept[5] != kept[4]).any()


def test_a_whole_state_of_another_text_is_what_it_was_there() -> None:
    model = small_model("lstm")
    edits = [Edit(name, source=OTHER, source_first=4, first=1, last=1) for name in ("c", "h")]
    result, source = operate(model, TEXT, edits), record(model, OTHER)
    for name in ("c", "h"):
        np.testing.assert_array_equal(
            result.patched.layers[0].quantities[name][1], source.layers[0].quantities[name][4]
        )


def test_the_backward_direction_is_held_at_the_steps_of_its_tokens() -> None:
    model = small_model("gru", bidirectional=True)
    result = operate(model, TEXT, [Edit("h", value=0.5, first=1, last=1, direction="backward")])
    before, after = (trace.layers[1].quantities["h"] for trace in (result.base, result.patched))
    assert (after[1] == 0.5).all()
    np.testing.assert_array_equal(before[2:], after[2:])  # which it reads earlier
    assert (before[0] != after[0]).any()
    np.testing.assert_array_equal(result.base.layers[0].quantities["h"], result.patched.layers[0].quantities["h"])


def test_of_two_edits_of_one_number_the_later_one_counts_and_each_unit_may_have_a_value() -> None:
    model = small_model("gru")
    edits = [Edit("h", value=[0.1, 0.2, 0.3, 0.4, 0.5], first=3), Edit("h", unit=1, value=-0.9, first=3)]
    held = operate(model, TEXT, edits).patched.layers[0].quantities["h"][3]
    np.testing.assert_allclose(held, [0.1, -0.9, 0.3, 0.4, 0.5], rtol=1e-6)


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_the_effect_is_that_of_the_probabilities(output: str) -> None:
    model = small_model("lstm", output=output)
    result = operate(model, TEXT, [Edit("c", value=2.0)])
    effect, best = result.effect, int(result.base.probabilities[-1].argmax())
    before, after = result.base.probabilities[-1][best], result.patched.probabilities[-1][best]
    assert effect.probability == pytest.approx(before, abs=1e-6)
    assert effect.becomes == pytest.approx(after, abs=1e-6)
    assert effect.log_odds == pytest.approx(np.log(after / (1 - after)) - np.log(before / (1 - before)), abs=1e-4)
    content = json.loads(json.dumps(result.to_dict("small")))
    assert content["edits"][0]["quantity"] == "c"
    assert len(content["patched"]) == 4


@pytest.mark.parametrize(("quantity", "pooling", "both"), [("c", "last", False), ("h", "concat", True)])
def test_the_sweep_is_each_unit_cut_by_itself(quantity: str, pooling: str, both: bool) -> None:
    model = small_model("lstm", num_layers=2, pooling=pooling, bidirectional=both)
    value = [0.3, 0.2, 0.1, 0.0, -0.1]
    found = sweep(model, OTHER, quantity, value, layer=0, control=TEXT)
    assert sorted(each.unit for each in found) == EVERY_UNIT
    sizes = [abs(each.effect.log_odds) for each in found]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 1e-4
    for each in found:
        cut = [Edit(quantity, each.unit, value[each.unit])]
        for text, effect in ((OTHER, each.effect), (TEXT, each.control)):
            alone = operate(model, text, cut).effect
            assert effect is not None
            assert effect.log_odds == pytest.approx(alone.log_odds, abs=1e-5)
            assert (effect.before, effect.after) == (alone.before, alone.after)


def test_edits_are_cut_to_a_control_that_is_shorter() -> None:
    model = small_model("lstm")
    edits = [Edit("c", 0, 1.0, first=1, last=5), Edit("c", 1, 1.0, first=4), Edit("f", value=0.0)]
    assert within(edits, 3) == [Edit("c", 0, 1.0, first=1, last=2), Edit("f", value=0.0)]
    operate(model, "it is bad", within(edits, 3))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda: Edit("h", 0, float("nan")), "value must be a finite number, got nan"),
        (lambda: Edit("h", 0, float("inf")), "value must be a finite number, got inf"),
        (lambda: Edit("h", 0, 1e39), "value must be a finite number"),
        (lambda: Edit("h", 0, "much"), "value must be a finite number, got 'much'"),
        (lambda: Edit("h", value=[0, float("nan")]), "every value must be a finite number, got nan"),
        (lambda: Edit("h", -1), "unit must be a whole number from 0 or None, got -1"),
        (lambda: Edit("h", first=3, last=1), "the last step, 1, comes before the first, 3"),
        (lambda: Edit("h", source_first=1), "give its text as source"),
        (lambda: Edit("z"), "the cell LSTM has no 'z'; choose one of i, f, g, o, c, h"),
        (lambda: Edit("h", 5), "there is no unit 5; the units of this network are 0 to 4"),
        (lambda: Edit("h", layer=1), "there is no layer 1; the layers of this network are 0 to 0"),
        (lambda: Edit("h", direction="backward"), "does not read 'backward'; choose forward"),
        (lambda: Edit("h", value=[1.0, 2.0]), "2 values are given for 5 units"),
        (lambda: Edit("h", first=4), "step 4 lies beyond the text's end; the steps of “not bad at all” are 0 to 3"),
        (lambda: Edit("h", last=7), "step 7 lies beyond the text's end"),
        (lambda: Edit("h", source="it is bad"), "needs steps 0 to 3 of its source, and “it is bad” has steps 0 to 2"),
        (lambda: Edit("h", source=" "), "the text is empty"),
    ],
)
def test_what_cannot_be_held_is_refused_in_a_sentence(edit: Any, sentence: str) -> None:
    model = small_model("lstm")
    with pytest.raises(ValueError, match=re.escape(sentence)):
        operate(model, TEXT, [edit()])


@pytest.mark.parametrize("output", ["number", "softmax"])
def test_a_network_that_reads_numbers_is_refused_in_a_sentence(output: str) -> None:
    shape = Architecture("gru", 5, 1, input="numbers", per_step=True, output=output)
    model = SequenceModel(shape, Vocabulary("spaced_words", (PAD, UNK)), ["x"] if output == "number" else ["x", "y"])
    for read in (operate, sweep):
        with pytest.raises(ValueError, match="this model reads numbers, not text; choose a checkpoint that reads text"):
            read(model, "1 2 3")


def test_a_cell_without_a_gate_that_keeps_cannot_be_frozen() -> None:
    with pytest.raises(ValueError, match="has no gate that keeps its state"):
        freeze(small_model("rnn_tanh"))


def test_a_cell_whose_equation_cannot_be_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class HalfRNN(Cell):
        title, gates, state = "half RNN", ("u",), ("h",)
        quantities = (Quantity("h", "hidden state", r"h_t = \frac{h_{t-1}}{2}", (-1, 1)),)

        @staticmethod
        def step(a_ih: Any, a_hh: Any, state: Any) -> Any:
            return {"h": state["h"] / 2}

    monkeypatch.setitem(CELLS, "half", HalfRNN)
    model = small_model("half")
    with pytest.raises(ValueError, match="nothing can be held inside the cell half RNN"):
        operate(model, TEXT, [Edit("h")])
    assert_same(operate(model, TEXT).patched, record(model, TEXT))  # without edits its own step runs
