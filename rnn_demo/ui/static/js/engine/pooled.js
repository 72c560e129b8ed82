// Pooling: from the states h (T, S) to what the head reads after each step, (T, F), had the text ended there.

import { dot, multiply, weave } from "./arithmetic.js";
import { emptyArray } from "./layers.js";

// Each of h's rows, changed as `act(row, t, target)` says.
function byRows(h, act) {
  const [T] = h.shape,
    pooled = emptyArray(T, h.width);
  for (let t = 0; t < T; t++) {
    const at = t * h.width;
    act(h.values.subarray(at, at + h.width), t, pooled.values.subarray(at, at + h.width));
  }
  return pooled;
}

// The forward state of each step; the backward direction ends at the first step.
const lastSoFar = (h, { hidden }) =>
  byRows(h, (row, t, target) => {
    target.set(row);
    target.set(h.values.subarray(hidden, h.width), hidden);
  });

function meanSoFar(h) {
  const total = new Float64Array(h.width);
  return byRows(h, (row, t, target) => row.forEach((value, k) => (target[k] = (total[k] += value) / (t + 1))));
}

function maxSoFar(h) {
  const largest = new Float64Array(h.width).fill(-Infinity);
  return byRows(h, (row, t, target) =>
    row.forEach((value, k) => (target[k] = largest[k] = Math.max(largest[k], value))),
  );
}

// The mean of the states so far, weighted by e^score; the highest score so far is taken out, so that no power is large.
function attentionSoFar(h, { scores }) {
  const total = new Float64Array(h.width);
  let highest = -Infinity,
    whole = 0;
  return byRows(h, (row, t, target) => {
    const higher = Math.max(highest, scores[t]),
      fade = Math.exp(highest - higher),
      share = Math.exp(scores[t] - higher);
    highest = higher;
    whole = whole * fade + share;
    row.forEach((value, k) => (target[k] = (total[k] = total[k] * fade + share * value) / whole));
  });
}

const WAYS = {
  "per-step": [(h) => h],
  last: [lastSoFar],
  mean: [meanSoFar],
  max: [maxSoFar],
  attention: [attentionSoFar],
  concat: [lastSoFar, meanSoFar, maxSoFar],
};

// The pooled vectors, each (T, S), that stand side by side before the head. `scores` (T,) are those of attention.
export function poolSoFar(name, h, hidden, scores) {
  return WAYS[name].map((way) => way(h, { hidden, scores }));
}

// The score of each step for attention, (T,): a small network that sees one state at a time.
export function attentionScores(h, { hidden, bias, output }) {
  const inner = new Float32Array(bias.values.length),
    woven = weave(hidden);
  return Array.from({ length: h.shape[0] }, (_, t) => {
    multiply(woven, h.values.subarray(t * h.width, (t + 1) * h.width), inner);
    inner.forEach((value, k) => (inner[k] = Math.tanh(value + bias.values[k])));
    return Math.fround(dot(output.values, 0, inner, 0, inner.length));
  });
}
