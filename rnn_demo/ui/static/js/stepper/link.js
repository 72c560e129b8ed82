// A link to what is shown: writing its parameters to the address bar, and restoring them.

import { addressOf, copyText, setAddress } from "../core/browser.js";
import { fitted } from "../core/text.js";
import { openFromLink } from "./beside_button.js";
import { followsStep, openFigureName } from "./figures.js";
import { $, hasAddress, page, selectedLayer, state } from "./state.js";
import { openSurgeryFromLink } from "../parts/surgery_button.js";
import { mostChangedUnit } from "./trace.js";

// What the parameter `view` lists: each is on or off.
const SWITCHES = {
  cell: () => state.cell,
  unit: () => state.unit >= 0,
  whole: () => state.all,
  head: () => state.head,
  input: () => state.input,
  folded: () => state.fold,
};

// What is shown, as parameters. Defaults are left out, to keep the link short.
export function linkParameters() {
  const { trace, t } = state,
    layer = selectedLayer();
  const open = Object.keys(SWITCHES).filter((name) => SWITCHES[name]());
  const link = { tab: "states", model: trace.checkpoint, text: (trace.start.text ?? "").slice(0, 2000), step: t + 1 };
  if (trace.layers.length > 1) Object.assign(link, { layer: layer.layer + 1, direction: layer.direction });
  if (state.unit >= 0) link.unit = state.unit;
  if (open.length) link.view = open.join(",");
  if (state.notation !== trace.notation) link.notation = state.notation;
  if (state.gradients) link.gradients = state.gradients;
  if (state.gradients && state.answer) link.answer = state.answer;
  if (openFigureName()) link.figure = openFigureName();
  return { ...link, ...state.beside?.(), ...state.knife?.() };
}

// Only once something has been drawn and the reader has done something, so a link is never overwritten before it has
// been read. Written a moment after the last change: browsers refuse too many changes, and each one takes time.
let writing = 0;
export function updateLink() {
  if (!hasAddress()) return; // in a notebook or a handout
  clearTimeout(writing);
  writing = setTimeout(() => {
    if (state.trace) setAddress(page.element, linkParameters());
    if (followsStep()) explainStep();
  }, 150);
}

// A figure that explains the current step follows it, once the reader stays on a step.
let explainedStep = -1;
function explainStep() {
  if (state.t === explainedStep) return;
  explainedStep = state.t;
  page.trigger("explain", {});
}

export async function copyLink() {
  await copyText($("[data-do=link]"), addressOf(linkParameters()), "The link is in the address bar");
  updateLink();
}

const ALONE = { layer: "this model has one layer", step: "this text has one step", unit: "this layer has one unit" };

// Restore what a link names, as far as possible; returns a sentence about what was ignored.
export function restoreLink(start) {
  const { trace } = state,
    refused = [];
  const whole = (name, low, high, fallback) => {
    if (start[name] === undefined) return fallback;
    const value = Number(start[name]);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    const possible = low === high ? ALONE[name] : `must be ${low} to ${high}`;
    refused.push(`${name}=${fitted(String(start[name]), 20, 1)} (${possible})`);
    return fallback;
  };
  const choice = (name, allowed, fallback) => {
    if (start[name] === undefined || allowed.includes(start[name])) return start[name] ?? fallback;
    const possible = [...new Set(allowed)].join(" or ");
    refused.push(`${name}=${fitted(String(start[name]), 20, 1)} (must be ${possible})`);
    return fallback;
  };
  const depth = whole("layer", 1, trace.depth, 1) - 1;
  const direction = choice(
    "direction",
    trace.layers.map((layer) => layer.direction),
    "forward",
  );
  if (start.layer !== undefined || start.direction !== undefined)
    state.layer = trace.layers.findIndex((layer) => layer.layer === depth && layer.direction === direction);
  state.gradients = choice("gradients", ["trained", "fresh"], state.gradients);
  state.answer = start.answer ?? "";
  state.t = whole("step", 1, trace.length, state.gradients ? trace.length : 1) - 1; // a backward pass begins at the end
  state.unit = whole("unit", 0, trace.layers[state.layer].hidden - 1, state.unit);
  const named = choice("notation", ["pytorch", "textbook"], "");
  if (named) state.hasChosenNotation = true;
  state.notation = named || (state.hasChosenNotation ? state.notation : trace.notation);
  const names = start.view === undefined ? [] : start.view.split(",");
  const wrong = names.filter((name) => !(name in SWITCHES));
  if (wrong.length) refused.push(`view=${fitted(wrong.join(), 20, 1)} (must be ${Object.keys(SWITCHES).join(" or ")})`);
  if (names.includes("cell")) state.cell = true;
  if (names.includes("whole")) state.all = true;
  if (names.includes("head")) state.head = true;
  if (names.includes("input")) state.input = true;
  if (names.includes("folded")) state.fold = true;
  choice("figure", trace.figures, undefined); // Python opens it
  if (hasAddress()) openFromLink(start);
  if (hasAddress()) openSurgeryFromLink(start);
  if (names.includes("unit") && state.unit < 0) state.unit = mostChangedUnit(trace, selectedLayer(), state.t);
  return refused.length ? `Ignored in the link: ${refused.join("; ")}.` : "";
}
