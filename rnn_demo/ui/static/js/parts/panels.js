// Panels about parts of the network beside the cell: the head, the input, and the folded cell. Each has a button.

import { createNode } from "../core/dom.js";
import { updateLink } from "../stepper/link.js";
import { $, state } from "../stepper/state.js";
import { drawFolded, playUnfolding } from "./folded.js";
import { drawHead, hasHead } from "./head.js";
import { drawInput } from "./input.js";

const PANELS = {
  head: { text: "Open the head", box: ".head-box", margin: 0, draw: drawHead, fits: hasHead },
  input: { text: "What is x?", box: ".input-box", margin: 30, draw: drawInput, fits: () => true },
  fold: { text: "Folded cell", box: ".fold-box", margin: 30, draw: drawFolded, fits: () => true },
};

// A button for each panel, for the row of tools.
export const panelButtons = () =>
  Object.entries(PANELS).map(([name, { text }]) => {
    const button = createNode("button", { type: "button", "data-do": name, "aria-pressed": "false" }, text);
    button.addEventListener("click", () => openPanel(name, !state[name]));
    return button;
  });

export function openPanel(name, on) {
  state[name] = on;
  drawPanels();
  if (on && name === "fold") playUnfolding();
  if (on) $(PANELS[name].box).scrollIntoView({ block: "nearest" });
  updateLink();
}

// Draw the panels that are open, at the present step.
export function drawPanels() {
  for (const [name, { box, margin, draw, fits }] of Object.entries(PANELS)) {
    const place = $(box),
      can = fits(state.trace),
      button = $(`[data-do=${name}]`);
    button.hidden = !can;
    button.setAttribute("aria-pressed", state[name]);
    place.hidden = !state[name] || !can || state.presenting;
    if (place.hidden) place.replaceChildren();
    else draw(place, Math.max(280, (place.clientWidth || $(".stage").clientWidth) - margin));
  }
}
