// What surgery is about at present, and the parts of its panel.

import { state } from "../stepper/state.js";

// `box` is the panel. `given` is the trace that arrived, `ours` the one with edits that is shown in its place. `base`
// is the untouched run and `result` what `operateOn` makes of it; `live` is the edit under the hand. `sources` are the
// traces of other texts, `control` is {text, tokens, base}, `ranges` say where units usually are, and `found` is what a
// search found, and `findings` what the detective did; `opening` says why the unit is shown that is, and `pressed` is
// the bar with the button that was pressed last. `unit` counts from 0; -1 before any was chosen.
export const surgery = {
  box: null,
  isOpen: false,
  given: null,
  ours: null,
  network: null,
  tokens: [],
  edits: [],
  past: [],
  quantity: "",
  unit: -1,
  base: null,
  result: null,
  live: null,
  sources: new Map(),
  control: null,
  ranges: null,
  found: [],
  findings: [],
  opening: "",
  pressed: null,
};

export const part = (name) => surgery.box.querySelector(`.knife-${name}`);
export const fieldOf = (name) => surgery.box.querySelector(`[data-field=${name}]`);

// Say something below the button that was pressed, or below the effect.
export function say(text) {
  const note = part("note");
  (surgery.pressed ?? part("effect")).after(note);
  note.textContent = text;
}

// The layer, the direction and the quantity that are shown.
export function shownPlace() {
  const { layer, direction } = state.trace.layers[state.layer];
  return { layer, direction, quantity: surgery.quantity };
}

// Where a unit is in 98% of cases, and its mean; null where that is not known.
export function rangeOf({ layer, direction, quantity, unit }) {
  const of = surgery.ranges?.places[`${layer} ${direction} ${quantity}`];
  return of && unit >= 0 ? { low: of.low[unit], high: of.high[unit], mean: of.mean[unit] } : null;
}

export const traceOfSource = (text) => surgery.sources.get(text);
export const textOfTrace = (trace) => trace.start.text ?? "";
