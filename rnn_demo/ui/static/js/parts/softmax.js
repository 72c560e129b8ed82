// How an answer comes from the states: what the head pools, and the softmax of its logits. Nothing here draws.

import { attentionAt, rowAt } from "../stepper/trace.js";

const PLAIN = 20; // up to here, e^z is written as it is; above, the largest logit is subtracted first

// h of the last layer at step k, both directions side by side.
function stateAt(trace, k) {
  const last = trace.layers.filter((layer) => layer.layer === trace.depth - 1);
  return Float64Array.from(last.flatMap((layer) => [...rowAt(layer.quantities.h, k)]));
}

// The state each direction ends in: forward at step t, backward at the first step.
function endState(trace, t) {
  const last = trace.layers.filter((layer) => layer.layer === trace.depth - 1);
  return Float64Array.from(last.flatMap((layer) => [...rowAt(layer.quantities.h, layer.back ? 0 : t)]));
}

function weighted(trace, t, shares) {
  const total = new Float64Array(stateAt(trace, 0).length);
  for (let k = 0; k <= t; k++) stateAt(trace, k).forEach((value, unit) => (total[unit] += shares[k] * value));
  return total;
}

function largest(trace, t) {
  const most = stateAt(trace, 0);
  for (let k = 1; k <= t; k++) stateAt(trace, k).forEach((value, unit) => (most[unit] = Math.max(most[unit], value)));
  return most;
}

const even = (t) => Array.from({ length: t + 1 }, () => 1 / (t + 1));
const ONE = {
  last: (trace, t) => ({ name: "last h", values: endState(trace, t) }),
  mean: (trace, t) => ({ name: "mean", values: weighted(trace, t, even(t)) }),
  max: (trace, t) => ({ name: "largest", values: largest(trace, t) }),
  attention: (trace, t) => ({ name: "weighted mean", values: weighted(trace, t, attentionAt(trace, t)) }),
  "per-step": (trace, t) => ({ name: "this h", values: stateAt(trace, t) }),
};

// The vectors that the head is given after step t, [{name, values}]; none where that is not known.
export function pooledVectors(trace, t) {
  const { pooling } = trace.head;
  const kinds = pooling === "concat" ? ["last", "mean", "max"] : pooling in ONE ? [pooling] : [];
  return kinds.map((kind) => ONE[kind](trace, t));
}

// The softmax at step t: {rows: [{name, share, logit, scaled, power, parts}], total, rest, others, shift}. `power` is
// e^(scaled - shift), `total` is the sum of these over all answers and `rest` that of the others.
export function softmaxAt(trace, t) {
  const { head, answers } = trace;
  if (!answers[t].length) return null;
  const scaled = head.logits[t].map((logit) => logit / head.temperature);
  const shift = Math.max(...scaled.map(Math.abs)) > PLAIN ? Math.max(...scaled) : 0;
  const rows = answers[t].map(([name, share], k) => ({
    name,
    share,
    logit: head.logits[t][k],
    scaled: scaled[k],
    power: Math.exp(scaled[k] - shift),
    parts: head.parts[t]?.[k] ?? [],
  }));
  const total = Math.exp(head.log_sum[t] - shift);
  const rest = Math.max(0, total - rows.reduce((sum, { power }) => sum + power, 0));
  return { rows, total, rest, others: head.count - rows.length, shift };
}

// The fewest digits, 2 to 5, with which the printed parts add up to the printed sum.
export function digitsThatAddUp(parts, sum) {
  for (let digits = 2; digits < 5; digits++) {
    const printed = parts.reduce((total, part) => total + Number(part.toFixed(digits)), 0);
    if (printed.toFixed(2) === sum.toFixed(2)) return digits;
  }
  return 5;
}

const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// A positive number in three digits: 0.0123, 12.3, 1.23 × 10⁶.
export function threeDigits(value) {
  if (!Number.isFinite(value)) return "∞";
  if (value === 0) return "0";
  const power = Math.floor(Math.log10(value));
  if (power >= -3 && power < 4) return value.toFixed(Math.max(0, 2 - power));
  const [digits, exponent] = value.toExponential(2).split("e");
  const small = [...exponent.replace("+", "")].map((sign) => (sign === "-" ? "⁻" : POWERS[sign])).join("");
  return `${digits} × 10${small}`;
}
