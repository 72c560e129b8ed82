// Below the answers: the training question whose representation is most similar to that of the question asked.

import { make } from "../core/dom.js";

export function draw(root, { question, answer, cosine }) {
  if (!question) return;
  root.append(
    make("h3", { class: "rnn-heading" }, "Most similar training question"),
    make("p", { class: "qa-nearest" }, `“${question}”`),
    make(
      "p",
      { class: "rnn-quiet" },
      `Its answer: ${answer}. Cosine similarity of the two, as the network represents them: ${cosine.toFixed(3)}.`,
    ),
  );
}
