// The verdict after each word as a curve: one reading or several, with the largest changes labelled if there is room.

import { createSvg } from "../core/dom.js";
import { wordTicks } from "./axes.js";
import { changeLabels, nearestWord } from "./change_labels.js";
import { lineChart, svgPoints } from "./line_chart.js";

const VERDICTS = [
  [1, "positive"],
  [0.5, "undecided", "rnn-middle"],
  [0, "negative"],
];

// `series`: [{p: (T,), x: (T,) columns, kind}]; where a series has no word in a column, its line is broken. `columns`:
// how many there are; `changes`: [{step, by, word}] of the first, the largest first; `divergence`: the column from
// which the series differ, or -1; `onWord(t)` is called for the word under the pointer. Returns {node, moveCursor(t)}:
// the cursor goes to word t.
export function verdictCurve(room, { series, columns, changes = [], divergence = -1, label, font, onWord, tall }) {
  const width = Math.max(240, room),
    narrow = width < 500;
  const margin = { left: 74, right: 16, top: 16, bottom: 46 },
    height = tall ?? (narrow ? 186 : 226),
    floor = height - margin.bottom;
  const chart = lineChart(width, {
    height,
    margin,
    label,
    kind: "rnn-curve",
    x: { name: "word", low: 0, high: Math.max(1, columns - 1), ticks: wordTicks(columns, width) },
    y: { low: -0.08, high: 1, ticks: VERDICTS }, // so that “negative” is above the numbers of the words
    lines: series.map(({ p, x, kind = "" }) => ({ points: withGaps(p, x), kind })),
  });
  const { node, back, front } = chart;
  const lines = chart.lines.map((line) => line.filter((point) => point.every(Number.isFinite)));
  const upright = (x, kind) => createSvg("line", { x1: x, x2: x, y1: margin.top, y2: floor, class: kind });
  if (divergence >= 0) back.append(upright(chart.x(divergence), "rnn-parted"));
  if (series.length === 1)
    for (const side of ["positive", "negative"])
      back.append(
        createSvg("polygon", {
          points: svgPoints(areaToMiddle(lines[0], chart.y(0.5), side === "positive")),
          class: `rnn-area-${side}`,
        }),
      );

  const cursor = createSvg(
    "g",
    { class: "rnn-cursor", visibility: "hidden" },
    upright(0, "rnn-upright"),
    createSvg("circle", { r: 4 }),
  );
  front.append(cursor);
  lines.forEach((line, k) =>
    front.append(
      ...line.flatMap((point, t) =>
        columns <= width / 14 || isAlone(series[k].x, t) ? [dot(point, t, series[k].p[t])] : [],
      ),
    ),
  );

  const box = { left: margin.left + 2, right: width - 2, top: 2, bottom: floor + 2 };
  const largest = changes.slice(0, narrow ? 3 : changes.length).map((one) => ({ ...one, at: lines[0][one.step] }));
  front.append(...changeLabels(largest, lines, box, font));

  const longest = series.reduce((a, b) => (b.p.length > a.p.length ? b : a));
  node.addEventListener("pointermove", (event) => {
    onWord?.(nearestWord(longest.x.map(chart.x), event.clientX - node.getBoundingClientRect().left));
  });
  return {
    node,
    moveCursor(t) {
      const point = lines[0][t];
      cursor.setAttribute("visibility", point ? "visible" : "hidden");
      if (!point) return;
      for (const end of ["x1", "x2"]) cursor.firstChild.setAttribute(end, point[0]);
      cursor.lastChild.setAttribute("cx", point[0]);
      cursor.lastChild.setAttribute("cy", point[1]);
    },
  };
}

// The points of a line, with one that has no place between words that are not in neighbouring columns.
export const withGaps = (p, x) =>
  p.flatMap((value, t) => (t && x[t] > x[t - 1] + 1 ? [[x[t], null]] : []).concat([[x[t], value]]));

// Has a word no neighbour to be joined to?
const isAlone = (x, t) => !(x[t + 1] === x[t] + 1) && !(x[t - 1] === x[t] - 1);

const dot = ([cx, cy], t, p) =>
  createSvg("circle", { cx, cy, r: 3.5, "data-step": t, class: p >= 0.5 ? "rnn-dot-positive" : "rnn-dot-negative" });

// What lies between a curve and the middle, on one side of it; where they cross, it has a corner.
export function areaToMiddle(line, middle, above) {
  const points = [];
  line.forEach(([x, y], k) => {
    const [x0, y0] = line[k - 1] ?? [x, y];
    if ((y0 - middle) * (y - middle) < 0) points.push([x0 + ((x - x0) * (middle - y0)) / (y - y0), middle]);
    points.push([x, above ? Math.min(y, middle) : Math.max(y, middle)]);
  });
  return [[line[0][0], middle], ...points, [line.at(-1)[0], middle]];
}
