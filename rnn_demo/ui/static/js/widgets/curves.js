// Line charts that grow while something is measured, side by side under one legend.

import { countAxis, evenAxis, namedAxis, powersAxis } from "../charts/axes.js";
import { lineChart } from "../charts/line_chart.js";
import { createNode, createSvg, redrawOnResize } from "../core/dom.js";
import { chartMenu } from "../picture/charts.js";

const AXES = {
  count: ({ name, high }) => countAxis(name, high),
  even: ({ name, low, high }) => evenAxis(name, low, high),
  named: ({ name, values }) => namedAxis(name, values),
  powers: ({ name }, numbers) => powersAxis(name, numbers),
};
const GAP = 24;

// `words` are those of the menu in another language.
export function draw(root, { notice, status, charts = [] }, { words } = {}) {
  if (notice) root.append(createNode("p", { class: "rnn-notice", role: "alert" }, notice));
  if (status) root.append(createNode("p", { class: "rnn-said", role: "status" }, status));
  if (!charts.length) return;
  const names = new Map(charts.flatMap(({ lines }) => lines.map((line) => [line.name, line])));
  root.append(createNode("ul", { class: "rnn-names" }, ...[...names.values()].map(legendEntry)));
  const holder = redrawOnResize((room) => {
    const width = room >= 640 ? (room - GAP * (charts.length - 1)) / charts.length : room;
    return createNode("div", { class: "rnn-charts" }, ...charts.map((chart) => chartNode(chart, Math.floor(width))));
  });
  const title = () => (status || charts[0].label).split(". ")[0];
  root.append(holder, chartMenu(holder, { title, name: "curves", keys: () => [...names.values()], words }));
  holder.fit();
}

function legendEntry({ name, colour, dashed }) {
  const look = { style: `--colour:${colour}`, "stroke-dasharray": dashed ? "5 3" : "none" };
  const key = createSvg(
    "svg",
    { width: 22, height: 10, "aria-hidden": "true" },
    createSvg("line", { class: "rnn-line rnn-drawn", x1: 0, x2: 22, y1: 5, y2: 5, ...look }),
  );
  return createNode("li", {}, key, ` ${name}`);
}

function chartNode({ label, x, y, lines }, width) {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  return lineChart(width, {
    height: 250,
    margin: { left: 58, right: 12, top: 30, bottom: 44 },
    label,
    through: true,
    x: AXES[x.scale](x),
    y: AXES[y.scale](y, values),
    lines: lines.map(({ name, points, colour, dashed, marked }) => ({
      name,
      points,
      colour,
      dashed,
      marks: marked ? "all" : "",
      kind: "rnn-drawn",
    })),
  }).node;
}
