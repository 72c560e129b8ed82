import assert from "node:assert/strict";
import { test } from "node:test";
import { install } from "../dom.mjs";

install();
const folder = "../../../rnn_demo/ui/static/js";
const { backwardNetwork, backwardScales, gradientArrow, layoutBackward } = await import(`${folder}/backward/drawing.js`);
const gradients = await import(`${folder}/backward/gradients.js`);
const { largestLayout } = await import(`${folder}/stepper/columns.js`);
const { state } = await import(`${folder}/stepper/state.js`);
const { readTrace } = await import(`${folder}/stepper/trace.js`);
const { traceRows } = await import(`${folder}/picture/table.js`);
const { changesOf } = await import(`${folder}/charts/film.js`);

const packed = (shape, numbers) => ({
  shape,
  data: Buffer.from(Float32Array.from(numbers).buffer).toString("base64"),
});
const T = 3,
  SPACE = { width: 800, height: Infinity, scale: 1, client: 800 };
const layer = (direction) => ({
  layer: 0,
  direction,
  a_ih: packed([T, 1, 2], [1, 2, 3, 4, 5, 6]),
  a_hh: packed([T, 1, 2], [1, 2, 3, 4, 5, 6]),
  quantities: { h: packed([T, 2], [1, 2, 1, -4, 0, 0]) },
  initial: { h: packed([2], [0, 0]) },
});
const traceOf = (...directions) =>
  readTrace(
    JSON.stringify({
      tokens: ["a", "b", "c"],
      unknown: [],
      title: "m",
      checkpoint: "m",
      start: { text: "abc" },
      x: packed([T, 2], [1, 2, 3, 4, 5, 6]),
      cell: { title: "RNN", state: ["h"], gates: ["h"], quantities: [{ name: "h", bounds: [-1, 1] }] },
      attention: null,
      layers: directions.map(layer),
    }),
  );
const arrivals = (norms, carried, above) => ({
  total: { h: packed([T, 2], [0.1, 0, 0, 0.2, 0, -0.4]) },
  norms: { h: norms },
  carried: { h: carried },
  above: { h: above },
});
const PASS = {
  label: "yes",
  labels: ["yes", "no"],
  loss: 0.5,
  losses: [null, null, 0.5],
  targets: [null, null, "yes"],
  says: "L",
  x: [0.01, 0.02, 0.03],
  layers: [arrivals([0.1, 0.2, 0.4], [0.1, 0.2, 0], [0, 0, 0.4])],
};

test("the factor of a wire is what it passes on of the gradient at the step computed next", () => {
  const trace = traceOf("forward"),
    pass = gradients.readPass(trace, PASS),
    [read] = pass.layers;
  assert.deepEqual(
    [0, 1, 2].map((t) => gradients.factorOf(read, "h", t, T)),
    [0.5, 0.5, null],
  );
  assert.deepEqual([pass.widest, Number(pass.deepest.toFixed(3))], [0.4, 0.4]);
});

test("in the backward direction the gradient comes from the token before", () => {
  const trace = traceOf("forward", "backward");
  const back = arrivals([0.4, 0.2, 0.1], [0, 0.2, 0.1], [0.4, 0, 0]);
  const pass = gradients.readPass(trace, { ...PASS, layers: [...PASS.layers, back] });
  assert.deepEqual(
    [0, 1, 2].map((t) => gradients.cameFrom(pass.layers[1], t, T)),
    [-1, 0, 1],
  );
  assert.equal(gradients.factorOf(pass.layers[1], "h", 1, T), 0.5);
  assert.deepEqual(gradients.arrivalSentence(pass, 1, 2, T), [
    { name: "|∂L/∂h|", value: "0.10", share: ", 25% of that at step 1" },
  ]);
});

test("a factor of nothing, or of what is no number, is none", () => {
  const trace = traceOf("forward");
  const [read] = gradients.readPass(trace, {
    ...PASS,
    layers: [arrivals([0, 0, null], [0, null, 0], [0, 0, null])],
  }).layers;
  assert.deepEqual(
    [0, 1].map((t) => gradients.factorOf(read, "h", t, T)),
    [null, null],
  );
});

test("numbers of any size have two digits", () => {
  assert.deepEqual([0.31, 0.0021, 3.04e-7, 0, 12.3, 9.99, 1, null, 2e6].map(gradients.twoDigits), [
    "0.31",
    "0.0021",
    "3·10⁻⁷",
    "0",
    "12",
    "10",
    "1.0",
    "NaN",
    "2·10⁶",
  ]);
  assert.deepEqual([gradients.shareOf(1, 50), gradients.shareOf(12, 1)], ["2.0% of", "12 times"]);
});

test("a pass is kept for its weights and its answer, and shown while they are chosen", () => {
  const trace = traceOf("forward");
  Object.assign(state, { trace, gradients: "trained", answer: "" });
  assert.equal(gradients.shownPass(), undefined);
  gradients.keepPass(trace, gradients.passQuestion(), PASS);
  assert.equal(gradients.shownPass().label, "yes");
  state.answer = "no";
  assert.equal(gradients.shownPass(), undefined);
  Object.assign(state, { answer: "", gradients: "" });
  assert.equal(gradients.shownPass(), undefined);
});

const pathOf = (arrow) => arrow.children.at(-1).getAttribute("d");
const heightsOf = (d) => d.match(/[-\d.]+ [-\d.]+/g).map((pair) => Number(pair.split(" ")[1]));

test("an arrow is as wide at each end as the gradient there", () => {
  const pass = { widest: 1 };
  const heights = heightsOf(pathOf(gradientArrow(pass, [100, 50], [0, 50], [1, 0.5], "t")));
  assert.equal(Math.abs(heights[0] - heights.at(-1)), 14); // where it begins
  assert.equal(Math.abs(heights[1] - heights.at(-2)), 7); // before its head
  const faint = heightsOf(pathOf(gradientArrow(pass, [100, 50], [0, 50], [0, null], "t")));
  assert.ok(Math.abs(faint[0] - faint.at(-1)) > 0.5, "what has vanished is a hair");
});

test("the drawing has a column for each step, every number, and the loss at the right of all of them", () => {
  const trace = traceOf("forward");
  Object.assign(state, { trace, layer: 0, unit: -1, all: false, t: 0 });
  const pass = gradients.readPass(trace, PASS),
    { drawing, placement, columns } = backwardNetwork(trace, pass, SPACE);
  assert.equal(columns.length, T);
  for (const number of ["0.10", "0.20", "0.40", "× 0.50", "0.030"]) assert.ok(drawing.textContent.includes(number));
  assert.ok(placement.end > placement.left(T - 1) + placement.widthOf(T - 1) - 1);
  assert.ok(placement.width > placement.end);
  assert.match(backwardScales(trace, pass), /±0\.40.*widest arrow 0\.40/);
  // One arrow from the loss, at the last step; two along the wires; one into each token.
  const arrows = drawing.querySelectorAll(".gradient");
  assert.equal(arrows.length, 1 + 2 + 3);
});

test("each step's own loss stands over its column, and the gradient of each enters there", () => {
  const trace = traceOf("forward");
  Object.assign(state, { trace, layer: 0, unit: -1, all: false, t: 0 });
  const several = { ...PASS, loss: 0.75, losses: [0.25, null, 0.5], targets: ["b", null, "yes"] };
  several.layers = [arrivals([0.3, 0.2, 0.4], [0.1, 0.2, 0], [0.2, 0, 0.4])];
  const { drawing } = backwardNetwork(trace, gradients.readPass(trace, several), SPACE);
  for (const words of ["0.25", "−log p(b)", "0.50", "L = 0.75"]) assert.ok(drawing.textContent.includes(words), words);
  assert.equal(drawing.querySelectorAll(".gradient").length, 2 + 2 + 3);
  assert.equal(drawing.querySelectorAll(".way").length, 0);
});

test("the stepper can scroll back to a column of the backward drawing", () => {
  const placement = layoutBackward(traceOf("forward"), SPACE);
  assert.equal(placement.gutter, placement.left(0)); // the names of the rows cover nothing of the first column
});

test("the table of a backward pass has its gradients, named as such", () => {
  const trace = traceOf("forward"),
    rows = traceRows(gradients.gradientTrace(trace, gradients.readPass(trace, PASS)));
  assert.equal(rows.length, 1 + 6);
  assert.deepEqual(rows.at(-1), [2, "c", 0, "forward", "dL/dh", 1, -0.400000006]);
});

test("a long text has columns of one width and fits what it says it needs", () => {
  const trace = { ...traceOf("forward"), tokens: Array(60).fill("a"), length: 60 };
  const { width, left, widthOf, end } = layoutBackward(trace, SPACE);
  assert.equal(left(59) + widthOf(59), end);
  assert.ok(width > end);
});

test("on a whole screen the drawing is as small as it must be to fit", () => {
  const layoutIn = (space) => layoutBackward(traceOf("forward"), space);
  const { height, space } = largestLayout({ ...SPACE, height: 100, scale: 2 }, layoutIn);
  assert.ok(height * space.scale <= 202 && height * space.scale > 180);
  assert.ok(Math.abs(space.width * space.scale - 1600) < 1e-9);
  const high = largestLayout({ ...SPACE, height: 900, scale: 1 }, layoutIn);
  assert.ok(Math.abs(high.height - high.space.height) < 1, "strips are higher where there is room");
  assert.ok(high.space.scale > 1, "and all of it is larger");
});

test("a frame of a film changes the lines and the title", () => {
  assert.deepEqual(changesOf({ lines: [[1, null]], title: "now" }), [{ y: [[1, null]] }, { "title.text": "now" }]);
});
