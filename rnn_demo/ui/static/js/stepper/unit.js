// One unit written out: every equation of one unit at one step, with its numbers.

import { make } from "../core/dom.js";
import { minus, tokenText } from "../core/text.js";
import {
  FUNCTIONS,
  RESULT,
  contributions,
  digitsFor,
  evaluate,
  leavesIn,
  leavesOf,
  numbers,
  put,
  result,
  symbols,
  withArgumentEvaluated,
  write,
} from "./equations.js";
import { $, page, state } from "./state.js";
import { decode, layerName, row } from "./trace.js";

const weightCache = new Map(); // weights of units, by place

const pieceOf = ({ text, which, letter, index }) =>
  letter
    ? make("span", { class: "term" }, make("i", {}, letter), make("sub", {}, index))
    : which
      ? make("span", { class: "term which" }, text, make("span", { class: "below" }, ...namesOf(which)))
      : make("span", { class: "term" }, text);

// The name under a number: a text, or pieces of an equation.
const namesOf = (which) => (Array.isArray(which) ? which.map(pieceOf) : [which]);

// A line may break before +, − and =, so that a sign or a bracket stays with its number.
function equationLine(kind, left, ...sides) {
  const groups = [[...left]];
  for (const piece of sides.flatMap((side) => [{ text: " = " }, ...side]))
    if ([" + ", " − ", " = "].includes(piece.text)) groups.push([piece]);
    else groups.at(-1).push(piece);
  return make("p", { class: kind }, ...groups.map((group) => make("span", { class: "group" }, ...group.map(pieceOf))));
}

// One printed line: left = expression = ... = result.
function resultLine(left, trees) {
  const printed = result(trees[0]);
  const sides = trees.map((tree) => write(tree, numbers(digitsFor(tree, printed))));
  return equationLine("line", left, ...sides, [{ text: minus(printed) }]);
}

function writtenOut(trace, layer, t, unit, weights) {
  const leaves = leavesOf(trace, layer, t, unit, weights, state.notation),
    letters = symbols(layer, state.notation);
  const blocks = [];
  for (const quantity of trace.cell.quantities) {
    const tree = quantity.tree[state.notation],
      block = make("div", { class: "block", "data-of": quantity.name });
    block.append(make("h3", {}, `${quantity.title} ${quantity.name}`));
    blocks.push(block);
    if (!tree) {
      const value = (leaves.now[quantity.name] = row(layer.quantities[quantity.name], t)[unit]);
      block.append(make("p", { class: "symbols" }, `${quantity.name} = ${minus(value.toFixed(RESULT))}`));
      continue;
    }
    const left = [{ letter: quantity.name, index: "t" }];
    block.append(equationLine("symbols", left, write(tree, letters)));
    for (const leaf of leavesIn(tree).filter(([kind]) => kind === "W")) {
      const input = leaf[1] === "ih" ? (layer.layer ? "input" : "x") : "unit";
      block.append(resultLine(letters(leaf), [contributions(leaves.terms(leaf[1], leaf[2]), input)]));
    }
    const filled = put(tree, (leaf) => ["value", leaves.value(leaf), letters(leaf)]);
    const inSteps = tree[0] in FUNCTIONS && filled.some((part) => Array.isArray(part) && part[0] === "+");
    block.append(resultLine(left, inSteps ? [filled, withArgumentEvaluated(filled)] : [filled]));
    leaves.now[quantity.name] = evaluate(filled);
  }
  return blocks;
}

async function weightsOf(trace, layer, unit) {
  const key = [trace.checkpoint, layer.layer, layer.direction, unit].join("/");
  if (!weightCache.has(key)) {
    const place = { checkpoint: trace.checkpoint, layer: layer.layer, direction: layer.direction, unit };
    const { error, ...arrays } = await page.server.unit_weights(place);
    if (error) throw new Error(error);
    weightCache.set(key, Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, decode(array)])));
  }
  return weightCache.get(key);
}

// Draw the panel for the selected unit; `reveal` scrolls to it once its equations are there.
export async function drawUnit(reveal = false) {
  const box = $(".unit"),
    { trace, t, unit, layer: index } = state;
  box.hidden = unit < 0;
  if (box.hidden) return;
  const layer = trace.layers[index];
  Object.assign($(".which-unit"), { value: unit, max: layer.hidden - 1 });
  let blocks;
  try {
    blocks = writtenOut(trace, layer, t, unit, await weightsOf(trace, layer, unit));
  } catch (error) {
    blocks = [make("p", { class: "note" }, `The weights of this unit could not be fetched: ${error.message}`)];
  }
  const same = state.trace === trace && state.t === t && state.unit === unit && state.layer === index;
  if (!same) return; // the reader has moved on
  const step = `step ${t + 1}, token ${tokenText(trace.tokens[t])}`;
  const heading = [`Unit ${unit} of ${layer.hidden}`, layerName(trace, layer), step].filter(Boolean).join(", ");
  const note = state.notation === "textbook" ? trace.cell.note : "";
  box.querySelector(".written").replaceChildren(make("h2", {}, heading), ...blocks, make("p", { class: "note" }, note));
  box.dataset.drawn = [index, unit, t, state.notation].join("/"); // tests wait for this
  if (reveal) box.scrollIntoView({ block: "nearest" });
}
