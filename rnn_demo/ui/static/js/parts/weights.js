// The two kinds of weights that a recurrent layer has, each in one colour wherever it is used.

// Dashes tell the layers apart: what has the same colour and the same dashes is the same matrix.
const DASHES = ["", "8 3", "2 3", "10 3 2 3"];

// Attributes of a wire that stands for a layer's weights: `side` is "ih", on its input, or "hh", on the step before.
export function weightWire(layer, side) {
  const dashes = DASHES[layer.layer % DASHES.length];
  return { class: `wire ${side}`, ...(dashes ? { "stroke-dasharray": dashes } : {}) };
}

// How many numbers the weights of a layer are: {ih, hh, bias}.
export function weightCounts(trace, layer) {
  const rows = trace.cell.gates.length * layer.hidden,
    below = layer.layer ? trace.directions * layer.hidden : trace.x.width;
  return { ih: rows * below, hh: rows * layer.hidden, bias: 2 * rows };
}

const grouped = (n) => n.toLocaleString("en");
const times = (n) => (n === 1 ? "once" : n === 2 ? "twice" : `${grouped(n)} times`);

// What is shared and what is not, in a sentence or two.
export function sharingInWords(trace) {
  const all = trace.layers.reduce((total, layer) => {
    const { ih, hh, bias } = weightCounts(trace, layer);
    return total + ih + hh + bias;
  }, 0);
  const several = trace.depth > 1 && trace.directions > 1 ? "each layer and each direction" : "";
  const own = several || (trace.depth > 1 ? "each layer" : trace.directions > 1 ? "each direction" : "");
  const apart = own ? ` Not shared: ${own} has a W_ih, a W_hh and biases of its own.` : "";
  const set = `one set of ${grouped(all)} weights and biases, used ${times(trace.length)} here`;
  return `The same W at every step: ${set}.${apart}`;
}
