// What each word adds to the verdict, as bars of log odds: the largest labelled where there is room.

import { createSvg } from "../core/dom.js";
import { signed } from "../core/text.js";
import { wordTicks } from "./axes.js";
import { changeLabels, nearestWord } from "./change_labels.js";
import { lineChart } from "./line_chart.js";

// `values` (T,) in log odds; `changes`: [{step, by, word}], the largest first; `onWord(t)` is called for the word under
// the pointer. Returns {node, moveCursor(t)}: the cursor goes to word t.
export function contributionChart(room, { values, changes, label, font, onWord, tall }) {
  const width = Math.max(240, room),
    narrow = width < 500;
  const margin = { left: 74, right: 16, top: 28, bottom: 46 },
    height = tall ?? (narrow ? 190 : 230),
    floor = height - margin.bottom;
  const largest = Math.max(0.1, ...values.map(Math.abs)),
    most = 1.6 * largest; // with room for the labels
  const chart = lineChart(width, {
    height,
    margin,
    label,
    kind: "rnn-curve rnn-contributions",
    x: { name: "word", low: -0.5, high: values.length - 0.5, ticks: wordTicks(values.length, width) },
    y: {
      name: "log odds",
      low: -most,
      high: most,
      ticks: [largest, 0, -largest].map((value) => [value, value ? signed(value) : "0"]),
    },
    lines: [],
  });
  const { node, back, front } = chart,
    middle = chart.y(0);
  const wide = Math.max(1, Math.min(28, (0.7 * (width - margin.left - margin.right)) / values.length));
  const places = values.map((_, t) => chart.x(t));
  values.forEach((value, t) => {
    const end = chart.y(value),
      kind = value < 0 ? "rnn-dot-negative" : "rnn-dot-positive",
      box = { x: places[t] - wide / 2, width: wide, y: Math.min(middle, end), height: Math.abs(end - middle) };
    back.append(createSvg("rect", { ...box, "data-step": t, class: kind }));
  });
  const cursor = createSvg("line", { class: "rnn-upright", y1: margin.top, y2: floor, visibility: "hidden" });
  front.append(cursor);
  const box = { left: margin.left + 2, right: width - 2, top: 20, bottom: floor + 2 };
  const tops = changes.map(({ step, by, word }) => ({ word, by, at: [places[step], chart.y(by)] }));
  const edges = places.flatMap((x, t) =>
    [x - wide / 2, x, x + wide / 2].map((side) => [
      [side, chart.y(values[t])],
      [side, middle],
    ]),
  );
  front.append(...changeLabels(tops.slice(0, narrow ? 2 : 4), edges, box, font, 0));
  node.addEventListener("pointermove", (event) =>
    onWord?.(nearestWord(places, event.clientX - node.getBoundingClientRect().left)),
  );
  return {
    node,
    moveCursor(t) {
      cursor.setAttribute("visibility", t in places ? "visible" : "hidden");
      for (const end of ["x1", "x2"]) cursor.setAttribute(end, places[t] ?? 0);
    },
  };
}
