"""The opened cell and the written-out unit in a browser: what is drawn, lit up, said and computed."""

from __future__ import annotations

import math
import random
import re

import numpy as np
import pytest
from helpers.page.states_page import SMALLEST, said, show, show_unit
from playwright.sync_api import Page, expect

from rnn_demo.analysis.trace import Trace, record
from rnn_demo.zoo import checkpoint

pytestmark = pytest.mark.browser


def evaluated(text: str) -> float:
    """The value of a printed expression."""
    code = text.replace("−", "-").replace("×", "*").replace("σ", "sigma")
    assert re.fullmatch(r"[\d.\s()*+,\-]*(?:(?:sigma|tanh|max)[\d.\s()*+,\-]*)*", code), code
    functions = {"sigma": lambda a: 1 / (1 + math.exp(-a)), "tanh": math.tanh, "max": max}
    return float(eval(code, {"__builtins__": {}}, functions))


# The printed lines of each unit and step: [[name, text], ...], each read once the unit is drawn.
LINES = """async ([places, notation]) => {
  const set = (name, value, event) => {
    const node = document.querySelector(name);
    if (node.value === String(value)) return;
    node.value = value;
    node.dispatchEvent(new Event(event)); };
  const read = p => {
    const line = p.cloneNode(true);
    line.querySelectorAll('.below').forEach(name => name.remove());
    return [p.parentElement.dataset.of, line.textContent]; };
  const all = [];
  for (const [unit, t] of places) {
    set('.stepper .slider', t + 1, 'input');
    set('.which-unit', unit + 1, 'change');  // the page counts from 1
    while (document.querySelector('.unit').dataset.drawn !== `0/${unit}/${t}/${notation}`)
      await new Promise(requestAnimationFrame);
    all.push([...document.querySelectorAll('.unit .line')].map(read));
  }
  return all;
}"""


NAMES = "all => all.map(part => part.dataset.name)"


def lit_cards(page: Page) -> list[str]:
    return sorted(page.locator(".cell.lit .part.on").evaluate_all(NAMES))


def go_to_step_2(page: Page) -> None:
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("step 2 of ")


@pytest.mark.parametrize("model", ["names", "names-gru", "names-rnn", "names-deep", "hello"])
def test_printed_equations_give_their_printed_results(cell: Page, model: str) -> None:
    text = "hell" if model == "hello" else "Schneider"
    show(cell, model, text)
    show_unit(cell, True)
    trace = record(checkpoint.open_checkpoint(model), text)
    for notation in ("textbook", "pytorch"):
        cell.select_option(".stepper .notation", notation)
        check_lines(cell, trace, model, notation)


def check_lines(page: Page, trace: Trace, model: str, notation: str) -> None:
    """Each printed sum has the printed result, which is that of the trace, in 5 units at 5 steps."""
    dice = random.Random(model + notation)
    shape = trace.layers[0].quantities["h"].shape
    units = [dice.randrange(shape[1]) for _ in range(5)]
    places = [(unit, t) for unit in units for t in dice.choices(range(shape[0]), k=5)]
    for (unit, t), lines in zip(places, page.evaluate(LINES, [places, notation]), strict=True):
        results: dict[str, str] = {}
        for name, line in lines:
            _, *sides, result = line.split(" = ")
            digits = len(result.partition(".")[2])
            for side in sides:
                assert f"{evaluated(side):.{digits}f}".replace("-0.0000", "0.0000") == result.replace("−", "-"), line
            results[name] = result
        for name, values in trace.layers[0].quantities.items():
            value = float(results[name].replace("−", "-"))
            flipped = notation == "textbook" and model in ("names-gru", "names-deep") and name == "z"
            assert (1 - value if flipped else value) == pytest.approx(float(values[t, unit]), abs=6e-5)


def test_hovering_a_gate_lights_up_where_it_comes_from_and_goes(cell: Page) -> None:
    cell.locator(".part[data-name=f] .frame").hover()
    assert lit_cards(cell) == ["a_hh.f", "a_ih.f", "c", "f"]
    assert cell.locator(".listing .part.on").evaluate_all(NAMES) == ["equation f"]
    assert cell.locator(".cell .node.on").count() == 3  # its sum, its sigma, and the product that it goes into
    cell.mouse.move(0, 0)
    expect(cell.locator(".lit")).to_have_count(0)


def test_pointing_at_an_equation_lights_up_its_nodes_and_at_a_node_its_equation(cell: Page) -> None:
    assert cell.locator(".listing .law").evaluate_all(NAMES) == [f"equation {name}" for name in "ifgoch"]
    cell.locator(".law[data-name='equation c']").hover()
    assert lit_cards(cell) == ["c", "c_prev", "f", "g", "i"]
    assert sorted(cell.locator(".cell .node.on .operation").all_text_contents()) == ["+", "×", "×"]
    wires = cell.locator(".cell .wire.on").evaluate_all("all => all.map(wire => wire.dataset.from + wire.dataset.to)")
    assert {"fc/0", "ic/1", "gc/1", "c_prevc/0"} <= set(wires)
    cell.locator(".cell .node", has_text="tanh").last.hover()
    assert cell.locator(".listing .part.on").evaluate_all(NAMES) == ["equation h"]
    cell.mouse.move(0, 0)


def test_the_parts_of_the_cell_are_reached_by_keys_and_keep_the_focus_while_stepping(cell: Page) -> None:
    go_to_step_2(cell)
    focused = "() => document.activeElement.closest('.part')?.dataset.name"
    cell.locator(".part[tabindex='0']").focus()
    assert cell.evaluate(focused) == "a_ih.i"
    for _ in range(2):
        cell.keyboard.press("ArrowUp")
    assert cell.evaluate(focused) == "i"
    assert re.match(r"input gate i: 0\.\d\d to ", cell.locator(".part[data-name=i]").get_attribute("aria-label") or "")
    assert lit_cards(cell) == ["a_hh.i", "a_ih.i", "c", "i"]
    cell.keyboard.press("ArrowRight")
    assert said(cell).startswith("step 3 of 4")
    assert cell.evaluate(focused) == "i"
    cell.keyboard.press("Enter")
    expect(cell.locator(".unit")).to_have_attribute("data-drawn", re.compile("/2/pytorch"))
    for _ in range(20):
        cell.keyboard.press("ArrowUp")
    assert cell.evaluate(focused) == "equation h"
    assert cell.evaluate("document.activeElement.getAttribute('aria-label')") == "hidden state: h_t = o_t ⊙ tanh(c_t)"


@pytest.mark.parametrize(("notation", "verb"), [("pytorch", "keeps"), ("textbook", "renews")])
def test_the_unit_that_acts_most_at_a_gate_is_one_click_away(cell: Page, notation: str, verb: str) -> None:
    show(cell, "names-gru", "Ivan")
    cell.select_option(".stepper .notation", notation)
    trace = record(checkpoint.open_checkpoint("names-gru"), "Ivan")
    final = trace.probabilities[:, trace.probabilities[-1].argmax()]
    step = 1 + int(abs(np.diff(final)).argmax())
    gate = trace.layers[0].quantities["z"]
    unit = int(abs(gate[step] - gate[step - 1]).argmax())
    before, after = (gate[t, unit] if verb == "keeps" else 1 - gate[t, unit] for t in (step - 1, step))
    offer = cell.locator(".acting button", has_text=f"({verb})")
    expect(offer).to_contain_text(f"unit {unit + 1}, {before:.2f} → {after:.2f}")
    offer.click()
    expect(cell.locator(".unit")).to_have_attribute("data-drawn", f"0/{unit}/{step}/{notation}")
    assert said(cell).startswith(f"step {step + 1} of 4")
    expect(offer).to_have_attribute("aria-pressed", "true")
    cell.select_option(".stepper .notation", "pytorch")


def test_a_step_keeps_the_opened_cell_and_what_is_lit_in_it(cell: Page) -> None:
    show(cell, "names", "Ivan")
    go_to_step_2(cell)
    cell.evaluate("() => { window.kept = document.querySelector('.opened .part[data-name=c] .box'); }")
    cell.locator(".part[data-name=c] .frame").hover()
    cell.keyboard.press("ArrowRight")
    assert cell.evaluate("() => window.kept === document.querySelector('.opened .part[data-name=c] .box')")
    assert "c" in lit_cards(cell)
    cell.mouse.move(0, 0)


def test_the_line_of_the_state_stays_where_it_is_when_the_cell_opens(cell: Page) -> None:
    show(cell, "names", "Ivan")
    places = []
    for _ in range(2):
        cell.locator("[data-do=cell]").click()
        box = cell.locator("#stepper .column").last.locator(".strip").first.bounding_box()
        assert box
        places.append(
            (box["y"] - cell.locator(".stage").evaluate("node => node.getBoundingClientRect().y"), box["height"])
        )
    assert places[0] == pytest.approx(places[1], abs=0.5)


def test_a_sum_says_what_is_added_and_for_which_gate(cell: Page) -> None:
    cell.locator(".stepper").focus()
    cell.keyboard.press("Home")
    cell.locator(".part[data-name='a_hh.f'] .frame").hover()
    expect(cell.locator("#stepper .bubble")).to_contain_text("W_hf h_{t−1} + b_hf at step 1")
    assert "a_hh" not in cell.locator("#stepper .bubble").inner_text()
    assert cell.locator(".listing .part.on").evaluate_all(NAMES) == ["equation f"]
    cell.locator(".stepper").focus()
    cell.keyboard.press("End")
    expect(cell.locator("#stepper .bubble")).to_be_hidden()


def test_a_missing_unit_is_reported(cell: Page) -> None:
    show(cell, "hello", "hell")
    show_unit(cell, True)
    cell.fill(".which-unit", "2")
    cell.press(".which-unit", "Enter")
    expect(cell.locator(".unit")).to_have_attribute("data-drawn", "0/1/0/pytorch")
    cell.fill(".which-unit", "99")
    cell.press(".which-unit", "Enter")
    expect(cell.locator("#stepper .note").first).to_contain_text("no unit 99 (units are 1 to 8)")
    expect(cell.locator(".unit")).to_have_attribute("data-drawn", "0/7/0/pytorch")


# --- numbers and type -----------------------------------------------------------------------------------------------

VALUES = """() => Object.fromEntries([...document.querySelectorAll('.cell [data-name]')].map(
  node => [node.dataset.name, node.querySelector('.value')?.textContent.replace('−', '-')]))"""


@pytest.mark.parametrize("model", ["names", "names-gru", "names-rnn"])
def test_a_chosen_unit_has_its_number_at_every_node_the_same_as_written_out(cell: Page, model: str) -> None:
    show(cell, model, "Ivan")
    cell.select_option(".stepper .notation", "pytorch")
    show_unit(cell, True)
    cell.fill(".which-unit", "4")
    cell.press(".which-unit", "Enter")
    expect(cell.locator(".unit")).to_have_attribute("data-drawn", re.compile("^0/3/"))
    go_to_step_2(cell)
    expect(cell.locator(".unit")).to_have_attribute("data-drawn", "0/3/1/pytorch")
    values = cell.evaluate(VALUES)
    assert all(values.values())
    layer = record(checkpoint.open_checkpoint(model), "Ivan").layers[0]
    for name, array in layer.quantities.items():
        assert float(values[name]) == pytest.approx(float(array[1, 3]), abs=0.0051)
        written = cell.locator(f".unit [data-of={name}] .line").last.inner_text().split(" = ")[-1]
        assert float(values[name]) == pytest.approx(float(written.replace("−", "-")), abs=0.0051)
    for rule in cell.locator(".listing .law").all():
        _, *sides, result = " ".join(rule.locator(".value").all_text_contents()).replace("  ", " ").split(" = ")
        assert all(f"{evaluated(side):.2f}" == result.strip().replace("−", "-") for side in sides)


@pytest.mark.parametrize("width", [390, 768, 1280, 1920])
def test_no_type_in_the_drawing_is_smaller_than_13_pixels(cell: Page, width: int) -> None:
    show(cell, "names", "Ivan")
    cell.set_viewport_size({"width": width, "height": 900})
    expect(cell.locator(".under" if width < 800 else ".stage").locator(".cell")).to_be_visible()
    assert cell.evaluate(SMALLEST) >= 13


def test_four_tokens_fill_the_width(cell: Page) -> None:
    show(cell, "names", "Ivan")
    for opened in (True, False):
        if not opened:
            cell.locator("[data-do=cell]").click()
        stage, drawing = (cell.locator(name).bounding_box() for name in (".stage", ".unrolled"))
        assert stage
        assert drawing
        assert 0.97 * stage["width"] < drawing["width"] <= stage["width"]
    cell.locator("[data-do=cell]").click()


CROSSED = """() => {
  const wall = document.querySelector('#stepper .column.here').getBoundingClientRect().left;
  return [...document.querySelectorAll('#stepper [data-wide]')]
    .filter(name => name.textContent && name.getAttribute('visibility') !== 'hidden')
    .map(name => name.getBoundingClientRect()).filter(box => box.left < wall && box.right > wall + 1).length;
}"""


def test_no_name_of_an_answer_runs_into_the_opened_cell(cell: Page) -> None:
    cell.locator(".stepper").focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        cell.keyboard.press(key)
        assert cell.evaluate(CROSSED) == 0
