import assert from "node:assert/strict";
import { test } from "node:test";
import { LEVELS, colourLevel, grid } from "../../../rnn_demo/ui/static/js/core/drawing.js";

test("a value has the colour of its place between minus and plus the scale", () => {
  assert.deepEqual(
    [-2, -1, 0, 1, 5].map((value) => colourLevel(value, 1)),
    [0, 0, (LEVELS - 1) / 2, LEVELS - 1, LEVELS - 1],
  );
  assert.deepEqual(
    [NaN, Infinity, -Infinity].map((value) => colourLevel(value, 1)),
    [-1, -1, -1],
  );
});

test("every cell is found where it is drawn", () => {
  for (const [n, width, height] of [
    [1, 10, 10],
    [8, 20, 96],
    [33, 20, 128],
    [128, 300, 40],
    [100, 54, 54],
  ]) {
    const cells = grid(n, width, height);
    for (let k = 0; k < n; k++) {
      const [x, y] = cells.at(k);
      assert.equal(cells.find((x + cells.w / 2) / width, (y + cells.h / 2) / height), k);
      assert.ok(x + cells.w <= width + 1e-9 && y + cells.h <= height + 1e-9);
    }
    assert.equal(cells.find(-0.2, -0.2), -1);
  }
});
