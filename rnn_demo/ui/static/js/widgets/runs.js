// The table of finished runs; the ticked ones are drawn together.

import { createNode } from "../core/dom.js";
import { count, shortNumber, wholePercent } from "../core/text.js";

const HEADS = ["", "run", "recipe", "settings"];
const NUMBERS = ["accuracy", "loss", "parameters", "steps", "seconds"];
const SETS = { recall: "training", validation: "validation" };

export function draw(root, data, { memory, trigger }) {
  const rows = data.rows ?? [];
  if (!rows.length) {
    root.append(createNode("p", { class: "rnn-quiet" }, "No runs have finished yet. Finished runs will appear here."));
    return;
  }
  memory.ticked ??= new Set();
  const { ticked } = memory,
    announce = () => trigger("choose", { runs: [...ticked].sort((a, b) => a - b) });
  for (const number of ticked) if (!rows.some((row) => row.number === number)) ticked.delete(number);
  const newest = rows.at(-1).number;
  if (newest !== memory.newest) {
    ticked.add(newest);
    memory.newest = newest;
    announce();
  }
  const head = [
    ...HEADS.map((name) => createNode("th", {}, name)),
    ...NUMBERS.map((name) => createNode("th", { class: "rnn-number" }, name)),
  ];
  const body = [...rows].reverse().map((row) => tableRow(row, ticked, announce));
  root.append(
    createNode(
      "div",
      { class: "rnn-scroll", tabindex: "0" },
      createNode(
        "table",
        { class: "rnn-table lab-runs" },
        createNode("thead", {}, createNode("tr", {}, ...head)),
        createNode("tbody", {}, ...body),
      ),
    ),
  );
}

function tableRow(row, ticked, announce) {
  const box = createNode("input", { type: "checkbox", "aria-label": `show run ${row.number} in the chart` });
  box.checked = ticked.has(row.number);
  box.addEventListener("change", () => {
    if (box.checked) ticked.add(row.number);
    else ticked.delete(row.number);
    announce();
  });
  const share = `${wholePercent(row.accuracy)} on the ${SETS[row.part] ?? "test"} set`;
  const figures = [share, shortNumber(row.loss), count(row.parameters), count(row.steps), row.seconds.toFixed(1)];
  return createNode(
    "tr",
    {},
    createNode("td", {}, box),
    createNode("td", {}, row.number),
    createNode("td", {}, row.recipe),
    createNode("td", { class: "lab-settings" }, row.settings),
    ...figures.map((figure) => createNode("td", { class: "rnn-number" }, figure)),
  );
}
