// The stage of networks beside each other: a row for each reading, the same columns and the same colours for all.

import { createSvg } from "../core/dom.js";
import { colourLevel, label } from "../core/drawing.js";
import { fitted, percent, shortNumber, tokenText, wrapped } from "../core/text.js";
import { UNDECIDED, answerAt, rowAt } from "../stepper/trace.js";
import { columnsOfStep } from "./alignment.js";
import { differenceAt, rootMeanSquare } from "./parting.js";

const GUTTER = 186, // for the names of the rows
  NARROW_GUTTER = 112, // on a phone
  NARROW = 520;
const TOP = 22, // for the name of the column in which answers part
  NAMES = 20, // the line of answers above the units
  BARS = 10, // and of their probabilities
  GAP = 22, // between rows
  TOKENS = 20; // a line of tokens
const STRIP = { few: 64, many: 48 }; // the height of the units, of up to four rows and of more
const INSET = 2, // of a strip in its column
  MOST_WIDENED = 6, // of columns that have more room than they need
  SEAM = 0.3, // by which units overlap, so that no paper shows between them
  LETTER = 7.4, // pixels of a bold one
  IN_GUTTER = { name: 8.6, small: 7 }; // pixels of the wider letters of names, so that none is cut off at the edge

const sum = (values) => values.reduce((total, value) => total + value, 0);

// Where everything is in a room that is `width` pixels wide. `view` is {rows, columns, lists}; where all columns have
// to `fit`, they are as narrow as that takes. `strip` is the height of the units, where it is given.
export function layOutRows(view, width, { fit = false, strip } = {}) {
  const { rows, columns, lists } = view,
    gutter = width < NARROW ? NARROW_GUTTER : GUTTER,
    room = width - gutter - 4;
  const least = columns.length > 40 ? 22 : 30,
    lettersIn = (at) => Math.max(...at.map((index, k) => (index < 0 ? 0 : [...lists[k][index]].length))),
    wanted = columns.map((at) => Math.min(118, Math.max(least, 8 * lettersIn(at) + 14))),
    whole = sum(wanted);
  const factor = fit || whole < room ? Math.min(room / whole, MOST_WIDENED) : 1,
    widths = wanted.map((one) => one * factor),
    lefts = widths.map((_, k) => sum(widths.slice(0, k)));
  const tall = strip ?? (rows.length > 4 ? STRIP.many : STRIP.few),
    each = NAMES + BARS + tall + GAP;
  const bands = rows.map((_, k) => ({ y: TOP + k * each, strip: TOP + k * each + NAMES + BARS, tall }));
  const tokens = TOP + rows.length * each,
    height = tokens + TOKENS * (lists.length + 1);
  return { gutter, room, widths, lefts, bands, tokens, inner: sum(widths), height };
}

// --- what stands still: names at the left ----------------------------------------------------------------------------

// The names of the rows, with what each says after a step.
export function drawGutter(view, place, t) {
  const group = createSvg("g", { class: "beside-gutter" }),
    [, column] = columnsOfStep(view.columns, t),
    room = place.gutter - 24;
  const write = (words, y, kind, x = 18) =>
    group.append(label(fitted(words, room, IN_GUTTER[kind] ?? LETTER), x, y, { class: kind }));
  view.rows.forEach((row, k) => {
    const { y } = place.bands[k];
    group.append(createSvg("circle", { class: "beside-dot", cx: 8, cy: y + 9, r: 5, style: `--colour:${row.colour}` }));
    write(row.name, y + 14, "name");
    wrapped(row.about, Math.floor(room / IN_GUTTER.small))
      .slice(0, 2)
      .forEach((line, n) => write(line, y + 30 + 15 * n, "small"));
    const [said, more] = sayingAfter(row, column);
    write(said, y + 68, "answer best");
    write(more, y + 84, "small");
  });
  view.lists.forEach((_, k) => write(view.readers[k], place.tokens + 14 + TOKENS * k, "small", 2));
  return group;
}

// What a row says after a column: its answer and the probability, or how far two states are apart.
function sayingAfter(row, column) {
  if (row.other) return [shortNumber(rootMeanSquare(differenceAt(row, row.other, column))), "apart, per unit"];
  const place = row.read[column],
    best = place < 0 ? null : row.trace.answers[place]?.[0];
  if (!best) return ["", ""];
  const isOpen = row.trace.undecided[place];
  return isOpen ? [UNDECIDED, `${tokenText(best[0])} ${percent(best[1])}`] : [tokenText(best[0]), percent(best[1])];
}

// --- what scrolls: the columns ---------------------------------------------------------------------------------------

// All columns of all rows, and the tokens under them.
export function drawColumns(view, place) {
  const group = createSvg("g");
  view.rows.forEach((row, k) => group.append(...drawRow(view, row, place, place.bands[k])));
  group.append(...drawTokens(view, place));
  if (view.parting >= 0) group.append(...partingMark(view.parting, place));
  return group;
}

function drawRow({ columns, scale }, row, place, band) {
  const parts = row.other ? [] : drawAnswers(row, columns, place, band);
  const shapes = new Map();
  columns.forEach((_, k) => {
    const x = place.lefts[k] + INSET,
      width = place.widths[k] - 2 * INSET,
      values = valuesIn(row, columns, k);
    if (!values) return parts.push(nothingRead(x, width, band));
    const tall = band.tall / sum(row.units.map((units) => units.length));
    row.units.flatMap((units, d) => units.map((unit) => values[d][unit])).forEach((value, n) => {
      const colour = colourLevel(value, scale),
        [left, top, w, h] = [x, band.strip + n * tall, width, tall + SEAM].map((number) => number.toFixed(2));
      shapes.set(colour, `${shapes.get(colour) ?? ""}M${left} ${top}h${w}v${h}h-${w}z`);
    });
    parts.push(createSvg("rect", { class: "frame", x, y: band.strip, width, height: band.tall }));
  });
  const paint = (colour) => (colour < 0 ? { class: "no-number" } : { style: `fill:var(--rnn-v${colour})` });
  return [...[...shapes].map(([colour, d]) => createSvg("path", { d, ...paint(colour) })), ...parts];
}

// What a row has to draw in a column, numbers for each direction; null where it reads nothing there.
export function valuesIn(row, columns, k) {
  if (row.other) return differenceAt(row, row.other, k);
  const at = columns[k][row.list];
  return at < 0 ? null : row.states.map((h) => rowAt(h, at));
}

const nothingRead = (x, width, { strip, tall }) =>
  createSvg("path", { class: "beside-nothing", d: `M${x + width / 2 - 5} ${strip + tall / 2}h10` });

// What fits of a name: all of it, or some first letters; nothing where these are fewer than three. What is undecided
// is a question mark.
function shortened(name, letters, isOpen) {
  if ([...name].length <= letters) return name;
  if (isOpen) return "?";
  return letters < 3 ? "" : [...name].slice(0, Math.min(4, Math.floor(letters))).join("");
}

// The answer over the columns that share it, and its probability as a bar in each.
function drawAnswers(row, columns, place, band) {
  const parts = [],
    right = (k) => place.lefts[k] + place.widths[k];
  const nameAt = (k) => (row.read[k] < 0 ? "" : answerAt(row.trace, row.read[k]));
  for (let start = 0; start < columns.length; ) {
    let end = start;
    while (end + 1 < columns.length && nameAt(end + 1) === nameAt(start)) end++;
    const room = right(end) - place.lefts[start] - 6,
      name = nameAt(start),
      shown = shortened(tokenText(name), room / LETTER, name === UNDECIDED);
    const kind = name === UNDECIDED ? "small" : "answer best",
      left = place.lefts[start];
    if (name && shown) parts.push(label(shown, left + INSET, band.y + 14, { class: kind }));
    if (start) parts.push(createSvg("path", { class: "beside-turn", d: `M${left} ${band.y + 3}v${NAMES + BARS - 6}` }));
    start = end + 1;
  }
  columns.forEach((at, k) => {
    const best = at[row.list] < 0 ? null : row.trace.answers[at[row.list]]?.[0];
    if (!best) return;
    const room = place.widths[k] - 2 * INSET,
      bar = { x: place.lefts[k] + INSET, y: band.y + NAMES, height: 5, rx: 1.5 };
    const share = { ...bar, width: Math.max(1, room * best[1]), style: `--colour:${row.colour}` };
    parts.push(createSvg("rect", { class: "beside-room", ...bar, width: room }));
    parts.push(createSvg("rect", { class: "beside-share", ...share }));
  });
  return parts;
}

function drawTokens({ columns, lists, unknown }, place) {
  return columns.flatMap((at, k) => {
    const middle = place.lefts[k] + place.widths[k] / 2,
      tokens = at.map((index, list) => (index < 0 ? null : lists[list][index]));
    const differs = lists.length > 1 && new Set(tokens).size > 1;
    const parts = tokens.map((token, list) => {
      const isUnknown = token !== null && unknown[list].has(token),
        kind = `token${isUnknown ? " unknown" : ""}${differs ? " beside-changed" : ""}`;
      const shown = token === null ? "" : fitted(tokenText(token), place.widths[k] - 2, 7.6);
      return label(shown, middle, place.tokens + 14 + TOKENS * list, { class: kind, "text-anchor": "middle" });
    });
    const number = at[0] < 0 || place.widths[k] < 16 ? "" : String(at[0] + 1);
    const under = place.tokens + 14 + TOKENS * lists.length;
    return [...parts, label(number, middle, under, { class: "small", "text-anchor": "middle" })];
  });
}

// A line at the column in which answers part, with its name.
function partingMark(column, place) {
  const x = place.lefts[column],
    isRight = x + 130 > place.inner;
  const line = createSvg("path", { class: "beside-parting", d: `M${x} 4V${place.tokens}` }),
    look = { class: "beside-part", "text-anchor": isRight ? "end" : "start" };
  return [line, label("answers part here", isRight ? x - 5 : x + 5, 14, look)];
}

// The present step, and a veil over those that come later.
export function drawStep({ columns }, place, t) {
  const [from, to] = columnsOfStep(columns, t),
    left = place.lefts[from],
    right = place.lefts[to] + place.widths[to];
  const veil = { class: "beside-veil", x: right, y: 0, width: Math.max(0, place.inner - right), height: place.height },
    size = { width: right - left - 1, height: (place.whole ?? place.height) - TOP },
    present = { class: "beside-present", x: left + 0.5, y: TOP - 4, ...size, rx: 7 };
  return createSvg("g", {}, createSvg("rect", veil), createSvg("rect", present));
}

// The column, row and unit under a point of the columns: {column, row, direction, unit}; `unit` is −1 outside strips.
export function under(view, place, x, y) {
  const column = place.lefts.findIndex((left, k) => x >= left && x < left + place.widths[k]),
    row = place.bands.findIndex(({ strip, tall }) => y >= strip && y < strip + tall);
  if (column < 0 || row < 0) return { column, row, direction: 0, unit: -1 };
  const { units } = view.rows[row],
    all = units.flatMap((list, direction) => list.map((unit) => ({ direction, unit }))),
    { strip, tall } = place.bands[row];
  return { column, row, ...all[Math.min(all.length - 1, Math.floor(((y - strip) / tall) * all.length))] };
}
