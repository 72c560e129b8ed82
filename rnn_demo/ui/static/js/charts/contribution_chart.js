// What each word adds to the verdict, as bars of log odds, or its share of something; the largest are labelled where
// there is room.

import { createSvg } from "../core/dom.js";
import { percent, signed } from "../core/text.js";
import { wordTicks } from "./axes.js";
import { changeLabels, nearestWord } from "./change_labels.js";
import { lineChart } from "./line_chart.js";

// `values` (T,) in log odds, or with `isShare` shares of 1; `changes`: [{step, by, word}], the largest first;
// `onWord(t)` is called for the word under the pointer. Returns {node, moveCursor(t)}: the cursor goes to word t.
export function contributionChart(room, { values, changes, label, font, onWord, tall, isShare = false }) {
  const width = Math.max(240, room),
    narrow = width < 500;
  const margin = { left: 74, right: 16, top: 28, bottom: 46 },
    height = tall ?? (narrow ? 190 : 230),
    floor = height - margin.bottom;
  const largest = Math.max(0.1, ...values.map(Math.abs)),
    most = 1.6 * largest, // with room for the labels
    write = isShare ? percent : signed;
  const chart = lineChart(width, {
    height,
    margin,
    label,
    kind: "rnn-curve rnn-contributions",
    x: { name: "word", low: -0.5, high: values.length - 0.5, ticks: wordTicks(values.length, width) },
    y: {
      name: isShare ? "share of the units" : "log odds",
      low: isShare ? -0.12 * largest : -most,
      high: most,
      ticks: (isShare ? [largest, 0] : [largest, 0, -largest]).map((value) => [value, value ? write(value) : "0"]),
    },
    lines: [],
  });
  const { node, back, front } = chart,
    middle = chart.y(0);
  const wide = Math.max(1, Math.min(28, (0.7 * (width - margin.left - margin.right)) / values.length));
  const places = values.map((_, t) => chart.x(t));
  values.forEach((value, t) => {
    const end = chart.y(value),
      kind = isShare ? "rnn-dot-share" : value < 0 ? "rnn-dot-negative" : "rnn-dot-positive",
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
  front.append(...changeLabels(tops.slice(0, narrow ? 2 : 4), edges, box, font, { ring: 0, write, isShare }));
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
