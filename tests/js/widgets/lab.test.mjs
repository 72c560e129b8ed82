import assert from "node:assert/strict";
import { test } from "node:test";
import { draw as drawBatch } from "../../../rnn_demo/ui/static/js/widgets/lab/batch.js";
import { draw as drawExperiments } from "../../../rnn_demo/ui/static/js/widgets/lab/experiments.js";
import { draw as drawRuns, tickTask } from "../../../rnn_demo/ui/static/js/widgets/lab/runs.js";
import { draw as drawTraining } from "../../../rnn_demo/ui/static/js/widgets/lab/training.js";
import { Node, install } from "../dom.mjs";

install();

const NONE = { loss: [], accuracy: [], norm: [], validation_loss: [], validation_accuracy: [], forced: [], free: [] };
const run = (curves, more = {}) => ({
  ...{ step: 9, steps: 9, epoch: 3, epochs: 3, left: 0, tokens_per_second: 1, seconds: 1, over: true },
  curves: { ...NONE, ...curves },
  ...more,
});

function drawnRun(data) {
  const root = new Node();
  drawTraining(root, data, { element: new Node(), memory: {} });
  return root;
}

test("a run is drawn with what it has come to, the epoch of its sample, and the epoch that it kept", () => {
  const losses = [
    [3, 2],
    [6, 1],
    [9, 1.5],
  ];
  const judgement = { kind: "overfits", sentence: "It overfits.", epoch: 2 };
  const sample = { written: "xyz", start: "a", temperature: 0.5, epoch: 3 };
  const root = drawnRun(run({ loss: losses, validation_loss: losses }, { kept: 6, judgement, sample }));
  assert.match(root.textContent, /It overfits\./);
  assert.match(root.textContent, /It writes, after epoch 3 \(temperature 0\.5\)/);
  assert.match(root.textContent, /Ringed: the best epoch/);
  assert.equal(root.querySelectorAll(".lab-kept").length, 1);
  assert.doesNotMatch(drawnRun(run({ loss: losses })).textContent, /Ringed|teacher forcing/i);
  const writes = drawnRun(run({ loss: losses, free: losses, forced: losses }));
  assert.match(writes.textContent, /it reads its own last answer/);
});

test("in an experiment the run before is drawn beside, dashed and named once", () => {
  const points = [
    [1, 1],
    [9, 0.5],
  ];
  const other = run({ loss: points, accuracy: points, norm: points }).curves;
  const beside = { name: "64 units", curves: other };
  const root = drawnRun(run({ loss: points }, { title: "Run 2 of 2: 4 units", beside }));
  const lines = root.querySelectorAll(".lab-beside").filter(({ tag }) => tag === "polyline");
  assert.ok(lines.length >= 1 && lines.every((line) => line.getAttribute("stroke-dasharray") === "5 3"));
  assert.match(root.textContent, /Run 2 of 2: 4 units/);
  assert.match(root.textContent, /Dashed grey, training: 64 units\./);
});

test("the bars over tokens are their attention, and a network that reads both ways says why it waits", () => {
  const sample = { tokens: ["a", "b"], labels: [null, "x"], shares: [0, 1], attention: [0.25, 0.75], epoch: 1 };
  const root = drawnRun(run({ loss: [[1, 1]] }, { sample }));
  assert.deepEqual(
    root.querySelectorAll(".lab-weight").map((bar) => bar.getAttribute("title")),
    ["25%", "75%"],
  );
  assert.match(root.textContent, /second direction starts at the last token/);
});

const CARDS = [
  {
    name: "a",
    title: "First",
    about: "About.",
    question: "What?",
    choices: [
      ["x", "This."],
      ["y", "That."],
    ],
  },
];

test("an experiment is opened, predicted, and told", () => {
  const page = { memory: {}, sent: [], trigger: (name, detail) => page.sent.push([name, detail]) };
  const drawn = (data) => {
    const root = new Node();
    drawExperiments(root, { cards: CARDS, ...data }, page);
    return root;
  };
  const root = drawn({});
  assert.equal(root.querySelectorAll(".lab-question").length, 0);
  root.querySelector(".lab-card").send("click");
  assert.match(root.textContent, /About\. What\?This\.That\.Choose an answer/);
  root.querySelectorAll(".lab-choice")[1].send("click");
  assert.deepEqual(page.sent, [["predict", { experiment: "a", choice: "y" }]]);
  assert.match(drawn({ open: "a", choice: "y" }).textContent, /watch the curves/);
  const right = drawn({ open: "a", choice: "y", result: "It did.", came_true: "y" });
  assert.match(right.textContent, /As you predicted\. It did\./);
  assert.equal(right.querySelectorAll(".lab-came-true").length, 1);
  const wrong = drawn({ open: "a", choice: "x", result: "It did.", came_true: "y" });
  assert.match(wrong.textContent, /Not as you predicted\./);
});

test("the runs of the newest run's task are ticked, at most eight", () => {
  const rows = ["a", "b", "a"].map((task, k) => ({ task, number: k + 1 }));
  const ticked = new Set([1, 2]);
  tickTask(rows, ticked);
  assert.deepEqual([...ticked].sort(), [1, 3]);
  const many = Array.from({ length: 12 }, (_, k) => ({ task: "a", number: k + 1 }));
  tickTask(many, ticked);
  assert.deepEqual([...ticked].sort((a, b) => a - b), [5, 6, 7, 8, 9, 10, 11, 12]);
});

test("the table names what was measured on which examples", () => {
  const row = { number: 1, task: "a", recipe: "A", settings: "GRU", kept: 4, parameters: 5, steps: 6, seconds: 7.25 };
  const scores = { validation: { accuracy: 0.94, loss: 0.09 }, test: { accuracy: 0.78, loss: 1.18 } };
  const root = new Node();
  drawRuns(root, { rows: [{ ...row, scores }] }, { memory: {}, trigger() {} });
  const heads = root.all().filter(({ tag }) => tag === "th");
  assert.deepEqual(
    heads.slice(-4).map(({ textContent }) => textContent),
    ["validation", "test", "validation", "test"],
  );
  const cells = root.all().filter(({ tag }) => tag === "td");
  assert.deepEqual(
    cells.slice(3).map(({ textContent }) => textContent),
    ["GRU (weights of epoch 4)", "94%", "78%", "0.09", "1.18", "5", "6", "7.3 s"],
  );
});

test("a batch shows tokens, padding and the mask", () => {
  const root = new Node();
  const rows = [
    { tokens: ["a"], length: 1 },
    { tokens: ["b", " "], length: 2 },
  ];
  drawBatch(root, { said: "Two texts.", rows, columns: 2, cut: 0 });
  assert.equal(root.querySelectorAll(".lab-padding").length, 2); // once in the batch, once in the mask
  assert.equal(root.querySelectorAll(".lab-token").length, 6);
  assert.match(root.textContent, /a1b␣2/);
  assert.match(root.textContent, /1011/);
});

test("a run that is pushed out of sight as it begins is scrolled to, and then left alone", (t) => {
  t.mock.method(globalThis, "matchMedia", () => ({ matches: true }));
  const element = new Node(),
    page = { element, memory: {} },
    scrolled = t.mock.method(element, "scrollIntoView");
  globalThis.innerHeight = 500;
  const draws = (count, top, data = {}) => {
    element.getBoundingClientRect = () => ({ top, height: 100 });
    for (let k = 0; k < count; k++) drawTraining(new Node(), { ...run({ loss: [[1, 1]] }), ...data }, page);
  };
  draws(1, 40, { link: { tab: "lab" } });
  assert.equal(scrolled.mock.callCount(), 0, "it is in sight");
  draws(9, 800);
  assert.ok(scrolled.mock.callCount() > 1 && scrolled.mock.callCount() < 9, "pushed down, then scrolled away by hand");
});
