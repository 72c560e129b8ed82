// The button that puts other networks beside this one; their scripts are fetched when it is pressed, or by a link.

import { createNode } from "../core/dom.js";
import { $ } from "./state.js";

const WITH_OTHERS = "Beside others";

export function besideButton() {
  const title = "Other networks on the same text, and the text beside a twin of it";
  const look = { type: "button", "data-do": "beside", "aria-pressed": "false", title },
    button = createNode("button", look, WITH_OTHERS);
  const act = ({ isOpen, openBeside, closeBeside }) => (isOpen() ? closeBeside() : openBeside());
  button.addEventListener("click", () => withScripts(act));
  return button;
}

// What a link names: {beside, twin, compare}.
export function openFromLink({ beside, twin, compare }) {
  const link = { beside: beside ?? "", twin, compare };
  if (beside !== undefined || twin) withScripts(({ openBeside }) => openBeside(link));
}

async function withScripts(act) {
  try {
    await act(await import("../beside/start.js"));
  } catch (error) {
    console.error(error);
    $(".note").textContent = "What puts networks beside each other did not arrive; check the connection and try again.";
    $(".note").hidden = false;
  }
}
