// The pieces of the opened cell as SVG: cards with strips, operations, wires.

import { createSvg } from "../core/dom.js";
import { arrowhead, label } from "../core/drawing.js";
import { fitted, minus } from "../core/text.js";
import { plainText, symbolWriter, writeTree } from "../stepper/equations.js";
import { strip } from "../stepper/strip.js";
import { mean, scaleOf } from "../stepper/trace.js";

const CORNER = 6, // radius of a wire's bends
  INSET = 4; // from the edge of a card to its strip

// A piece of an equation as SVG.
export function svgPieces({ text, letter, index }) {
  if (!letter) return [text];
  const [low, back] = [createSvg("tspan", { class: "index", dy: 4 }, index), createSvg("tspan", { dy: -4 }, "\u200b")];
  return [createSvg("tspan", { class: "letter" }, letter), low, back];
}

// Points as the path of a wire with round bends; `hops` are the heights of level wires that it crosses in a bow.
export function pathOf(points, hops = []) {
  let d = `M${at(points[0])}`;
  points.slice(1).forEach((point, k) => {
    const from = points[k],
      next = points[k + 2];
    if (from[0] === point[0])
      for (const y of hops)
        if (Math.min(from[1], point[1]) + 5 < y && y < Math.max(from[1], point[1]) - 5) {
          const way = Math.sign(point[1] - from[1]);
          d += `V${y - 5 * way}A5 5 0 0 ${way < 0 ? 1 : 0} ${at([point[0], y + 5 * way])}`;
        }
    if (!next) return (d += `L${at(point)}`);
    const before = toward(point, from),
      after = toward(point, next);
    d += `L${at(before)}Q${at(point)} ${at(after)}`;
  });
  return d;
}

const at = (point) => point.map((number) => Math.round(10 * number) / 10).join(" ");

// The point of a line where a bend begins: at most half of the way from a corner to the next one.
function toward([x, y], [toX, toY]) {
  const length = Math.hypot(toX - x, toY - y) || 1,
    share = Math.min(CORNER, length / 2) / length;
  return [x + (toX - x) * share, y + (toY - y) * share];
}

export function wireDrawing({ from, to, of, points, hops, weights = "" }) {
  const data = { "data-from": from, "data-to": to, "data-of": of ?? "" };
  const [[x0, y0], [x, y]] = points.slice(-2),
    length = Math.hypot(x - x0, y - y0) || 1;
  const [dx, dy] = [(x - x0) / length, (y - y0) / length];
  const short = [...points.slice(0, -1), [x - 3 * dx, y - 3 * dy]]; // a line must not show beside the tip
  return [
    createSvg("path", { class: `wire ${weights}`.trim(), d: pathOf(short, hops), ...data }),
    arrowhead(x, y, dx, dy, { ...data, class: `tip ${weights}`.trim() }),
  ];
}

export const dotDrawing = ([x, y]) => createSvg("circle", { class: "dot", cx: x, cy: y, r: 2.4 });

// An operation, with the number of the chosen unit.
export function operationDrawing(node, value) {
  const { x, y, w, h } = node;
  const group = createSvg("g", { class: "node", "data-name": node.id, "data-of": node.of, "aria-hidden": "true" });
  const kind = /^[×+−]|−$/.test(node.sign) ? "" : " function";
  group.append(
    createSvg("rect", { class: `sign${kind}`, x: x - w / 2, y: y - h / 2, width: w, height: h, rx: h / 2 }),
    label(node.sign, x, y + 4.5, { class: node.sign.length > 1 ? "operation" : "operation large" }),
  );
  if (value) group.append(valueLabel(value, node.number.x, node.number.y, node.number.anchor));
  return group;
}

const valueLabel = (text, x, y, anchor = "") => label(text, x, y, { class: `value ${anchor}`.trim() });

// A title that fits, or its first word: "forget gate", "forget"; or nothing.
function shortTitle(title, width) {
  const [first] = title.split(" ");
  return [title, first].find((words) => fitted(words, width, 7.2) === words) ?? "";
}

// A card: a vector's strip with its name. `view` is {trace, layer, t, notation, tall, values, number}.
export function cardDrawing(node, view) {
  const { trace, layer, t, values, number } = view,
    [letter, time] = symbolOf(layer, node);
  const title = titleOf(node, view);
  const group = createSvg("g", {
    class: "part card",
    "data-name": node.id,
    "data-of": node.of ?? "",
    tabindex: -1,
    role: "img",
    "aria-label": spoken(title, letter, values, number),
  });
  const [x, y] = [node.x - node.w / 2, node.y - node.h / 2];
  group.append(createSvg("rect", { class: "box", x, y, width: node.w, height: node.h, rx: 5 }));
  const scale = node.kind === "sum" ? trace.scales.sums : scaleOf(trace, node.id);
  const vector = { name: node.id, title, t, layer: trace.layers.indexOf(layer), values, scale };
  if (node.kind === "sum") {
    group.append(strip(vector, x + INSET, y + INSET, node.w - 2 * INSET, view.tall));
    const below = y + INSET + view.tall + 14;
    group.append(label(sumWords(node), node.x, below, { class: "small middle" }));
    if (number) group.append(valueLabel(number, node.x, below + 16, "middle narrow"));
    return group;
  }
  const room = node.w - 34 - (number ? 8.6 * number.length : 0);
  const isNarrow = number && node.w < (node.kind === "earlier" ? 108 : 80),
    edge = isNarrow ? 2 : INSET; // c_{t−1} and −0.9 in a card of 72 pixels do not touch
  group.append(
    createSvg(
      "text",
      { x: x + edge + 1, y: y + 14, class: "symbol" },
      createSvg("tspan", { class: "letter" }, letter),
      createSvg("tspan", { class: "index", dy: 4 }, time),
      createSvg("tspan", { class: "small", dx: 5, dy: -4 }, node.kind === "quantity" ? shortTitle(title, room) : ""),
    ),
  );
  const kind = isNarrow ? "value narrow end" : "value end";
  if (number) group.append(label(number, x + node.w - edge, y + 14, { class: kind }));
  group.append(strip(vector, x + INSET, y + 20, node.w - 2 * INSET, view.tall));
  return group;
}

const symbolOf = (layer, node) =>
  node.kind === "earlier" ? [node.state, layer.back ? "t+1" : "t−1"] : [node.id, "t"];

function titleOf(node, { trace, layer, notation }) {
  const symbols = symbolWriter(layer, notation);
  if (node.kind === "sum") return writeTree(["+", ...node.parts], symbols).map(plainText).join("");
  if (node.kind === "earlier") return `${node.state} from the previous step`;
  return trace.cell.quantities.find(({ name }) => name === node.id).title;
}

function spoken(title, letter, values, number) {
  const range = [Math.min(...values), Math.max(...values)].map((value) => minus(value.toFixed(2))).join(" to ");
  const name = /_/.test(title) || title.startsWith(`${letter} `) ? title : `${title} ${letter}`;
  return `${name}: ${range}, mean ${minus(mean(values).toFixed(2))}${number ? `; of the chosen unit ${number}` : ""}`;
}

function sumWords({ sides, w }) {
  if (sides.length > 1) return w < 84 ? "Wx+Wh+b" : "W x + W h + b";
  const input = sides[0] === "ih" ? "x" : "h";
  if (w < 38) return `W${input}`;
  return w < 56 ? `W${input}+b` : `W ${input} + b`;
}
