// The backward pass of the trace shown: which gradient arrives where, and over which wire. Nothing here draws.

import { powerOfTen } from "../core/text.js";
import { state } from "../stepper/state.js";
import { decodeArray } from "../stepper/trace.js";

// What is asked of the server; without an `answer`, it is the one that the network gives.
export const passQuestion = () => ({
  checkpoint: state.trace.checkpoint,
  text: state.trace.start.text ?? "",
  weights: state.gradients,
  answer: state.answer,
});

const passes = new WeakMap(); // of each trace, those that were asked for, by weights and answer
const passName = (question) => JSON.stringify([question.weights, question.answer]);

export function keepPass(trace, question, pass) {
  if (!passes.has(trace)) passes.set(trace, new Map());
  passes.get(trace).set(passName(question), readPass(trace, pass));
}

// The backward pass that the reader looks at; undefined in a forward pass, and until it is there.
export const shownPass = () =>
  state.gradients && state.trace ? passes.get(state.trace)?.get(passName(passQuestion())) : undefined;

// A pass with its arrays decoded, and with the largest gradient, for the widths, and number, for the colours.
export function readPass(trace, pass) {
  const layers = pass.layers.map((layer, k) => {
    const total = {};
    for (const name of Object.keys(layer.total)) total[name] = decodeArray(layer.total[name]);
    const { norms, above, carried } = layer;
    return { total, norms, above, carried, back: trace.layers[k].back };
  });
  const larger = (most, value) => (Number.isFinite(value) ? Math.max(most, value) : most);
  const largest = (values) => values.reduce(larger, 0);
  const lists = layers.flatMap(({ above, norms, carried }) =>
    [above, norms, carried].flatMap((lengths) => Object.values(lengths).map(largest)),
  );
  const arrays = layers.flatMap(({ total }) => Object.values(total));
  return {
    layers,
    label: pass.label,
    labels: pass.labels,
    loss: pass.loss,
    losses: pass.losses,
    targets: pass.targets,
    several: pass.targets.filter((target) => target !== null).length > 1,
    says: pass.says,
    x: pass.x,
    widest: largest([...lists, largest(pass.x)]) || 1,
    deepest: largest(arrays.map(({ values }) => largest(values.map(Math.abs)))) || 1,
  };
}

// The token whose step was computed after that of token t, from where the gradient comes; -1 at the end.
export function cameFrom(layer, t, length) {
  const from = layer.back ? t - 1 : t + 1;
  return from < length ? from : -1;
}

// What arrives at step t over the wire of a state, as a share of the gradient of that state at the other end of the
// wire, the step computed next; null at the end. (An LSTM's h sends back what its c was sent, too.)
export function factorOf(layer, name, t, length) {
  const from = cameFrom(layer, t, length);
  if (from < 0 || !layer.norms[name][from]) return null;
  return layer.carried[name][t] === null ? null : layer.carried[name][t] / layer.norms[name][from];
}

// A number of any size in two digits: 120, 0.31, 0.0021, 3·10⁻⁷.
export function twoDigits(value) {
  if (value === null || !Number.isFinite(value)) return "NaN";
  if (value === 0) return "0";
  if (value >= 1e-3 && value < 1e5) return value >= 9.95 ? value.toFixed(0) : value.toPrecision(2);
  const [digits, power] = value.toExponential(0).split("e");
  return `${digits}·${powerOfTen(Number(power))}`;
}

// How much of a whole a part is: "98% of", "0.020% of", "12 times".
export const shareOf = (part, whole) =>
  part / whole > 2 ? `${twoDigits(part / whole)} times` : `${twoDigits((100 * part) / whole)}% of`;

// What arrives at step t in the chosen layer, against where its gradient begins: a sentence in pieces, numbers apart.
export function arrivalSentence(pass, layerNumber, t, length) {
  const layer = pass.layers[layerNumber],
    end = layer.back ? 0 : length - 1;
  return Object.keys(layer.norms).map((name) => {
    const [here, there] = [layer.norms[name][t], layer.norms[name][end]];
    const share = t !== end && here !== null && there ? `, ${shareOf(here, there)} that at step ${end + 1}` : "";
    return { name: `|∂L/∂${name}|`, value: twoDigits(here), share };
  });
}

// The gradients in the form of a trace, for a table: its layers with dL/dh and so on in the place of the quantities.
export const gradientTrace = (trace, pass) => ({
  tokens: trace.tokens,
  layers: trace.layers.map(({ layer, direction }, k) => ({
    layer,
    direction,
    quantities: Object.fromEntries(Object.entries(pass.layers[k].total).map(([name, rows]) => [`dL/d${name}`, rows])),
  })),
});
