// Input from the reader (buttons, slider, keys, clicks), and the data that arrive from Python.

import { createNode } from "../core/dom.js";
import { LEVELS, icon } from "../core/drawing.js";
import { minus, tokenText } from "../core/text.js";
import { unknownNotes } from "../parts/answers.js";
import { scrollBeyond } from "../parts/edges.js";
import { placeExplanation } from "../parts/explanation.js";
import { panelButtons } from "../parts/panels.js";
import { besideButton } from "./beside_button.js";
import { stepperMenu } from "./export.js";
import { markFigures } from "./figures.js";
import { surgeryButton } from "../parts/surgery_button.js";
import { copyLink, restoreLink, updateLink } from "./link.js";
import { buildPassSwitch, loadPass } from "../backward/pass_switch.js";
import { $, hasAddress, page, selectedLayer, state } from "./state.js";
import { leavePresentation, presentationButton, togglePresentation, watchFullscreen } from "./presentation.js";
import { unitUnder } from "./strip.js";
import { isLarge, layerName, mostChangedUnit, readTrace } from "./trace.js";
import { drawNetwork, goToStep, hasNewWidth, moveGutter } from "./unrolled.js";

const SPEEDS = { slow: 1600, normal: 800, fast: 300 };
let timer = 0;

function iconButton(name, text, act) {
  const node = createNode("button", { type: "button", "data-do": name, "aria-label": text, title: text }, icon(name));
  node.addEventListener("click", act);
  return node;
}

const selectMenu = (name, title, values, texts = values) =>
  createNode(
    "select",
    { class: name, "aria-label": title },
    ...values.map((value, k) => createNode("option", { value }, texts[k])),
  );

function buildStepButtons() {
  const slider = createNode("input", {
    type: "range",
    class: "slider",
    min: "1",
    max: "1",
    value: "1",
    "aria-label": "Step",
  });
  slider.addEventListener("input", () => jumpToStep(slider.value - 1));
  const speed = selectMenu("speed", "Playback speed", Object.keys(SPEEDS));
  speed.value = "normal";
  $(".bar").append(
    iconButton("first", "First step (Home)", () => jumpToStep(0)),
    iconButton("back", "Previous step (left arrow)", () => jumpToStep(state.t - 1)),
    iconButton("play", "Play or pause (Space)", togglePlayback),
    iconButton("forward", "Next step (right arrow)", () => jumpToStep(state.t + 1)),
    iconButton("last", "Last step (End)", () => jumpToStep(state.trace.length - 1)),
    slider,
    speed,
    presentationButton(),
  );
}

// The tools below the drawing: the cell, a unit, the notation, saving.
function buildTools() {
  const cell = createNode("button", { type: "button", "data-do": "cell", "aria-pressed": "false" }, "Open the cell");
  cell.addEventListener("click", () => showCell(!state.cell));
  const layers = selectMenu("which-layer", "Layer", []);
  layers.addEventListener("change", () => {
    state.layer = Number(layers.value);
    drawNetwork();
    updateLink();
  });
  const unit = createNode(
    "button",
    { type: "button", "data-do": "unit", "aria-pressed": "false" },
    "Show a unit’s equations",
  );
  unit.addEventListener("click", () => (state.unit < 0 ? chooseUnit(state.layer, liveliestUnit()) : closeUnit()));
  const all = createNode("button", { type: "button", "data-do": "all", "aria-pressed": "false" }, "All units");
  all.addEventListener("click", () => showAll(!state.all));
  const link = createNode("button", { type: "button", "data-do": "link" }, "Copy link");
  link.addEventListener("click", copyLink);
  const notation = selectMenu(
    "notation",
    "Notation",
    ["pytorch", "textbook"],
    ["PyTorch notation", "textbook notation"],
  );
  notation.addEventListener("change", () => setNotation(notation.value));
  $(".tools").append(
    cell,
    ...panelButtons(),
    layers,
    unit,
    all,
    notation,
    besideButton(),
    surgeryButton(),
    stepperMenu(),
    link,
  );
  const more = createNode("button", { type: "button", class: "more-tools", "aria-expanded": "false" }, "More …");
  more.addEventListener("click", () => {
    const areAll = $(".tools").classList.toggle("all");
    more.setAttribute("aria-expanded", areAll);
    more.textContent = areAll ? "Fewer" : "More …";
  });
  $(".tools").append(more); // a phone shows the first tools until somebody wants the others
  if (!page.server) for (const name of ["unit", "knife"]) $(`[data-do=${name}]`).remove(); // in a notebook: no weights
  if (!hasAddress()) for (const name of ["link", "beside"]) $(`[data-do=${name}]`).remove();

  const which = createNode("input", { type: "number", class: "which-unit", min: "1", "aria-label": "Unit number" });
  which.addEventListener("change", () => readUnit(which.value));
  const close = createNode("button", { type: "button", "data-do": "close-unit" }, "Close");
  close.addEventListener("click", closeUnit);
  $(".unit").append(
    createNode("div", { class: "bar" }, "unit", which, close, createNode("span", { class: "note beside" })),
    createNode("div", { class: "written" }),
  );
}

// Show a sentence above the drawing.
function showNote(text) {
  $(".note").textContent = text;
  $(".note").hidden = !text;
}

// Show a unit by its number; for a number that does not exist, the nearest unit, and a note.
function readUnit(text) {
  const last = selectedLayer().hidden,
    number = Math.round(Number(text) || 0);
  const shown = Math.max(1, Math.min(last, number));
  const message = `There is no unit ${number} (units are 1 to ${last}); showing unit ${shown}.`;
  showNote(shown === number ? "" : message);
  $(".beside").textContent = shown === number ? "" : message; // the note above may be out of sight
  chooseUnit(state.layer, shown - 1);
}

function showCell(on) {
  state.cell = on;
  $("[data-do=cell]").setAttribute("aria-pressed", on);
  if (state.trace) drawNetwork();
  updateLink();
}

// Show all units of a large state, or only the liveliest.
function showAll(on) {
  state.all = on;
  if (state.trace) drawNetwork();
  updateLink();
}

function chooseUnit(layer, unit) {
  if (!page.server || unit < 0 || !state.trace) return;
  state.layer = Math.max(0, Math.min(state.trace.layers.length - 1, layer));
  state.unit = Math.min(selectedLayer().hidden - 1, unit);
  drawNetwork(true);
  updateLink();
}

const liveliestUnit = () => mostChangedUnit(state.trace, selectedLayer(), state.t);

function closeUnit() {
  state.unit = -1;
  drawNetwork();
  updateLink();
}

function setNotation(notation) {
  state.notation = notation === "textbook" ? "textbook" : "pytorch";
  state.hasChosenNotation = true;
  $(".notation").value = state.notation;
  if (state.trace) drawNetwork();
  updateLink();
}

function togglePlayback() {
  if (timer) return pausePlayback();
  if (!state.trace) return;
  const last = state.trace.length - 1,
    [first, end, by] = state.gradients ? [last, 0, -1] : [0, last, 1];
  if (state.t === end) goToStep(first);
  const next = () => {
    if (page.element.offsetParent) goToStep(state.t + by);
    if (state.t === end || !page.element.offsetParent) return pausePlayback();
    timer = setTimeout(next, SPEEDS[$(".speed").value]);
  };
  timer = setTimeout(next, SPEEDS[$(".speed").value]);
  $("[data-do=play]").replaceChildren(icon("pause"));
}

// Stepping by hand ends playback.
function jumpToStep(t) {
  if (timer) pausePlayback();
  goToStep(t);
}

function pausePlayback() {
  clearTimeout(timer);
  timer = 0;
  $("[data-do=play]").replaceChildren(icon("play"));
}

const KEYS = {
  ArrowLeft: () => jumpToStep(state.t - 1),
  ArrowRight: () => jumpToStep(state.t + 1),
  Home: () => jumpToStep(0),
  End: () => jumpToStep(state.trace.length - 1),
  " ": togglePlayback,
  p: togglePresentation,
  Escape: leavePresentation,
};

// In the opened cell, a single tab stop: up and down move between its parts, Enter shows its liveliest unit.
const PART_KEYS = {
  ArrowUp: (parts, at) => parts[at + 1]?.focus(),
  ArrowDown: (parts, at) => parts[at - 1]?.focus(),
  Enter: () => chooseUnit(state.layer, liveliestUnit()),
};

function onPartKey(event, part) {
  if (!(event.key in PART_KEYS)) return;
  const parts = [...part.closest("svg").querySelectorAll(".part")];
  event.preventDefault();
  PART_KEYS[event.key](parts, parts.indexOf(part));
}

// The arrow keys step, and P presents, too, while nothing on the page has the focus.
function onKeyOfPage(event) {
  const isOurs = ["ArrowLeft", "ArrowRight", "p", "Escape"].includes(event.key);
  if (isOurs && event.target === document.body && page.element.offsetParent) onKey(event);
}

// A control keeps the keys that it uses itself.
function onKey(event) {
  const part = event.target.closest(".part");
  if (part) onPartKey(event, part);
  const own = event.target.matches("input, select, textarea") || (event.key === " " && event.target.matches("button"));
  if (own || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS) || !state.trace) return;
  event.preventDefault();
  KEYS[event.key]();
}

function onClick(event) {
  const cue = event.target.closest(".more");
  if (cue) return scrollBeyond($(".stage"), cue.dataset.side);
  const column = event.target.closest(".column");
  const vector = event.target.vector;
  if (column && Number(column.dataset.t) !== state.t) jumpToStep(Number(column.dataset.t));
  if (vector && vector.layer >= 0) chooseUnit(vector.layer, unitUnder(event));
}

// One of the units that act: it is written out at the step at which it acts.
function onActing({ target }) {
  const button = target.closest("button"),
    buttons = () => [...$(".acting").querySelectorAll("button")],
    at = buttons().indexOf(button);
  if (!button) return;
  jumpToStep(Number(button.dataset.step));
  chooseUnit(state.layer, Number(button.dataset.unit));
  buttons()[at]?.focus({ preventScroll: true }); // it was drawn again
}

function onHover(event) {
  const bubble = $(".bubble"),
    { vector } = event.target;
  const unit = vector ? unitUnder(event) : -1;
  bubble.hidden = unit < 0;
  if (unit < 0) return;
  const kind = vector.layer < 0 ? "number" : "unit";
  const place = `${vector.title ?? vector.name} at step ${vector.t + 1}, ${kind} ${unit + 1}`;
  const write = vector.write ?? ((value) => value.toFixed(4));
  bubble.textContent = `${place}: ${minus(write(vector.values[unit]))}`;
  const home = $(".stepper").getBoundingClientRect();
  bubble.style.left = `${Math.min(event.clientX - home.left + 12, home.width - 210)}px`;
  bubble.style.top = `${event.clientY - home.top + 14}px`;
}

function buildLegend() {
  const colours = createNode("span", { class: "colours", "aria-hidden": "true" });
  for (let k = 0; k < LEVELS; k++) colours.append(createNode("i", { style: `background:var(--rnn-v${k})` }));
  const wire = (side) => createNode("span", { class: `wire-key ${side}` });
  $(".legend").append("below 0", colours, "above 0", createNode("span", { class: "scales" }));
  $(".legend").append(wire("ih"), wire("hh"), createNode("span", { class: "sharing" }));
}

let lastText = "";

// Draw a trace that Python sent.
export function showTrace(text) {
  if (!text || text === lastText) return; // the same trace may arrive twice, and the reader has stepped on meanwhile
  lastText = text;
  $(".stepper").hidden = false;
  pausePlayback();
  state.trace = readTrace(text);
  const { trace } = state;
  state.layer = Math.min(state.layer, trace.layers.length - 1);
  state.unit = Math.min(state.unit, selectedLayer().hidden - 1);
  const notes = [restoreLink(trace.start), trace.broken].filter(Boolean);
  const names = trace.layers.map((layer, k) => createNode("option", { value: k }, layerName(trace, layer)));
  $(".which-layer").replaceChildren(...names);
  $(".which-layer").hidden = trace.layers.length < 2;
  $("[data-do=all]").hidden = !isLarge(trace);
  $(".notation").value = state.notation;
  if (trace.cut) notes.push(`Only the first ${trace.length} tokens are shown; ${trace.cut} more were cut.`);
  notes.push(...(trace.advice ? [trace.advice] : unknownNotes(trace)));
  showNote(notes.join(" "));
  $(".beside").textContent = "";
  drawNetwork();
  if (state.gradients) loadPass();
  const { dataset } = page.element;
  if (dataset.ready) updateLink(); // not the first time: then the link has just been read
  dataset.ready = Number(dataset.ready ?? 0) + 1; // tests wait for this
}

// Build the controls and listen for events.
export function buildControls() {
  lastText = "";
  buildStepButtons();
  buildTools();
  buildPassSwitch(showNote, pausePlayback);
  buildLegend();
  placeExplanation();
  const stepper = $(".stepper"),
    stage = $(".stage");
  stepper.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onKeyOfPage); // the same function again changes nothing
  watchFullscreen();
  stepper.addEventListener("pointermove", onHover);
  stepper.addEventListener("pointerleave", () => ($(".bubble").hidden = true));
  stage.addEventListener("click", onClick);
  $(".acting").addEventListener("click", onActing);
  stage.addEventListener("scroll", () => moveGutter(stage.scrollLeft));
  new ResizeObserver(() => state.trace && hasNewWidth() && drawNetwork()).observe(stage);
  const panel = document.querySelector("#states-figures");
  if (panel) {
    new MutationObserver(markFigures).observe(panel, { childList: true, subtree: true });
    panel.addEventListener("click", updateLink); // the link says which figure is open
  }
}
