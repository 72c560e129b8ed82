// Recurrent layers over a sequence: every number that each layer and direction computes.

import { multiply, weave } from "./arithmetic.js";
import { compileStep } from "./cell_step.js";

// An array (T, ...) of zeros, as the stepper has them.
export function emptyArray(...shape) {
  const size = (sizes) => sizes.reduce((a, b) => a * b, 1);
  return { shape, width: size(shape.slice(1)), values: new Float32Array(size(shape)) };
}

const rowOfArray = ({ values, width }, t) => values.subarray(t * width, (t + 1) * width);

// A layer in one direction, ready to read any sequence.
export function prepareLayer(cell, weights) {
  const biases = { ih: weights.bias_ih.values, hh: weights.bias_hh.values };
  return {
    ...weights,
    biases,
    input: weave(weights.weight_ih),
    memory: weave(weights.weight_hh),
    step: compileStep(cell, weights.weight_hh.width, biases),
  };
}

function addInto(target, first, second) {
  for (let k = 0; k < target.length; k++) target[k] = first[k] + second[k];
}

// W_ih x_t of all steps, (T, G, H): there is no recurrence in it.
export function inputProducts({ input }, x, gates, hidden) {
  const products = emptyArray(x.shape[0], gates, hidden);
  for (let t = 0; t < x.shape[0]; t++) multiply(input, rowOfArray(x, t), rowOfArray(products, t));
  return products;
}

// Read x (T, I) from a state of zeros. Row t belongs to token t, in the backward direction too. `hold(t, name, vector)`
// may change a quantity at step t; `products` are W_ih x_t, where they are known already.
export function readLayer(cell, prepared, x, hold = null, products = null) {
  const { layer, direction, weight_hh, biases, memory, step } = prepared,
    [T] = x.shape,
    hidden = weight_hh.width,
    G = cell.gates.length,
    a_ih = emptyArray(T, G, hidden),
    a_hh = emptyArray(T, G, hidden);
  const quantities = Object.fromEntries(cell.quantities.map(({ name }) => [name, emptyArray(T, hidden)])),
    initial = Object.fromEntries(cell.state.map((name) => [name, emptyArray(hidden)]));
  a_ih.values.set((products ?? inputProducts(prepared, x, G, hidden)).values);
  for (const name of cell.state) step.before[name].fill(0);
  for (let k = 0; k < T; k++) {
    const t = direction === "backward" ? T - 1 - k : k,
      sum = rowOfArray(a_ih, t);
    step.products.ih.set(sum);
    multiply(memory, step.before.h, step.products.hh);
    addInto(sum, sum, biases.ih);
    addInto(rowOfArray(a_hh, t), step.products.hh, biases.hh);
    step.run(hold && ((name, vector) => hold(t, name, vector)));
    for (const name of Object.keys(quantities)) rowOfArray(quantities[name], t).set(step.now[name]);
    for (const name of cell.state) step.before[name].set(step.now[name]);
  }
  return { layer, direction, a_ih, a_hh, quantities, initial };
}

// h of all directions of a layer side by side, (T, D*H): what the layer above reads, or the head.
export function sideBySide(arrays) {
  if (arrays.length === 1) return arrays[0];
  const [T] = arrays[0].shape,
    whole = emptyArray(T, arrays.length * arrays[0].width);
  for (let t = 0; t < T; t++)
    arrays.forEach((array, d) => rowOfArray(whole, t).set(rowOfArray(array, t), d * array.width));
  return whole;
}
