// The trace in the page: numbers out of base64, and questions to them. Nothing here draws.

function decode({ shape, data }) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const width = shape.slice(1).reduce((a, b) => a * b, 1);
  return { shape, width, values: new Float32Array(bytes.buffer) };
}

// Row t of an array (T, ...), as a view on its numbers.
const row = (array, t) => array.values.subarray(t * array.width, (t + 1) * array.width);

function readTrace(text) {
  const trace = JSON.parse(text);
  trace.x = decode(trace.x);
  trace.length = trace.tokens.length;
  trace.piece ??= "word";
  trace.asks ??= "answer so far";
  for (const layer of trace.layers) {
    layer.a_ih = decode(layer.a_ih);
    layer.a_hh = decode(layer.a_hh);
    for (const group of [layer.quantities, layer.initial])
      for (const name of Object.keys(group)) group[name] = decode(group[name]);
    layer.hidden = layer.quantities.h.width;
    layer.back = layer.direction === "backward";
    layer.liveliest = byChange(layer.quantities.h);
  }
  trace.depth = 1 + Math.max(...trace.layers.map((layer) => layer.layer));
  trace.directions = trace.layers.length / trace.depth;
  trace.scales = scalesOf(trace);
  trace.liveliest = byChange(trace.x);
  return trace;
}

// The columns of an array (T, N) in the order of how much they change from step to step, the liveliest first.
function byChange({ width, values }) {
  const changes = new Float64Array(width);
  values.forEach((value, k) => (changes[k % width] += (value - (k < width ? 0 : values[k - width])) ** 2));
  return Array.from(changes.keys()).sort((a, b) => changes[b] - changes[a] || a - b);
}

const FEW = 32; // units of a large state that are drawn until the reader asks for all

// The units that are drawn of a layer (-1: of the input): all, or the liveliest, and the chosen one among them.
function unitsDrawn(trace, index) {
  const liveliest = index < 0 ? trace.liveliest : trace.layers[index].liveliest;
  const chosen = index === state.layer && index >= 0 ? state.unit : -1;
  if (state.all || liveliest.length <= FEW) return Array.from(liveliest.keys());
  const few = liveliest.slice(0, FEW);
  if (chosen >= 0 && !few.includes(chosen)) few.splice(-1, 1, chosen);
  return few.sort((a, b) => a - b);
}

const isLarge = (trace) => [trace, ...trace.layers].some(({ liveliest }) => liveliest.length > FEW);

// What share of the attention each step has, of the steps read up to t: softmax of their scores.
function attentionAt(trace, t) {
  const seen = trace.attention.slice(0, t + 1), highest = Math.max(...seen);
  const shares = seen.map((score) => Math.exp(score - highest)), whole = sum(shares);
  return trace.attention.map((_, k) => (k <= t ? shares[k] / whole : 0));
}

// What the deepest colour stands for: a quantity's own bound, or the largest value met in this trace.
function scalesOf(trace) {
  const peak = ({ values }) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const largest = (arrays) => Math.max(1e-9, ...arrays.map(peak));
  const scales = { x: largest([trace.x]), sums: largest(trace.layers.flatMap((layer) => [layer.a_ih, layer.a_hh])) };
  for (const quantity of trace.cell.quantities)
    scales[quantity.name] = quantity.bounds
      ? Math.max(...quantity.bounds.map(Math.abs))
      : largest(trace.layers.map((layer) => layer.quantities[quantity.name]));
  return scales;
}

// The step whose state a layer continues from at step t; outside the sequence: the initial state.
const earlier = (layer, t) => (layer.back ? t + 1 : t - 1);

function before(trace, layer, name, t) {
  const from = earlier(layer, t);
  return from < 0 || from >= trace.length ? layer.initial[name].values : row(layer.quantities[name], from);
}

// What a layer reads at step t: x_t, or h_t of every direction of the layer below.
function inputOf(trace, layer, t) {
  if (layer.layer === 0) return row(trace.x, t);
  const below = trace.layers.filter((other) => other.layer === layer.layer - 1);
  return Float32Array.from(below.flatMap((other) => [...row(other.quantities.h, t)]));
}

// A wire of the cell at step t by its name in a description: "f", "a_ih.f", "a_hh.f", "h_prev".
function wire(trace, layer, name, t) {
  const [side, gate] = name.split(".");
  if (gate) {
    const at = trace.cell.gates.indexOf(gate) * layer.hidden;
    return row(layer[side], t).subarray(at, at + layer.hidden);
  }
  if (name.endsWith("_prev")) return before(trace, layer, name.slice(0, -5), t);
  return row(layer.quantities[name], t);
}

const scaleOf = (trace, name) => (name.includes(".") ? trace.scales.sums : trace.scales[name.replace("_prev", "")]);
const sum = (values) => values.reduce((total, value) => total + value, 0);
const mean = (values) => sum(values) / values.length;
const shown = (token) => (visible(token).trim() ? visible(token) : "␣");
const layerName = (trace, layer) =>
  (trace.depth > 1 ? `layer ${layer.layer + 1}` : "") + (trace.directions > 1 ? (layer.back ? " ←" : " →") : "");
