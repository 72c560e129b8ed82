// The runs that are over, a row each: which of them are drawn together.

import { make } from "../core/dom.js";
import { count, shortNumber, wholePercent } from "../core/text.js";

const HEADS = ["", "run", "what it learnt", "settings"];
const NUMBERS = ["right", "loss", "parameters", "steps", "seconds"];

export function draw(root, data, { memory, trigger }) {
  const rows = data.rows ?? [];
  if (!rows.length) {
    root.append(make("p", { class: "rnn-quiet" }, "No run is over yet. Each one will be a row here."));
    return;
  }
  memory.ticked ??= new Set();
  const { ticked } = memory,
    tell = () => trigger("choose", { runs: [...ticked].sort((a, b) => a - b) });
  for (const number of ticked) if (!rows.some((row) => row.number === number)) ticked.delete(number);
  const newest = rows.at(-1).number;
  if (newest !== memory.newest) {
    ticked.add(newest);
    memory.newest = newest;
    tell();
  }
  const head = [
    ...HEADS.map((name) => make("th", {}, name)),
    ...NUMBERS.map((name) => make("th", { class: "rnn-number" }, name)),
  ];
  const body = [...rows].reverse().map((row) => lineOf(row, ticked, tell));
  root.append(
    make(
      "div",
      { class: "rnn-scroll", tabindex: "0" },
      make(
        "table",
        { class: "rnn-table lab-runs" },
        make("thead", {}, make("tr", {}, ...head)),
        make("tbody", {}, ...body),
      ),
    ),
  );
}

function lineOf(row, ticked, tell) {
  const box = make("input", { type: "checkbox", "aria-label": `draw run ${row.number}` });
  box.checked = ticked.has(row.number);
  box.addEventListener("change", () => {
    if (box.checked) ticked.add(row.number);
    else ticked.delete(row.number);
    tell();
  });
  const share = `${wholePercent(row.accuracy)} of ${row.part === "recall" ? "what it learnt" : "what was held out"}`;
  const figures = [share, shortNumber(row.loss), count(row.parameters), count(row.steps), row.seconds.toFixed(1)];
  return make(
    "tr",
    {},
    make("td", {}, box),
    make("td", {}, row.number),
    make("td", {}, row.recipe),
    make("td", { class: "lab-settings" }, row.settings),
    ...figures.map((figure) => make("td", { class: "rnn-number" }, figure)),
  );
}
