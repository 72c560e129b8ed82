// The arithmetic of the engine: products of a matrix and vectors, and operations on whole vectors of units.

// A matrix (R, W) with the rows of each four woven into one, so that a product reads its numbers from front to back,
// each number of the vector once for four rows. Rows of zeros fill the last four.
export function weave({ values, width }) {
  const rows = values.length / width,
    woven = new Float32Array(4 * Math.ceil(rows / 4) * width);
  for (let r = 0; r < rows; r++)
    for (let k = 0; k < width; k++) woven[((r >> 2) * width + k) * 4 + (r & 3)] = values[r * width + k];
  return woven;
}

// target[r] = sum over k of M[r, k] * vector[k], for a woven matrix M.
export function multiply(woven, vector, target) {
  let at = 0;
  for (let r = 0; r < target.length; r += 4) {
    let a = 0,
      b = 0,
      c = 0,
      d = 0;
    for (let k = 0; k < vector.length; k++) {
      const v = vector[k];
      a += woven[at] * v;
      b += woven[at + 1] * v;
      c += woven[at + 2] * v;
      d += woven[at + 3] * v;
      at += 4;
    }
    target[r] = a; // beyond the end of a typed array nothing is written
    target[r + 1] = b;
    target[r + 2] = c;
    target[r + 3] = d;
  }
}

// The sum of the products of `count` numbers of two arrays, from two places on.
export function dot(first, from, second, start, count) {
  let total = 0;
  for (let k = 0; k < count; k++) total += first[from + k] * second[start + k];
  return total;
}

// What an operation of an equation does to whole vectors: each fills `target` and needs no number of its former values.
export const ON_VECTORS = {
  "+": (target, a, b) => {
    for (let k = 0; k < target.length; k++) target[k] = a[k] + b[k];
  },
  "-": (target, a, b) => {
    for (let k = 0; k < target.length; k++) target[k] = a[k] - b[k];
  },
  "*": (target, a, b) => {
    for (let k = 0; k < target.length; k++) target[k] = a[k] * b[k];
  },
  "/": (target, a, b) => {
    for (let k = 0; k < target.length; k++) target[k] = a[k] / b[k];
  },
  max: (target, a, b) => {
    for (let k = 0; k < target.length; k++) target[k] = Math.max(a[k], b[k]);
  },
  sigma: (target, a) => {
    for (let k = 0; k < target.length; k++) target[k] = 1 / (1 + Math.exp(-a[k]));
  },
  tanh: (target, a) => {
    for (let k = 0; k < target.length; k++) target[k] = 1 - 2 / (Math.exp(2 * a[k]) + 1);
  },
};
