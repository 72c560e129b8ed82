// The unrolled network: a column for each step, tokens at the bottom, the head's answer on top.

import { createSvg, fillNode } from "../core/dom.js";
import { arrowhead, canvas, label, line } from "../core/drawing.js";
import { fitted, percent, tokenText } from "../core/text.js";
import { cellSize, equationList, focusPart, focusedPart, openedCell } from "../cell/cell.js";
import { connectHighlight } from "../cell/highlight.js";
import { answerBars, stepSentence } from "../parts/answers.js";
import { START, firstWire, initialStates } from "../parts/initial.js";
import { inputKind } from "../parts/input.js";
import { drawPanels } from "../parts/panels.js";
import { sharingInWords, weightWire } from "../parts/weights.js";
import { backwardNetwork, backwardScales, backwardSentence } from "../backward/drawing.js";
import { ATTENTION, layoutColumns, roomOfCell, roomOn } from "./columns.js";
import { markFigures } from "./figures.js";
import { shownPass } from "../backward/gradients.js";
import { updateLink } from "./link.js";
import { $, selectedLayer, state } from "./state.js";
import { strip } from "./strip.js";
import { FEW, attentionAt, isLarge, rowAt, unitsDrawn } from "./trace.js";
import { drawUnit } from "./unit.js";

let placement = null; // the layout in use

// Has the width available changed since the drawing was made?
export const hasNewWidth = () =>
  placement !== null && placement.space.client !== roomOn($(".stage"), state.presenting).client;
let columns = []; // the group of each step

// Draw all that is open; `reveal` scrolls to the written-out unit.
export function drawNetwork(reveal = false) {
  const { trace } = state,
    focused = focusedPart();
  const stage = $(".stage"),
    pass = shownPass();
  const space = roomOn(stage, state.presenting);
  const reads = $(".reads"),
    says = pass?.says ?? [trace.about, trace.reads].filter(Boolean).join(" ");
  if (reads.textContent !== says) reads.textContent = says; // its terms stay marked while it says the same
  if (pass) delete reads.dataset.terms;
  else reads.dataset.terms = "";
  if (pass) {
    const network = backwardNetwork(trace, pass, space);
    ({ placement, columns } = network);
    stage.replaceChildren(network.drawing);
    moveGutter(stage.scrollLeft);
    return showCurrentStep(reveal);
  }
  placement = layoutColumns(trace, space, openSize(trace, space));
  const drawing = canvas(placement.width, placement.height, { class: "unrolled" });
  fillNode(drawing, { width: placement.width * space.scale, height: placement.height * space.scale });
  drawing.append(createSvg("title", {}, describeNetwork(trace)));
  columns = trace.tokens.map((_, t) => createSvg("g", { class: "column", "data-t": t }));
  drawing.append(...columns, ...drawInitialStates(trace), rowNames(trace), createSvg("g", { class: "margin" }));
  if (placement.open.cell) connectHighlight(drawing, placement.open.cell.graph);
  columns.forEach((_, t) => drawColumn(t));
  stage.replaceChildren(drawing);
  moveGutter(stage.scrollLeft);
  showCurrentStep(reveal);
  focusPart(focused);
}

// What the opened cell takes of the row of its layer; nothing where none is open, or none has room there.
function openSize(trace, space) {
  const box = state.cell && roomOfCell(trace, space);
  const cell = box && cellSize(trace, box);
  if (!cell?.beside) return { width: 0, height: 0, depth: -1, list: { width: 0, height: 0 } };
  const { plan, list } = cell;
  return { cell, list, width: plan.width + 16, height: plan.height + 4, depth: selectedLayer().layer };
}

export const describeNetwork = (trace) =>
  `${trace.cell.title} of the model ${trace.title}, unrolled over ${trace.length} steps: for each token its input, ` +
  `the hidden state of ${trace.depth} layer${trace.depth > 1 ? "s" : ""}` +
  `${trace.asks ? " and the most probable answers" : ""}.`;

let endStates = null; // the group of the states in which backward layers begin, at the right end

// The states before the first step: at the left edge, and for backward layers at the right one.
function drawInitialStates(trace) {
  endStates = null;
  if (placement.compact) return []; // there is no room for them
  const laneOf = (layer) => {
    const slot = placement.rows[layer.layer],
      { tall } = slot,
      top = slot.y + (slot.height - tall) / 2;
    return { lane: top + (tall * (layer.back ? 2 : 1)) / (1 + trace.directions), top, tall };
  };
  const start = initialStates(trace, false, laneOf);
  start.setAttribute("transform", `translate(${placement.left(0, state.t) - START} 0)`);
  endStates = trace.directions > 1 ? initialStates(trace, true, laneOf) : null;
  placeEndStates();
  return endStates ? [start, endStates] : [start];
}

function placeEndStates() {
  const last = state.trace.length - 1;
  const right = placement.left(last, state.t) + placement.widthOf(last, state.t);
  endStates?.setAttribute("transform", `translate(${right} 0)`);
}

// Names of the rows; they stay at the left edge while the columns scroll under them.
function rowNames(trace) {
  const group = createSvg("g", { class: "gutter" });
  group.append(createSvg("rect", { class: "paper", width: placement.gutter - 6, height: placement.height }));
  const name = (text, y, small) => {
    group.append(label(text, 2, y + 4, { class: "name" }));
    if (small && !placement.compact) group.append(label(small, 2, y + 19, { class: "small" }));
  };
  const [title, ...rest] = trace.asks.split(" ");
  name(title, placement.compact ? 14 : 28, placement.compact ? "" : rest.join(" "));
  if (trace.attention) name("attention", placement.top + ATTENTION / 2 - 8, "share so far");
  const count = (index, all, noun) => {
    const visible = unitsDrawn(trace, index, state).length;
    return visible < all ? `${visible} of ${all} ${noun}` : `${all} ${noun}`;
  };
  placement.rows.forEach(({ y, height }, depth) => {
    const hidden = count(
      trace.layers.findIndex((layer) => layer.layer === depth),
      trace.layers[0].hidden,
      "units",
    );
    name(trace.depth > 1 ? `h layer ${depth + 1}` : "h hidden", y + height / 2 - 8, hidden);
    if (trace.directions > 1) group.append(label("→ and ←", 2, y + height / 2 + 28, { class: "small" }));
  });
  const numbers = placement.compact ? "" : count(-1, trace.x.width, trace.x.width > FEW ? "" : "numbers"),
    middle = placement.input.y + placement.input.height / 2;
  name("x input", middle - (placement.compact ? 0 : 14), numbers);
  if (!placement.compact) group.append(label(inputKind(trace), 2, middle + 21, { class: "small" }));
  name("token", placement.tokens + 10);
  return group;
}

function drawColumn(t) {
  const { trace } = state,
    { open, top: head, input: inputRow } = placement;
  const width = placement.widthOf(t, state.t),
    group = columns[t],
    isOpen = open.width > 0 && t === state.t;
  const wide = isOpen ? 54 : Math.min(Math.max(10, width - 20), Math.max(54, Math.min(110, 0.42 * width))),
    middle = isOpen ? 8 + open.cell.plan.middle : width / 2;
  const parts = [
    createSvg("rect", { class: "present", x: 1, y: 2, width: width - 2, height: placement.floor - 4, rx: 8 }),
  ];
  parts.push(...answerBars(trace, t, middle, width, placement.roomy || isOpen, placement));
  const opens = (depth) => open.depth === depth && isOpen;
  const closedTop = ({ y, height, tall }) => y + (height - tall) / 2;
  // The start of a wire from a row: the top of its strip, or of the opened cell, in this column.
  const topOf = (depth) =>
    depth < 0 ? placement.input.y : opens(depth) ? placement.rows[depth].y : closedTop(placement.rows[depth]);
  placement.rows.forEach((slot, depth) => {
    const here = trace.layers.filter((layer) => layer.layer === depth);
    const y = closedTop(slot),
      { tall } = slot,
      from = topOf(depth - 1) - 3,
      lane = (k) => y + (tall * (1 + k)) / (1 + here.length);
    if (opens(depth)) {
      const bottom = slot.y + open.height;
      parts.push(...inputWire(here[0], middle, from, bottom));
      here.forEach((layer, k) => parts.push(...wiresAtCell(layer, t, lane(k), width, slot.y)));
      parts.push(openedCell(trace, selectedLayer(), t, open.cell, 8, slot.y));
      return;
    }
    const each = (wide - (here.length - 1) * 3) / here.length;
    parts.push(...inputWire(here[0], middle, from, y + tall + 3));
    here.forEach((layer, k) =>
      parts.push(...stateWires(layer, t, middle - wide / 2 + k * (each + 3), each, lane(k), width)),
    );
    here.forEach((layer, k) => {
      const index = trace.layers.indexOf(layer),
        values = rowAt(layer.quantities.h, t);
      const vector = { name: "h", t, layer: index, values, scale: trace.scales.h };
      parts.push(strip(vector, middle - wide / 2 + k * (each + 3), y, each, tall));
    });
  });
  let top = topOf(trace.depth - 1) - 3;
  if (trace.attention) {
    const bar = head + ATTENTION;
    parts.push(line(middle, top, middle, bar + 4), arrowhead(middle, bar + 3, 0, -1));
    parts.push(...attentionBar(middle, wide));
    top = head - 3;
  }
  if (trace.asks) parts.push(line(middle, top, middle, head - 14), arrowhead(middle, head - 15, 0, -1));
  const input = { name: "x", t, layer: -1, values: rowAt(trace.x, t), scale: trace.scales.x };
  const across = placement.compact ? wide : Math.min(wide, inputRow.height - 2); // upright, as the others
  parts.push(strip(input, middle - across / 2, inputRow.y, across, inputRow.height));
  const below = inputRow.y + inputRow.height + 2;
  parts.push(line(middle, placement.tokens - 4, middle, below + 1), arrowhead(middle, below, 0, -1));
  parts.push(tokenLabel(trace, t, middle, width));
  group.setAttribute("transform", `translate(${placement.left(t, state.t)} 0)`);
  group.replaceChildren(...parts);
}

// The input of a layer, from below.
const inputWire = (layer, x, from, to) => [
  line(x, from, x, to, weightWire(layer, "ih")),
  arrowhead(x, to - 1, 0, -1, { class: "tip ih" }),
];

// The flow of a state at the opened cell, whose own lines h joins on the way in and out.
function wiresAtCell(layer, t, lane, width, top) {
  if (layer !== selectedLayer()) return stateWires(layer, t, 8, width - 16, lane, width);
  const { nodes, wires } = placement.open.cell.plan;
  const outside = wires.filter(({ from }) => from === "outside");
  const entry = (outside.find(({ to }) => to === "h_prev") ?? outside.find(({ to }) => nodes.get(to).kind === "sum"))
    ?.points[0][1];
  const ways = [
    { x: 0, inner: 8, y: entry ?? lane - top, goes: layer.back },
    { x: width, inner: width - 8, y: nodes.get("h").y, goes: !layer.back },
  ];
  if (layer.back) [ways[0].y, ways[1].y] = [ways[1].y, ways[0].y];
  const last = layer.back ? 0 : state.trace.length - 1,
    data = weightWire(layer, "hh");
  return ways
    .filter(({ goes }) => !goes || t !== last)
    .flatMap(({ x, inner, y, goes }) => {
      const d = `M${x} ${lane}H${(x + inner) / 2}V${top + y}H${inner}`;
      const tip = goes ? [] : [arrowhead(inner, top + y, Math.sign(inner - x), 0, { class: "tip hh" })];
      return [createSvg("path", { ...data, d }), ...tip];
    });
}

// The flow of a state: a line in from the previous step, or from the initial state, and out to the next one, in the
// layer's own direction.
function stateWires(layer, t, x, wide, lane, width) {
  const inner = layer.back ? x + wide : x,
    comes = layer.back ? width : 0,
    goes = width - comes,
    data = weightWire(layer, "hh");
  const parts = firstWire(comes, inner, lane, data);
  const last = layer.back ? 0 : state.trace.length - 1;
  if (t !== last) parts.push(line(layer.back ? x : x + wide, lane, goes, lane, data));
  return parts;
}

// A bar for the share of the attention that a step has; `markAttention` draws it.
function attentionBar(middle, wide) {
  const box = { x: middle - wide / 2, width: wide };
  return [
    createSvg("rect", { class: "frame", ...box, y: placement.top, height: ATTENTION }),
    createSvg("rect", { class: "attention", ...box, y: placement.top, height: 0 }, createSvg("title")),
    label("", middle, placement.top + ATTENTION / 2 + 4, { class: "small weight", "text-anchor": "middle" }),
  ];
}

function markAttention() {
  if (!state.trace.attention || shownPass()) return;
  const shares = attentionAt(state.trace, state.t);
  columns.forEach((column, k) => {
    const [bar, text] = [column.querySelector(".attention"), column.querySelector(".weight")];
    const share = Number.isFinite(shares[k]) ? shares[k] : 0;
    fillNode(bar, { y: placement.top + ATTENTION * (1 - share), height: ATTENTION * share });
    bar.firstChild.textContent = `${percent(shares[k])} of the attention`;
    text.textContent = k <= state.t && placement.widthOf(k, state.t) > 44 ? percent(shares[k]) : "";
  });
}

function tokenLabel(trace, t, middle, width) {
  const unknown = trace.unknown.includes(trace.tokens[t]);
  const text = label(fitted(tokenText(trace.tokens[t]), width - 2, 7.6), middle, placement.tokens + 14, {
    class: unknown ? "token unknown" : "token",
    "text-anchor": "middle",
  });
  const group = createSvg(
    "g",
    { class: "pick" },
    createSvg("rect", { class: "target", x: 0, y: placement.tokens - 4, width, height: placement.foot }),
    text,
    label(placement.compact ? "" : String(t + 1), middle, placement.tokens + 31, {
      class: "small",
      "text-anchor": "middle",
    }),
  );
  const why = unknown ? ": not in the model's vocabulary, read as <UNK>" : "";
  group.append(createSvg("title", {}, tokenText(trace.tokens[t]) + why));
  return group;
}

// The equations of the opened cell, at the right edge of the stage.
function drawList() {
  const { cell, list } = placement.open;
  if (!cell) return;
  const paper = createSvg("rect", { class: "paper", x: -4, width: list.width + 8, height: placement.height });
  $(".margin").replaceChildren(paper, equationList(state.trace, selectedLayer(), state.t, cell));
}

// The opened cell under the strips, where a narrow page has no room between them.
function drawCellBelow() {
  const box = $(".under"),
    { trace } = state;
  box.hidden = !state.cell || placement.open.width > 0 || Boolean(shownPass());
  if (box.hidden) return box.replaceChildren();
  const cell = cellSize(trace, { room: Math.max(270, $(".stepper").clientWidth - 12) });
  const { plan, list, beside, graph } = cell,
    [x, y] = beside ? [plan.width, 0] : [0, plan.height];
  const drawing = canvas(Math.max(plan.width, x + list.width), Math.max(plan.height, y + list.height));
  drawing.append(
    openedCell(trace, selectedLayer(), state.t, cell),
    equationList(trace, selectedLayer(), state.t, cell, x, y),
  );
  connectHighlight(drawing, graph);
  box.replaceChildren(drawing);
}

// --- moving -----------------------------------------------------------------------------------------------------

// Show step t, or the nearest one; a quiet step does not change the address.
export function goToStep(t, quiet = false) {
  const { trace } = state;
  if (!trace) return;
  const from = state.t,
    focused = focusedPart();
  state.t = Math.max(0, Math.min(trace.length - 1, t));
  if (placement.open.width && from !== state.t) {
    const [a, b] = [Math.min(from, state.t), Math.max(from, state.t)];
    drawColumn(from);
    drawColumn(state.t);
    for (let k = a; k <= b; k++) columns[k].setAttribute("transform", `translate(${placement.left(k, state.t)} 0)`);
    placeEndStates();
  }
  showCurrentStep();
  focusPart(focused);
  if (!quiet) updateLink();
}

function showCurrentStep(reveal = false) {
  const { trace, t } = state,
    pass = shownPass();
  columns.forEach((column, k) => {
    const when = "column " + (k === t ? "here" : k < t === !pass ? "done" : "later");
    if (column.getAttribute("class") !== when) column.setAttribute("class", when);
  });
  markAttention();
  drawList();
  scrollToStep();
  $(".bubble").hidden = true;
  $(".now").replaceChildren(...(pass ? backwardSentence(trace, pass, t) : stepSentence(trace, t)));
  $(".which-layer").value = state.layer;
  $("[data-do=cell]").setAttribute("aria-pressed", state.cell);
  $("[data-do=unit]")?.setAttribute("aria-pressed", state.unit >= 0);
  $("[data-do=all]").setAttribute("aria-pressed", state.all);
  $(".notation").hidden = !state.cell && state.unit < 0;
  $(".scales").textContent = scalesInWords(trace);
  const slider = $(".slider");
  slider.max = trace.length;
  slider.value = t + 1;
  slider.setAttribute("aria-valuetext", `step ${t + 1} of ${trace.length}, token ${tokenText(trace.tokens[t])}`);
  $(".sharing").textContent = state.fold ? "" : sharingInWords(trace); // the folded cell says it itself
  drawPanels();
  drawCellBelow();
  drawUnit(reveal);
  markFigures();
}

// What the deepest colours stand for; with the cell open, for its parts too.
export function scalesInWords(trace) {
  if (shownPass()) return backwardScales(trace, shownPass());
  const about = (name) => `±${Number(trace.scales[name].toPrecision(2))} for ${name === "sums" ? "the sums" : name}`;
  const free = trace.cell.quantities.filter(({ name, bounds }) => !bounds && name !== "h").map(({ name }) => name);
  const gates = state.cell && trace.cell.quantities.some(({ bounds }) => bounds?.[0] === 0);
  const names = ["h", "x", ...(state.cell ? ["sums", ...free] : [])];
  const few = isLarge(trace) && !state.all ? ` Only the ${FEW} units that change most here are drawn.` : "";
  const range = gates ? "; gates lie between 0 and 1" : "";
  const brief = trace.asks && !placement.roomy ? " Above a narrow column, the answer is named where it changes." : "";
  return `The deepest colours stand for ${names.map(about).join(", ")}${range}.${few}${brief}`;
}

let scrolled = 0; // kept here, because reading it from the browser while drawing forces a layout

// Scroll the stage, never the page, so that the current column is in sight.
function scrollToStep() {
  const left = placement.left(state.t, state.t),
    right = left + placement.widthOf(state.t, state.t);
  const least = right + 12 - placement.room + placement.open.list.width,
    most = left - placement.gutter;
  const want = scrolled > most ? most : scrolled < least ? least : scrolled;
  if (want === scrolled) return;
  $(".stage").scrollLeft = want * placement.space.scale;
  moveGutter(want * placement.space.scale);
}

// Keep the names of the rows and the equations at the edges of a stage that is scrolled by `left` pixels; without a
// number, at the edges of the whole drawing.
export function moveGutter(left) {
  const { space, width, open } = placement,
    whole = left === undefined;
  if (!whole) scrolled = Math.max(0, left / space.scale);
  const edge = whole ? width : Math.min(width, scrolled + space.width);
  $(".gutter")?.setAttribute("transform", `translate(${whole ? 0 : scrolled} 0)`);
  $(".margin")?.setAttribute("transform", `translate(${edge - open.list.width} 0)`);
}
