// Lay out the opened cell of traces without a page. In: {traces: [text], rooms: [box]}; out: for each trace, notation,
// layer and room the plan, and what a unit has at each node beside what the trace says.

import { readFileSync } from "node:fs";
import { install } from "../dom.mjs";

install();
const folder = "../../../rnn_demo/ui/static/js";
const { readTrace } = await import(`${folder}/stepper/trace.js`);
const { composeCell } = await import(`${folder}/cell/composition.js`);
const { numberLine, numberTree, unitNumbers, vectorAt } = await import(`${folder}/cell/numbers.js`);
const { boxOf } = await import(`${folder}/cell/labels.js`);
const { relatives } = await import(`${folder}/cell/highlight.js`);
const { evaluate, plainText } = await import(`${folder}/stepper/equations.js`);

const { traces, rooms } = JSON.parse(readFileSync(0, "utf8"));
const unit = 1,
  all = [];
for (const text of traces)
  for (const notation of ["pytorch", "textbook"])
    for (const box of rooms) {
      const trace = readTrace(text);
      trace.layers.forEach((layer, index) => {
        const view = { notation, unit, layer: index, all: false };
        const { graph, plan, list, beside } = composeCell(trace, index, view, { whole: Infinity, limit: Infinity, ...box });
        const t = 2,
          numberOf = (node) => vectorAt(trace, layer, node, t, notation)[unit];
        const numbers = unitNumbers(graph, numberOf),
          quantities = trace.cell.quantities.map(({ name }) => name);
        const roots = quantities.map((name) => graph.get(name).inputs).map((inputs) => inputs.length === 1 && inputs[0]);
        all.push({
          cell: trace.cell.title,
          notation,
          back: layer.back,
          room: box.room,
          beside,
          list,
          width: plan.width,
          height: plan.height,
          nodes: [...plan.nodes.values()],
          wires: plan.wires,
          numbers: Object.fromEntries(
            [...plan.nodes.values()].filter(({ number }) => number).map(({ id, number }) => [id, boxOf(number)]),
          ),
          computed: roots.map((root) => (root ? evaluate(numberTree(graph, root, numberOf)) : null)),
          recorded: quantities.map((name) => numbers.get(name)),
          lines: quantities.map((name) => numberLine(graph, name, numberOf).map(plainText).join("")),
          lit: Object.fromEntries(quantities.map((name) => [name, [...relatives(graph, name).names]])),
        });
      });
    }
process.stdout.write(JSON.stringify(all));
