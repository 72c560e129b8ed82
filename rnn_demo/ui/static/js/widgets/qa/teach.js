// Training on a visitor's own table: which rows can be used, the progress, and the result.

import { lineChart } from "../../charts/line_chart.js";
import { createNode, redrawOnResize } from "../../core/dom.js";
import { percent } from "../../core/text.js";
import { chartMenu } from "../../picture/charts.js";

export function draw(root, data) {
  if (data.notice) root.append(createNode("p", { class: "rnn-notice", role: "alert" }, data.notice));
  if (data.checked) root.append(createNode("p", { class: "qa-checked" }, data.checked));
  if (data.problems?.length) root.append(listOf("rnn-notice qa-problems", data.problems));
  if (data.losses?.length > 1) {
    const [holder, ...menu] = picture(data);
    root.append(holder, ...menu);
    holder.fit();
  }
  if (data.progress) root.append(createNode("p", { class: "rnn-quiet" }, data.progress));
  if (data.result) root.append(createNode("p", { class: "qa-result", role: "status" }, data.result));
  if (data.forgotten?.length) root.append(listOf("rnn-quiet", data.forgotten));
}

// The curves, and once the training is over the menu that saves them.
function picture(data) {
  const holder = redrawOnResize((width) => curves(data, width));
  const title = () => `Taught a table of its own: ${data.losses.length} epochs`;
  return data.result ? [holder, chartMenu(holder, { title, name: "teaching" })] : [holder];
}

function listOf(kind, lines) {
  return createNode(
    "ul",
    { class: `qa-list ${kind}`, tabindex: "0" },
    ...lines.map((line) => createNode("li", {}, line)),
  );
}

// Two curves over the epochs: the loss, from 0 to its largest value, and the accuracy on the rows of the table.
function curves({ losses, recalls }, width) {
  const largest = Math.max(...losses),
    epochs = losses.length;
  const names = [`loss ${losses.at(-1).toFixed(2)}`, `accuracy ${percent(recalls.at(-1))}`];
  const points = (values) => values.map((value, k) => [k, value]),
    shares = losses.map((loss) => loss / largest);
  return lineChart(Math.max(164, width), {
    height: 130,
    margin: { left: 8, right: 8, top: 10, bottom: 22 },
    kind: "qa-curves",
    label: names.join(", "),
    x: { low: 0, high: epochs - 1, ticks: [[0, `epochs 1 to ${epochs}`, "start"]] },
    y: {
      low: 0,
      high: 1,
      ticks: [
        [0, ""],
        [1, ""],
      ],
    },
    lines: [
      { name: "loss, as a share of the largest", points: points(shares), kind: "qa-loss", end: names[0] },
      { name: "accuracy", points: points(recalls), kind: "qa-recall", end: names[1] },
    ],
  }).node;
}
