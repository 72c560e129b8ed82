// Surgery as it is drawn: the effect in words, the unit and the answer over the steps, the edits, the control.

import { createNode } from "../core/dom.js";
import { tokenText } from "../core/text.js";
import { updateLink } from "../stepper/link.js";
import { state } from "../stepper/state.js";
import { readTrace, rowAt } from "../stepper/trace.js";
import { drawNetwork } from "../stepper/unrolled.js";
import { freezing, within } from "./edits.js";
import { operateOn } from "./operation.js";
import { drawSurgery, spanOf } from "./plot.js";
import { fieldOf, part, rangeOf, shownPlace, surgery, traceOfSource } from "./surgery.js";
import { beyondInWords, controlInWords, editInWords, effectInWords, nameOfPlace } from "./words.js";

// Compute the patched run and draw all of it.
export function redrawSurgery() {
  const { network, tokens, base } = surgery,
    edits = surgery.live
      ? [...surgery.edits.filter((each) => each !== surgery.live.replaces), surgery.live.edit]
      : surgery.edits;
  surgery.result = operateOn(network, tokens, edits, traceOfSource, base);
  const { effect, partsAt, patched } = surgery.result;
  part("effect").textContent = edits.length
    ? effectInWords(network.labels, effect, partsAt, tokens)
    : `Drag a point: the unit has that value at that step, and everything after it follows. ${surgery.opening}`;
  const beyond = beyondInWords(edits, rangeOf, surgery.ranges?.corpus ?? "");
  part("legend").textContent = [beyond, legendInWords()].filter(Boolean).join(" ");
  drawPlot();
  drawControl(edits);
  if (!surgery.live) drawEdits();
  showInSteps(edits.length ? asGiven(patched) : surgery.given);
  if (!surgery.live) updateLink();
  surgery.box.dataset.drawn = String(Number(surgery.box.dataset.drawn ?? 0) + 1); // tests wait for this
}

function legendInWords() {
  const { ranges } = surgery;
  const shaded = ranges ? ` Shaded: where this unit is in 98% of cases, over ${ranges.corpus}.` : "";
  return `Pale: untouched. Square: held.${shaded}`;
}

// The patched trace as the steps show it: in the colours and with the units of the one that was given.
function asGiven(patched) {
  const { given } = surgery,
    trace = readTrace({
      ...patched,
      start: given.start,
      figures: given.figures,
      title: given.title,
      about: given.about,
    });
  trace.scales = given.scales;
  trace.layers.forEach((layer, k) => (layer.liveliest = given.layers[k].liveliest));
  trace.liveliest = given.liveliest;
  return trace;
}

export function showInSteps(trace) {
  surgery.ours = trace === surgery.given ? null : trace;
  if (!trace || state.trace === trace || state.gradients || state.beside) return;
  state.trace = trace;
  drawNetwork();
}

export function drawPlot() {
  const { network, base, result, edits, live, unit } = surgery,
    here = shownPlace(),
    index = state.layer,
    values = (trace) => trace.layers[index].quantities[here.quantity],
    [before, after] = [base, result.patched].map((trace) => base.tokens.map((_, t) => rowAt(values(trace), t)[unit]));
  const bounds = network.cell.quantities.find(({ name }) => name === here.quantity).bounds,
    range = rangeOf({ ...here, unit }),
    span = live?.span ?? spanOf(bounds, range, before, after);
  const covers = (each) =>
    each.quantity === here.quantity &&
    each.layer === here.layer &&
    each.direction === here.direction &&
    (each.unit < 0 || each.unit === unit);
  const held = new Set(
    [...edits, ...(live ? [live.edit] : [])]
      .filter(covers)
      .flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, k) => first + k)),
  );
  const { effect, shares } = result,
    answers = [...new Set([effect.before, effect.after])];
  const view = { name: nameOfPlace(network, { ...here, unit }), tokens: base.tokens, span, range, before, after, held };
  const focused = document.activeElement?.closest?.(".knife-grip")?.dataset.t;
  const room = Math.max(280, part("plot").clientWidth);
  const node = drawSurgery({ ...view, here: state.t, shares, answers, labels: network.labels.map(tokenText) }, room);
  node.span = span;
  part("plot").replaceChildren(node);
  if (focused !== undefined) part("plot").querySelector(`[data-t="${focused}"]`)?.focus({ preventScroll: true });
  fieldOf("quantity").value = here.quantity;
  if (document.activeElement !== fieldOf("unit")) fieldOf("unit").value = unit + 1;
  fieldOf("unit").max = network.hidden;
}

function drawEdits() {
  const { network, edits, past } = surgery;
  const chips = edits.map((each, k) => {
    const words = editInWords(network, each),
      off = createNode("button", { type: "button", "aria-label": `Take back: ${words}`, "data-edit": k }, "×");
    return createNode("li", {}, words, off);
  });
  part("edits").replaceChildren(...chips);
  surgery.box.querySelector("[data-act=undo]").disabled = !past.length;
  surgery.box.querySelector("[data-act=reset]").disabled = !edits.length;
  surgery.box.querySelector("[data-act=freeze]").hidden = !freezing(network, {}).length;
}

function drawControl(edits) {
  const { control, network } = surgery;
  if (!control) return void (part("control-says").textContent = "The same edits on a text that should not change.");
  const { effect } = operateOn(
    network,
    control.tokens,
    within(edits, control.tokens.length),
    traceOfSource,
    control.base,
  );
  part("control-says").textContent = `With the same edits: ${controlInWords(network.labels, effect)}.`;
}
