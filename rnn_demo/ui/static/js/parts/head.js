// The opened head: pooling, logits, softmax, with the numbers of the present step.

import { createSvg } from "../core/dom.js";
import { arrowhead, canvas, label, line } from "../core/drawing.js";
import { fitted, minus, percent, tokenText } from "../core/text.js";
import { strip } from "../stepper/strip.js";
import { state } from "../stepper/state.js";
import { rowAt } from "../stepper/trace.js";
import { kindOfShare } from "./answers.js";
import { digitsThatAddUp, pooledVectors, softmaxAt, threeDigits } from "./softmax.js";

const ROW = 26,
  TALL = 118,
  MOST_STATES = 5, // states drawn one by one
  WIDEST_LINES = 560; // of names and their numbers, which stand beside each other
const asText = (value, digits = 2) => minus(value.toFixed(digits));

// The drawing of the head at step t, `room` pixels wide.
export function headDrawing(trace, t, room) {
  const softmax = softmaxAt(trace, t),
    pooled = pooledVectors(trace, t);
  const beside = wide(trace, t, pooled, softmax),
    place = beside.width <= room ? beside : narrow(trace, t, pooled, softmax, room);
  const width = Math.max(room, place.width),
    drawing = canvas(width, place.height, { class: "head-drawing", "aria-label": headInWords(trace, t, softmax) });
  drawing.append(
    createSvg("rect", { class: "box", x: 1, y: 1, width: width - 2, height: place.height - 2, rx: 10 }),
    label(`The head after step ${t + 1}: ${fitted(tokenText(trace.tokens[t]), 150)}`, 14, 22, { class: "name" }),
    ...place.parts,
  );
  return drawing;
}

// The same in words, for the best answer.
export function headInWords(trace, t, softmax) {
  if (!softmax) return `After step ${t + 1} the head's numbers are not numbers.`;
  const [{ name, logit, power, share }] = softmax.rows;
  return (
    `After step ${t + 1} the head gives “${tokenText(name)}” the logit ${asText(logit)}; ` +
    `${threeDigits(power)} of ${threeDigits(softmax.total)}, the sum over all ${trace.head.count} answers, ` +
    `is ${percent(share)}.`
  );
}

function wide(trace, t, pooled, softmax) {
  const left = pooled.length ? poolingParts(trace, t, pooled, 14, 58) : { parts: [], right: 0 };
  const parts = [...left.parts],
    start = left.right + (pooled.length ? 84 : 14);
  if (pooled.length) {
    const y = 58 + TALL / 2;
    parts.push(line(left.right + 10, y, start - 12, y), arrowhead(start - 11, y, 1, 0));
    parts.push(label("× W + b", left.right + 10, y - 8, { class: "small" }));
    parts.push(label(`${outputs(trace.head)} × ${trace.head.features}`, left.right + 10, y + 18, { class: "small" }));
  }
  const table = softmax ? numberTable(trace, pooled, softmax, start, 58) : nothing(start, 80);
  return {
    parts: [...parts, ...table.parts],
    height: Math.max(pooled.length ? 58 + TALL + 34 : 0, table.bottom + 12),
    width: table.right + 14,
  };
}

// The rows of W: one for each answer, or a single one for the two of a sigmoid.
const outputs = ({ output, count }) => (output === "sigmoid" ? 1 : count);

function narrow(trace, t, pooled, softmax, room) {
  const parts = [];
  let y = 46;
  if (pooled.length) {
    parts.push(...poolingParts(trace, t, pooled, 14, y + 14).parts);
    y += TALL + 58;
  }
  const most = Math.min(room, WIDEST_LINES),
    lines = softmax ? numberLines(trace, pooled, softmax, most) : { parts: nothing(14, 0).parts, bottom: 20 };
  const notes = softmax && room > WIDEST_LINES ? notesOf(trace, softmax) : []; // a phone has no room for them
  const noteAt = (k) => lines.bottom + 14 + 17 * k;
  notes.forEach((note, k) => lines.parts.push(label(note, 14, noteAt(k), { class: "small" })));
  parts.push(createSvg("g", { transform: `translate(0 ${y})` }, ...lines.parts));
  return { parts, height: y + noteAt(notes.length), width: room };
}

const nothing = (x, y) => ({
  parts: [label("Not a number: see the note above.", x, y)],
  bottom: y,
  right: x + 220,
});

// The states that are pooled, an arrow, and what comes of them.
function poolingParts(trace, t, pooled, x, y) {
  const { pooling } = trace.head,
    last = trace.layers.filter((layer) => layer.layer === trace.depth - 1);
  const alone = pooling === "per-step" || (pooling === "last" && trace.directions === 1);
  const first = alone ? t : Math.max(0, t - MOST_STATES + 1),
    steps = Array.from({ length: t - first + 1 }, (_, k) => first + k);
  const each = last.length > 1 ? 10 : 14,
    parts = [];
  let at = x + (first > 0 && !alone ? 18 : 0);
  if (at > x) parts.push(label("…", x, y + TALL / 2, { class: "small" }));
  for (const k of steps) {
    for (const layer of last) {
      const vector = { name: "h", t: k, layer: trace.layers.indexOf(layer), values: rowAt(layer.quantities.h, k) };
      parts.push(strip({ ...vector, scale: trace.scales.h }, at, y, each, TALL));
      at += each + 1;
    }
    at += 4;
  }
  const range = alone ? `h at step ${t + 1}` : t ? `h, steps 1 to ${t + 1}` : "h, step 1";
  parts.push(label(range, x, y + TALL + 18, { class: "small" }));
  at = Math.max(at, x + 6.4 * range.length) + 8;
  parts.push(line(at, y + TALL / 2, at + 30, y + TALL / 2), arrowhead(at + 31, y + TALL / 2, 1, 0));
  at += 44;
  const per = trace.layers[0].hidden;
  pooled.forEach(({ name, values }) => {
    const room = Math.max(last.length * 16, 6.6 * name.length + 8);
    last.forEach((layer, k) => {
      const part = values.slice(k * per, (k + 1) * per);
      const vector = { name, t, layer: trace.layers.indexOf(layer), values: part, scale: trace.scales.h };
      parts.push(strip(vector, at + (room - 16 * last.length) / 2 + 16 * k, y, 15, TALL));
    });
    parts.push(label(name, at + room / 2, y + TALL + 18, { class: "small middle" }));
    at += room + 6;
  });
  return { parts, right: at };
}

// The columns of the table: [heading, cell of a row].
function tableColumns(trace, pooled, softmax) {
  const { temperature } = trace.head,
    { total, shift } = softmax;
  const needed = softmax.rows.map(({ parts, logit }) => (parts.length ? digitsThatAddUp(parts, logit) : 2)),
    digits = Math.max(...needed);
  const sign = (k, text) => (k && !text.startsWith("−") ? `+ ${text}` : text.replace("−", k ? "− " : "−"));
  const names = [...pooled.map(({ name }) => `W · ${name}`), "b"];
  const ofParts = softmax.rows[0].parts.length
    ? names.map((name, k) => [name, ({ parts }) => sign(k, asText(parts[k], digits))])
    : [];
  const z = temperature === 1 ? "z" : `z ÷ ${asText(temperature)}`,
    power = shift ? "e^(… − largest)" : temperature === 1 ? "e^z" : `e^(${z})`;
  return [
    ...ofParts,
    ["logit z", ({ logit }) => `${ofParts.length ? "= " : ""}${asText(logit)}`],
    ...(temperature === 1 ? [] : [[z, ({ scaled }) => asText(scaled, 3)]]),
    [power, (row) => threeDigits(row.power)],
    ["÷ sum", () => `÷ ${threeDigits(total)}`],
  ];
}

const shareBar = (x, base, { name, share }) =>
  createSvg("rect", { class: kindOfShare(name), x, y: base - 12, width: Math.max(1, 70 * share), height: 15, rx: 2 });

function numberTable(trace, pooled, softmax, x, y) {
  const longest = Math.max(...softmax.rows.map(({ name }) => [...name].length), 8),
    names = Math.min(150, 7.6 * longest + 12);
  const columns = tableColumns(trace, pooled, softmax),
    parts = [];
  const longestOf = ([heading, cell]) => Math.max(heading.length, ...softmax.rows.map((row) => cell(row).length));
  const edges = columns.reduce((all, column) => [...all, all.at(-1) + 7.4 * longestOf(column) + 18], [x + names]);
  const right = edges.at(-1),
    bars = right + 14,
    end = { class: "small end" };
  parts.push(label("answer", x, y, { class: "small" }), label("share", bars, y, { class: "small" }));
  columns.forEach(([heading], k) => parts.push(label(heading, edges[k + 1], y, end)));
  parts.push(line(x, y + 7, bars + 120, y + 7, { class: "rule" }));
  softmax.rows.forEach((row, k) => {
    const base = y + ROW * (k + 1);
    parts.push(label(fitted(tokenText(row.name), names - 8, 7.6), x, base, { class: "best" }));
    columns.forEach(([, cell], c) => parts.push(label(cell(row), edges[c + 1], base, { class: "end" })));
    parts.push(shareBar(bars, base, row), label(percent(row.share), bars + 76, base));
  });
  let bottom = y + ROW * (softmax.rows.length + 1);
  const sums = edges[columns.length - 1];
  if (softmax.others > 0) {
    parts.push(label(othersInWords(softmax), x, bottom, { class: "small" }));
    parts.push(label(threeDigits(softmax.rest), sums, bottom, end));
    bottom += ROW;
  }
  parts.push(line(sums - 90, bottom - 17, sums, bottom - 17, { class: "rule" }));
  parts.push(label("sum", sums - 80, bottom, end));
  parts.push(label(threeDigits(softmax.total), sums, bottom, { class: "end best" }));
  const notes = notesOf(trace, softmax),
    below = notes.length ? 22 + 17 * (notes.length - 1) : 0;
  notes.forEach((note, k) => parts.push(label(note, x, bottom + 22 + 17 * k, { class: "small" })));
  return { parts, bottom: bottom + below, right: bars + 124 };
}

const othersInWords = ({ others }) =>
  others === 1 ? "1 other answer" : `${others.toLocaleString("en")} other answers`;

function notesOf(trace, { shift, rows }) {
  const { output, temperature } = trace.head,
    notes = [];
  if (output === "sigmoid") {
    const { logit, name } = rows.find((row) => row.logit !== 0) ?? rows[0];
    notes.push(`The head gives one number; the other logit is always 0, so “${name}” gets σ(${asText(logit)}).`);
  }
  if (temperature !== 1)
    notes.push(`${asText(temperature)} is the temperature, fitted so that of shares of 80% about 8 in 10 are right.`);
  if (shift) notes.push(`The largest, ${asText(shift)}, is subtracted first, so that no power is too large.`);
  return notes;
}

// Where there is no room for a table: each answer in lines.
function numberLines(trace, pooled, softmax, room) {
  const columns = tableColumns(trace, pooled, softmax),
    parts = [],
    half = (room - 28) / 2;
  let y = 12;
  for (const row of softmax.rows) {
    parts.push(label(fitted(tokenText(row.name), room - 150, 7.6), 14, y, { class: "best" }));
    parts.push(shareBar(room - 130, y, row), label(percent(row.share), room - 14, y, { class: "end" }));
    columns.forEach(([heading, cell], k) => {
      const x = 14 + half * (k % 2);
      if (k % 2 === 0) y += 19;
      parts.push(label(heading, x, y, { class: "small" }), label(cell(row), x + half - 14, y, { class: "end" }));
    });
    y += 28;
  }
  const rest = softmax.others > 0 ? `${othersInWords(softmax)}: ${threeDigits(softmax.rest)}; ` : "";
  parts.push(label(`${rest}sum: ${threeDigits(softmax.total)}`, 14, y, { class: "small" }));
  return { parts, bottom: y + 8 };
}

// Is there a head to open?
export const hasHead = (trace) => Boolean(trace.asks && trace.head.count);

export const drawHead = (box, room) => box.replaceChildren(headDrawing(state.trace, state.t, room));
