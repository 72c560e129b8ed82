// What the page's own script pools and makes of the logits, at every step. In: {traces: [as JSON, ...]}; out: for each
// trace and step {pooled: [[...], ...], shares: [...]}.

import { readFileSync } from "node:fs";
import { pooledVectors, softmaxAt } from "../../../rnn_demo/ui/static/js/parts/softmax.js";
import { readTrace } from "../../../rnn_demo/ui/static/js/stepper/trace.js";

const answers = JSON.parse(readFileSync(0, "utf8")).traces.map((text) => {
  const trace = readTrace(text);
  return trace.tokens.map((_, t) => {
    const { rows, total } = softmaxAt(trace, t);
    return {
      pooled: pooledVectors(trace, t).map(({ values }) => [...values]),
      shares: rows.map(({ power }) => power / total),
    };
  });
});
process.stdout.write(JSON.stringify(answers));
