// Below the answers: the training question whose representation is most similar to that of the question asked.

import { createNode } from "../../core/dom.js";
import { isShown, onChange } from "./shown_question.js";

// It may arrive after another question was asked: then it waits until its own is shown again, if ever.
export function draw(root, data, { memory }) {
  memory.data = data;
  if (!memory.refresh) onChange((memory.refresh = () => fill(memory.root, memory.data)));
  memory.root = root;
  fill(root, data);
}

function fill(root, { asked, question, answer, cosine }) {
  root.replaceChildren();
  if (!question || !isShown(asked)) return;
  root.append(
    createNode("h2", { class: "rnn-heading" }, "Most similar training question"),
    createNode("p", { class: "qa-nearest", translate: "no" }, `“${question}”`),
    createNode(
      "p",
      { class: "rnn-quiet", "data-terms": "" },
      "Its answer: ",
      createNode("span", { translate: "no" }, answer),
      `. Cosine similarity of the two, as the network represents them: ${cosine.toFixed(3)}.`,
    ),
  );
}
