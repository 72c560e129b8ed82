// Under the answers: the taught question that the network reads most like the one it was asked.

import { make } from "../core/dom.js";

export function draw(root, { question, answer, cosine }) {
  if (!question) return;
  root.append(
    make("h3", { class: "rnn-heading" }, "To the network it is most like"),
    make("p", { class: "qa-nearest" }, `“${question}”`),
    make(
      "p",
      { class: "rnn-quiet" },
      `It was taught: ${answer}. The cosine of the two final states is ${cosine.toFixed(3)}.`,
    ),
  );
}
