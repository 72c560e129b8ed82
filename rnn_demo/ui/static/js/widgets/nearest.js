// Below the answers: the training question whose representation is most similar to that of the question asked.

import { createNode } from "../core/dom.js";

export function draw(root, { question, answer, cosine }) {
  if (!question) return;
  root.append(
    createNode("h3", { class: "rnn-heading" }, "Most similar training question"),
    createNode("p", { class: "qa-nearest" }, `“${question}”`),
    createNode(
      "p",
      { class: "rnn-quiet" },
      `Its answer: ${answer}. Cosine similarity of the two, as the network represents them: ${cosine.toFixed(3)}.`,
    ),
  );
}
