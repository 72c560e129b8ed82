// The units that act in this text: for each gate and state the one that changes most where the answer turns.

import { createNode } from "../core/dom.js";
import { minus, tokenText } from "../core/text.js";
import { $, page, selectedLayer, state } from "../stepper/state.js";
import { rowAt, stateBefore, sum } from "../stepper/trace.js";

// The step, after the first, at which the probability of the last answer changes most; where each step has an answer of
// its own, the one at which h changes most.
export function turningStep(trace, layer) {
  const last = trace.head.pooling === "per-step" ? undefined : trace.answers.at(-1)[0]?.[0];
  const share = (t) => trace.answers[t].find(([name]) => name === last)?.[1] ?? 0;
  const moved = (t) => {
    const past = stateBefore(trace, layer, "h", t);
    return sum(rowAt(layer.quantities.h, t).map((value, k) => (value - past[k]) ** 2));
  };
  const change = last === undefined ? moved : (t) => Math.abs(share(t) - share(t - 1));
  const steps = Array.from({ length: trace.length - 1 }, (_, k) => k + 1);
  return steps.reduce((best, t) => (change(t) > change(best) ? t : best), 1);
}

// [{name, title, verb, unit, from, to}] at step t, in the textbook's way where gates are 1 minus PyTorch's.
export function actingUnits(trace, layer, t, notation) {
  const before = layer.back ? t + 1 : t - 1;
  if (before < 0 || before >= trace.length) return [];
  return trace.cell.quantities
    .filter(({ name, bounds }) => bounds?.[0] === 0 || trace.cell.state.includes(name))
    .map(({ name, title, does, flipped_does }) => {
      const [now, past] = [t, before].map((step) => rowAt(layer.quantities[name], step));
      const change = (k) => Math.abs(now[k] - past[k]);
      const unit = now.reduce((best, _, k) => (change(k) > change(best) ? k : best), 0);
      const isFlipped = notation === "textbook" && trace.cell.flipped.includes(name),
        shown = (value) => (isFlipped ? 1 - value : value);
      const verb = isFlipped ? flipped_does : does;
      return { name, title, verb, unit, from: shown(past[unit]), to: shown(now[unit]) };
    });
}

const twoDecimals = (value) => minus(value.toFixed(2));

// A button for each of them, for the opened cell. Stepping changes nothing here.
export function drawActing() {
  const { trace, cell, unit, notation } = state,
    box = $(".acting"),
    layer = selectedLayer();
  const t = trace.length > 1 ? turningStep(trace, layer) : 0,
    units = cell && page.server && !state.gradients ? actingUnits(trace, layer, t, notation) : [];
  box.hidden = !units.length;
  const buttons = units.map(({ name, title, verb, unit: which, from, to }) =>
    createNode(
      "button",
      { type: "button", "data-unit": which, "data-step": t, "aria-pressed": which === unit },
      `${title} ${name}${verb && ` (${verb})`}: unit ${which + 1}, ${twoDecimals(from)} → ${twoDecimals(to)}`,
    ),
  );
  const where = trace.head.pooling === "per-step" ? "the state changes most" : "the answer changes most";
  const words = `Units that act where ${where}, at step ${t + 1} (“${tokenText(trace.tokens[t])}”):`;
  box.replaceChildren(createNode("span", { class: "note" }, words), ...buttons);
}
