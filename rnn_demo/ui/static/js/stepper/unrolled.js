// The unrolled network: a column for each step, tokens at the bottom, the head's answer on top.

import { createSvg, fillNode } from "../core/dom.js";
import { arrowhead, canvas, label, line } from "../core/drawing.js";
import { fitted, percent, tokenText } from "../core/text.js";
import { focusPart, focusedPart } from "../cell/cell.js";
import { connectCell, openSize, showCellBelow, showOpenedCell, wiresAtCell } from "../cell/place.js";
import { drawActing } from "../parts/acting.js";
import { answerBars, stepSentence, unknownInWords } from "../parts/answers.js";
import { attentionBar, markAttention } from "../parts/attention.js";
import { edgeCues, placeEdges } from "../parts/edges.js";
import { START, initialStates, isLastStep, stateWires } from "../parts/initial.js";
import { inputKind } from "../parts/input.js";
import { drawPanels } from "../parts/panels.js";
import { sharingInWords, weightIndex, weightWire } from "../parts/weights.js";
import { backwardNetwork, backwardScales, backwardSentence } from "../backward/drawing.js";
import { ATTENTION, isWhole, largestLayout, layoutColumns, roomOn, roomOnSlide, shortName } from "./columns.js";
import { markStep } from "./figures.js";
import { shownPass } from "../backward/gradients.js";
import { updateLink } from "./link.js";
import { $, followers, state } from "./state.js";
import { strip } from "./strip.js";
import { FEW, isLarge, rowAt, unitsDrawn } from "./trace.js";
import { drawUnit } from "./unit.js";

const TYPE_ON_SLIDE = 20; // pixels of the smallest type on a saved slide
let placement = null; // the layout in use

// Has the width available changed since the drawing was made?
export const hasNewWidth = () =>
  placement !== null && placement.space.client !== roomOn($(".stage"), state.presenting).client;
let columns = [], // the group of each step
  cues = [], // that more lies beyond the edges of the stage
  names = []; // and the name of the answer that begins over it, where columns are narrow

// Draw all that is open; `reveal` scrolls to the written-out unit.
export function drawNetwork(reveal = false) {
  const { trace } = state,
    focused = focusedPart();
  const stage = $(".stage"),
    pass = shownPass();
  const space = state.slide ? roomOnSlide(state.slide, TYPE_ON_SLIDE) : roomOn(stage, state.presenting);
  const reads = $(".reads"),
    says = pass?.says ?? [trace.about, trace.reads].filter(Boolean).join(" ");
  if (reads.textContent !== says) reads.textContent = says; // its terms stay marked while it says the same
  if (pass) delete reads.dataset.terms;
  else reads.dataset.terms = "";
  if (pass) {
    const network = backwardNetwork(trace, pass, space);
    ({ placement, columns } = network);
    startStates = endStates = null;
    names = [];
    network.drawing.append(...(cues = edgeCues(placement)));
    stage.replaceChildren(network.drawing);
    moveGutter(stage.scrollLeft);
    drawActing();
    return showCurrentStep(reveal);
  }
  const hasCell = ({ open }) => !state.cell || open.width > 0;
  placement = largestLayout(space, (tried) => layoutColumns(trace, tried, openSize(trace, tried)), hasCell);
  const drawing = canvas(placement.width, placement.height, { class: "unrolled" });
  const { scale } = placement.space;
  fillNode(drawing, { width: placement.width * scale, height: placement.height * scale });
  drawing.append(createSvg("title", {}, describeNetwork(trace)));
  columns = trace.tokens.map((_, t) => createSvg("g", { class: "column", "data-t": t }));
  const [opened, margin] = ["opened", "margin"].map((name) => createSvg("g", { class: name }));
  cues = edgeCues(placement);
  drawing.append(...columns, ...drawInitialStates(trace), opened, rowNames(trace), margin, ...cues);
  connectCell(drawing, placement.open.cell);
  columns.forEach((_, t) => drawColumn(t));
  stage.replaceChildren(drawing);
  moveGutter(stage.scrollLeft);
  drawActing();
  showCurrentStep(reveal);
  focusPart(focused);
}

export const describeNetwork = (trace) =>
  `${trace.cell.title} of the model ${trace.title}, unrolled over ${trace.length} steps: for each token its input, ` +
  `the hidden state of ${trace.depth} layer${trace.depth > 1 ? "s" : ""}` +
  `${trace.asks ? " and the most probable answers" : ""}.`;

let startStates = null, // the group of the states in which forward layers begin
  endStates = null; // and of those in which backward layers begin, at the right end

// The states before the first step: at the left edge, and for backward layers at the right one.
function drawInitialStates(trace) {
  startStates = endStates = null;
  const laneOf = (layer) => {
    const { y: top, tall } = placement.rows[layer.layer];
    return { lane: top + (tall * (layer.back ? 2 : 1)) / (1 + trace.directions), top, tall };
  };
  startStates = initialStates(trace, false, laneOf);
  startStates.setAttribute("transform", `translate(${placement.left(0, state.t) - START} 0)`);
  endStates = trace.directions > 1 ? initialStates(trace, true, laneOf) : null;
  placeEndStates();
  return endStates ? [startStates, endStates] : [startStates];
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
  const short = (words) => shortName(words, placement.gutter),
    name = (text, y, small) => {
      group.append(label(text, 2, y + 4, { class: "name" }));
      if (small) group.append(label(short(small), 2, y + 19, { class: "small" }));
    };
  const [title, ...rest] = trace.asks.split(" ");
  name(title, 28, rest.join(" "));
  if (trace.attention) name("attention", placement.top + ATTENTION / 2 - 8, "share so far");
  const count = (index, all, noun) => {
    const visible = unitsDrawn(trace, index, state).length;
    return visible < all ? `${visible} of ${all} ${noun}` : `${all} ${noun}`;
  };
  placement.rows.forEach(({ y, tall }, depth) => {
    const hidden = count(
      trace.layers.findIndex((layer) => layer.layer === depth),
      trace.layers[0].hidden,
      "units",
    );
    name(trace.depth > 1 ? `h layer ${depth + 1}` : "h hidden", y + tall / 2 - 8, hidden);
    if (trace.directions > 1) group.append(label("→ and ←", 2, y + tall / 2 + 28, { class: "small" }));
  });
  const numbers = count(-1, trace.x.width, trace.x.width > FEW ? "" : "numbers"),
    middle = placement.input.y + placement.input.height / 2;
  name("x input", middle - 14, numbers);
  group.append(label(inputKind(trace), 2, middle + 21, { class: "small" }));
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
  // The start of a wire from a row: the top of its strip, or of the opened cell.
  const topOf = (depth) => (depth < 0 ? placement.input.y : placement.rows[depth].y);
  placement.rows.forEach(({ y, tall }, depth) => {
    const here = trace.layers.filter((layer) => layer.layer === depth);
    const from = topOf(depth - 1) - 3,
      lane = (k) => y + (tall * (1 + k)) / (1 + here.length);
    if (opens(depth)) {
      parts.push(...inputWire(here[0], middle, from, y + open.height));
      here.forEach((layer, k) => parts.push(...wiresAtCell(open, layer, t, lane(k), width, y)));
      return;
    }
    const each = (wide - (here.length - 1) * 3) / here.length;
    parts.push(...inputWire(here[0], middle, from, y + tall + 3));
    here.forEach((layer, k) => {
      const x = middle - wide / 2 + k * (each + 3);
      parts.push(...stateWires(layer, isLastStep(trace, layer, t), x, each, lane(k), width));
    });
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
    parts.push(...attentionBar(head, middle, wide));
    top = head - 3;
  }
  if (trace.asks) parts.push(line(middle, top, middle, head - 14), arrowhead(middle, head - 15, 0, -1));
  const input = { name: "x", t, layer: -1, values: rowAt(trace.x, t), scale: trace.scales.x };
  const across = Math.min(wide, inputRow.height - 2); // upright, as the others
  parts.push(strip(input, middle - across / 2, inputRow.y, across, inputRow.height));
  const below = inputRow.y + inputRow.height + 2;
  parts.push(line(middle, placement.tokens - 4, middle, below + 1), arrowhead(middle, below, 0, -1));
  parts.push(tokenLabel(trace, t, middle, width));
  group.setAttribute("transform", `translate(${placement.left(t, state.t)} 0)`);
  group.replaceChildren(...parts);
  names[t] = group.querySelector("[data-wide]");
}

// The input of a layer, from below.
const inputWire = (layer, x, from, to) => [
  line(x, from, x, to, weightWire(layer, "ih")),
  arrowhead(x, to - 1, 0, -1, { class: "tip ih" }),
];

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
    label(String(t + 1), middle, placement.tokens + 31, {
      class: "small",
      "text-anchor": "middle",
    }),
  );
  const why = unknown ? `: ${unknownInWords(trace, trace.tokens[t])}, so it is read as <UNK>` : "";
  group.append(createSvg("title", {}, tokenText(trace.tokens[t]) + why));
  return group;
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
  if (!pass) {
    markAttention(columns, placement);
    showOpenedCell(placement);
  }
  const scrolls = followStep();
  $(".bubble").hidden = true;
  $(".now").replaceChildren(...(pass ? backwardSentence(trace, pass, t) : stepSentence(trace, t)));
  $(".which-layer").value = state.layer;
  $("[data-do=cell]").setAttribute("aria-pressed", state.cell);
  $("[data-do=unit]")?.setAttribute("aria-pressed", state.unit >= 0);
  $("[data-do=all]").setAttribute("aria-pressed", state.all);
  $(".notation").hidden = Boolean(pass); // it names the weights, and those are not drawn then
  const slider = $(".slider");
  slider.max = trace.length;
  slider.value = t + 1;
  slider.setAttribute("aria-valuetext", `step ${t + 1} of ${trace.length}, token ${tokenText(trace.tokens[t])}`);
  writeLegend(trace);
  drawPanels();
  showCellBelow(placement, !pass);
  drawUnit(reveal);
  if (scrolls) $(".stage").scrollLeft = scrolled * placement.space.scale; // last: it has the browser lay out all this
  markStep();
  followers.forEach((follow) => follow());
}

// What the colours stand for, which wire is which matrix, and what is shared; the folded cell says that itself.
function writeLegend(trace) {
  const nameOf = (side) => `W_${weightIndex(trace.cell, side, state.notation)}`;
  const texts = {
    ".scales": scalesInWords(trace),
    ".sharing": state.fold ? "" : sharingInWords(trace, state.notation),
    ".wire-key.ih": `${nameOf("ih")}, on x`,
    ".wire-key.hh": `${nameOf("hh")}, on h`,
  };
  for (const [place, text] of Object.entries(texts)) if ($(place).textContent !== text) $(place).textContent = text;
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

// What an edge of the stage would cut off is left out: on a slide, where nobody scrolls, columns; on the page the
// initial states, which lie half under the names of the rows once a reader has scrolled.
function leaveOutWhatIsCut(whole) {
  const shown = (node, isShown) => {
    const value = whole || isShown ? "visible" : "hidden";
    if (node && node.getAttribute("visibility") !== value) node.setAttribute("visibility", value);
  };
  shown(startStates, scrolled < 3);
  const wall = placement.open.cell ? placement.left(state.t, state.t) - scrolled : Infinity; // of the opened cell
  columns.forEach((column, k) => {
    const left = placement.left(k, state.t) - scrolled,
      right = placement.room - placement.open.list.width;
    if (placement.isSlide) shown(column, isWhole(placement, k, state.t, scrolled));
    const name = names[k];
    if (!name) return;
    const end = left + Number(name.dataset.wide);
    shown(name, left > placement.gutter - 6 && end < (k < state.t ? Math.min(wall, right) : right));
  });
}

let scrolled = 0; // kept here, because reading it from the browser while drawing forces a layout

// Where the stage, never the page, is scrolled to so that the current column is in sight; whether that is elsewhere.
function followStep() {
  const left = placement.left(state.t, state.t),
    right = left + placement.widthOf(state.t, state.t);
  const furthest = Math.max(0, placement.width - placement.room),
    most = state.t ? left - placement.gutter : 0; // with the initial state in sight at the first step
  const isLast = state.t === state.trace.length - 1, // what stands to its right is in sight, too: the loss
    next = placement.open.width && !isLast ? placement.widthOf(state.t + 1, state.t) : 0;
  const least = isLast ? Math.min(most, furthest) : right + next + 12 - placement.room + placement.open.list.width,
    want = Math.min(furthest, scrolled > most ? most : scrolled < least ? least : scrolled);
  const isElsewhere = want !== scrolled;
  if (isElsewhere) moveGutter(want * placement.space.scale);
  else {
    leaveOutWhatIsCut(false);
    placeEdges(cues, placement, columns.length, state.t, scrolled, false);
  }
  return isElsewhere;
}

// Keep the names of the rows and the equations at the edges of a stage that is scrolled by `left` pixels; without a
// number, at the edges of the whole drawing.
export function moveGutter(left) {
  const { space, width, open } = placement,
    whole = left === undefined;
  if (!whole) scrolled = Math.max(0, left / space.scale);
  const edge = whole ? width : Math.min(width, scrolled + space.width);
  leaveOutWhatIsCut(whole);
  placeEdges(cues, placement, columns.length, state.t, scrolled, whole);
  $(".gutter")?.setAttribute("transform", `translate(${whole ? 0 : scrolled} 0)`);
  $(".margin")?.setAttribute("transform", `translate(${edge - open.list.width} 0)`);
}

// What of the drawing is in sight, in its own pixels.
export const viewOfStage = () => ({
  left: scrolled,
  width: Math.min(placement.width, placement.room),
  height: placement.height,
});
