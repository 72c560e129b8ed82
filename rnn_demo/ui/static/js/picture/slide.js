// A picture for a slide: 16:9, with a title above, a source below, and its parts as large as they can be between.

import { createSvg } from "../core/dom.js";
import { printable, wrapped } from "../core/text.js";

export const WIDTH = 1920,
  HEIGHT = 1080;
const MARGIN = 60,
  BETWEEN = 36, // between parts
  MOST_ENLARGED = 4, // how many times a part is enlarged
  NOTE = 20, // the height of the letters of the source
  NOTE_LINE = 27,
  MOST_NOTES = 5;
const INK = "#1f2937",
  FAINT = "#64748b";
const FAMILY = "'Segoe UI', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif";
const ASPECT = 0.6; // the width of a letter, as a share of its height

// Where parts of these sizes are placed in a box, in as many columns as makes them largest, all at the same scale:
// {scale, places: [[x, y]]}.
export function layOut(sizes, box, gap = BETWEEN) {
  const plans = sizes.map((_, k) => planOf(sizes, k + 1, box, gap));
  const { columns, scale, widths, heights } = plans.reduce((best, plan) => (plan.scale > best.scale ? plan : best));
  const startsOf = (lengths, from, room) => {
    let at = from + (room - allOf(lengths) * scale - gap * (lengths.length - 1)) / 2;
    return lengths.map((length) => {
      const start = at;
      at += length * scale + gap;
      return start;
    });
  };
  const [lefts, tops] = [startsOf(widths, box.x, box.width), startsOf(heights, box.y, box.height)];
  const places = sizes.map(({ width, height }, k) => {
    const [column, row] = [k % columns, Math.floor(k / columns)];
    return [
      lefts[column] + ((widths[column] - width) * scale) / 2,
      tops[row] + ((heights[row] - height) * scale) / 2,
    ];
  });
  return { scale, places };
}

function planOf(sizes, columns, box, gap) {
  const rows = Math.ceil(sizes.length / columns);
  const largest = (count, length, lineOf) =>
    Array.from({ length: count }, (_, line) =>
      Math.max(...sizes.filter((_, k) => lineOf(k) === line).map((size) => size[length])),
    );
  const widths = largest(columns, "width", (k) => k % columns),
    heights = largest(rows, "height", (k) => Math.floor(k / columns));
  const across = (box.width - gap * (columns - 1)) / allOf(widths),
    down = (box.height - gap * (rows - 1)) / allOf(heights);
  return { columns, widths, heights, scale: Math.min(MOST_ENLARGED, across, down) };
}

const allOf = (numbers) => numbers.reduce((total, number) => total + number, 0);

// Where everything but the parts is: {size, headline, notes, foot, box}; `box` is the room for the parts.
function frameOf({ title, source, legend = [], keys = [] }) {
  const size = fittingSize(title),
    headline = linesOf(title, size).slice(0, 2);
  const lines = source.split("\n").map((words) => linesOf(words, NOTE)),
    origin = lines.pop(), // is kept whole
    notes = [...lines.flat().slice(0, Math.max(0, MOST_NOTES - origin.length)), ...origin];
  const foot = HEIGHT - 44 - NOTE_LINE * notes.length, // the line of the colours
    top = 60 + headline.length * size * 1.2 + (keys.length && !legend.length ? 48 : 0),
    bottom = foot - (legend.length ? 40 : 0);
  return { size, headline, notes, foot, box: { x: MARGIN, y: top, width: WIDTH - 2 * MARGIN, height: bottom - top } };
}

// The room for the parts of a slide with this title, source, legend and keys: {x, y, width, height}.
export const roomForParts = (words) => frameOf(words).box;

// A slide as an SVG element. A part is {node, width, height}, `legend` are the colours of values from low to
// high, `keys` the lines that have no names of their own: {name, colour, dashed}. A source may have several lines.
export function slide({ title, source, description, legend = [], keys = [], parts }) {
  const whole = createSvg("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width: WIDTH,
    height: HEIGHT,
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
  });
  whole.append(createSvg("title", {}, printable(description ?? wordsOf(title))));
  whole.append(createSvg("rect", { width: WIDTH, height: HEIGHT, fill: "#ffffff" }));
  const { size, headline, notes, foot, box } = frameOf({ title, source, legend, keys });
  headline.forEach((line, k) =>
    whole.append(written(line, MARGIN, 44 + size * 0.7 + k * size * 1.2, size, INK, 600)),
  );
  const last = HEIGHT - 28 - NOTE_LINE * (notes.length - 1);
  notes.forEach((line, k) => whole.append(written(line, MARGIN, last + NOTE_LINE * k, NOTE, FAINT)));
  if (legend.length) whole.append(colourBar(legend, foot - 8));
  const besides = MARGIN + 270 + 14 * legend.length; // of the colours
  if (keys.length) whole.append(legend.length ? keyRow(keys, besides, foot - 22) : keyRow(keys, MARGIN, box.y - 48));
  const { scale, places } = layOut(parts, box);
  parts.forEach(({ node }, k) => {
    const [x, y] = places[k].map((number) => number.toFixed(1));
    whole.append(createSvg("g", { transform: `translate(${x} ${y}) scale(${scale.toFixed(4)})` }, node));
  });
  return whole;
}

// The colours of the values, with words at both ends.
function colourBar(colours, y) {
  const bar = createSvg("g");
  colours.forEach((fill, k) => {
    const box = { x: MARGIN + 110 + 14 * k, y: y - 20, width: 14, height: 24 };
    bar.append(createSvg("rect", { ...box, style: `fill:${fill}` }));
  });
  bar.append(written("below 0", MARGIN, y, 24, FAINT));
  bar.append(written("above 0", MARGIN + 124 + 14 * colours.length, y, 24, FAINT));
  return bar;
}

// The lines of charts by their names, in a row.
function keyRow(keys, from, y) {
  const row = createSvg("g");
  let x = from;
  for (const { name, colour, dashed } of keys) {
    const look = `fill:none;stroke:${colour};stroke-width:5${dashed ? ";stroke-dasharray:14 8" : ""}`;
    row.append(createSvg("path", { d: `M${x} ${y + 6}h54`, style: look }), written(name, x + 66, y + 14, 26, INK));
    x += 66 + 26 * ASPECT * name.length + 50;
  }
  return row;
}

const fittingSize = (title) => (linesOf(title, 40).length > 2 ? 32 : 40);

const WIDE = 0.75; // of a line's letters, as many as it has room for of an address: its signs and capitals are wide

// The lines of a text; a word that is longer than a line, as an address may be, is broken.
export function linesOf(text, size) {
  const most = Math.floor((WIDTH - 2 * MARGIN) / (ASPECT * size)),
    isLong = text.split(" ").some((word) => word.length > WIDE * most),
    room = isLong ? Math.floor(WIDE * most) : most + 2;
  return wrapped(text, isLong ? room : most).flatMap((line) => line.match(new RegExp(`.{1,${room}}`, "gsu")) ?? [""]);
}

// Plotly writes subscripts as <sub>; here they are raised or lowered pieces of a line.
function written(line, x, y, size, fill, weight = 400) {
  const style = `font-family:${FAMILY};font-size:${size}px;font-weight:${weight};fill:${fill}`;
  const text = createSvg("text", { x, y: y.toFixed(1), style });
  for (const { words, shift, before } of piecesOf(line)) {
    const tspan = createSvg("tspan", {}, printable(words));
    if (shift || before) tspan.setAttribute("dy", (size * (shift - before)).toFixed(1));
    if (shift) tspan.setAttribute("style", `font-size:${Math.round(size * 0.7)}px`);
    text.append(tspan);
  }
  return text;
}

// The pieces of a line: {words, shift, before}; `shift` is how far it is lowered, as a share of the size of letters,
// `before` the same of the piece before it.
export function piecesOf(line) {
  const pieces = [];
  let shift = 0,
    before = 0;
  for (const part of line.split(/(<\/?su[bp]>)/)) {
    if (/^<su[bp]>$/.test(part)) shift = part === "<sub>" ? 0.2 : -0.35;
    else if (/^<\/su[bp]>$/.test(part)) shift = 0;
    else if (part) {
      pieces.push({ words: entities(part), shift, before });
      before = shift;
    }
  }
  return pieces;
}

const entities = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

export const wordsOf = (line) => piecesOf(line).map(({ words }) => words).join("");
