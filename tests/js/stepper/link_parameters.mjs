// What the stepper makes of links: {trace, links} comes in as JSON, an answer for each link goes out.

import { readFileSync } from "node:fs";
import { restoreLink } from "../../../rnn_demo/ui/static/js/stepper/link.js";
import { state } from "../../../rnn_demo/ui/static/js/stepper/state.js";
import { readTrace } from "../../../rnn_demo/ui/static/js/stepper/trace.js";

const { trace, links } = JSON.parse(readFileSync(0, "utf8"));
state.trace = readTrace(trace);
const answers = links.map((link) => {
  Object.assign(state, { t: 0, layer: 0, unit: -1, cell: false, all: false, gradients: "", hasChosenNotation: false });
  const refusal = restoreLink(link);
  return [refusal, state.t, state.layer, state.unit, state.notation, state.gradients];
});
console.log(JSON.stringify(answers));
