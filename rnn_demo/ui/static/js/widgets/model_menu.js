// The menu of models: a native list, grouped by what the networks are asked, so that it is at home on every device.

import { createNode } from "../core/dom.js";

export function draw(root, { groups = [], selected = "" }, { trigger }) {
  const options = groups.map(({ title, models }) =>
    createNode(
      "optgroup",
      { label: title },
      ...models.map((model) => createNode("option", { value: model.name }, model.title)),
    ),
  );
  const list = createNode("select", { class: "rnn-models" }, ...options);
  list.value = selected;
  list.addEventListener("change", () => trigger("choose", { name: list.value }));
  root.append(createNode("label", { class: "rnn-field" }, createNode("span", {}, "Model"), list));
}
