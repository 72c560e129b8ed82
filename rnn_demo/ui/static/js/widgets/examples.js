// Example texts as buttons; each kind of example has its own row.

import { createNode } from "../core/dom.js";

export function draw(root, { rows = [] }, { trigger }) {
  for (const { kind, texts } of rows) {
    const row = createNode("div", { class: "rnn-examples" });
    if (kind) row.append(createNode("span", { class: "rnn-kind" }, kind));
    row.append(
      createNode(
        "div",
        { class: "rnn-choices" },
        ...texts.map(([name, text]) => example(name, () => trigger("choose", { text }))),
      ),
    );
    root.append(row);
  }
}

function example(name, choose) {
  const button = createNode("button", { type: "button" }, name);
  button.addEventListener("click", choose);
  return button;
}
