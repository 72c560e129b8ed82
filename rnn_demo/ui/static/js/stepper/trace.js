// A trace in the page: decodes its numbers and answers questions about them. Nothing here draws.

export function decodeArray(array) {
  const { shape, data } = array;
  if (data === undefined) return array; // computed in the page, and so decoded already
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const width = shape.slice(1).reduce((a, b) => a * b, 1);
  return { shape, width, values: new Float32Array(bytes.buffer) };
}

// Row t of an array (T, ...), as a view of its numbers.
export const rowAt = (array, t) => array.values.subarray(t * array.width, (t + 1) * array.width);

// A trace from its JSON text, or as the engine made it, with its arrays decoded and with values that drawing needs
// repeatedly.
export function readTrace(source) {
  const trace = typeof source === "string" ? JSON.parse(source) : source;
  trace.x = decodeArray(trace.x);
  trace.length = trace.tokens.length;
  for (const layer of trace.layers) {
    layer.a_ih = decodeArray(layer.a_ih);
    layer.a_hh = decodeArray(layer.a_hh);
    for (const group of [layer.quantities, layer.initial])
      for (const name of Object.keys(group)) group[name] = decodeArray(group[name]);
    layer.hidden = layer.quantities.h.width;
    layer.back = layer.direction === "backward";
    layer.liveliest = indicesByChange(layer.quantities.h);
  }
  trace.depth = 1 + Math.max(...trace.layers.map((layer) => layer.layer));
  trace.directions = trace.layers.length / trace.depth;
  trace.scales = scalesOf(trace);
  trace.liveliest = indicesByChange(trace.x);
  return trace;
}

// The columns of an array (T, N) by how much they change from step to step, the one that changes most first.
export function indicesByChange({ width, values }) {
  const changes = new Float64Array(width);
  values.forEach((value, k) => {
    const change = (value - (k < width ? 0 : values[k - width])) ** 2;
    if (Number.isFinite(change)) changes[k % width] += change;
  });
  return Array.from(changes.keys()).sort((a, b) => changes[b] - changes[a] || a - b);
}

export const FEW = 32; // units of a large state that are drawn until the reader asks for all

// The units that are drawn of a layer (-1: of the input): all, or those that change most and the selected one.
// `selection` is the reader's: {layer, unit, all}.
export function unitsDrawn(trace, index, selection) {
  const liveliest = index < 0 ? trace.liveliest : trace.layers[index].liveliest;
  const selected = index === selection.layer && index >= 0 ? selection.unit : -1;
  if (selection.all || liveliest.length <= FEW) return Array.from(liveliest.keys());
  const few = liveliest.slice(0, FEW);
  if (selected >= 0 && !few.includes(selected)) few.splice(-1, 1, selected);
  return few.sort((a, b) => a - b);
}

export const isLarge = (trace) => [trace, ...trace.layers].some(({ liveliest }) => liveliest.length > FEW);

// The unit of a layer that changed most at step t: a good one to look at first.
export function mostChangedUnit(trace, layer, t) {
  const now = rowAt(layer.quantities.h, t),
    past = stateBefore(trace, layer, "h", t);
  return now.reduce((best, value, k) => (Math.abs(value - past[k]) > Math.abs(now[best] - past[best]) ? k : best), 0);
}

// The answer after step t: the most probable one, "undecided" between two that are about as probable; "" without any.
export function answerAt(trace, t) {
  if (trace.forecasts?.length) return trace.forecasts[t];
  const [best] = trace.answers[t];
  return best ? (trace.undecided[t] ? UNDECIDED : best[0]) : "";
}

export const UNDECIDED = "undecided";

// The share of the attention of each of the steps up to t: softmax of their scores.
export function attentionAt(trace, t) {
  const scores = trace.attention.slice(0, t + 1),
    highest = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - highest)),
    whole = sum(shares);
  return trace.attention.map((_, k) => (k <= t ? shares[k] / whole : 0));
}

// The value of full colour: a quantity's own bound, or the largest value in this trace.
export function scalesOf(trace) {
  const larger = (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most);
  const largest = (arrays) => Math.max(1e-9, ...arrays.map(({ values }) => values.reduce(larger, 0)));
  const scales = { x: largest([trace.x]), sums: largest(trace.layers.flatMap((layer) => [layer.a_ih, layer.a_hh])) };
  for (const quantity of trace.cell.quantities)
    scales[quantity.name] = quantity.bounds
      ? Math.max(...quantity.bounds.map(Math.abs))
      : largest(trace.layers.map((layer) => layer.quantities[quantity.name]));
  return scales;
}

// A layer's state before step t: that of the previous step in its direction, or the initial one.
export function stateBefore(trace, layer, name, t) {
  const from = layer.back ? t + 1 : t - 1;
  return from < 0 || from >= trace.length ? layer.initial[name].values : rowAt(layer.quantities[name], from);
}

// What a layer reads at step t: x_t, or h_t of every direction of the layer below.
export function inputOf(trace, layer, t) {
  if (layer.layer === 0) return rowAt(trace.x, t);
  const below = trace.layers.filter((other) => other.layer === layer.layer - 1);
  return Float32Array.from(below.flatMap((other) => [...rowAt(other.quantities.h, t)]));
}

// A wire of the cell at step t by its name in a description: "f", "a_ih.f", "a_hh.f", "h_prev".
export function wireValues(trace, layer, name, t) {
  const [side, gate] = name.split(".");
  if (gate) {
    const at = trace.cell.gates.indexOf(gate) * layer.hidden;
    return rowAt(layer[side], t).subarray(at, at + layer.hidden);
  }
  if (name.endsWith("_prev")) return stateBefore(trace, layer, name.slice(0, -5), t);
  return rowAt(layer.quantities[name], t);
}

export const scaleOf = (trace, name) =>
  name.includes(".") ? trace.scales.sums : trace.scales[name.replace("_prev", "")];
export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const mean = (values) => sum(values) / values.length;
export const layerName = (trace, layer) =>
  (trace.depth > 1 ? `layer ${layer.layer + 1}` : "") + (trace.directions > 1 ? (layer.back ? " ←" : " →") : "");
