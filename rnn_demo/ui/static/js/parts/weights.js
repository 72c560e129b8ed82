// The two kinds of weights that a recurrent layer has, each in one colour wherever it is used.

import { leavesIn } from "../stepper/equations.js";
import { sum } from "../stepper/trace.js";

// Dashes tell the layers apart: what has the same colour and the same dashes is the same matrix.
const DASHES = ["", "8 3", "2 3", "10 3 2 3"];

// Attributes of a wire that stands for a layer's weights: `side` is "ih", on its input, or "hh", on the step before.
export function weightWire(layer, side) {
  const dashes = DASHES[layer.layer % DASHES.length];
  return { class: `wire ${side}`, ...(dashes ? { "stroke-dasharray": dashes } : {}) };
}

// The index of the weights on a side: PyTorch's, or a textbook's, which names the gate too where there is one alone.
export function weightIndex(cell, side, notation) {
  if (notation !== "textbook") return side;
  const from = side === "ih" ? "x" : "h";
  return cell.gates.length > 1 ? from : from + cell.gates[0];
}

// How many biases one unit has: PyTorch keeps two for each gate, a textbook one wherever two are only added.
function biasesOfUnit(cell, notation) {
  const trees = notation === "textbook" ? cell.quantities.map(({ tree }) => tree[notation]) : [null];
  if (trees.includes(null)) return 2 * cell.gates.length;
  return new Set(trees.flatMap(leavesIn).filter(([kind]) => kind === "b").map(String)).size;
}

// How many numbers the weights of a layer are: {ih, hh, bias}.
export function weightCounts(trace, layer, notation) {
  const rows = trace.cell.gates.length * layer.hidden,
    below = layer.layer ? trace.directions * layer.hidden : trace.x.width;
  return { ih: rows * below, hh: rows * layer.hidden, bias: biasesOfUnit(trace.cell, notation) * layer.hidden };
}

const grouped = (n) => n.toLocaleString("en");
const times = (n) => (n === 1 ? "once" : n === 2 ? "twice" : `${grouped(n)} times`);

// What is shared and what is not, in a sentence or two.
export function sharingInWords(trace, notation = "pytorch") {
  const { cell } = trace,
    counts = trace.layers.map((layer) => weightCounts(trace, layer, notation)),
    weights = sum(counts.map(({ ih, hh }) => ih + hh)),
    biases = sum(counts.map(({ bias }) => bias));
  const [input, before] = ["ih", "hh"].map((side) => `W_${weightIndex(cell, side, notation)}`);
  const twice = notation === "textbook" ? "" : " (PyTorch has two, b_ih and b_hh, where a textbook has one)";
  const several = trace.depth > 1 && trace.directions > 1 ? "each layer and each direction" : "";
  const own = several || (trace.depth > 1 ? "each layer" : trace.directions > 1 ? "each direction" : "");
  const apart = own ? ` Not shared: ${own} has a ${input}, a ${before} and biases of its own.` : "";
  const set = `${grouped(weights)} weights and ${grouped(biases)} biases${twice}, used ${times(trace.length)} here`;
  return `The same W at every step: ${set}.${apart}`;
}
