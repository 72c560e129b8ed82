// The button of surgery; its scripts are fetched when it is pressed, or by a link. A handout holds them itself.

import { createNode } from "../core/dom.js";
import { $, page } from "../stepper/state.js";

export function surgeryButton() {
  const title = "Hold a unit or a gate, and see everything after it change";
  const button = createNode(
    "button",
    { type: "button", "data-do": "knife", "aria-pressed": "false", title },
    "Surgery",
  );
  button.addEventListener("click", () =>
    withSurgery(({ isSurgeryOpen, openSurgery, closeSurgery }) => (isSurgeryOpen() ? closeSurgery() : openSurgery())),
  );
  return button;
}

// What a link says of it.
export function openSurgeryFromLink({ knife }) {
  if (knife !== undefined) withSurgery(({ openSurgery }) => openSurgery(knife));
}

async function withSurgery(act) {
  try {
    await act(page.surgery ?? (await import("../knife/start.js")));
  } catch (error) {
    console.error(error);
    $(".note").textContent = "Surgery did not arrive; check the connection and try again.";
    $(".note").hidden = false;
  }
}
