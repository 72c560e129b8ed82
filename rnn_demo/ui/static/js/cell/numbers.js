// The numbers in the opened cell: each node's vector, and what one unit has at each node.

import { digitsFor, evaluate, numberWriter, writeTree } from "../stepper/equations.js";
import { wireValues } from "../stepper/trace.js";
import { minus } from "../core/text.js";

export const DIGITS = 2; // of a result beside a node

// The vector at a sum, a quantity or a previous state at step t. A flipped gate of the textbook is 1 minus PyTorch's,
// and its sums have the opposite sign.
export function vectorAt(trace, layer, node, t, notation) {
  const flipped = notation === "textbook" && trace.cell.flipped.includes(node.gate ?? node.id);
  if (node.kind !== "sum") {
    const values = wireValues(trace, layer, node.id, t);
    return flipped ? values.map((value) => 1 - value) : values;
  }
  const [first, second] = node.sides.map((side) => wireValues(trace, layer, `a_${side}.${node.gate}`, t));
  const sign = flipped ? -1 : 1;
  return first.map((value, k) => sign * (value + (second ? second[k] : 0)));
}

// The equation of a node as a tree with one unit's numbers in it, as far as the nearest cards.
export function numberTree(graph, id, numberOf) {
  const node = graph.get(id);
  if (node.kind !== "op") return ["value", numberOf(node)];
  return [
    node.operation,
    ...node.parts.map((part) => (Array.isArray(part) ? part : numberTree(graph, part, numberOf))),
  ];
}

// What one unit has at each node: a Map from id to a number; NaN where the page does not have it.
export function unitNumbers(graph, numberOf) {
  return new Map([...graph.keys()].map((id) => [id, evaluate(numberTree(graph, id, numberOf))]));
}

export const shortValue = (value, digits = DIGITS) => (Number.isFinite(value) ? minus(value.toFixed(digits)) : "");

// A quantity's equation in numbers, as pieces: = 0.58 × 0.70 + 0.86 × (−0.99) = −0.44; true as printed.
export function numberLine(graph, name, numberOf) {
  const [root] = graph.get(name).inputs,
    result = (value) => [{ text: " = " }, { text: minus(value.toFixed(DIGITS)) }];
  const whole = graph.get(name).inputs.length === 1;
  if (!whole || graph.get(root).kind !== "op") return result(numberOf(graph.get(name)));
  const tree = numberTree(graph, root, numberOf),
    printed = evaluate(tree).toFixed(DIGITS);
  const digits = digitsFor(tree, printed, DIGITS);
  return [{ text: " = " }, ...writeTree(tree, numberWriter(digits)), { text: " = " }, { text: minus(printed) }];
}
