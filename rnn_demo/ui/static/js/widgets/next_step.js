// The line at the end of a tab: a sentence with a link to where learning continues.

import { createNode } from "../core/dom.js";

export function draw(root, { before, name, link, after }, { trigger }) {
  const node = createNode("a", { href: `?${new URLSearchParams(link)}` }, name);
  node.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into a window of its own
    event.preventDefault();
    scrollTo(0, 0); // the next tab is read from its top
    trigger("go");
  });
  root.append(createNode("p", { class: "rnn-next" }, before, node, after));
}
