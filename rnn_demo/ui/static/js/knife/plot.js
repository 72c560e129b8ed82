// The drawing of surgery: a unit over the steps, which can be taken hold of, and the answer below it on the same steps.
// What is untouched is pale, behind.

import { createSvg } from "../core/dom.js";
import { canvas, colourLevel, label } from "../core/drawing.js";
import { fitted, minus, percent, shortNumber, tokenText } from "../core/text.js";

// In pixels: the margins, the height of the unit, of the tokens below it and of the answers; a step has at least
// `least`, or room for its words up to `most`, and below that the drawing scrolls.
const PLOT = { left: 56, right: 18, top: 26, unit: 190, tokens: 62, answers: 96, least: 30, most: 68 };
const TOKEN_LETTER = 8, // pixels of one of a token
  TOKEN_SPACE = 12; // between two tokens

// The numbers that the unit's axis spans: the bounds of its quantity, or all that is there and a third more.
export function spanOf(bounds, range, ...lines) {
  if (bounds) return [...bounds];
  const all = [0, ...(range ? [range.low, range.high] : []), ...lines.flatMap((values) => [...values])].filter(
    Number.isFinite,
  );
  const [low, high] = [Math.min(...all), Math.max(...all)],
    more = Math.max(0.35 * (high - low), 0.1);
  return [low - (low < 0 ? more : more / 3), high + (high > 0 ? more : more / 3)];
}

// Where things are in a drawing of these tokens: {width, height, x(t), y(value), valueAt(pixel), share(p)}.
export function placesFor(room, tokens, [low, high]) {
  const steps = tokens.length,
    longest = Math.max(...tokens.map((token) => [...token].length)),
    least = Math.min(PLOT.most, Math.max(PLOT.least, TOKEN_LETTER * longest + TOKEN_SPACE));
  const step = Math.max(least, (room - PLOT.left - PLOT.right) / steps),
    answerFloor = PLOT.top + PLOT.unit + PLOT.tokens + PLOT.answers;
  return {
    width: PLOT.left + PLOT.right + step * steps,
    height: answerFloor + 12,
    step,
    x: (t) => PLOT.left + step * (t + 0.5),
    y: (value) => PLOT.top + PLOT.unit * (1 - (Math.min(high, Math.max(low, value)) - low) / (high - low)),
    valueAt: (pixel) => low + (high - low) * Math.min(1, Math.max(0, 1 - (pixel - PLOT.top) / PLOT.unit)),
    share: (p) => answerFloor - PLOT.answers * p,
  };
}

const polyline = (points, name) => {
  const steps = points
    .filter((point) => point.every(Number.isFinite))
    .map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return createSvg("polyline", { class: `knife-line ${name}`, points: steps.join(" ") });
};

const rule = (y, width, name = "") =>
  createSvg("line", { class: `knife-rule ${name}`, x1: PLOT.left, x2: width - PLOT.right, y1: y, y2: y });

// `view` is {name, tokens, span, range, before, after, held, here, shares: [untouched, patched], answers: [label, ...],
// labels}: the values of the unit over the steps in both runs, the steps at which it is held, the present step, and the
// numbers of the answers that are drawn below.
export function drawSurgery(view, room) {
  const places = placesFor(room, view.tokens, view.span),
    { width, height, x, y } = places;
  const node = canvas(width, height, { class: "knife-drawing", "aria-label": inWords(view) });
  node.append(...frame(view, places));
  node.append(polyline(pointsOf(view.before, places), "untouched"), polyline(pointsOf(view.after, places), "patched"));
  for (const t of view.tokens.keys()) node.append(grip(view, t, x(t), y(view.after[t])));
  node.append(...answerLines(view, places));
  node.places = places;
  return node;
}

const inWords = ({ name, tokens, held }) =>
  `${name} over ${tokens.length} steps, untouched and with the edits; ` +
  `${held.size ? `held at ${held.size} of them` : "held nowhere"}. Below, the probability of the answers.`;

const pointsOf = (values, { x, y }) => Array.from(values, (value, t) => [x(t), y(value)]);

// The range that is usual, the axis, the tokens and the present step.
function frame({ name, tokens, span, range, here }, places) {
  const { width, x, y, step } = places,
    [low, high] = span,
    parts = [];
  parts.push(
    createSvg("rect", {
      class: "knife-here",
      x: x(here) - step / 2,
      y: PLOT.top - 8,
      width: step,
      height: places.height - PLOT.top,
    }),
  );
  if (range) {
    const [top, bottom] = [y(range.high), y(range.low)];
    parts.push(
      createSvg("rect", {
        class: "knife-usual",
        x: PLOT.left,
        y: top,
        width: width - PLOT.left - PLOT.right,
        height: Math.max(2, bottom - top),
      }),
    );
  }
  const ticks = [...new Set([low, 0, high].filter((value) => value >= low && value <= high))];
  for (const value of ticks) {
    parts.push(rule(y(value), width, value === 0 ? "zero" : ""));
    parts.push(label(minus(shortNumber(value)), PLOT.left - 8, y(value) + 4, { class: "small", "text-anchor": "end" }));
  }
  parts.push(label(name, PLOT.left, 14, { class: "name" }));
  tokens.forEach((token, t) => {
    const middle = { "text-anchor": "middle" };
    const shown = fitted(tokenText(token), step - TOKEN_SPACE, TOKEN_LETTER);
    parts.push(label(shown, x(t), PLOT.top + PLOT.unit + 22, { class: "token", ...middle }));
    parts.push(label(String(t + 1), x(t), PLOT.top + PLOT.unit + 38, { class: "small", ...middle }));
  });
  return parts;
}

// A point that can be dragged; with the keyboard, the arrows move it and Delete lets it go.
function grip({ name, held, after, span }, t, cx, cy) {
  const value = after[t],
    isHeld = held.has(t);
  const group = createSvg("g", {
    class: isHeld ? "knife-grip held" : "knife-grip",
    "data-t": t,
    tabindex: 0,
    role: "slider",
    "aria-orientation": "vertical",
    "aria-label": `${name} at step ${t + 1}${isHeld ? ", held" : ""}`,
    "aria-valuemin": span[0].toFixed(3),
    "aria-valuemax": span[1].toFixed(3),
    "aria-valuenow": Number.isFinite(value) ? value.toFixed(3) : "0",
    transform: `translate(${cx.toFixed(1)} ${(Number.isFinite(cy) ? cy : PLOT.top).toFixed(1)})`,
  });
  const level = colourLevel(value, Math.max(...span.map(Math.abs))),
    look = { class: "dot", ...(level < 0 ? {} : { style: `fill:var(--rnn-v${level})` }) }; // of values, as above
  group.append(createSvg("circle", { class: "target", r: 14 }));
  group.append(
    isHeld
      ? createSvg("rect", { ...look, x: -7, y: -7, width: 14, height: 14, rx: 2 })
      : createSvg("circle", { ...look, r: 6 }),
  );
  group.append(createSvg("title", {}, `step ${t + 1}: ${minus(value.toFixed(4))}${isHeld ? ", held" : ""}`));
  return group;
}

// "negative" and "positive" have the colours that they have everywhere; of other answers the k-th has its own.
export const colourOfAnswer = (name, k) => (["negative", "positive"].includes(name) ? `is-${name}` : `answer-${k}`);

// The probabilities of the answers of both runs.
function answerLines({ shares, answers, labels }, { width, x, share }) {
  const parts = [];
  for (const p of [0, 0.5, 1]) {
    parts.push(
      rule(share(p), width),
      label(percent(p), PLOT.left - 8, share(p) + 4, { class: "small", "text-anchor": "end" }),
    );
  }
  answers.forEach((answer, k) => {
    for (const [run, rows] of [
      ["untouched", shares[0]],
      ["patched", shares[1]],
    ])
      parts.push(
        polyline(
          rows.map((row, t) => [x(t), share(row[answer])]),
          `${run} ${colourOfAnswer(labels[answer], k)}`,
        ),
      );
  });
  const names = answers.map((answer, k) => {
    const look = { class: `knife-name ${colourOfAnswer(labels[answer], k)}`, ...(k ? { dx: 14 } : {}) };
    return createSvg("tspan", look, labels[answer]);
  });
  parts.push(createSvg("text", { class: "name", x: PLOT.left, y: share(1) - 8 }, ...names));
  return parts;
}
