// The verdict after each word as a curve: one reading or several, with the largest changes labelled if there is room.

import { createSvg } from "../core/dom.js";
import { shortened, signed } from "../core/text.js";
import { wordTicks } from "./axes.js";
import { placeLabels } from "./labels.js";
import { lineChart, svgPoints } from "./line_chart.js";

const VERDICTS = [
  [1, "positive"],
  [0.5, "undecided", "rnn-middle"],
  [0, "negative"],
];

// `series`: [{p: (T,), x: (T,) columns, kind}]; `columns`: how many there are; `turns`: [{step, by, word}] of the
// first; `divergence`: the column from which the series differ, or -1; `onWord(t)` is called for the word under the
// pointer. Returns {node, moveCursor(t)}: the cursor goes to word t.
export function verdictCurve(room, { series, columns, turns = [], divergence = -1, label, font, onWord }) {
  const width = Math.max(240, room),
    narrow = width < 500;
  const margin = { left: 74, right: 16, top: 16, bottom: 30 },
    height = narrow ? 170 : 210,
    floor = height - margin.bottom;
  const chart = lineChart(width, {
    height,
    margin,
    label,
    kind: "rnn-curve",
    x: { low: 0, high: Math.max(1, columns - 1), ticks: wordTicks(columns, width) },
    y: { low: 0, high: 1, ticks: VERDICTS },
    lines: series.map(({ p, x, kind = "" }) => ({ points: p.map((value, t) => [x[t], value]), kind })),
  });
  const { node, back, front, lines } = chart;
  const text = (x, y, words, kind, anchor) => createSvg("text", { x, y, class: kind, "text-anchor": anchor }, words);
  const upright = (x, kind) => createSvg("line", { x1: x, x2: x, y1: margin.top, y2: floor, class: kind });
  back.append(text(margin.left - 8, floor + 18, "word", "rnn-axis", "end"));
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
  if (columns <= width / 14)
    lines.forEach((line, k) => front.append(...line.map((point, t) => dot(point, t, series[k].p[t]))));

  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `600 12px ${font}`;
  const labels = turns.slice(0, narrow ? 3 : turns.length).map(({ step, by, word }) => {
    const words = `“${shortened(word)}” ${signed(by)}`;
    return { words, by, at: lines[0][step], width: pen.measureText(words).width };
  });
  const box = { left: margin.left + 2, right: width - 2, top: 2, bottom: floor + 2 };
  for (const {
    words,
    by,
    at: [cx, cy],
    spot,
  } of placeLabels(labels, lines, box))
    front.append(
      createSvg("circle", { cx, cy, r: 6, class: "rnn-turn-ring" }),
      text(
        spot.left,
        spot.bottom - 4,
        words,
        `rnn-turn ${by > 0 ? "rnn-turn-positive" : "rnn-turn-negative"}`,
        "start",
      ),
    );

  const longest = series.reduce((a, b) => (b.p.length > a.p.length ? b : a));
  node.addEventListener("pointermove", (event) => {
    const x = event.clientX - node.getBoundingClientRect().left;
    onWord?.(
      longest.x.reduce(
        (best, column, t) => (Math.abs(chart.x(column) - x) < Math.abs(chart.x(longest.x[best]) - x) ? t : best),
        0,
      ),
    );
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
