// Equations as trees, made by Python (network/equations.py): ["+", a, b], ["sigma", a]; leaves are ["W", side, gate],
// ["b", side, gate], ["now", quantity], ["before", state], and once numbers are put in, ["value", number, name].
//
// What is printed is true as printed: operands get as many digits as it takes (4 to 9) for the printed expression,
// evaluated again, to give the printed result.

import { minus } from "../core/text.js";
import { inputOf, rowAt, stateBefore } from "./trace.js";

export const RESULT = 4; // digits of a result
export const MOST = 9; // the most that an operand gets
const LARGEST = 4; // contributions shown one by one
export const FUNCTIONS = { sigma: (a) => 1 / (1 + Math.exp(-a)), tanh: Math.tanh, max: Math.max };

export function evaluate(tree, digits = MOST) {
  const [operation, ...parts] = tree;
  if (operation === "value") return Number(parts[0].toFixed(digits));
  if (operation === "number") return parts[0];
  const values = parts.map((part) => evaluate(part, digits));
  if (operation === "+") return values.reduce((a, b) => a + b);
  if (operation === "-") return values[0] - values[1];
  if (operation === "*") return values.reduce((a, b) => a * b);
  if (operation === "/") return values[0] / values[1];
  return FUNCTIONS[operation](...values);
}

export const isLeaf = ([operation]) => ["W", "b", "now", "before"].includes(operation);

// A tree with every leaf replaced by what `leaf` gives for it.
export const replaceLeaves = (tree, leaf) =>
  isLeaf(tree)
    ? leaf(tree)
    : [tree[0], ...tree.slice(1).map((part) => (Array.isArray(part) ? replaceLeaves(part, leaf) : part))];

// The leaves of a tree from left to right.
export function leavesIn(tree) {
  if (!tree) return [];
  if (isLeaf(tree)) return [tree];
  return tree.slice(1).flatMap((part) => (Array.isArray(part) ? leavesIn(part) : []));
}

export const printedResult = (tree) => evaluate(tree).toFixed(RESULT);

export function digitsFor(tree, printed, least = RESULT) {
  let digits = least;
  while (digits < MOST && evaluate(tree, digits).toFixed(least) !== printed) digits++;
  return digits;
}

// A function with its argument evaluated: sigma(0.2 + 0.1) becomes sigma(0.3).
export const withArgumentEvaluated = ([name, ...parts]) => [
  name,
  ...parts.map((part) => (part[0] === "number" ? part : ["value", evaluate(part)])),
];

// A tree as pieces of text: {text} for signs, {text, which} for a number that has a name, {letter, index} for a symbol.
export function writeTree(tree, leaf, inside = "") {
  const [operation, ...parts] = tree;
  const sign = (text) => ({ text });
  const joined = (mark) =>
    parts.flatMap((part, k) => [...(k ? [sign(mark)] : []), ...writeTree(part, leaf, operation)]);
  const bracket = (pieces, needed) => (needed ? [sign("("), ...pieces, sign(")")] : pieces);
  if (operation === "number") return [sign(String(parts[0]))];
  if (operation === "value" || isLeaf(tree)) return leaf(tree, inside);
  if (operation === "+") {
    const pieces = parts.flatMap((part, k) => {
      const written = writeTree(part, leaf, "+");
      const negative = part[0] === "value" && written[0].text.startsWith("−");
      if (k && negative) written[0] = { ...written[0], text: written[0].text.slice(1) };
      return [...(k ? [sign(negative ? " − " : " + ")] : []), ...written];
    });
    return bracket(pieces, ["*", "/"].includes(inside));
  }
  if (operation === "-") return bracket(joined(" − "), ["*", "/"].includes(inside));
  if (operation === "/") return bracket(joined(" / "), inside === "/");
  if (operation === "*") return bracket(joined(` ${leaf.times ?? "×"} `), inside === "/");
  const name = operation === "sigma" ? "σ" : operation;
  const inner = parts.flatMap((part, k) => [...(k ? [sign(", ")] : []), ...writeTree(part, leaf)]);
  return [sign(`${name}(`), ...inner, sign(")")];
}

// Leaves written as numbers, for `writeTree`.
export const numberWriter =
  (digits) =>
  ([, value, which], inside) => {
    const text = minus(value.toFixed(digits));
    const guarded = ["*", "/"].includes(inside) && text.startsWith("−");
    return [{ text: guarded ? `(${text})` : text, which }];
  };

// Leaves written as symbols, in PyTorch's letters or in the textbook's, for `writeTree`; ⊙ multiplies unit by unit.
export function symbolWriter(layer, notation) {
  const past = layer.back ? "t+1" : "t−1",
    book = notation === "textbook";
  const write = ([operation, name, gate]) => {
    if (operation === "now") return [{ letter: name, index: "t" }];
    if (operation === "before") return [{ letter: name, index: past }];
    const side = name === "ih" ? (book ? "x" : "i") : "h";
    if (operation === "b") return [{ letter: "b", index: name === "both" ? gate : side + gate }];
    const input = name === "ih" ? { letter: "x", index: "t" } : { letter: "h", index: past };
    return [{ letter: "W", index: side + gate }, { text: " " }, input];
  };
  return Object.assign(write, { times: "⊙" });
}

// A piece as plain text: W_hf, h_{t−1}.
export const plainText = ({ text, letter, index }) => text ?? `${letter}_${/\W/.test(index) ? `{${index}}` : index}`;

// A quantity's equation in symbols; its title where the equation could not be read.
export function equationOf(layer, quantity, notation) {
  const tree = quantity.tree[notation];
  if (!tree) return [{ text: quantity.title }];
  return [{ letter: quantity.name, index: "t" }, { text: " = " }, ...writeTree(tree, symbolWriter(layer, notation))];
}

// The leaves of one unit at one step as numbers; `now` takes the quantities as they are computed, in order.
// Textbook gates that are 1 minus PyTorch's have weights of the opposite sign.
export function unitLeaves(trace, layer, t, unit, weights, notation) {
  const flipped = new Set(notation === "textbook" ? trace.cell.flipped : []);
  const sign = (gate) => (flipped.has(gate) ? -1 : 1),
    at = (gate) => trace.cell.gates.indexOf(gate);
  const now = {};
  const products = new Map(); // by side and gate: each is read more than once
  const terms = (side, gate) => {
    const key = `${side} ${gate}`;
    if (!products.has(key)) {
      const input = side === "ih" ? inputOf(trace, layer, t) : stateBefore(trace, layer, "h", t),
        row = rowAt(weights[`weight_${side}`], at(gate));
      products.set(
        key,
        Array.from(row, (w, k) => ({ k, w: sign(gate) * w, x: input[k] })),
      );
    }
    return products.get(key);
  };
  const bias = (side, gate) => sign(gate) * weights[`bias_${side}`].values[at(gate)];
  const value = ([operation, name, gate]) => {
    if (operation === "now") return now[name];
    if (operation === "before") return stateBefore(trace, layer, name, t)[unit];
    if (operation === "b") return name === "both" ? bias("ih", gate) + bias("hh", gate) : bias(name, gate);
    return terms(name, gate).reduce((total, { w, x }) => total + w * x, 0);
  };
  return { now, terms, value };
}

// A product of a row of weights with a vector: its largest terms one by one, the others as one.
export function contributions(terms, name) {
  const active = terms.filter(({ w, x }) => w * x !== 0).sort((a, b) => Math.abs(b.w * b.x) - Math.abs(a.w * a.x));
  const few = active.length <= LARGEST + 1;
  const large = few ? active : active.slice(0, LARGEST),
    others = few ? [] : active.slice(LARGEST);
  const tree = ["+", ...large.map(({ k, w, x }) => ["*", ["value", w], ["value", x, `${name} ${k + 1}`]])];
  if (others.length)
    tree.push(["value", others.reduce((total, { w, x }) => total + w * x, 0), `${others.length} others`]);
  return tree.length === 1 ? ["value", 0, `every ${name} is 0`] : tree.length === 2 ? tree[1] : tree;
}
