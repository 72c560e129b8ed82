import assert from "node:assert/strict";
import { test } from "node:test";
import { install } from "../dom.mjs";

install();
const path = "../../../rnn_demo/ui/static/js";
const { readTrace } = await import(`${path}/stepper/trace.js`);
const { state } = await import(`${path}/stepper/state.js`);
const { beyondEdges } = await import(`${path}/parts/edges.js`);
const { layoutColumns } = await import(`${path}/stepper/columns.js`);
const softmax = await import(`${path}/parts/softmax.js`);
const { foldPlan, foldScene, stepsShown } = await import(`${path}/parts/folded.js`);
const { START, initialInWords, initialStates } = await import(`${path}/parts/initial.js`);
const { headDrawing } = await import(`${path}/parts/head.js`);
const { inputInWords, inputKind, nearestInWords } = await import(`${path}/parts/input.js`);
const { sharingInWords, weightCounts, weightIndex, weightWire } = await import(`${path}/parts/weights.js`);
const { actingUnits, turningStep } = await import(`${path}/parts/acting.js`);
const { answerBars, stepSentence, unknownInWords, unknownNotes } = await import(`${path}/parts/answers.js`);

const packed = (shape, numbers) => ({
  shape,
  data: Buffer.from(Float32Array.from(numbers).buffer).toString("base64"),
});

// T steps, two units, one gate; a layer for each pair of depth and direction.
function traceOf({ length = 3, depth = 1, directions = 1, start = [0, 0], ...changes } = {}) {
  const h = Array.from({ length: 2 * length }, (_, k) => Math.sin(k + 1));
  const layer = (number, direction) => ({
    layer: number,
    direction,
    a_ih: packed([length, 1, 2], h),
    a_hh: packed([length, 1, 2], h),
    quantities: { h: packed([length, 2], h) },
    initial: { h: packed([2], start) },
  });
  const layers = Array.from({ length: depth }, (_, k) =>
    ["forward", "backward"].slice(0, directions).map((direction) => layer(k, direction)),
  ).flat();
  state.trace = readTrace(
    JSON.stringify({
      tokens: Array.from({ length }, (_, t) => "ab "[t % 3]),
      unknown: ["b"],
      x: packed([length, 3], Array.from({ length: 3 * length }, (_, k) => (k % 3 === 1 ? 1 : 0))),
      cell: { title: "RNN", gates: ["h"], state: ["h"], flipped: [], quantities: [{ name: "h", bounds: [-1, 1] }] },
      attention: null,
      answers: Array.from({ length }, () => [["yes", 0.75], [" ", 0.25]]),
      undecided: Array(length).fill(false),
      prior: {},
      advice: "",
      answered: [],
      asks: "answer so far",
      piece: "letter",
      input: { kind: "embedding", spells: false },
      head: {
        pooling: "last",
        features: 2,
        output: "softmax",
        temperature: 1,
        count: 2,
        logits: Array.from({ length }, () => [Math.log(3), 0]),
        parts: Array.from({ length }, () => [[1, Math.log(3) - 1], [0.5, -0.5]]),
        log_sum: Array.from({ length }, () => Math.log(4)),
      },
      layers,
      ...changes,
    }),
  );
  return state.trace;
}

const textOf = (node) => node.textContent;
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

// --- the head ---------------------------------------------------------------------------------------------------------

test("what is pooled is what each kind of pooling says", () => {
  const pooled = (pooling, changes, t = 2) => {
    const trace = traceOf({ ...changes });
    trace.head.pooling = pooling;
    return softmax.pooledVectors(trace, t).map(({ values }) => [...values]);
  };
  const h = (k) => Math.fround(Math.sin(k + 1));
  assert.deepEqual(pooled("last"), [[h(4), h(5)]]);
  assert.deepEqual(pooled("per-step", {}, 1), [[h(2), h(3)]]);
  near(pooled("mean")[0][1], (h(1) + h(3) + h(5)) / 3);
  assert.deepEqual(pooled("max"), [[Math.max(h(0), h(2), h(4)), Math.max(h(1), h(3), h(5))]]);
  assert.equal(pooled("concat").length, 3);
  near(pooled("attention", { attention: [0, 0, Math.log(2)] })[0][0], h(0) / 4 + h(2) / 4 + h(4) / 2);
  assert.deepEqual(pooled(""), []);
  // The backward direction ends at the first step.
  assert.deepEqual(pooled("last", { directions: 2 }), [[h(4), h(5), h(0), h(1)]]);
});

test("the powers divided by their sum are the shares", () => {
  const found = softmax.softmaxAt(traceOf(), 1);
  near(found.rows[0].power, 3);
  near(found.total, 4);
  near(found.rows[0].power / found.total, found.rows[0].share);
  assert.equal(found.others, 0);
  near(found.rest, 0);
  const warm = traceOf();
  Object.assign(warm.head, { temperature: 2, count: 5, log_sum: [0, Math.log(10), 0] });
  near(softmax.softmaxAt(warm, 1).rows[0].power, Math.sqrt(3));
  near(softmax.softmaxAt(warm, 1).rest, 10 - Math.sqrt(3) - 1);
  assert.equal(softmax.softmaxAt(warm, 1).others, 3);
});

test("of huge logits the largest is subtracted, and what is no number has no softmax", () => {
  const huge = traceOf();
  Object.assign(huge.head, { logits: [[900, 899]], log_sum: [900 + Math.log(1 + Math.exp(-1))] });
  const found = softmax.softmaxAt(huge, 0);
  assert.deepEqual([found.shift, found.rows[0].power], [900, 1]);
  near(found.total, 1 + Math.exp(-1));
  const broken = traceOf({ answers: [[], [], []] });
  assert.equal(softmax.softmaxAt(broken, 0), null);
  assert.match(textOf(headDrawing(broken, 0, 1200)), /Not a number/);
});

test("printed parts add up to the printed logit", () => {
  const sums = [
    [0.333, 0.333, 0.334],
    [1.005, -0.004],
    [2.344, 1.344, -0.6844],
  ];
  for (const parts of sums) {
    const total = parts.reduce((a, b) => a + b),
      digits = softmax.digitsThatAddUp(parts, total);
    const printed = parts.reduce((sum, part) => sum + Number(part.toFixed(digits)), 0);
    assert.equal(printed.toFixed(2), total.toFixed(2));
  }
  assert.equal(softmax.digitsThatAddUp([0.25, 0.5], 0.75), 2);
});

test("numbers have three digits", () => {
  const shown = [0.0123, 12.34, 1234, 1234567, 0.0000123, 0, Infinity].map(softmax.threeDigits);
  assert.deepEqual(shown, ["0.0123", "12.3", "1234", "1.23 × 10⁶", "1.23 × 10⁻⁵", "0", "∞"]);
});

test("the opened head says the same on every width, a space as its sign", () => {
  for (const room of [300, 700, 1200]) {
    const drawing = headDrawing(traceOf(), 2, room);
    for (const words of ["yes", "␣", "75%", "3.00", "4.00", "last h"])
      assert.ok(textOf(drawing).includes(words), words);
    assert.ok(Number(drawing.getAttribute("width")) === room, "never wider than its room");
  }
  const sigmoid = traceOf();
  sigmoid.head.output = "sigmoid";
  assert.match(textOf(headDrawing(sigmoid, 0, 1200)), /“yes” gets σ\(1\.10\)/);
});

// --- the folded cell --------------------------------------------------------------------------------------------------

test("of many steps the first ones and the last are drawn", () => {
  assert.deepEqual(stepsShown(3, 5), [0, 1, 2]);
  assert.deepEqual(stepsShown(5, 5), [0, 1, 2, 3, 4]);
  assert.deepEqual(stepsShown(256, 5), [0, 1, 2, null, 255]);
  assert.deepEqual(stepsShown(256, 3), [0, null, 255]);
});

test("from 1 to 256 steps, in every depth and direction, no column covers another one", () => {
  for (const length of [1, 2, 8, 256])
    for (const depth of [1, 3])
      for (const directions of [1, 2])
        for (const room of [330, 760, 1180]) {
          const trace = traceOf({ length, depth, directions }),
            plan = foldPlan(trace, room);
          assert.ok(plan.columns[0].x > plan.folded + plan.pair + plan.size.loop);
          plan.columns.slice(1).forEach(({ x }, k) => assert.ok(x >= plan.columns[k].x + plan.pair + 20));
          assert.equal(plan.columns.at(-1).t, length - 1);
          if (room > 760) assert.ok(plan.width <= room, `${plan.width} at ${length}, ${directions}`);
          const scene = foldScene(trace, length - 1, room, true);
          const copies = scene.querySelectorAll(".copy");
          assert.equal(copies.length, plan.columns.length);
          assert.equal(scene.querySelectorAll(".here").length, 1);
        }
});

test("a weight has its colour in every column and in the folded cell, and its layer's dashes", () => {
  const scene = foldScene(traceOf({ length: 4, depth: 2 }), 0, 1180, true);
  assert.equal(scene.querySelectorAll(".ih").filter((node) => node.tag === "path").length, 2 * 2 * 5); // with its tip
  assert.equal(scene.querySelectorAll(".hh").filter((node) => node.tag === "path").length, 2 * 2 * (3 + 1));
  assert.equal(weightWire({ layer: 0 }, "ih")["stroke-dasharray"], undefined);
  const [second, third] = [1, 2].map((layer) => weightWire({ layer }, "hh")["stroke-dasharray"]);
  assert.notEqual(second, third);
});

test("what is shared is said with its numbers, and what is not", () => {
  assert.match(sharingInWords(traceOf()), /^The same W at every step: 10 weights and 4 biases .*b_hh.*, used 3 times/);
  assert.match(sharingInWords(traceOf({ length: 1 })), /used once here/);
  assert.match(sharingInWords(traceOf({ depth: 2 })), /Not shared: each layer has a W_ih, a W_hh/);
  assert.match(sharingInWords(traceOf({ depth: 2, directions: 2 })), /each layer and each direction has/);
  const deep = traceOf({ depth: 2, directions: 2 });
  assert.deepEqual(weightCounts(deep, deep.layers[3]), { ih: 8, hh: 4, bias: 4 });
});

test("a textbook's names and biases are counted as its equations have them, and PyTorch's as it keeps them", () => {
  const sum = (...biases) => ["sigma", ["+", ["W", "ih", "g"], ...biases]];
  const quantity = (tree) => ({ name: "h", bounds: null, tree });
  const cell = (gates, tree) => ({ title: "RNN", gates, state: ["h"], flipped: [], quantities: [quantity(tree)] });
  const merged = { textbook: sum(["b", "both", "g"]) },
    apart = { textbook: sum(["b", "ih", "g"], ["b", "hh", "g"]) };
  const biases = (tree, notation) => {
    const trace = traceOf({ cell: cell(["g"], tree) });
    return weightCounts(trace, trace.layers[0], notation).bias;
  };
  assert.deepEqual([biases(merged, "pytorch"), biases(merged, "textbook"), biases(apart, "textbook")], [4, 2, 4]);
  assert.doesNotMatch(sharingInWords(traceOf({ cell: cell(["g"], merged), depth: 2 }), "textbook"), /b_ih|W_ih/);
  const indexOf = (gates, side) => weightIndex(cell(gates, merged), side, "textbook");
  assert.deepEqual([indexOf(["h"], "ih"), indexOf(["h"], "hh"), indexOf(["i", "f"], "hh")], ["xh", "hh", "h"]);
  assert.equal(weightIndex(cell(["h"], merged), "ih", "pytorch"), "ih");
});

// --- the units that act, and what the network does not know ---------------------------------------------------------

const FOUR = {
  length: 4,
  answers: [0.5, 0.6, 0.1, 0.2].map((share) => [["yes", share], ["no", 1 - share]].sort((a, b) => b[1] - a[1])),
};

test("the answer turns where its probability changes most; with an answer at every step, the state decides", () => {
  const read = traceOf(FOUR);
  assert.equal(turningStep(read, read.layers[0]), 2);
  const each = traceOf({ ...FOUR, head: { ...read.head, pooling: "per-step" } });
  const h = each.layers[0].quantities.h.values;
  const moved = (t) => (h[2 * t] - h[2 * t - 2]) ** 2 + (h[2 * t + 1] - h[2 * t - 1]) ** 2;
  const most = [1, 2, 3].reduce((best, t) => (moved(t) > moved(best) ? t : best));
  assert.equal(turningStep(each, each.layers[0]), most);
});

test("of each gate and state the unit is offered that changes most there, in the direction of the layer", () => {
  const read = traceOf({ ...FOUR, directions: 2 });
  for (const [layer, from] of [[read.layers[0], 1], [read.layers[1], 3]]) {
    const { values } = layer.quantities.h,
      change = (unit) => Math.abs(values[4 + unit] - values[2 * from + unit]);
    const [acting] = actingUnits(read, layer, 2, "pytorch");
    assert.equal(acting.unit, change(1) > change(0) ? 1 : 0);
    assert.deepEqual([acting.from, acting.to], [values[2 * from + acting.unit], values[4 + acting.unit]]);
  }
  assert.deepEqual(actingUnits(read, read.layers[1], 3, "pytorch"), []); // where it begins
});

test("an answer that was never read is not called unknown", () => {
  const strange = { unknown: ["q"], answered: [], piece: "letter" },
    own = { unknown: ["o"], answered: ["o"], piece: "letter" };
  assert.match(unknownNotes(strange)[0], /^Not in the vocabulary.*: q\.$/);
  assert.match(unknownNotes(own)[0], /^An answer of this network.*: o\./);
  assert.notEqual(unknownInWords(own, "o"), unknownInWords(strange, "q"));
});

test("neighbours no nearer than chance are not taken for meaning", () => {
  const trace = traceOf({ x: packed([3, 100], Array(300).fill(1)) }); // by chance ±0.1
  assert.match(nearestInWords(trace, 0, [["b", 0.29]]), /^No other letter is near “a”.*0\.29.*±0\.10/);
  assert.match(nearestInWords(trace, 0, [["b", 0.31]]), /^The nearest letters/);
});

// --- the initial state and the input ----------------------------------------------------------------------------------

test("the state before the first step is 0, or what was given, at the end where a direction begins", () => {
  const both = traceOf({ directions: 2 });
  assert.match(initialInWords(both, both.layers[0]), /^h_0, the state before the first token: .* all 2 numbers are 0\.$/);
  assert.match(initialInWords(both, both.layers[1]), /^h_4, the state after the last token/);
  const given = traceOf({ start: [0.5, -2] });
  assert.equal(
    initialInWords(given, given.layers[0]),
    "The state before the first token, as it was given: h_0 = 0.50, −2.00.",
  );
  const laneOf = () => ({ lane: 50, top: 10, tall: 80 });
  state.trace = both;
  assert.match(textOf(initialStates(both, false, laneOf)), /h0 = 0/);
  assert.match(textOf(initialStates(both, true, laneOf)), /h4 = 0/);
  state.trace = given;
  assert.doesNotMatch(textOf(initialStates(given, false, laneOf)), /h0 = 0/);
  const [strip] = initialStates(given, false, laneOf).querySelectorAll(".strip");
  assert.deepEqual([...strip.children.at(-1).vector.values], [0.5, -2]);
});

test("at the edges of a stage stands how many columns lie beyond them", () => {
  const open = { list: { width: 0 } },
    placement = { gutter: 100, room: 300, width: 1000, open, left: (k) => 160 + 80 * k, widthOf: () => 80 };
  assert.deepEqual(beyondEdges(placement, 10, 0, 0), { left: null, right: 8 });
  assert.deepEqual(beyondEdges(placement, 10, 0, 190), { left: 2, right: 6 });
  assert.deepEqual(beyondEdges(placement, 10, 0, 700), { left: 8, right: null });
  assert.deepEqual(beyondEdges({ ...placement, room: 1000 }, 10, 0, 0), { left: null, right: null });
  const slide = { ...placement, isSlide: true }; // where a column that is cut is left out
  assert.deepEqual(beyondEdges(slide, 10, 3, 190), { left: 2, right: 6 });
  assert.deepEqual(beyondEdges(slide, 10, 2, 150), { left: 2, right: 7 });
});

test("the columns leave room for it, at the right too where a direction begins there", () => {
  const closed = { width: 0, height: 0, depth: -1, list: { width: 0, height: 0 } },
    space = { width: 320, height: Infinity };
  const [one, two] = [1, 2].map((directions) => layoutColumns(traceOf({ directions }), space, closed));
  assert.ok(one.left(0, 0) >= START);
  const rest = (layout) => Math.round(layout.width - layout.left(2, 0) - layout.widthOf(2, 0));
  assert.equal(rest(two), rest(one) + START);
});

test("the input row says what it is", () => {
  const kinds = {
    one_hot: /^One-hot: 3 numbers, of which number 2, that of the letter “a”, is 1/,
    numbers: /^3 numbers given/,
  };
  for (const [kind, words] of Object.entries(kinds))
    assert.match(inputInWords(traceOf({ input: { kind, spells: false } }), 0), words);
  assert.match(inputInWords(traceOf(), 0), /^An embedding: 3 numbers learnt for the letter “a”/);
  assert.match(inputInWords(traceOf(), 2), /the letter “␣”/);
  assert.match(inputInWords(traceOf(), 1), /“b” is not in the vocabulary: it is read as <UNK>/);
  assert.match(inputInWords(traceOf({ input: { kind: "embedding", spells: true } }), 1), /its pieces of 1 to 4 letters/);
  assert.equal(inputKind(traceOf()), "embedding");
});

// --- the answers ------------------------------------------------------------------------------------------------------

test("an answer stands beside its share before any letter", () => {
  const said = (changes) =>
    stepSentence(traceOf(changes), 0)
      .map((part) => part.textContent ?? part)
      .join("");
  assert.match(said({}), /answer so far: yes \(75%\), /);
  assert.match(said({ prior: { yes: 0.08, " ": 0.92 } }), /yes \(75%, 8% before any letter\)/);
  const undecided = said({ prior: { yes: 0.08, " ": 0.92 }, undecided: [true, true, true] });
  assert.match(undecided, /answer so far: undecided, yes \(75%, 8% before any letter\)/);
});

test("a line across each bar marks that share, behind the letters and within the bar", () => {
  const drawn = (prior, roomy = true) =>
    answerBars(traceOf({ prior }), 0, 100, 208, roomy, { compact: false, runFrom: () => 200 })[0].children;
  const marks = (prior) => drawn(prior).filter((node) => node.getAttribute("class") === "prior");
  const numbers = (node, ...names) => names.map((name) => Number(node.getAttribute(name)));
  for (const roomy of [true, false]) {
    const nodes = drawn({ yes: 0.01, " ": 0.02 }, roomy);
    nodes.forEach((node, k) => {
      if (node.getAttribute("class") !== "prior") return;
      const [top, bottom] = numbers(node, "y1", "y2"),
        [y, height] = numbers(nodes[k - 1], "y", "height");
      assert.deepEqual([top, bottom], [y, y + height]);
      const letters = nodes.slice(k).find((one) => one.nodeName === "text" && numbers(one, "y")[0] > top);
      if (roomy) assert.ok(letters, "the letters in the bar are drawn after the line");
    });
  }
  assert.equal(marks({}).length, 0);
  assert.deepEqual(
    marks({ yes: 0.25, " ": 0.75 }).map((node) => Number(node.getAttribute("x1"))),
    [50, 150],
  );
});
