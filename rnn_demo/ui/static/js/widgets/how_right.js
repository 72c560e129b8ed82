// A question beside a number that says how sure the network is; it opens the panel that answers it.

import { createNode } from "../core/dom.js";

// `panel` is the id of the tab's accordion “How often is it right?”.
export function howOftenRight(panel) {
  const button = createNode("button", { type: "button", class: "rnn-link" }, "How often is that right?");
  button.addEventListener("click", () => {
    const accordion = document.getElementById(panel),
      heading = accordion?.querySelector("button");
    if (!heading) return;
    if (heading.getAttribute("aria-expanded") !== "true") heading.click();
    accordion.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  });
  return button;
}
