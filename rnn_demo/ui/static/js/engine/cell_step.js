// A cell's equations, compiled once into operations on whole vectors: whatever cell it is, a step runs through them.

import { ON_VECTORS } from "./arithmetic.js";

// One step of a cell with these biases, each (G*H,). The caller fills `products.ih` and `products.hh`, (G*H,), with
// W_ih x_t and W_hh h_{t-1}, and the state in `before`; after `run(hold)` every quantity is in `now`, each (H,).
// `hold(name, vector)`, where there is one, may change a quantity as soon as it is computed; what follows, follows.
export function compileStep(cell, hidden, biases) {
  const numbers = () => new Float32Array(hidden),
    table = (names) => Object.fromEntries(names.map((name) => [name, numbers()]));
  const sums = () => new Float32Array(cell.gates.length * hidden),
    products = { ih: sums(), hh: sums() },
    before = table(cell.state),
    now = table(cell.quantities.map(({ name }) => name));
  let operations = [];
  const ofGate = (all, gate) => {
    const at = cell.gates.indexOf(gate) * hidden;
    return all.subarray(at, at + hidden);
  };
  const leaves = {
    W: ([, side, gate]) => ofGate(products[side], gate),
    b: ([, side, gate]) => ofGate(biases[side], gate),
    now: ([, name]) => now[name],
    before: ([, name]) => before[name],
    number: ([, value]) => numbers().fill(value),
  };
  // The vector in which the value of a tree stands; a list of more than two parts is worked through from the left.
  function compile(tree, target = numbers()) {
    const [kind, ...parts] = tree;
    if (kind in leaves) return leaves[kind](tree);
    const [first, ...rest] = parts.map((part) => compile(part)),
      act = ON_VECTORS[kind];
    if (!rest.length) operations.push(() => act(target, first));
    rest.forEach((vector, k) => {
      const left = k ? target : first;
      operations.push(() => act(target, left, vector));
    });
    return target;
  }
  const programs = cell.quantities.map(({ name, tree }) => {
    operations = [];
    const vector = compile(tree.pytorch, now[name]);
    if (vector !== now[name]) operations.push(() => now[name].set(vector)); // an equation that is a leaf
    return { name, operations };
  });
  function run(hold) {
    for (const { name, operations } of programs) {
      for (const act of operations) act();
      hold?.(name, now[name]);
    }
  }
  return { products, before, now, run };
}
