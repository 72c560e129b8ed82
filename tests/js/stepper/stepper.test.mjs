import assert from "node:assert/strict";
import { test } from "node:test";
import * as equations from "../../../rnn_demo/ui/static/js/stepper/equations.js";
import * as trace from "../../../rnn_demo/ui/static/js/stepper/trace.js";

const packed = (shape, numbers) => ({
  shape,
  data: Buffer.from(Float32Array.from(numbers).buffer).toString("base64"),
});

// Two steps of one layer in each direction, two units, one gate.
const layer = (direction, h) => ({
  layer: 0,
  direction,
  a_ih: packed([2, 1, 2], [1, 2, 3, 4]),
  a_hh: packed([2, 1, 2], [5, 6, 7, -80]),
  quantities: { h: packed([2, 2], h), g: packed([2, 2], [0.1, 0.2, 0.3, 0.4]) },
  initial: { h: packed([2], [9, 8]) },
});
const CELL = {
  gates: ["g"],
  flipped: ["g"],
  quantities: [
    { name: "g", bounds: [-1, 1] },
    { name: "h", bounds: null, title: "hidden state", tree: {} },
  ],
};
const sent = (changes = {}) =>
  JSON.stringify({
    tokens: ["a", "b"],
    x: packed([2, 3], [1, 2, 3, 4, 5, 6]),
    cell: CELL,
    attention: [0, Math.log(3)],
    layers: [layer("forward", [1, 2, 1, -4]), layer("backward", [0, 0, 0, 1])],
    ...changes,
  });

test("arrays come back as they were sent, a row for each step", () => {
  const array = trace.decodeArray(packed([2, 3], [1, 2, 3, 4, 5.5, -6]));
  assert.equal(array.width, 3);
  assert.deepEqual([...trace.rowAt(array, 1)], [4, 5.5, -6]);
  assert.equal(trace.decodeArray(packed([4], [1, 2, 3, 4])).width, 1);
});

test("a layer continues from the step before in its own direction, at the end from its initial state", () => {
  const read = trace.readTrace(sent()),
    [forward, backward] = read.layers;
  assert.deepEqual([...trace.stateBefore(read, forward, "h", 0)], [9, 8]);
  assert.deepEqual([...trace.stateBefore(read, forward, "h", 1)], [1, 2]);
  assert.deepEqual([...trace.stateBefore(read, backward, "h", 1)], [9, 8]);
  assert.deepEqual([...trace.stateBefore(read, backward, "h", 0)], [0, 1]);
  assert.deepEqual([read.depth, read.directions, forward.hidden], [1, 2, 2]);
  assert.deepEqual(
    read.layers.map((each) => trace.layerName(read, each)),
    [" →", " ←"],
  );
});

test("a wire is found by its name", () => {
  const read = trace.readTrace(sent()),
    [forward] = read.layers;
  assert.deepEqual([...trace.wireValues(read, forward, "a_hh.g", 1)], [7, -80]);
  assert.deepEqual([...trace.wireValues(read, forward, "h_prev", 1)], [1, 2]);
  assert.deepEqual([...trace.wireValues(read, forward, "h", 1)], [1, -4]);
  assert.equal(trace.scaleOf(read, "a_hh.g"), 80);
  assert.equal(trace.scaleOf(read, "h_prev"), 4);
  assert.equal(trace.scaleOf(read, "g"), 1);
});

test("a second layer reads every direction of the first", () => {
  const read = trace.readTrace(
    sent({ layers: [...JSON.parse(sent()).layers, { ...layer("forward", [0, 0, 0, 0]), layer: 1 }] }),
  );
  assert.deepEqual([...trace.inputOf(read, read.layers[2], 1)], [1, -4, 0, 1]);
  assert.deepEqual([...trace.inputOf(read, read.layers[0], 1)], [4, 5, 6]);
});

test("between two answers that are about as probable there is no verdict, among many there is", () => {
  const read = { answers: [[["good", 0.59]], [["good", 0.61]], []], undecided: [true, false, false] };
  assert.deepEqual([0, 1, 2].map((t) => trace.answerAt(read, t)), [trace.UNDECIDED, "good", ""]);
});

test("of a large state the units that change most are drawn, and the chosen one among them", () => {
  const wide = Array.from({ length: 80 }, (_, k) => (k < 40 ? k / 100 : -k / 100));
  const h = packed([2, 40], wide),
    one = { ...layer("forward", [0, 0, 0, 0]), quantities: { h, g: h } };
  const read = trace.readTrace(sent({ layers: [one] }));
  assert.ok(trace.isLarge(read));
  const view = { layer: 0, unit: 0, all: false },
    drawn = trace.unitsDrawn(read, 0, view);
  assert.equal(drawn.length, trace.FEW);
  assert.ok(drawn.includes(0) && drawn.includes(39));
  assert.deepEqual(
    drawn,
    [...drawn].sort((a, b) => a - b),
  );
  assert.equal(trace.unitsDrawn(read, 0, { ...view, all: true }).length, 40);
  assert.equal(trace.mostChangedUnit(read, read.layers[0], 1), 39);
});

test("attention is shared among the steps read so far", () => {
  const read = trace.readTrace(sent());
  assert.deepEqual(trace.attentionAt(read, 0), [1, 0]);
  const [a, b] = trace.attentionAt(read, 1);
  assert.ok(Math.abs(a - 0.25) < 1e-9 && Math.abs(b - 0.75) < 1e-9);
});

test("what is not a number neither scales the colours nor counts as change", () => {
  const read = trace.readTrace(sent({ layers: [layer("forward", [1, NaN, Infinity, 2])], attention: null }));
  assert.equal(read.scales.h, 2);
  assert.deepEqual(read.layers[0].liveliest, [0, 1]);
});

// --- equations --------------------------------------------------------------------------------------------------------

const SUM = ["+", ["W", "ih", "g"], ["b", "ih", "g"], ["W", "hh", "g"], ["b", "hh", "g"]];
const text = (pieces) => pieces.map(equations.plainText).join("");

test("a tree is worked out as it is written", () => {
  const { evaluate } = equations;
  assert.equal(evaluate(["*", ["value", 2], ["-", ["number", 1], ["value", 0.25]]]), 1.5);
  assert.equal(evaluate(["tanh", ["value", 0.5]]), Math.tanh(0.5));
  assert.equal(evaluate(["sigma", ["number", 0]]), 0.5);
  assert.equal(evaluate(["max", ["number", 0], ["value", -3]]), 0);
  assert.equal(evaluate(["value", 0.123456], 2), 0.12);
});

test("operands have as many digits as it takes for the printed result to be true", () => {
  const tree = ["*", ["value", 123.456789], ["value", 0.00123456789]];
  const printed = equations.printedResult(tree),
    digits = equations.digitsFor(tree, printed);
  assert.ok(digits > equations.RESULT);
  assert.equal(equations.evaluate(tree, digits).toFixed(equations.RESULT), printed);
  assert.equal(equations.digitsFor(["value", 0.5], "0.5000"), equations.RESULT);
});

test("symbols are PyTorch's or the textbook's", () => {
  const forward = { back: false },
    backward = { back: true };
  const quantity = { name: "g", title: "gate", tree: { pytorch: ["sigma", SUM], textbook: null } };
  assert.equal(
    text(equations.equationOf(forward, quantity, "pytorch")),
    "g_t = σ(W_ig x_t + b_ig + W_hg h_{t−1} + b_hg)",
  );
  assert.equal(text(equations.equationOf(forward, quantity, "textbook")), "gate");
  assert.equal(text(equations.writeTree(["W", "ih", "g"], equations.symbolWriter(backward, "textbook"))), "W_xg x_t");
  assert.equal(text(equations.writeTree(["before", "h"], equations.symbolWriter(backward, "pytorch"))), "h_{t+1}");
});

test("brackets stand where they are needed, and a minus in place of plus and a negative number", () => {
  const write = (tree) => text(equations.writeTree(tree, equations.numberWriter(1)));
  assert.equal(write(["*", ["-", ["number", 1], ["value", 0.5]], ["value", -2]]), "(1 − 0.5) × (−2.0)");
  assert.equal(write(["+", ["value", 1], ["value", -2], ["*", ["value", 3], ["value", 4]]]), "1.0 − 2.0 + 3.0 × 4.0");
  assert.equal(write(["max", ["number", 0], ["value", -1]]), "max(0, −1.0)");
});

test("leaves and functions of an equation", () => {
  assert.deepEqual(equations.leavesIn(["sigma", SUM]), SUM.slice(1));
  assert.deepEqual(equations.leavesIn(null), []);
  assert.deepEqual(equations.withArgumentEvaluated(["sigma", ["+", ["value", 1], ["value", 2]]]), [
    "sigma",
    ["value", 3],
  ]);
  assert.deepEqual(
    equations.replaceLeaves(["tanh", ["now", "c"]], ([, name]) => ["value", 1, name]),
    ["tanh", ["value", 1, "c"]],
  );
});

test("a product is its largest terms and the sum of the others", () => {
  const terms = [3, 0, -5, 1, 2, 0.5, 0.25].map((w, k) => ({ k, w, x: 1 }));
  const tree = equations.contributions(terms, "x");
  assert.equal(tree.length, 1 + 4 + 1);
  assert.deepEqual(tree[1], ["*", ["value", -5], ["value", 1, "x 3"]]);
  assert.equal(tree.at(-1)[2], "2 others");
  assert.equal(equations.evaluate(tree), 1.75);
  assert.deepEqual(equations.contributions([{ k: 0, w: 0, x: 1 }], "x"), ["value", 0, "every x is 0"]);
  assert.equal(equations.contributions([{ k: 1, w: 2, x: 3 }], "x")[0], "*");
});

test("the leaves of a unit are its weights, with the other sign where the textbook's gate is the rest", () => {
  const read = trace.readTrace(sent()),
    [forward] = read.layers;
  const weights = Object.fromEntries(
    Object.entries({
      weight_ih: [
        [1, 3],
        [1, 0, 2],
      ],
      weight_hh: [
        [1, 2],
        [1, 1],
      ],
      bias_ih: [[1], [0.5]],
      bias_hh: [[1], [0.25]],
    }).map(([name, [shape, numbers]]) => [name, trace.decodeArray(packed(shape, numbers))]),
  );
  for (const [notation, sign] of [
    ["pytorch", 1],
    ["textbook", -1],
  ]) {
    const { value } = equations.unitLeaves(read, forward, 1, 0, weights, notation);
    assert.equal(value(["W", "ih", "g"]), sign * (1 * 4 + 2 * 6));
    assert.equal(value(["W", "hh", "g"]), sign * (1 + 2));
    assert.equal(value(["b", "both", "g"]), sign * 0.75);
    assert.equal(value(["before", "h"]), 1);
  }
});
