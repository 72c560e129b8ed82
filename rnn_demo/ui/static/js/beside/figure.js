// One figure over the columns of the stage: the answers, the memory, the updates of all readings, or their difference.

import { placeOn, spanAxis } from "../charts/axes.js";
import { svgPoints, unbrokenPieces } from "../charts/line_chart.js";
import { createSvg } from "../core/dom.js";
import { label } from "../core/drawing.js";
import { fitted, shortNumber, tokenText } from "../core/text.js";
import { answerPoints, memoryPoints, updatePoints } from "./measures.js";
import { distances } from "./parting.js";

const HEIGHT = 132,
  TOP = 26,
  FOOT = 14;
export const FIGURE_HEIGHT = TOP + HEIGHT + FOOT;

const percentAxis = { low: 0, high: 100, ticks: [0, 50, 100].map((value) => [value, `${value}%`]) };
const spanOf = (lines) => {
  const highest = Math.max(1e-6, ...lines.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite));
  return spanAxis("", [0, highest], { low: 0, high: highest, write: shortNumber });
};

const readingsOf = ({ rows }) => rows.filter((row) => row.trace);
const lineOf = (row, points) => ({ name: row.name, colour: row.colour, dashed: row.isTwin, points });

// What can be drawn, by its name in the link: {title, about, fits, lines, axis}. `view.label` is the answer in
// question, `view.norms` the lengths of gradients by row, as far as they have come.
export const FIGURES = {
  answers: {
    title: "answers",
    about: ({ label: name }) => `probability of ${tokenText(name)} after each step`,
    fits: (view) => Boolean(view.label),
    lines: (view) => readingsOf(view).map((row) => lineOf(row, answerPoints(row, view.label))),
    axis: () => percentAxis,
  },
  memory: {
    title: "memory",
    about: () => "how much the answer depends on h of each step: |dL/dh|, as a share of its largest",
    fits: (view) => Boolean(view.label),
    lines: (view) =>
      readingsOf(view)
        .filter(({ key }) => view.norms.has(key))
        .map((row) => lineOf(row, memoryPoints(row, view.norms.get(row.key)))),
    axis: () => percentAxis,
  },
  updates: {
    title: "updates",
    about: () => "how far each step moves h, per unit",
    fits: () => true,
    lines: (view) => readingsOf(view).map((row) => lineOf(row, updatePoints(row))),
    axis: spanOf,
  },
  difference: {
    title: "difference",
    about: () => "how far h is from that of the twin, per unit",
    fits: ({ rows }) => rows.some((row) => row.other),
    lines: ({ rows, columns }) =>
      rows
        .filter((row) => row.other)
        .map((row) => lineOf({ ...row, name: row.owner }, [...distances(row, row.other, columns.length).entries()])),
    axis: spanOf,
  },
};

// The figure in two parts, for the gutter and for the columns; `place` is that of the stage.
export function drawFigure(view, place, name) {
  const { lines, axis: axisOf, title, about } = FIGURES[name],
    all = lines(view),
    axis = axisOf(all);
  const up = placeOn(axis, TOP + HEIGHT, TOP),
    across = (k) => place.lefts[k] + place.widths[k] / 2;
  const gutter = createSvg("g"),
    columns = createSvg("g");
  gutter.append(label(title, 2, 15, { class: "name" }));
  columns.append(label(fitted(about(view), place.inner, 6.3), 2, 15, { class: "small" }));
  for (const [value, text] of axis.ticks) {
    const y = up(value);
    gutter.append(label(text, place.gutter - 8, y + 4, { class: "small", "text-anchor": "end" }));
    columns.append(createSvg("path", { class: "beside-grid", d: `M0 ${y}H${place.inner}` }));
  }
  for (const line of all) {
    const points = line.points.map(([k, y]) => [across(k), up(y)]),
      style = `--colour:${line.colour}`,
      look = { class: "rnn-line", style, ...(line.dashed ? { "stroke-dasharray": "5 4" } : {}) };
    for (const piece of unbrokenPieces(points))
      columns.append(createSvg("polyline", { points: svgPoints(piece), ...look }));
    for (const [cx, cy] of points.filter((point) => point.every(Number.isFinite)))
      columns.append(createSvg("circle", { class: "rnn-mark", cx, cy, r: 2.6, style }));
  }
  return { gutter, columns, height: FIGURE_HEIGHT, lines: all, about: about(view) };
}
