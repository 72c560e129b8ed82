// What of several readings is drawn as lines over the same columns. Nothing here draws.

import { stateBefore, rowAt } from "../stepper/trace.js";
import { rootMeanSquare } from "./parting.js";

// A row: {trace, columns, list, shares, labels}. Points are [column, value], one for each token of the row.
const pointsOf = ({ trace, columns, list }, valueAt) =>
  columns.flatMap((at, k) => (at[list] < 0 ? [] : [[k, valueAt(at[list], trace)]]));

// The probability of a label after each step, in percent.
export function answerPoints(row, label) {
  const c = row.labels.indexOf(label);
  return c < 0 ? [] : pointsOf(row, (t) => 100 * row.shares[t][c]);
}

// How far the state of the last layer moves at each step, for each unit on average.
export function updatePoints(row) {
  const above = row.trace.layers.filter(({ layer }) => layer === row.trace.depth - 1);
  return pointsOf(row, (t, trace) =>
    rootMeanSquare(
      above.map((layer) => {
        const before = stateBefore(trace, layer, "h", t);
        return rowAt(layer.quantities.h, t).map((value, unit) => value - before[unit]);
      }),
    ),
  );
}

// How much the answer depends on the state after each step, as a share of the largest, in percent. `norms` are lists of
// |dL/dh_t|, one for each direction of the last layer.
export function memoryPoints(row, norms) {
  const whole = row.trace.tokens.map((_, t) => Math.hypot(...norms.map((list) => list[t] ?? NaN))),
    largest = Math.max(...whole.filter(Number.isFinite));
  return pointsOf(row, (t) => (largest > 0 ? (100 * whole[t]) / largest : NaN));
}

// The labels that a row has as its best answer at some step, those at the end first.
export function labelsInQuestion(rows) {
  const best = (row, t) => row.trace.answers[t]?.[0]?.[0];
  const last = rows.map((row) => best(row, row.trace.length - 1)),
    all = rows.flatMap((row) => row.trace.tokens.map((_, t) => best(row, t)));
  return [...new Set([...last, ...all])].filter((label) => label !== undefined);
}
