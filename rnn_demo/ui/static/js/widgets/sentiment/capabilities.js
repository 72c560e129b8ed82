// What the network gets wrong: of each area what was found and an example, and a bar for each capability, the worst
// first; within a bar its worst failure.

import { createNode } from "../../core/dom.js";
import { count, percent } from "../../core/text.js";

export function draw(root, data) {
  if (!data.areas) return;
  root.append(createNode("p", {}, data.summary), createNode("div", { class: "rnn-areas" }, ...data.areas.map(area)));
}

function area({ title, finding, example, rows }) {
  const heading = createNode("h2", { class: "rnn-heading" }, title);
  const words = createNode("p", { class: "rnn-finding" }, `${finding} `, ...(example ? inWords(example) : []));
  return createNode("section", { class: "rnn-area" }, heading, words, ...rows.map(capability));
}

function capability({ name, rule, cases, failures, example }) {
  const bar = createNode("span", { class: "rnn-failed", "aria-hidden": "true" });
  bar.style.setProperty("--share", `${(100 * failures) / cases}%`);
  const line = [
    createNode("span", { class: "rnn-capability-name" }, name),
    bar,
    createNode("span", { class: "rnn-failed-count" }, `${count(failures)} of ${count(cases)}`),
  ];
  const worst = example ? [createNode("p", { class: "rnn-worst" }, "The worst: ", ...inWords(example))] : [];
  const asked = createNode("p", { class: "rnn-quiet" }, `Here, ${rule}.`);
  return createNode("details", { class: "rnn-capability" }, createNode("summary", {}, ...line), asked, ...worst);
}

// A failure as a sentence: what was read, how positive it was judged, and what would have been right.
function inWords({ texts, probabilities, expected }) {
  const text = (k) => createNode("q", { translate: "no" }, texts[k]);
  const judged = (k) => percent(probabilities[k]);
  if (texts.length === 1) return [text(0), ` should be ${expected}, and is judged ${judged(0)} positive.`];
  const pair = [text(0), ` is judged ${judged(0)} positive, `, text(1), ` ${judged(1)}`];
  return [...pair, ` (should be: ${expected}).`];
}
