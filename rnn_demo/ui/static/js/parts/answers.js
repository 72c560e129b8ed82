// The answers above a column, and the sentence that says them.

import { createNode, createSvg } from "../core/dom.js";
import { label } from "../core/drawing.js";
import { fitted, percent, tokenText } from "../core/text.js";

// The three best answers with their probabilities. In narrow columns only the best one, named where it changes; its
// name may extend over the columns that share it.
export function answerBars(trace, t, middle, width, roomy, placement) {
  const best = trace.answers[t];
  if (!trace.asks || !best.length) return []; // a module without a head; an answer that is no number
  const room = Math.min(width - 8, 200),
    left = middle - room / 2,
    shown = placement.compact ? best.slice(0, 1) : best,
    run = placement.runFrom(t);
  const bar = (share, y, height = 15) =>
    createSvg("rect", { class: "share", x: left, y, width: Math.max(1, room * share), height, rx: 2 });
  const text = (words, k) => label(words, left + 2, 17 + k * 17, { class: k ? "answer" : "answer best" });
  const all = best.map(([name, share]) => `${tokenText(name)}: ${percent(share)}`).join(", ");
  // Name and share at the two ends of a row: "8" as an answer is not taken for a part of its share.
  const end = { class: "answer end" };
  const parts = roomy
    ? shown.flatMap(([name, share], k) => [
        bar(share, 5 + 17 * k),
        text(fitted(tokenText(name), room - 44, 7), k),
        label(percent(share), left + room - 2, 17 + k * 17, end),
      ])
    : [
        text(run ? fitted(tokenText(best[0][0]), run - 8, 8) : "", 0),
        ...(placement.compact ? [] : [bar(best[0][1], 24, 6)]),
        label(room >= 32 && !placement.compact ? percent(best[0][1]) : "", middle, 46, {
          class: "answer",
          "text-anchor": "middle",
        }),
      ];
  return [createSvg("g", {}, createSvg("title", {}, all), ...parts)];
}

// Step 2 of 4, token e, answer so far: Italian (51%), …
export function stepSentence(trace, t) {
  const [first, ...others] = trace.asks ? trace.answers[t] : [null];
  const token = createNode("b", { translate: "no" }, tokenText(trace.tokens[t]));
  const parts = [`step ${t + 1} of ${trace.length}, token `, token];
  if (trace.unknown.includes(trace.tokens[t])) parts.push(` (unknown ${trace.piece})`);
  if (first) parts.push(`, ${trace.asks}: `, createNode("b", {}, tokenText(first[0])), ` (${percent(first[1])})`);
  for (const [name, share] of others) parts.push(`, ${tokenText(name)} (${percent(share)})`);
  return parts;
}
