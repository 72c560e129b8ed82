// The backward pass: the loss at the right, and arrows to the left, as wide as the gradient that they carry.

import { createNode, createSvg, fillNode } from "../core/dom.js";
import { canvas, label } from "../core/drawing.js";
import { fitted, tokenText } from "../core/text.js";
import { arrivalSentence, cameFrom, factorOf, twoDigits } from "./gradients.js";
import { state } from "../stepper/state.js";
import { gutterIn, largestLayout, shortName } from "../stepper/columns.js";
import { strip } from "../stepper/strip.js";
import { layerName, rowAt, sum, unitsDrawn } from "../stepper/trace.js";

const LOSS_ROOM = 152, // at the right, for the loss
  LOSS_AT = 26, // how far down the gradient of the loss comes along
  LOSSES_AT = 42, // and where each step has a loss of its own
  FALL_HEIGHT = 44, // of a gradient from above
  LANE_HEIGHT = 46, // the strip of a state
  LANE_GAP = 24, // the room under it
  WIDEST_ARROW = 14;

// Positions, which stay the same while stepping: `rows` has a row for each layer and direction, with a lane for each
// of its states. Fields that the forward drawing has as well mean the same.
export function layoutBackward(trace, space, several = false, lane = LANE_HEIGHT) {
  const least = trace.length > 40 ? 40 : trace.length > 12 ? 92 : 118; // at most 12 have room for every number
  const widths = trace.tokens.map((token) => Math.max(least, Math.min(118, 8 * [...token].length + 14)));
  const rows = [],
    gutter = gutterIn(space);
  const top = several ? LOSSES_AT : LOSS_AT;
  let y = top,
    above = top;
  for (let depth = trace.depth - 1; depth >= 0; depth--) {
    y += FALL_HEIGHT;
    trace.layers.forEach((layer, k) => {
      if (layer.layer !== depth) return;
      const lanes = trace.cell.state.map((_, number) => y + number * (lane + LANE_GAP));
      rows[k] = { above, lanes, bottom: lanes.at(-1) + lane };
      y = rows[k].bottom + LANE_GAP + (trace.directions > 1 ? 22 : 4); // two numbers between two directions
    });
    above = Math.max(...rows.filter(Boolean).map(({ bottom }) => bottom)) + 2;
  }
  const tokens = y + FALL_HEIGHT - 12,
    height = tokens + 40,
    left = space.height === Infinity || lane > LANE_HEIGHT ? 0 : space.height - height;
  // What a whole screen has left makes the strips higher.
  if (left > 0)
    return layoutBackward(trace, space, several, lane + left / (trace.layers.length * trace.cell.state.length));
  const spare = Math.max(0, space.width - sum(widths) - gutter - LOSS_ROOM) / trace.length;
  const pitches = widths.map((width) => Math.min(Math.max(width, 260), width + spare));
  const lefts = pitches.map((_, t) => gutter + sum(pitches.slice(0, t)));
  return {
    top,
    rows,
    gutter,
    room: space.width,
    space,
    isSlide: space.height !== Infinity,
    lane,
    tokens,
    below: above,
    open: { width: 0, height: 0, depth: -1, list: { width: 0, height: 0 } },
    height,
    end: lefts.at(-1) + pitches.at(-1),
    width: lefts.at(-1) + pitches.at(-1) + LOSS_ROOM,
    left: (t) => lefts[t],
    widthOf: (t) => pitches[t],
  };
}

// The drawing with the group of each step, in a `space` as `roomOn` gives it.
export function backwardNetwork(trace, pass, space) {
  const placement = largestLayout(space, (tried) => layoutBackward(trace, tried, pass.several));
  const drawing = canvas(placement.width, placement.height, { class: "unrolled backward" });
  const { scale } = placement.space;
  fillNode(drawing, { width: placement.width * scale, height: placement.height * scale });
  drawing.append(createSvg("title", {}, describeBackward(trace, pass)));
  const columns = trace.tokens.map((_, t) => backwardColumn(trace, pass, placement, t));
  drawing.append(lossDrawing(trace, pass, placement), ...columns, backwardNames(trace, pass, placement));
  return { drawing, placement, columns };
}

export const describeBackward = (trace, pass) =>
  `The backward pass of ${trace.cell.title} of the model ${trace.title} over ${trace.length} steps: the gradient of ` +
  `the loss of “${pass.label}” at each step, from the last to the first.`;

const arrowWidth = (pass, length) => Math.max(0.8, (WIDEST_ARROW * (length ?? 0)) / pass.widest);

// An arrow from (x1, y1) to (x2, y2), upright or level, which is as wide at each end as the gradient there.
export function gradientArrow(pass, [x1, y1], [x2, y2], [from, to], title) {
  const far = Math.abs(x2 - x1) + Math.abs(y2 - y1),
    [dx, dy] = [Math.sign(x2 - x1), Math.sign(y2 - y1)];
  const [a, b] = [arrowWidth(pass, from) / 2, arrowWidth(pass, to) / 2];
  const wing = b + 3,
    neck = Math.max(0, far - wing - 3);
  const at = (along, across) =>
    `${(x1 + dx * along - dy * across).toFixed(1)} ${(y1 + dy * along + dx * across).toFixed(1)}`;
  const corners = [at(0, a), at(neck, b), at(neck, wing), at(far, 0), at(neck, -wing), at(neck, -b), at(0, -a)];
  return createSvg(
    "g",
    { class: "gradient" },
    createSvg("title", {}, title),
    createSvg("path", { d: `M${corners.join("L")}z` }),
  );
}

const number = (text, x, y, attributes = {}) => label(text, x, y, { class: "small", ...attributes });

// In narrow columns only some have numbers.
const hasNumbers = (placement, t) => t % Math.ceil(60 / placement.widthOf(t)) === 0;

function backwardColumn(trace, pass, placement, t) {
  const width = placement.widthOf(t),
    middle = width / 2,
    half = trace.directions > 1 ? 8 : 11;
  const parts = [
    createSvg("rect", { class: "present", x: 1, y: 2, width: width - 2, height: placement.height - 4, rx: 8 }),
  ];
  // The two directions are a little apart, so that each can be reached from above.
  const centre = (layer) => middle + (trace.directions > 1 ? (layer.back ? 1 : -1) * Math.min(14, width / 5) : 0);
  pass.layers.forEach((layer, k) => {
    const { above, lanes } = placement.rows[k],
      x = centre(layer);
    trace.cell.state.forEach((name, lane) => {
      const from = lane ? lanes[lane - 1] + placement.lane + 2 : above;
      parts.push(...fromAbove(trace, pass, layer, name, t, x, from, lanes[lane], hasNumbers(placement, t)));
      parts.push(...alongWire(trace, pass, placement, k, name, t, x, lanes[lane] + placement.lane / 2, half));
      const vector = {
        name: `∂L/∂${name}`,
        t,
        layer: k,
        values: rowAt(layer.total[name], t),
        scale: pass.deepest,
        write: (value) => value.toExponential(2),
      };
      parts.push(strip(vector, x - half, lanes[lane], 2 * half, placement.lane));
      const text = hasNumbers(placement, t) ? twoDigits(layer.norms[name][t]) : "";
      const side = layer.back ? [x + 5, "start"] : [x - 5, "end"]; // beside what goes on down
      const below = lanes[lane] + placement.lane + 13;
      parts.push(number(text, side[0], below, { class: "answer best", "text-anchor": side[1] }));
    });
  });
  parts.push(...intoToken(trace, pass, placement, t, middle, width));
  return createSvg(
    "g",
    { class: "column", "data-t": t, transform: `translate(${placement.left(t)} 0)` },
    ...parts,
  );
}

// What arrives within a step: from the loss or the layer above, for a memory like c from the h of the step.
function fromAbove(trace, pass, layer, name, t, x, from, to, numbered) {
  const length = layer.above[name][t];
  if (!length) return [];
  const title = `Step ${t + 1}: ${twoDigits(length)} arrives at ${name} from ${name === "h" ? "above" : "h"}`;
  const arrow = gradientArrow(pass, [x, from], [x, to - 2], [length, length], title);
  const left = trace.directions > 1 && !layer.back,
    beside = (left ? -1 : 1) * (arrowWidth(pass, length) / 2 + 6);
  const text = numbered && name === "h" ? twoDigits(length) : "";
  return [arrow, number(text, x + beside, to - 12, { "text-anchor": left ? "end" : "start" })];
}

// What comes over the wire of a state from the step computed next, and the factor between the two.
function alongWire(trace, pass, placement, k, name, t, x, y, half) {
  const layer = pass.layers[k],
    from = cameFrom(layer, t, trace.length);
  if (from < 0) return [];
  const toward = layer.back ? -1 : 1,
    pitch = layer.back ? placement.widthOf(from) : placement.widthOf(t);
  const middles = (placement.widthOf(t) + placement.widthOf(from)) / 2;
  const [begin, end] = [x + toward * (middles - half), x + toward * (half + 2)];
  const ends = [layer.norms[name][from], layer.carried[name][t]],
    factor = factorOf(layer, name, t, trace.length);
  const share = factor === null ? "" : `, × ${twoDigits(factor)} of the ${twoDigits(ends[0])} there`;
  const title = `${twoDigits(ends[1])} arrives over the wire of ${name} from step ${from + 1}${share}`;
  const text = factor !== null && pitch >= 70 ? `× ${twoDigits(factor)}` : "";
  const place = pitch > 116 ? end + toward * 23 : (begin + end) / 2; // within its own column, where there is room
  const over = y - Math.max(arrowWidth(pass, ends[0]), arrowWidth(pass, ends[1])) / 2 - 5;
  return [
    gradientArrow(pass, [begin, y], [end, y], ends, title),
    number(text, place, over, { "text-anchor": "middle" }),
  ];
}

// What reaches the input, and the token.
function intoToken(trace, pass, placement, t, middle, width) {
  const length = pass.x[t];
  const title = `The gradient of the input at step ${t + 1}, |∂L/∂x|: ${twoDigits(length)}`;
  const from = placement.below,
    to = placement.tokens - 4;
  const beside = middle + arrowWidth(pass, length) / 2 + 6;
  return [
    gradientArrow(pass, [middle, from], [middle, to], [length, length], title),
    number(hasNumbers(placement, t) ? twoDigits(length) : "", beside, to - 9),
    createSvg(
      "g",
      { class: "pick" },
      createSvg("rect", { x: 0, y: to, width, height: 40, fill: "none", "pointer-events": "all" }),
      createSvg("title", {}, tokenText(trace.tokens[t])),
      label(fitted(tokenText(trace.tokens[t]), width - 2, 7.6), middle, placement.tokens + 14, {
        class: trace.unknown.includes(trace.tokens[t]) ? "token unknown" : "token",
        "text-anchor": "middle",
      }),
      label(String(t + 1), middle, placement.tokens + 30, { class: "small", "text-anchor": "middle" }),
    ),
  ];
}

// The loss at the right, and a line from it to every step that it sends a gradient into.
function lossDrawing(trace, pass, placement) {
  const top = pass.layers.filter((_, k) => trace.layers[k].layer === trace.depth - 1);
  const entered = trace.tokens.map((_, t) => top.some((layer) => layer.above.h[t]));
  const first = Math.max(0, entered.indexOf(true)),
    box = placement.end + 10;
  const far = placement.left(first) + placement.widthOf(first) / 2 - 14 * (trace.directions - 1);
  const way = createSvg("path", { class: "way", d: `M${box} ${LOSS_AT}H${far}` });
  return createSvg(
    "g",
    { class: "loss" },
    ...(pass.several ? lossesOfSteps(trace, pass, placement) : [way]),
    createSvg("rect", { class: "box", x: box, y: 6, width: LOSS_ROOM - 16, height: 40, rx: 8 }),
    label(`L = ${twoDigits(pass.loss)}`, box + 8, 23, { class: "name" }),
    label(pass.several ? "the sum of all" : nameOfLoss(pass.label, 68), box + 8, 38, { class: "small" }),
  );
}

const nameOfLoss = (target, room) => `−log p(${fitted(tokenText(target), room, 7.4)})`;

// The loss of each step, over its column.
function lossesOfSteps(trace, pass, placement) {
  const middle = { "text-anchor": "middle" };
  return pass.losses.flatMap((loss, t) => {
    if (loss === null || !hasNumbers(placement, t)) return [];
    const x = placement.left(t) + placement.widthOf(t) / 2;
    return [
      label(twoDigits(loss), x, 16, { class: "name", ...middle }),
      number(nameOfLoss(pass.targets[t], placement.widthOf(t) - 60), x, 32, middle),
    ];
  });
}

// Names of the rows; they stay at the left edge while the columns scroll under them.
function backwardNames(trace, pass, placement) {
  const group = createSvg("g", { class: "gutter" });
  group.append(createSvg("rect", { class: "paper", width: placement.gutter - 6, height: placement.height }));
  const name = (text, y, small = "") => {
    const below = shortName(small, placement.gutter);
    group.append(label(text, 2, y, { class: "name" }), label(below, 2, y + 15, { class: "small" }));
  };
  name("loss", pass.several ? 16 : LOSS_AT + 4, pass.several ? "of each step" : "");
  trace.layers.forEach((layer, k) => {
    const visible = unitsDrawn(trace, k, state).length,
      units = visible < layer.hidden ? `${visible} of ${layer.hidden} units` : `${layer.hidden} units`;
    trace.cell.state.forEach((each, lane) => {
      const middle = placement.rows[k].lanes[lane] + placement.lane / 2 - 2;
      name(`∂L/∂${each}`, middle, lane ? "" : layerName(trace, layer) || units);
    });
  });
  name("∂L/∂x", placement.below + 46);
  name("token", placement.tokens + 14);
  return group;
}

// What is shown at step t, in words, for the line over the drawing and for a saved picture.
export function backwardSentence(trace, pass, t) {
  const where = trace.layers.length > 1 ? ` ${layerName(trace, trace.layers[state.layer])}` : "";
  const parts = [`step ${t + 1} of ${trace.length}, token `, createNode("b", {}, tokenText(trace.tokens[t]))];
  for (const { name, value, share } of arrivalSentence(pass, state.layer, t, trace.length))
    parts.push(`, ${name}${where} `, createNode("b", {}, value), share);
  return parts;
}

export function backwardScales(trace, pass) {
  const about = `±${twoDigits(pass.deepest)}`,
    some = trace.layers.some((layer, k) => unitsDrawn(trace, k, state).length < layer.hidden);
  const few = some ? " Only the units of h that change most are drawn." : "";
  return (
    `The deepest colours stand for ${about}. A number under a strip is the length of its gradient, the widest arrow ` +
    `${twoDigits(pass.widest)}; × on a wire: what arrives over it as a share of the gradient at its other end. ` +
    `What comes together adds up as vectors.${few}`
  );
}
