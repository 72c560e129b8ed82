// Axes of charts: {name, low, high, log, zero, ticks: [[value, text, anchor]]}. Nothing here draws.

import { powerOfTen } from "../core/text.js";

const SMALLEST = 1e-12; // on a logarithmic axis, on which 0 has no place

// From a value of an axis to a place between two ends; a value that is missing or outside the axis has none (NaN).
// On a logarithmic axis with a `zero`, 0 is at its lower end.
export function placeOn({ low, high, log, zero }, from, to) {
  const scale = log ? (value) => Math.log10(Math.max(value, SMALLEST)) : (value) => value;
  const [a, b] = [scale(low), scale(high)];
  return (value) => {
    if (value === null || !Number.isFinite(value)) return NaN;
    if (zero && value === 0) return from;
    const share = b === a ? 0.5 : (scale(value) - a) / (b - a);
    return share < -0.001 || share > 1.001 ? NaN : from + share * (to - from);
  };
}

// From `low` to `high` in equal parts, each end of which is named.
export function evenAxis(name, low, high, parts = 4) {
  const values = Array.from({ length: parts + 1 }, (_, k) => low + ((high - low) * k) / parts);
  return { name, low, high, log: false, ticks: values.map((value) => [value, String(Number(value.toPrecision(6)))]) };
}

// Whole numbers from 0 to `high`, at most about eight of them named.
export function countAxis(name, high) {
  const most = Math.max(1, high),
    step = roundStep(most / 8),
    ticks = [];
  for (let value = 0; value <= high; value += step) ticks.push([value, String(value)]);
  return { name, low: 0, high: most, log: false, ticks };
}

// The smallest of 1, 2, 5, 10, 20, 50, ... that is at least `least`.
export function roundStep(least) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return Math.max(
    1,
    [1, 2, 5, 10].map((k) => k * unit).find((step) => step >= least),
  );
}

// A logarithmic axis on which these values alone are named.
export function namedAxis(name, values) {
  const ticks = values.map((value) => [value, String(value)]);
  return { name, low: Math.min(...values), high: Math.max(...values), log: true, ticks };
}

// A logarithmic axis of whole powers of ten around all values that have a place on it. Where there are zeros among
// them, they have the place below the lowest power.
export function powersAxis(name, values) {
  const numbers = values.filter((value) => value !== null && value > 0 && Number.isFinite(value));
  const powers = (numbers.length ? numbers : [1]).map((value) => Math.log10(value));
  const low = Math.floor(powers.reduce((a, b) => Math.min(a, b)));
  const high = Math.max(low + 2, Math.ceil(powers.reduce((a, b) => Math.max(a, b))));
  const step = Math.ceil((high - low) / 6),
    zero = values.includes(0),
    ticks = zero ? [[10 ** (low - step), "0"]] : [];
  for (let power = low; power <= high; power += step) ticks.push([10 ** power, powerOfTen(power)]);
  return { name, low: 10 ** (zero ? low - step : low), high: 10 ** high, log: true, zero, ticks };
}

// An axis around values that grow: its ends, where they are not known, are theirs (and 0); both and the middle are
// named as `write` writes them.
export function spanAxis(name, values, { low, high, log = false, write = String } = {}) {
  const numbers = values
    .filter((value) => value !== null && Number.isFinite(value))
    .map((value) => (log ? Math.max(value, SMALLEST) : value));
  const least = low ?? numbers.reduce((a, b) => Math.min(a, b), log ? Infinity : 0);
  const from = Number.isFinite(least) ? least : 1;
  const to = high ?? numbers.reduce((a, b) => Math.max(a, b), log ? from * (1 + 1e-9) : from + 1e-9);
  const middle = log ? Math.sqrt(from) * Math.sqrt(to) : (from + to) / 2;
  return {
    name,
    low: from,
    high: to,
    log,
    ticks: [from, middle, to].map((value) => [value, numbers.length ? write(value) : ""]),
  };
}

// Word numbers along an axis of `columns` columns: whole and round, the last one always.
export function wordTicks(columns, width) {
  const step = roundStep(columns / Math.max(1, Math.floor(width / 90))),
    positions = [0];
  for (let k = step; k < columns - step / 2; k += step) positions.push(k - 1 || 1);
  return [...new Set([...positions, columns - 1])].filter((k) => k < columns).map((k) => [k, String(k + 1)]);
}
