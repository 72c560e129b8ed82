// Every unit in turn: those whose loss moves the answer most.

import { createNode } from "../core/dom.js";
import { percent, signed, tokenText } from "../core/text.js";
import { sweepOver } from "./operation.js";
import { fieldOf, part, rangeOf, say, shownPlace, surgery } from "./surgery.js";

const MOST_FOUND = 12; // units listed
const CUT = { zero: () => 0, mean: (range) => range?.mean ?? 0 };

export function search() {
  const { network, tokens, control } = surgery,
    here = shownPlace(),
    to = CUT[fieldOf("cutTo").value];
  if (fieldOf("cutTo").value === "mean" && !surgery.ranges)
    return say("The means are not known yet; they are being fetched.");
  const values = Array.from({ length: network.hidden }, (_, unit) => to(rangeOf({ ...here, unit })));
  const found = sweepOver(network, tokens, here, values),
    beside = control
      ? new Map(sweepOver(network, control.tokens, here, values).map((each) => [each.unit, each.effect]))
      : null;
  surgery.found = found
    .slice(0, MOST_FOUND)
    .map((each) => ({ ...each, value: values[each.unit], control: beside?.get(each.unit), place: here }));
  drawFound();
}

export function drawFound() {
  const { found, network } = surgery,
    largest = Math.max(1e-9, ...found.map(({ effect }) => Math.abs(effect.logOdds)));
  const rows = found.map(({ unit, effect, control, place: of }, k) => {
    const { before, after, becomes, probability } = effect,
      name = (answer) => tokenText(network.labels[answer]);
    const says =
      before === after
        ? `${percent(probability, 1)} → ${percent(becomes, 1)}`
        : `→ ${name(after)} (${percent(effect.afterProbability)})`;
    const button = createNode(
      "button",
      { type: "button", "data-found": k, title: "Show and cut this unit" },
      `${of.quantity} of unit ${unit + 1}`,
    );
    const bar = createNode("i", {
      class: effect.logOdds < 0 ? "down" : "up",
      style: `width:${((100 * Math.abs(effect.logOdds)) / largest).toFixed(1)}%`,
    });
    return createNode(
      "li",
      {},
      button,
      createNode("span", { class: "knife-bar", "aria-hidden": "true" }, bar),
      createNode("b", {}, signed(effect.logOdds)),
      createNode("span", {}, says),
      createNode("span", { class: "note" }, control ? `control ${signed(control.logOdds)}` : ""),
    );
  });
  part("found").replaceChildren(...rows);
  const [first] = found;
  part("search-says").textContent = first
    ? `How the log odds of ${tokenText(network.labels[first.effect.before])} change, largest first.`
    : "";
}
