// The answers above a column, and the sentence that says them.

import { createNode, createSvg } from "../core/dom.js";
import { label } from "../core/drawing.js";
import { fitted, percent, tokenText } from "../core/text.js";
import { UNDECIDED, answerAt } from "../stepper/trace.js";

// The three best answers with their probabilities. In narrow columns only the best one, named where it changes; its
// name may extend over the columns that share it.
export function answerBars(trace, t, middle, width, roomy, placement) {
  const best = trace.answers[t];
  if (trace.forecasts?.length) {
    const middling = { class: "answer best", "text-anchor": "middle" };
    return [label(fitted(answerAt(trace, t), width - 4, 7), middle, 17, middling)]; // a number has no share
  }
  if (!trace.asks || !best.length) return []; // a module without a head; an answer that is no number
  const room = Math.min(width - 8, 200),
    left = middle - room / 2,
    run = placement.runFrom(t);
  const bar = ([name, share], y, height = 15) =>
    createSvg("rect", { class: kindOfShare(name), x: left, y, width: Math.max(1, room * share), height, rx: 2 });
  const kind = (k) => (k || trace.undecided[t] ? "answer" : "answer best"),
    text = (words, k) => label(words, left + 2, 17 + k * 17, { class: kind(k) });
  const all = best.map(([name, share]) => `${tokenText(name)}: ${percent(share)}${before(trace, name)}`).join(", ");
  // Name and share at the two ends of a row: "8" as an answer is not taken for a part of its share.
  const end = { class: "answer end" };
  const parts = roomy
    ? best.flatMap(([name, share], k) => [
        bar([name, share], 5 + 17 * k),
        ...priorMark(trace, name, left, room, 5 + 17 * k, 15),
        text(fitted(tokenText(name), room - 44, 7), k),
        label(percent(share), left + room - 2, 17 + k * 17, end),
      ])
    : [
        nameOfRun(trace, t, left + 2, run - 8, placement.isSlide),
        bar(best[0], 24, 6),
        ...priorMark(trace, best[0][0], left, room, 24, 6),
        label(room >= 32 ? percent(best[0][1]) : "", middle, 46, {
          class: "answer",
          "text-anchor": "middle",
        }),
      ];
  return [createSvg("g", {}, createSvg("title", {}, all), ...parts)];
}

// Of the answer "negative" the bar has the colour of what is negative everywhere on the page.
export const kindOfShare = (name) => (name === "negative" ? "share negative" : "share");

// A faint line across a bar, behind its letters: the share of the answer before anything is read. It goes from edge to
// edge and no further, so that it is taken neither for a letter nor for a mark under one of the row above.
function priorMark(trace, name, left, room, y, height) {
  if (!(name in trace.prior)) return [];
  const x = left + room * trace.prior[name];
  return [createSvg("line", { class: "prior", x1: x, x2: x, y1: y, y2: y + height })];
}

// The same in words: ", 8% before any letter".
const before = ({ prior, piece }, name) => (name in prior ? `, ${percent(prior[name])} before any ${piece}` : "");

// The name over the columns that share an answer; on a slide whole or not at all. `data-wide` is the room it takes.
function nameOfRun(trace, t, x, room, isSlide) {
  const whole = room > 0 ? tokenText(answerAt(trace, t)) : "",
    shown = fitted(whole, room, 8);
  const name = isSlide && shown !== whole ? "" : shown;
  return label(name, x, 17, { class: "answer best", "data-wide": 8 * [...name].length });
}

// What a token is that the network does not know. One that it answers with may still never have been read.
export const unknownInWords = (trace, token) =>
  trace.answered.includes(token) ? `never read in training` : `unknown ${trace.piece}`;

// The same of all of a trace's unknown tokens, in sentences.
export function unknownNotes({ unknown, answered, piece }) {
  const quoted = (tokens) => tokens.slice(0, 8).map(tokenText).join(", ") + (tokens.length > 8 ? ", …" : "");
  const strange = unknown.filter((token) => !answered.includes(token)),
    notes = [];
  if (strange.length) notes.push(`Not in the vocabulary, read as <UNK>: ${quoted(strange)}.`);
  if (answered.length)
    notes.push(
      `An answer of this network, but never one of the ${piece}s that it read in training: ${quoted(answered)}. ` +
        "So it is read as <UNK>, and what follows is a guess.",
    );
  return notes;
}

// Step 2 of 4, token e, answer so far: Italian (51%, 8% before any letter), …
export function stepSentence(trace, t) {
  const all = trace.asks ? trace.answers[t] : [],
    says = all.length || trace.forecasts?.length ? answerAt(trace, t) : "",
    shareOf = ([name, share], k) => `${percent(share)}${k ? "" : before(trace, name)}`,
    shares = all.map((answer, k) => `${tokenText(answer[0])} (${shareOf(answer, k)})`),
    rest = says === UNDECIDED ? shares : shares.slice(1);
  const token = createNode("b", { translate: "no" }, tokenText(trace.tokens[t]));
  const parts = [`step ${t + 1} of ${trace.length}, token `, token];
  if (trace.unknown.includes(trace.tokens[t])) parts.push(` (${unknownInWords(trace, trace.tokens[t])})`);
  if (says) parts.push(`, ${trace.asks}: `, createNode("b", {}, tokenText(says)));
  if (all.length && says !== UNDECIDED) parts.push(` (${shareOf(all[0], 0)})`);
  if (rest.length) parts.push(`, ${rest.join(", ")}`);
  return parts;
}
