// One batch: its texts with grey padding, and what the mask says at the same places.

import { createNode } from "../../core/dom.js";
import { shortened, tokenText } from "../../core/text.js";

export function draw(root, { notice, said, rows, columns, cut }) {
  if (notice) root.append(createNode("p", { class: "rnn-notice", role: "alert" }, notice));
  if (!rows) return;
  const grids = [
    grid("The batch: tokens, padding in grey, and the length of each text", rows, columns, cut, batchCell),
    grid("Its mask", rows, columns, cut, maskCell),
  ];
  root.append(
    createNode("p", { class: "rnn-said", role: "status" }, said),
    createNode("div", { class: "lab-grids" }, ...grids),
  );
}

// What is at a place of the batch, and of the mask; beyond a text's length there is padding.
export const isToken = ({ length }, t) => t < length;

const batchCell = (row, t) =>
  isToken(row, t)
    ? createNode("td", { class: "lab-token", translate: "no" }, shortened(tokenText(row.tokens[t]), 9))
    : createNode("td", { class: "lab-padding", title: "padding" }, "");

const maskCell = (row, t) =>
  isToken(row, t) ? createNode("td", { class: "lab-token" }, 1) : createNode("td", { class: "lab-padding" }, 0);

function grid(caption, rows, columns, cut, cell) {
  const steps = Array.from({ length: columns }, (_, t) => t);
  const body = rows.map((row) =>
    createNode(
      "tr",
      {},
      ...steps.map((t) => cell(row, t)),
      ...(cut > 0 ? [createNode("td", { class: "lab-cut", title: `${cut} more columns` }, "…")] : []),
      ...(cell === batchCell ? [createNode("td", { class: "lab-length" }, row.length)] : []),
    ),
  );
  return createNode(
    "div",
    {},
    createNode("p", { class: "rnn-heading" }, caption),
    createNode(
      "div",
      { class: "rnn-scroll lab-grid", tabindex: "0" },
      createNode("table", { "aria-label": caption }, createNode("tbody", {}, ...body)),
    ),
  );
}
