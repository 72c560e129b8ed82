// A template filled in every way: the probability of positive of each filling, and whether that is as expected.

import { createNode } from "../../core/dom.js";
import { percent } from "../../core/text.js";

export function draw(root, data) {
  if (!data.rows) return;
  root.append(createNode("p", { role: "status" }, data.summary), table(data.rows));
}

function table(rows) {
  const judged = rows.some(({ right }) => right !== null);
  const head = ["filling", "positive", ...(judged ? ["as it should be"] : [])].map((title, k) =>
    createNode("th", { scope: "col", class: k === 1 ? "rnn-number" : "" }, title),
  );
  return createNode(
    "div",
    { class: "rnn-scroll", tabindex: 0, role: "region", "aria-label": "all fillings" },
    createNode(
      "table",
      { class: "rnn-table rnn-fillings" },
      createNode("thead", {}, createNode("tr", {}, ...head)),
      createNode("tbody", {}, ...rows.map((row) => filling(row, judged))),
    ),
  );
}

function filling({ text, probability, right }, judged) {
  const share = createNode("td", { class: "rnn-number rnn-share" }, percent(probability));
  share.style.setProperty("--share", `${100 * probability}%`);
  const cells = [createNode("td", { class: "rnn-cell-text", translate: "no" }, text), share];
  if (judged) cells.push(createNode("td", { class: right ? "" : "rnn-off" }, right ? "yes" : "no"));
  return createNode("tr", {}, ...cells);
}
