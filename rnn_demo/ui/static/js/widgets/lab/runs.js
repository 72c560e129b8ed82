// The table of finished runs; the ticked ones are drawn together, at first those of the newest run's task.

import { createNode } from "../../core/dom.js";
import { count, duration, percent, shortNumber } from "../../core/text.js";

const HEADS = ["", "run", "what it learns", "settings"];
const AFTER = ["parameters", "steps", "time"];
const PARTS = ["training", "validation", "test"]; // on which examples a network was measured
const TOGETHER = 8; // runs that are drawn unasked, and have colours of their own

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
  const newest = rows.at(-1);
  if (newest.number !== memory.newest) {
    tickTask(rows, ticked);
    memory.newest = newest.number;
    announce();
  }
  const parts = PARTS.filter((part) => rows.some(({ scores }) => part in scores));
  const body = [...rows].reverse().map((row) => tableRow(row, parts, ticked, announce));
  root.append(
    createNode(
      "div",
      { class: "rnn-scroll", tabindex: "0" },
      createNode(
        "table",
        { class: "rnn-table lab-runs" },
        createNode("thead", {}, ...heads(parts)),
        createNode("tbody", {}, ...body),
      ),
    ),
    createNode(
      "p",
      { class: "rnn-quiet" },
      "Validation: examples that it never learnt from, checked after every epoch, as in the chart. Test: others, " +
        "measured once at the end. If a run kept its best epoch, both figures are from that epoch.",
    ),
  );
}

// The newest run and those of the same task are ticked, and the others are not.
export function tickTask(rows, ticked) {
  const { task } = rows.at(-1);
  const alike = rows.filter((row) => row.task === task).slice(-TOGETHER);
  for (const { number } of rows)
    if (alike.some((row) => row.number === number)) ticked.add(number);
    else ticked.delete(number);
}

function heads(parts) {
  const th = (name, attributes = {}) => createNode("th", attributes, name);
  const high = { rowspan: 2 },
    group = { colspan: parts.length, class: "lab-group" },
    number = { class: "rnn-number" };
  return [
    createNode(
      "tr",
      {},
      ...HEADS.map((name) => th(name, high)),
      th("accuracy", group),
      th("loss", group),
      ...AFTER.map((name) => th(name, { ...high, ...number })),
    ),
    createNode("tr", {}, ...[...parts, ...parts].map((part) => th(part, number))),
  ];
}

function tableRow(row, parts, ticked, announce) {
  const box = createNode("input", { type: "checkbox", "aria-label": `show run ${row.number} in the chart` });
  box.checked = ticked.has(row.number);
  box.addEventListener("change", () => {
    if (box.checked) ticked.add(row.number);
    else ticked.delete(row.number);
    announce();
  });
  const figures = [
    ...parts.map((part) => (row.scores[part] ? percent(row.scores[part].accuracy) : "")),
    ...parts.map((part) => (row.scores[part] ? shortNumber(row.scores[part].loss) : "")),
    count(row.parameters),
    count(row.steps),
    duration(row.seconds),
  ];
  const settings = row.kept ? `${row.settings} (weights of epoch ${row.kept})` : row.settings;
  return createNode(
    "tr",
    {},
    createNode("td", {}, box),
    createNode("td", {}, row.number),
    createNode("td", {}, row.recipe),
    createNode("td", { class: "lab-settings" }, settings),
    ...figures.map((figure) => createNode("td", { class: "rnn-number" }, figure)),
  );
}
