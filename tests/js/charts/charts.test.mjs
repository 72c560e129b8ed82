import assert from "node:assert/strict";
import { test } from "node:test";
import * as axes from "../../../rnn_demo/ui/static/js/charts/axes.js";
import { placeLabels, pointsBetween, spreadHeights } from "../../../rnn_demo/ui/static/js/charts/labels.js";
import { lineChart, stretches, svgPoints, unbrokenPieces } from "../../../rnn_demo/ui/static/js/charts/line_chart.js";
import { areaToMiddle, withGaps } from "../../../rnn_demo/ui/static/js/charts/verdict_curve.js";
import { Node, install } from "../dom.mjs";

install();

test("a place on an axis is a share of it; outside, and for what is missing, there is none", () => {
  const place = axes.placeOn({ low: 0, high: 10 }, 100, 200);
  assert.deepEqual([0, 5, 10].map(place), [100, 150, 200]);
  for (const value of [-1, 11, null, NaN, Infinity]) assert.ok(Number.isNaN(place(value)));
  const powers = axes.placeOn({ low: 1e-3, high: 10, log: true }, 0, 4);
  assert.deepEqual(
    [1e-3, 1e-2, 1, 10].map((value) => Math.round(powers(value))),
    [0, 1, 3, 4],
  );
  assert.ok(Number.isNaN(powers(0)));
  assert.equal(axes.placeOn({ low: 1e-3, high: 10, log: true, zero: true }, 7, 4)(0), 7);
  assert.equal(axes.placeOn({ low: 5, high: 5 }, 0, 10)(5), 5);
});

test("an axis of powers of ten reaches around its values and names a few", () => {
  const axis = axes.powersAxis("y", [3e-7, null, Infinity, 40]);
  assert.ok(Math.abs(axis.low / 1e-7 - 1) < 1e-9 && Math.abs(axis.high / 100 - 1) < 1e-9);
  assert.ok(axis.ticks.length >= 3 && axis.ticks.length <= 8);
  const empty = axes.powersAxis("y", []);
  assert.ok(empty.low < empty.high);
});

test("a value of 0 has a place of its own below the powers of ten, and a line no gap there", () => {
  const axis = axes.powersAxis("y", [0.02, 0, 3]);
  assert.deepEqual(
    axis.ticks.map(([, words]) => words),
    ["0", "10⁻²", "10⁻¹", "1", "10"],
  );
  const place = axes.placeOn(axis, 100, 0);
  assert.deepEqual([0, 10].map(place), [100, 0]);
  assert.ok(place(0.02) < place(0));
});

test("a line is dashed where it lies on others, and there alone", () => {
  const flat = [10, 20, 30, 40].map((x) => [x, 5]);
  const other = [[10, 50], ...flat.slice(1)];
  const [alone, together] = stretches(other, [flat]);
  assert.deepEqual([alone.beneath, together.beneath], [0, 1]);
  assert.deepEqual(together.points, flat.slice(1));
  assert.deepEqual(alone.points, other.slice(0, 2));
  assert.equal(stretches(flat, [flat, flat])[0].beneath, 2);
  assert.deepEqual(stretches([[1, 1]], [[[1, 1]]]), [{ points: [[1, 1]], beneath: 0 }]);

  const axis = { low: 0, high: 10, ticks: [] };
  const lines = ["a", "b"].map((kind) => ({ kind, points: [0, 10].map((px) => [px, 4]) }));
  const margin = { left: 0, right: 0, top: 0, bottom: 0 };
  const dashed = (through) =>
    lineChart(100, { height: 100, margin, x: axis, y: axis, lines, through })
      .node.children.filter((child) => child.tag === "polyline")
      .map((line) => line.getAttribute("stroke-dasharray"));
  assert.deepEqual(dashed(true), [null, "9 9"]);
  assert.deepEqual(dashed(false), [null, null]);
});

test("an axis of counts names at most nine whole numbers, the last one of a round axis too", () => {
  for (const high of [0, 1, 8, 9, 20, 137, 2000]) {
    const { ticks } = axes.countAxis("x", high);
    assert.ok(ticks.length >= 1 && ticks.length <= 9, `${high}: ${ticks}`);
    assert.ok(ticks.every(([value]) => Number.isInteger(value) && value <= high));
  }
  assert.deepEqual(axes.countAxis("x", 20).ticks.at(-1), [20, "20"]);
  assert.deepEqual(
    axes.evenAxis("", 0, 100).ticks.map(([, words]) => words),
    ["0", "25", "50", "75", "100"],
  );
  assert.deepEqual(
    axes.namedAxis("", [5, 10, 40]).ticks.map(([value]) => value),
    [5, 10, 40],
  );
});

test("an axis that grows with its values begins at 0 or at its least", () => {
  const loss = axes.spanAxis("", [2, null, 0.5, NaN], { write: String });
  assert.deepEqual([loss.low, loss.high], [0, 2]);
  assert.deepEqual(
    loss.ticks.map(([, words]) => words),
    ["0", "1", "2"],
  );
  const norm = axes.spanAxis("", [0.01, 100], { log: true });
  assert.ok(Math.abs(norm.ticks[1][0] - 1) < 1e-9);
  for (const log of [false, true]) {
    const empty = axes.spanAxis("", [null], { log });
    assert.ok(empty.low < empty.high && Number.isFinite(empty.high));
  }
  assert.ok(Number.isFinite(axes.spanAxis("", Array(200000).fill(1)).high)); // more than a call takes arguments
});

test("word numbers are round, and the first and the last are among them", () => {
  for (const columns of [1, 2, 5, 10, 37, 200, 1000]) {
    const ticks = axes.wordTicks(columns, 600).map(([k]) => k);
    assert.equal(ticks[0], 0);
    assert.equal(ticks.at(-1), columns - 1);
    assert.ok(ticks.length <= 9);
    assert.deepEqual(
      [...ticks].sort((a, b) => a - b),
      ticks,
    );
  }
});

test("labels are moved apart as little as need be, in the same order", () => {
  assert.deepEqual(spreadHeights([10, 50]), [10, 50]);
  assert.deepEqual(spreadHeights([50, 52], 14), [44, 58]);
  assert.deepEqual(spreadHeights([52, 50], 14), [58, 44]);
  const many = spreadHeights([10, 11, 12, 13, 100], 14);
  for (let k = 1; k < 4; k++) assert.ok(many[k] - many[k - 1] >= 14 - 1e-9);
  assert.equal(many[4], 100);
});

test("names of points cover no other name and stay in the box; one without room is left out", () => {
  const box = { left: 0, right: 300, top: 0, bottom: 150 };
  const line = Array.from({ length: 30 }, (_, k) => [k * 10, 75 + 40 * Math.sin(k)]);
  const labels = line.slice(0, 12).map((at, k) => ({ at, by: k % 2 ? 1 : -1, width: 60 }));
  const spots = placeLabels(labels, [line], box).map(({ spot }) => spot);
  assert.ok(spots.length >= 4 && spots.length < 12);
  spots.forEach((a, k) => {
    assert.ok(a.left >= box.left && a.right <= box.right && a.top >= box.top && a.bottom <= box.bottom);
    for (const b of spots.slice(k + 1))
      assert.ok(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top);
  });
  assert.deepEqual(placeLabels([{ at: [150, 75], by: 1, width: 400 }], [line], box), []);
  const [above] = placeLabels([{ at: [150, 75], by: 1, width: 40 }], [], box),
    [below] = placeLabels([{ at: [150, 75], by: -1, width: 40 }], [], box);
  assert.ok(above.spot.bottom < 75 && below.spot.top > 75);
});

test("points along a line are at most four pixels apart", () => {
  assert.deepEqual(pointsBetween([0, 0], [8, 0]), [
    [4, 0],
    [8, 0],
  ]);
  assert.deepEqual(pointsBetween([3, 3], [3, 3]), [[3, 3]]);
});

test("a line is broken where a value is missing", () => {
  assert.deepEqual(
    unbrokenPieces([
      [0, 1],
      [1, NaN],
      [2, NaN],
      [3, 4],
      [4, 5],
    ]),
    [
      [[0, 1]],
      [
        [3, 4],
        [4, 5],
      ],
    ],
  );
  assert.deepEqual(unbrokenPieces([]), []);
  assert.equal(
    svgPoints([
      [1, 2.34],
      [3, 4],
    ]),
    "1.0,2.3 3.0,4.0",
  );
});

test("the area between a curve and the middle turns where they cross", () => {
  const above = areaToMiddle(
    [
      [0, 0],
      [10, 20],
    ],
    10,
    true,
  );
  assert.deepEqual(above, [
    [0, 10],
    [0, 0],
    [5, 10],
    [10, 10],
    [10, 10],
  ]);
});

test("a chart has its lines, marks and names, each with its colour", () => {
  const chart = lineChart(400, {
    height: 150,
    margin: { left: 40, right: 60, top: 20, bottom: 20 },
    label: "loss 0.5",
    title: "Loss",
    x: axes.countAxis("step", 10),
    y: axes.evenAxis("", 0, 1),
    lines: [
      {
        points: [
          [0, 1],
          [5, null],
          [10, 0.5],
        ],
        kind: "a",
        marks: "last",
        legend: "first 0.5",
      },
      {
        points: [
          [0, 0.2],
          [10, 0.4],
        ],
        colour: "#123456",
        dashed: true,
        marks: "all",
        end: "second",
      },
    ],
  });
  const find = (name) => chart.node.all().filter((node) => node.getAttribute("class")?.split(" ").includes(name));
  assert.equal(find("rnn-line").length, 3);
  assert.equal(find("rnn-mark").length, 3);
  assert.deepEqual(
    find("rnn-name").map((node) => node.textContent),
    ["second", "first 0.5"],
  );
  assert.equal(find("rnn-line")[2].getAttribute("style"), "--colour:#123456");
  assert.equal(chart.node.getAttribute("aria-label"), "loss 0.5");
  assert.ok(chart.node instanceof Node);
  assert.deepEqual(chart.lines[0][2], [340, 75]);
});

test("the name at the end of a line has room beside it, and names above a chart stand one after the other", () => {
  const x = { low: 0, high: 1, ticks: [] };
  const drawn = (lines) =>
    lineChart(300, { height: 100, margin: { left: 8, right: 8, top: 10, bottom: 20 }, label: "", x, y: x, lines });
  const points = [
    [0, 0],
    [1, 1],
  ];
  const { node } = drawn([{ points, end: "accuracy 100%" }]);
  const name = node.all().find(({ tag, textContent }) => tag === "text" && textContent === "accuracy 100%");
  assert.ok(Number(name.getAttribute("x")) + 7.5 * "accuracy 100%".length <= 300);
  const legend = drawn([
    { points, legend: "training 1" },
    { points, legend: "validation 2" },
  ]).node.all();
  assert.deepEqual(
    legend.filter(({ tag }) => tag === "tspan").map((part) => [part.textContent, part.getAttribute("dx")]),
    [
      ["training 1", null],
      ["validation 2", "12"],
    ],
  );
});

test("a line is broken where its text has no words, and nowhere else", () => {
  const points = withGaps([0.5, 0.6, 0.9], [0, 1, 5]);
  assert.deepEqual(points, [
    [0, 0.5],
    [1, 0.6],
    [5, null],
    [5, 0.9],
  ]);
  assert.equal(unbrokenPieces(points.map(([x, y]) => [x, y ?? NaN])).length, 2);
  assert.deepEqual(withGaps([0.1, 0.2], [0, 1]).length, 2);
});
