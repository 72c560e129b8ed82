// Run networks without a page. In: {cases: [{network, tokens}], repeat}; out: for each what the stepper reads, its
// arrays as lists, and the milliseconds of the fastest of `repeat` runs.

import { readFileSync } from "node:fs";

const folder = "../../../rnn_demo/ui/static/js";
const { openNetwork, probabilitiesOf, readTokens, weightsOfUnit } = await import(`${folder}/engine/network.js`);
const { formsOf } = await import(`${folder}/engine/vocabulary.js`);
const { readTrace, stateBefore } = await import(`${folder}/stepper/trace.js`);

const { cases, repeat = 1 } = JSON.parse(readFileSync(0, "utf8"));
const listed = (arrays) => Object.fromEntries(Object.entries(arrays).map(([name, { values }]) => [name, [...values]]));
const all = cases.map(({ network, tokens }) => {
  const opened = openNetwork(network, (token) => formsOf(network.cut_by, token));
  let trace = null,
    milliseconds = Infinity;
  for (let k = 0; k < repeat; k++) {
    const start = performance.now();
    trace = readTokens(opened, tokens);
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  const keys = Object.keys(trace).sort();
  const { x, layers, ...rest } = readTrace(trace);
  const arrays = layers.map((layer) => ({
    direction: layer.direction,
    layer: layer.layer,
    arrays: listed({ a_ih: layer.a_ih, a_hh: layer.a_hh, ...layer.quantities }),
    before: [...stateBefore({ length: tokens.length }, layer, "h", 0)],
    unit: listed(weightsOfUnit(opened, { layer: layer.layer, direction: layer.direction, unit: 1 })),
  }));
  const probabilities = probabilitiesOf(opened, trace);
  return { ...rest, keys, x: [...x.values], layers: arrays, probabilities, milliseconds };
});
process.stdout.write(JSON.stringify(all));
