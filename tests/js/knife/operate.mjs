// Surgery without a page. In: {cases: [{network, tokens, edits, sources, sweep}]}, `edits` as a link has them and
// `sources` the tokens of other texts by the text; out: for each its effect, shares, arrays and the sweep.

import { readFileSync } from "node:fs";

const folder = "../../../rnn_demo/ui/static/js";
const { openNetwork, readTokens } = await import(`${folder}/engine/network.js`);
const { formsOf } = await import(`${folder}/engine/vocabulary.js`);
const { editsAsText, editsFromText } = await import(`${folder}/knife/edits.js`);
const { operateOn, sweepOver } = await import(`${folder}/knife/operation.js`);

const { cases } = JSON.parse(readFileSync(0, "utf8"));
const listed = (arrays) => Object.fromEntries(Object.entries(arrays).map(([name, { values }]) => [name, [...values]]));
const all = cases.map(({ network, tokens, edits, sources = {}, sweep = null }) => {
  const opened = openNetwork(network, (token) => formsOf(network.cut_by, token)),
    read = editsFromText(edits);
  const traceOf = (text) => readTokens(opened, sources[text]),
    { base, patched, shares, partsAt, effect } = operateOn(opened, tokens, read.edits, traceOf);
  const start = performance.now(),
    units = sweep && sweepOver(opened, tokens, sweep.place, new Float32Array(opened.hidden).fill(sweep.value));
  return {
    wrong: read.wrong,
    again: editsAsText(read.edits),
    effect,
    partsAt,
    shares,
    base: base.layers.map(({ quantities }) => listed(quantities)),
    patched: patched.layers.map(({ quantities }) => listed(quantities)),
    units,
    milliseconds: performance.now() - start,
  };
});
process.stdout.write(JSON.stringify(all));
