// The states before the first step, h_0 (and c_0): where the first arrow comes from, in either direction.

import { createSvg } from "../core/dom.js";
import { arrowhead, label, line } from "../core/drawing.js";
import { minus } from "../core/text.js";
import { $ } from "../stepper/state.js";
import { strip } from "../stepper/strip.js";
import { weightWire } from "./weights.js";

export const START = 62; // the width of a column of initial states
const STRIP = 14,
  SHOWN = 6; // numbers of a given state that are said

const isZero = (values) => values.every((value) => value === 0);
const all = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);

// The index of the step before the first one: 0, or for a backward layer T + 1, as steps count from 1.
export const initialIndex = (trace, layer) => (layer.back ? trace.length + 1 : 0);

// What an initial state is, in a sentence.
export function initialInWords(trace, layer) {
  const index = initialIndex(trace, layer),
    names = trace.cell.state.map((name) => `${name}_${index}`);
  const before = layer.back ? "after the last token, where the backward direction begins" : "before the first token";
  const zero = trace.cell.state.every((name) => isZero(layer.initial[name].values));
  if (zero) {
    const each = names.length > 1 ? `all ${layer.hidden} numbers of each are` : `all ${layer.hidden} numbers are`;
    return `${all(names)}, the state ${before}: nothing has been read yet, so ${each} 0.`;
  }
  const given = trace.cell.state.map((name, k) => {
    const values = Array.from(layer.initial[name].values.slice(0, SHOWN), (value) => minus(value.toFixed(2)));
    return `${names[k]} = ${values.join(", ")}${layer.hidden > SHOWN ? ", …" : ""}`;
  });
  return `The state ${before}, as it was given: ${given.join("; ")}.`;
}

// The initial states of the forward layers (at the left), or of the backward ones (at the right), as one group.
// `laneOf` gives for a layer the y of its wire, and the top and height of its strip.
export function initialStates(trace, back, laneOf) {
  const group = createSvg("g", { class: "initial" });
  for (const layer of trace.layers.filter((each) => each.back === back)) {
    const { lane, top, tall } = laneOf(layer),
      x = back ? START - STRIP - 22 : 8,
      edge = back ? 0 : START;
    const words = initialInWords(trace, layer);
    const part = createSvg("g", { class: "start", tabindex: 0, role: "img", "aria-label": words });
    const vector = {
      name: "h",
      t: initialIndex(trace, layer) - 1,
      layer: trace.layers.indexOf(layer),
      values: layer.initial.h.values,
      scale: trace.scales.h,
    };
    const data = weightWire(layer, "hh");
    part.append(
      createSvg("title", {}, words),
      line(back ? x - 2 : x + STRIP + 2, lane, edge, lane, data),
      strip(vector, x, top, STRIP, tall),
    );
    trace.cell.state.forEach((name, k) => {
      const zero = isZero(layer.initial[name].values);
      const y = k ? top + tall + 2 + 13 * k : top - 6;
      part.append(stateName(name, initialIndex(trace, layer), zero, back ? START - 12 : 2, y, back));
    });
    part.addEventListener("focusin", () => sayBeside(part, words));
    part.addEventListener("focusout", () => ($(".bubble").hidden = true));
    group.append(part);
  }
  return group;
}

// The sentence in the bubble, for who came here by the keyboard; a pointer has it as a tooltip.
function sayBeside(part, words) {
  const home = $(".stepper").getBoundingClientRect(),
    place = part.getBoundingClientRect(),
    bubble = $(".bubble");
  bubble.textContent = words;
  bubble.hidden = false;
  bubble.style.left = `${Math.max(0, Math.min(place.right - home.left + 6, home.width - 270))}px`;
  bubble.style.top = `${place.top - home.top + 20}px`;
}

// h₀ = 0
function stateName(letter, index, zero, x, y, end) {
  return createSvg(
    "text",
    { x, y, class: end ? "small end" : "small" },
    createSvg("tspan", { class: "letter" }, letter),
    createSvg("tspan", { class: "index", dy: 3 }, index),
    createSvg("tspan", { dy: -3 }, zero ? " = 0" : ""),
  );
}

// The flow of a state: a line in from the previous step, or from the initial state, and out to the next one, in the
// layer's own direction. Its strip is `wide` and begins at x; the column is `width` wide.
export function stateWires(layer, isLast, x, wide, lane, width) {
  const inner = layer.back ? x + wide : x,
    comes = layer.back ? width : 0,
    goes = width - comes,
    data = weightWire(layer, "hh");
  const tip = arrowhead(inner, lane, inner < comes ? -1 : 1, 0, { class: "tip hh" });
  const out = isLast ? [] : [line(layer.back ? x : x + wide, lane, goes, lane, data)];
  return [line(comes, lane, inner, lane, data), tip, ...out];
}

// Whether step t is the last one that a layer reads.
export const isLastStep = (trace, layer, t) => t === (layer.back ? 0 : trace.length - 1);
