// A link to this view: writing its parameters to the address bar, and restoring them.

import { addressOf, copy, setAddress } from "../core/browser.js";
import { fitted } from "../core/text.js";
import { figureShown, followsStep } from "./figures.js";
import { $, chosenLayer, page, state } from "./state.js";
import { strongest } from "./trace.js";

const VIEWS = { cell: () => state.cell, unit: () => state.unit >= 0, whole: () => state.all };

// This view as parameters. Defaults are left out, to keep the link short.
export function parameters() {
  const { trace, t } = state,
    layer = chosenLayer();
  const open = Object.keys(VIEWS).filter((name) => VIEWS[name]());
  const link = { tab: "states", model: trace.checkpoint, text: (trace.start.text ?? "").slice(0, 2000), step: t + 1 };
  if (trace.layers.length > 1) Object.assign(link, { layer: layer.layer + 1, direction: layer.direction });
  if (state.unit >= 0) link.unit = state.unit;
  if (open.length) link.view = open.join(",");
  if (state.notation !== "pytorch") link.notation = state.notation;
  if (figureShown()) link.figure = figureShown();
  return link;
}

// Only once something has been drawn and the reader has done something, so a link is never overwritten before it has
// been read. Written a moment after the last change: browsers refuse too many changes, and each one takes time.
let writing = 0;
export function moved() {
  if (!page.server) return; // in a notebook: no address to write
  clearTimeout(writing);
  writing = setTimeout(() => {
    if (state.trace) setAddress(page.element, parameters());
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
  await copy($("[data-do=link]"), addressOf(parameters()), "The link is in the address bar");
  moved();
}

const ALONE = { layer: "this model has one layer", step: "this text has one step", unit: "this layer has one unit" };

// Restore what a link names, as far as possible; returns a sentence about what was ignored.
export function restore(start) {
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
  state.t = whole("step", 1, trace.length, trace.length) - 1;
  state.unit = whole("unit", 0, trace.layers[state.layer].hidden - 1, state.unit);
  state.notation = choice("notation", ["pytorch", "textbook"], state.notation);
  const views = start.view === undefined ? [] : start.view.split(",");
  const wrong = views.filter((name) => !(name in VIEWS));
  if (wrong.length) refused.push(`view=${fitted(wrong.join(), 20, 1)} (must be ${Object.keys(VIEWS).join(" or ")})`);
  if (views.includes("cell")) state.cell = true;
  if (views.includes("whole")) state.all = true;
  choice("figure", trace.figures, undefined); // Python opens it
  if (views.includes("unit") && state.unit < 0) state.unit = strongest(trace, chosenLayer(), state.t);
  return refused.length ? `Ignored in the link: ${refused.join("; ")}.` : "";
}
