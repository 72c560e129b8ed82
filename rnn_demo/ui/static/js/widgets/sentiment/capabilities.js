// What the network gets wrong: a bar for each capability, and within it the worst failure.

import { createNode } from "../../core/dom.js";
import { count, percent } from "../../core/text.js";

const KINDS = {
  MFT: "the right verdict is known",
  INV: "the verdict should stay the same",
  DIR: "the verdict should not move the other way",
};

export function draw(root, data) {
  if (!data.areas) return;
  const share = percent(data.failures / data.cases);
  const total = `It got ${count(data.failures)} of ${count(data.cases)} wrong, ${share}.`;
  root.append(createNode("p", {}, total), ...data.areas.map(area));
}

function area({ title, rows }) {
  return createNode("section", {}, createNode("h2", { class: "rnn-heading" }, title), ...rows.map(capability));
}

function capability({ name, kind, cases, failures, example }) {
  const bar = createNode("span", { class: "rnn-failed", "aria-hidden": "true" });
  bar.style.setProperty("--share", `${(100 * failures) / cases}%`);
  const line = [
    createNode("span", { class: "rnn-capability-name" }, name),
    bar,
    createNode("span", { class: "rnn-failed-count" }, `${count(failures)} of ${count(cases)} wrong`),
  ];
  const detail = createNode("p", { class: "rnn-quiet" }, `Asked: ${KINDS[kind] ?? kind}.`);
  return createNode(
    "details",
    { class: "rnn-capability" },
    createNode("summary", {}, ...line),
    detail,
    ...(example ? [failure(example)] : []),
  );
}

function failure({ texts, probabilities, expected }) {
  const items = texts.map((text, k) =>
    createNode(
      "li",
      {},
      createNode("q", { translate: "no" }, text),
      ` ${percent(probabilities[k])} positive`,
    ),
  );
  return createNode(
    "div",
    { class: "rnn-worst" },
    createNode("ul", { class: "rnn-problems" }, ...items),
    createNode("p", {}, `Should be: ${expected}.`),
  );
}
