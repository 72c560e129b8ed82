// The line chart of the page: axes, lines with gaps where a value is missing, marks, and names beside the lines.
// It is drawn anew as its data grow, ten times a second: plain SVG, no animation.

import { createSvg } from "../core/dom.js";
import { placeOn } from "./axes.js";
import { spreadHeights } from "./labels.js";

const LETTER = 7.8; // pixels of a wide font

// `x` and `y` are axes (see axes.js); `margin` is {left, right, top, bottom}, of which `right` grows for names at the
// ends of lines; `label` describes the chart in words.
// A line is {points: [[x, y]], kind, colour, dashed, marks: "all" | "last", end, legend}: `kind` is its CSS class,
// `end` its name at its last point, `legend` its name at the upper right, below the title. With `through`, a line is
// dashed wherever it lies on others, so that it hides none of them.
// Returns {node, x, y, lines, back, front}: the places of values, the points of each line in pixels, and groups under
// and over the lines for whatever else is drawn.
export function lineChart(width, { height, margin, label, kind = "", title, x, y, lines, through = false }) {
  const { left, top, bottom } = margin,
    right = Math.max(margin.right, ...lines.map(({ end }) => (end ? 10 + LETTER * end.length : 0))),
    floor = height - bottom;
  const across = placeOn(x, left, width - right),
    up = placeOn(y, floor, top);
  const node = createSvg("svg", {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    class: `rnn-chart ${kind}`,
    role: "img",
    "aria-label": label,
  });
  node.series = { title: title ?? "", x: x.name, y: y.name, lines }; // for the numbers of the picture
  const text = (tx, ty, words, anchor, name = "rnn-axis") =>
    createSvg("text", { x: tx, y: ty, class: name, "text-anchor": anchor }, words);

  if (title) node.append(text(0, 14, title, "start", "rnn-chart-title"));
  if (y.name) node.append(text(left, 16, y.name, "start"));
  if (x.name) node.append(text((left + width - right) / 2, height - 8, x.name, "middle"));
  for (const [value, words, style = ""] of y.ticks) {
    const at = up(value);
    node.append(createSvg("line", { class: `rnn-grid ${style}`, x1: left, x2: width - right, y1: at, y2: at }));
    if (words) node.append(text(left - 8, at + 4, words, "end"));
  }
  for (const [value, words, anchor = "middle"] of x.ticks) node.append(text(across(value), floor + 18, words, anchor));

  const back = createSvg("g"),
    front = createSvg("g");
  const pixels = lines.map((line) => line.points.map(([px, py]) => [across(px), up(py)]));
  const finitePoints = pixels.map((points) => points.filter((point) => point.every(Number.isFinite)));
  node.append(back);
  lines.forEach((line, k) => {
    const pieces = unbrokenPieces(pixels[k]).map((points) => ({ points, beneath: 0 }));
    const segments = through ? pieces.flatMap(({ points }) => stretches(points, pixels.slice(0, k))) : pieces;
    node.append(...segments.map(({ points, beneath }) => polyline(line, points, beneath)));
  });
  node.append(front);
  lines.forEach((line, k) => {
    const points = line.marks === "all" ? finitePoints[k] : line.marks === "last" ? finitePoints[k].slice(-1) : [];
    const r = line.marks === "all" ? (through ? 3.5 + 0.9 * (lines.length - 1 - k) : 3.5) : 3; // the last one is on top
    for (const [cx, cy] of points) node.append(createSvg("circle", { cx, cy, r, ...lineStyle("rnn-mark", line) }));
  });

  const ends = lines.flatMap((line, k) =>
    line.end && finitePoints[k].length ? [{ ...line, at: finitePoints[k].at(-1) }] : [],
  );
  const heights = spreadHeights(ends.map(({ at }) => at[1]));
  ends.forEach((line, k) =>
    node.append(createSvg("text", { x: line.at[0] + 8, y: heights[k] + 4, ...lineStyle("rnn-name", line) }, line.end)),
  );
  const legends = lines.filter(({ legend }) => legend);
  if (legends.length)
    node.append(
      createSvg(
        "text",
        { x: width - right, y: title ? 30 : 14, "text-anchor": "end" },
        ...legends.map((line, k) =>
          createSvg("tspan", { ...lineStyle("rnn-name", line), ...(k ? { dx: 12 } : {}) }, line.legend),
        ),
      ),
    );
  return { node, x: across, y: up, lines: pixels, back, front };
}

// A line's class, and its colour where it has one of its own.
const lineStyle = (part, { kind = "", colour }) => ({
  class: `${part} ${kind}`,
  ...(colour ? { style: `--colour:${colour}` } : {}),
});

const DASHES = ["", "9 9", "4 14", "2 16"]; // of a line that lies on none, one, two, ... others
const BESIDE = 1.5; // pixels: lines that are nearer to each other than that cover each other

const polyline = (line, piece, beneath) => {
  const dash = line.dashed ? "5 3" : DASHES[Math.min(beneath, DASHES.length - 1)];
  return createSvg("polyline", {
    points: svgPoints(piece),
    ...lineStyle("rnn-line", line),
    ...(dash ? { "stroke-dasharray": dash } : {}),
  });
};

// The stretches of a line, each with how many of the other lines lie `beneath` it; the next begins where one ends.
export function stretches(points, others) {
  if (points.length < 2) return [{ points, beneath: 0 }];
  const heights = others.map((line) => new Map(line.map(([x, y]) => [x.toFixed(1), y])));
  const covers = points.map(([x, y]) => heights.map((at) => Math.abs(at.get(x.toFixed(1)) - y) <= BESIDE));
  const result = [];
  for (let k = 1; k < points.length; k++) {
    const beneath = covers[k].filter((on, line) => on && covers[k - 1][line]).length;
    if (result.at(-1)?.beneath === beneath) result.at(-1).points.push(points[k]);
    else result.push({ points: [points[k - 1], points[k]], beneath });
  }
  return result;
}

// The stretches of a line without a gap.
export function unbrokenPieces(points) {
  const result = [[]];
  for (const point of points) {
    if (point.every(Number.isFinite)) result.at(-1).push(point);
    else if (result.at(-1).length) result.push([]);
  }
  return result.filter((piece) => piece.length);
}

// Points as SVG takes them.
export const svgPoints = (points) => points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
