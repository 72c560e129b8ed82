// The attention above the columns: how much each step's h counts in the mean that the head reads.

import { createSvg, fillNode } from "../core/dom.js";
import { label } from "../core/drawing.js";
import { percent } from "../core/text.js";
import { ATTENTION } from "../stepper/columns.js";
import { state } from "../stepper/state.js";
import { attentionAt } from "../stepper/trace.js";

// A bar for the share of a step, `top` pixels down; `markAttention` fills it.
export function attentionBar(top, middle, wide) {
  const box = { x: middle - wide / 2, width: wide };
  return [
    createSvg("rect", { class: "frame", ...box, y: top, height: ATTENTION }),
    createSvg("rect", { class: "attention", ...box, y: top, height: 0 }, createSvg("title")),
    label("", middle, top + ATTENTION / 2 + 4, { class: "small weight", "text-anchor": "middle" }),
  ];
}

// Fill the bars of all columns with the shares after the current step.
export function markAttention(columns, placement) {
  const { trace, t } = state;
  if (!trace.attention) return;
  const shares = attentionAt(trace, t);
  columns.forEach((column, k) => {
    const [bar, text] = [column.querySelector(".attention"), column.querySelector(".weight")];
    const share = Number.isFinite(shares[k]) ? shares[k] : 0;
    fillNode(bar, { y: placement.top + ATTENTION * (1 - share), height: ATTENTION * share });
    bar.firstChild.textContent = `${percent(shares[k])} of the attention`;
    text.textContent = k <= t && placement.widthOf(k, t) > 44 ? percent(shares[k]) : "";
  });
}
