// One unit written out: every equation of one unit at one step, with its numbers.

import { createNode, updateChildren } from "../core/dom.js";
import { minus, tokenText } from "../core/text.js";
import {
  FUNCTIONS,
  MOST,
  RESULT,
  contributions,
  digitsFor,
  evaluate,
  leavesIn,
  numberWriter,
  printedResult,
  replaceLeaves,
  symbolWriter,
  unitLeaves,
  withArgumentEvaluated,
  writeTree,
} from "./equations.js";
import { $, page, state } from "./state.js";
import { decodeArray, layerName, rowAt } from "./trace.js";

const weightCache = new Map(); // weights of units, by place

const pieceNode = ({ text, which, letter, index }) =>
  letter
    ? createNode("span", { class: "term" }, createNode("i", {}, letter), createNode("sub", {}, index))
    : which
      ? createNode("span", { class: "term which" }, text, createNode("span", { class: "below" }, ...nameNodes(which)))
      : createNode("span", { class: "term" }, text);

// The name under a number: a text, or pieces of an equation.
const nameNodes = (which) => (Array.isArray(which) ? which.map(pieceNode) : [which]);

// A line may break before +, − and =, so that a sign or a bracket stays with its number.
function equationLine(kind, left, ...sides) {
  const groups = [[...left]];
  for (const piece of sides.flatMap((side) => [{ text: " = " }, ...side]))
    if ([" + ", " − ", " = "].includes(piece.text)) groups.push([piece]);
    else groups.at(-1).push(piece);
  return createNode(
    "p",
    { class: kind },
    ...groups.map((group) => createNode("span", { class: "group" }, ...group.map(pieceNode))),
  );
}

// One printed line: left = expression = ... = result. Operands have `digits` digits, the same in all lines.
function resultLine({ left, trees }, digits) {
  const sides = trees.map((tree) => writeTree(tree, numberWriter(digits)));
  return equationLine("line", left, ...sides, [{ text: minus(printedResult(trees[0])) }]);
}

// As many digits as it takes for every line to be true as printed.
function digitsOfAll(lines) {
  const needed = lines.flatMap(({ trees }) => trees.map((tree) => digitsFor(tree, printedResult(trees[0]))));
  let digits = Math.max(RESULT, ...needed);
  const isTrue = ({ trees }) =>
    trees.every((tree) => evaluate(tree, digits).toFixed(RESULT) === printedResult(trees[0]));
  while (digits < MOST && !lines.every(isTrue)) digits++; // more digits of an operand may round a result away again
  return digits;
}

function equationBlocks(trace, layer, t, unit, weights) {
  const leaves = unitLeaves(trace, layer, t, unit, weights, state.notation),
    letters = symbolWriter(layer, state.notation);
  const blocks = [],
    lines = []; // {left, trees, place}: printed once it is known how many digits they all need
  const promise = (block, left, trees) => {
    const place = createNode("p");
    block.append(place);
    lines.push({ left, trees, place });
  };
  for (const quantity of trace.cell.quantities) {
    const tree = quantity.tree[state.notation],
      block = createNode("div", { class: "block", "data-of": quantity.name });
    block.append(createNode("h3", {}, `${quantity.title} ${quantity.name}`));
    blocks.push(block);
    if (!tree) {
      const value = (leaves.now[quantity.name] = rowAt(layer.quantities[quantity.name], t)[unit]);
      block.append(createNode("p", { class: "symbols" }, `${quantity.name} = ${minus(value.toFixed(RESULT))}`));
      continue;
    }
    const left = [{ letter: quantity.name, index: "t" }];
    block.append(equationLine("symbols", left, writeTree(tree, letters)));
    for (const leaf of leavesIn(tree).filter(([kind]) => kind === "W")) {
      const input = leaf[1] === "ih" ? "input" : "unit";
      promise(block, letters(leaf), [contributions(leaves.terms(leaf[1], leaf[2]), input)]);
    }
    const filled = replaceLeaves(tree, (leaf) => ["value", leaves.value(leaf), letters(leaf)]);
    const inSteps = tree[0] in FUNCTIONS && filled.some((part) => Array.isArray(part) && part[0] === "+");
    promise(block, left, inSteps ? [filled, withArgumentEvaluated(filled)] : [filled]);
    leaves.now[quantity.name] = evaluate(filled);
  }
  const digits = digitsOfAll(lines);
  for (const line of lines) line.place.replaceWith(resultLine(line, digits));
  return blocks;
}

const keyOfUnit = (trace, layer, unit) => [trace.checkpoint, layer.layer, layer.direction, unit].join("/");

async function fetchWeights(trace, layer, unit) {
  const place = { checkpoint: trace.checkpoint, layer: layer.layer, direction: layer.direction, unit };
  const { error, ...arrays } = await page.server.unit_weights(place);
  if (error) throw new Error(error);
  const weights = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, decodeArray(array)]));
  weightCache.set(keyOfUnit(trace, layer, unit), weights);
  return weights;
}

// Until the step above has been painted; while a key is held, no unit is written out.
const painted = () =>
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));

// Draw the panel for the selected unit, at once or after the step above; `reveal` scrolls to it when it is drawn.
export async function drawUnit(reveal = false, atOnce = false) {
  const box = $(".unit"),
    { trace, t, unit, layer: index } = state;
  box.hidden = unit < 0;
  if (box.hidden) return;
  const layer = trace.layers[index],
    isSame = () => state.trace === trace && state.t === t && state.unit === unit && state.layer === index;
  Object.assign($(".which-unit"), { value: unit + 1, max: layer.hidden });
  if (box.dataset.drawn && !reveal && !atOnce) await painted();
  if (!isSame()) return; // the reader has moved on
  let blocks;
  try {
    const weights = weightCache.get(keyOfUnit(trace, layer, unit)) ?? (await fetchWeights(trace, layer, unit));
    blocks = equationBlocks(trace, layer, t, unit, weights);
  } catch (error) {
    blocks = [createNode("p", { class: "note" }, `The weights of this unit could not be fetched: ${error.message}`)];
  }
  if (!isSame()) return;
  const step = `step ${t + 1}, token ${tokenText(trace.tokens[t])}`;
  const heading = [`Unit ${unit + 1} of ${layer.hidden}`, layerName(trace, layer), step].filter(Boolean).join(", ");
  const digits = `Results have ${RESULT} decimals, other numbers as many as it takes for each line to be true.`;
  const note = [state.notation === "textbook" ? trace.cell.note : "", digits].filter(Boolean).join(" ");
  updateChildren(box.querySelector(".written"), [
    createNode("h2", {}, heading),
    ...blocks,
    createNode("p", { class: "note" }, note),
  ]);
  box.dataset.drawn = [index, unit, t, state.notation].join("/"); // tests wait for this
  if (reveal) box.scrollIntoView({ block: "nearest" });
}
