// The opened cell: its data flow at one step, drawn from the cell's own description, whatever the cell.

import { createSvg } from "../core/dom.js";
import { arrowhead, label, line } from "../core/drawing.js";
import { fitted, minus, percent, tokenText } from "../core/text.js";
import { equationOf, plainText, signsOf, symbolWriter, writeTree } from "./equations.js";
import { selectedLayer, state } from "./state.js";
import { strip } from "./strip.js";
import { layerName, mean, scaleOf, unitsDrawn, wireValues } from "./trace.js";

const LEAD = 14,
  HEAD = 82,
  LIFT = 46,
  WIDEST = 660; // margin, room for the words, for wires, for all
const BUS = { h: 40, x: 58 }; // how far under the sums their inputs come along

// The place of each part: sums at the bottom, under the gate that uses them; above, every quantity one row higher
// than its inputs; the previous state at the left of the quantity that uses it. A backward layer is the mirror image.
export function cellPlan(trace, room) {
  const { back } = trace.layers[state.layer],
    { gates, quantities } = trace.cell;
  const unitCount = unitsDrawn(trace, state.layer, state).length;
  const depth = {},
    column = {},
    parts = [];
  const names = new Set(quantities.map((quantity) => quantity.name));
  for (const { name, after } of quantities) {
    depth[name] = 1 + Math.max(0, ...after.filter((from) => names.has(from)).map((from) => depth[from] ?? 0));
    const own = after.map((from) => from.split(".")[1]).find(Boolean);
    const users = after.filter((from) => from in column).map((from) => column[from]);
    column[name] = own !== undefined ? gates.indexOf(own) : users.length ? mean(users) : 0;
  }
  const needsLeft = ({ name, after }) => column[name] < 0.9 && after.some((from) => from.endsWith("_prev"));
  const shift = quantities.some(needsLeft) ? 1 : 0;
  const count = Math.max(gates.length + shift, 2);
  const pitch = Math.max(64, Math.min(134, (room - 2 * LEAD) / count));
  const wide = pitch - 12,
    tall = Math.max(18, Math.ceil(unitCount / 32) * Math.min(6, wide / 16));
  const rows = Math.max(...Object.values(depth)),
    rowHeight = tall + 14 + LIFT;
  const y = (row) => HEAD + (rows - row) * rowHeight + 14;
  const width = 2 * LEAD + pitch * count;
  const mirrored = (x) => (back ? width - x : x);
  const x = (place) => mirrored(LEAD + pitch * (place + 0.5 + shift));
  for (const gate of gates)
    for (const [k, side] of ["a_ih", "a_hh"].entries()) {
      const half = (wide - 4) / 2;
      parts.push({
        name: `${side}.${gate}`,
        y: y(0),
        width: half,
        height: tall,
        sum: true,
        input: side === "a_ih" ? "x" : "h",
        x: x(gates.indexOf(gate)) - wide / 2 + k * (half + 4),
      });
    }
  for (const quantity of quantities) {
    const box = { y: y(depth[quantity.name]), width: wide, height: tall };
    const signs = signsOf(quantity.tree[state.notation]).join(" ");
    parts.push({ ...box, name: quantity.name, quantity, signs, x: x(column[quantity.name]) - wide / 2 });
    for (const from of quantity.after)
      if (from.endsWith("_prev") && !parts.some((part) => part.name === from))
        parts.push({ ...box, name: from, x: mirrored(LEAD + 6 + wide / 2) - wide / 2, earlier: true });
  }
  return { parts, pitch, back, width, height: y(0) + tall + BUS.x + 16, bottom: y(0) + tall };
}

export function cellSize(trace) {
  const { width, height } = cellPlan(trace, WIDEST);
  return { width: width + 16, height: height + 4, depth: trace.layers[state.layer].layer };
}

export function openedCell(trace, layer, t, top) {
  return createSvg("g", { transform: `translate(8 ${top})` }, cellDrawing(trace, layer, t, cellPlan(trace, WIDEST)));
}

const symbolOf = (layer, name) =>
  name.endsWith("_prev") ? [name.slice(0, -5), layer.back ? "t+1" : "t−1"] : [name, "t"];

export function cellDrawing(trace, layer, t, plan) {
  const group = createSvg("g", { class: "cell" });
  const name = [trace.cell.title, layerName(trace, layer)].filter(Boolean).join(", ");
  group.append(
    createSvg("title", {}, `The ${name} cell at step ${t + 1}: how ${trace.cell.state.join(" and ")} are computed`),
    createSvg("rect", { class: "box", x: 1, y: 1, width: plan.width - 2, height: plan.height - 2, rx: 10 }),
    label(`${name}, step ${t + 1}: ${fitted(tokenText(trace.tokens[t]), 110)}`, LEAD, 19, { class: "name" }),
  );
  const wires = createSvg("g", { class: "wires" });
  group.append(wires);
  const find = (partName) => plan.parts.find((part) => part.name === partName);
  for (const part of plan.parts.filter((each) => each.quantity))
    for (const from of part.quantity.after) wires.append(...wireBetween(find(from), part));
  for (const part of plan.parts) wires.append(...wiresIn(part, plan));
  group.append(...inputNames(layer, plan));
  for (const stateName of trace.cell.state) wires.append(...wiresOut(find(stateName), plan, stateName === "h"));
  for (const part of plan.parts) group.append(partDrawing(trace, layer, t, part));
  group.append(
    label(gatesInWords(trace, layer, t, plan.width > 420), LEAD, 34, { class: "small" }),
    label("", LEAD, 50, { class: "equation" }),
    label("", LEAD, 66, { class: "partial" }),
  );
  for (const kind of ["pointerover", "focusin"])
    group.addEventListener(kind, (event) => highlightPart(group, trace, event.target.closest(".part")?.dataset.name));
  group.addEventListener("pointerleave", () => highlightPart(group, trace, focusedPart()));
  group.addEventListener("focusout", () => highlightPart(group, trace, undefined));
  group.querySelector(".part").setAttribute("tabindex", 0);
  highlightPart(group, trace, undefined);
  return group;
}

function wireBetween(from, to) {
  if (!from) return [];
  const data = { "data-from": from.name, "data-to": to.name };
  if (from.earlier) {
    const y = to.y + to.height / 2;
    const [start, end, way] = from.x < to.x ? [from.x + from.width, to.x - 1, 1] : [from.x, to.x + to.width + 1, -1];
    return [line(start, y, end - way, y, data), arrowhead(end, y, way, 0, data)];
  }
  const x1 = from.x + from.width / 2,
    y1 = from.y - (from.sum ? 1 : 15),
    y2 = to.y + to.height + (to.signs ? 17 : 2);
  const aside = Math.min(0.35, Math.max(-0.35, (x1 - to.x - to.width / 2) / 300)),
    bend = (y1 - y2) / 2;
  const x2 = to.x + to.width / 2 + aside * (to.signs ? signWidth(to.signs) : to.width); // side by side, as they come
  return [
    createSvg("path", { class: "wire", d: `M${x1} ${y1}C${x1} ${y1 - bend} ${x2} ${y2 + bend} ${x2} ${y2}`, ...data }),
    arrowhead(x2, y2 - 1, 0, -1, data),
  ];
}

const signWidth = (signs) => 8 + 6.4 * signs.length;

// Wires from outside: x from below and the previous h to each sum, a previous state to its own box.
function wiresIn(part, plan) {
  const edge = plan.back ? plan.width - 2 : 2,
    way = plan.back ? -1 : 1;
  if (part.earlier) {
    const y = part.y + part.height / 2,
      end = plan.back ? part.x + part.width + 1 : part.x - 1;
    const data = { "data-from": "outside", "data-to": part.name };
    return [line(edge, y, end, y, data), arrowhead(end, y, way, 0, data)];
  }
  if (!part.sum) return [];
  const data = { "data-from": part.input === "h" ? "h_prev" : "x", "data-to": part.name };
  const x = part.x + part.width / 2,
    bus = plan.bottom + BUS[part.input],
    up = plan.bottom + 2;
  const start = part.input === "h" ? `M${edge} ${bus}` : `M${plan.width / 2} ${plan.height - 2}V${bus}`;
  return [createSvg("path", { class: "wire", d: `${start}H${x}V${up}`, ...data }), arrowhead(x, up - 1, 0, -1, data)];
}

// The names of the inputs, beside their wires.
function inputNames(layer, plan) {
  const name = (letter, time, x, y) =>
    createSvg(
      "text",
      { x, y, class: "symbol" },
      createSvg("tspan", { class: "letter" }, letter),
      createSvg("tspan", { class: "index", dy: 3 }, time),
    );
  const past = layer.back ? "t+1" : "t−1",
    h = plan.bottom + BUS.h + 13;
  return [
    name("h", past, plan.back ? plan.width - 34 : 6, h),
    name(layer.layer ? "h" : "x", layer.layer ? "t, below" : "t", plan.width / 2 + 6, plan.height - 4),
  ];
}

// The new state leaves to the next step; h also goes up, to the layer or the head above.
function wiresOut(part, plan, up) {
  const y = part.y + part.height / 2,
    data = { "data-from": part.name };
  const [start, edge, way] = plan.back ? [part.x - 1, 4, -1] : [part.x + part.width + 1, plan.width - 4, 1];
  const parts = [line(start, y, edge, y, data), arrowhead(edge, y, way, 0, data)];
  const x = part.x + part.width - 8;
  if (up) parts.push(line(x, part.y - 1, x, part.y - 24, data), arrowhead(x, part.y - 25, 0, -1, data));
  return parts;
}

// A flipped gate of the textbook is 1 minus PyTorch's, and its sums have the opposite sign.
function inNotation(trace, name, values) {
  const gate = name.split(".").at(-1);
  if (state.notation !== "textbook" || !trace.cell.flipped.includes(gate)) return values;
  return values.map((value) => (name === gate ? 1 - value : -value));
}

// What the gates do at this step, as means over all units: "keeps 42%, writes 49%, lets out 49%".
function gatesInWords(trace, layer, t, roomy) {
  const flipped = state.notation === "textbook" ? trace.cell.flipped : [];
  const acts = trace.cell.quantities
    .filter(({ does }) => does)
    .map(({ name, does, flipped_does }) => {
      const share = percent(mean(inNotation(trace, name, wireValues(trace, layer, name, t))));
      return `${flipped.includes(name) ? flipped_does : does} ${share}`;
    });
  return acts.length ? `${roomy ? "Averaged over its units, the cell " : ""}${acts.join(", ")}` : "";
}

const hasMean = (part) => part.quantity?.bounds?.[0] === 0 && part.width > 100;

// A title that fits, or its first word: "forget gate", "forget".
const shortTitle = (title, width) =>
  fitted(title, width, 5.2) === title ? title : fitted(title.split(" ")[0], width, 5.2);

function partDrawing(trace, layer, t, part) {
  const values = inNotation(trace, part.name, wireValues(trace, layer, part.name, t)),
    index = trace.layers.indexOf(layer);
  const group = createSvg("g", { class: "part", "data-name": part.name, tabindex: -1, role: "img" });
  const [letter, time] = symbolOf(layer, part.name);
  const title = part.sum
    ? sumOf(layer, part.name).map(plainText).join("")
    : part.quantity
      ? part.quantity.title
      : `${letter} from the previous step`;
  const vector = { name: part.name, title, t, layer: index, values, scale: scaleOf(trace, part.name) };
  const range = [Math.min(...values), Math.max(...values)].map((value) => minus(value.toFixed(2))).join(" to ");
  group.setAttribute(
    "aria-label",
    `${title} ${part.sum ? "" : letter}: ${range}, mean ${minus(mean(values).toFixed(2))}`,
  );
  if (!part.sum) {
    const gate = hasMean(part);
    const words = part.earlier ? "" : shortTitle(title, part.width - (gate ? 50 : 22));
    group.append(
      createSvg(
        "text",
        { x: part.x, y: part.y - 4, class: "symbol" },
        createSvg("tspan", { class: "letter" }, letter),
        createSvg("tspan", { class: "index", dy: 3 }, time),
        createSvg("tspan", { class: "small", dx: 5, dy: -3 }, words),
      ),
    );
    if (gate) group.append(label(mean(values).toFixed(2), part.x + part.width, part.y - 4, { class: "small end" }));
  } else {
    const words = part.width < 42 ? `W ${part.input}` : `W ${part.input} + b`;
    const at = { class: "small middle over" };
    group.append(label(words, part.x + part.width / 2, part.y + part.height + 21, at));
  }
  if (part.signs) {
    const x = part.x + part.width / 2,
      y = part.y + part.height + 2,
      width = signWidth(part.signs);
    group.append(createSvg("rect", { class: "sign", x: x - width / 2, y, width, height: 14, rx: 7 }));
    group.append(label(part.signs, x, y + 10.5, { class: "operation" }));
  }
  group.append(strip(vector, part.x, part.y, part.width, part.height));
  return group;
}

// The name of the part of the cell that has the keyboard focus; `focusPart` gives it back after a redraw.
export const focusedPart = () => document.activeElement?.closest?.("#stepper .part")?.dataset.name;

export function focusPart(name) {
  if (name) document.querySelector(`#stepper .part[data-name="${CSS.escape(name)}"]`)?.focus({ preventScroll: true });
}

// The sum of one gate and one side, as pieces of an equation: W_hf h_{t-1} + b_hf.
function sumOf(layer, name) {
  const [side, gate] = name.split("."),
    matrix = side.slice(2);
  return writeTree(["+", ["W", matrix, gate], ["b", matrix, gate]], symbolWriter(layer, state.notation));
}

// A piece of an equation as SVG.
function svgPieces({ text, letter, index }) {
  if (!letter) return [text];
  const [low, back] = [createSvg("tspan", { class: "index", dy: 3 }, index), createSvg("tspan", { dy: -3 }, "\u200b")];
  return [letter, low, back];
}

// Highlight a part, its inputs and its uses; show its equation.
function highlightPart(group, trace, name) {
  group.classList.toggle("lit", name !== undefined);
  const near = new Set([name]);
  for (const piece of group.querySelectorAll("[data-from]")) {
    const on = name !== undefined && (piece.dataset.from === name || piece.dataset.to === name);
    piece.classList.toggle("on", on);
    if (on) near.add(piece.dataset.from).add(piece.dataset.to ?? name);
  }
  for (const part of group.querySelectorAll(".part")) part.classList.toggle("on", near.has(part.dataset.name));
  const { quantities } = trace.cell;
  const user = name?.includes(".") ? quantities.find((each) => each.after.includes(name)) : undefined;
  const quantity = user ?? quantities.find((each) => each.name === name) ?? quantities.at(-1);
  const partial = user ? [{ text: "this sum: " }, ...sumOf(selectedLayer(), name)] : [];
  group.querySelector(".partial").replaceChildren(...partial.flatMap(svgPieces));
  group
    .querySelector(".equation")
    .replaceChildren(...equationOf(selectedLayer(), quantity, state.notation).flatMap(svgPieces));
}
