// Presentation mode: the steps, and the cell where it was open, in full screen, with type for the last row.

import { createNode } from "../core/dom.js";
import { icon } from "../core/drawing.js";
import { $, state } from "./state.js";
import { drawNetwork } from "./unrolled.js";

const NAME = "Present";

// The button of presentation mode.
export function presentationButton() {
  const button = createNode(
    "button",
    { type: "button", "data-do": "present", title: "Full screen (P)", "aria-label": NAME },
    icon("present"),
    createNode("span", {}, NAME),
  );
  button.addEventListener("click", togglePresentation);
  return button;
}

// Enter presentation mode, or leave it. Where the browser refuses full screen, the picture covers the page instead.
export async function togglePresentation() {
  if (!state.trace) return;
  if (state.presenting) return leavePresentation();
  state.presenting = true;
  redraw();
  $(".stepper").focus({ preventScroll: true });
  try {
    await $(".stepper").requestFullscreen?.();
  } catch {
    // the picture covers the page
  }
  if (!state.presenting) await leaveFullscreen(); // it was left before the browser had filled the screen
}

export function leavePresentation() {
  if (!state.presenting) return;
  state.presenting = false;
  leaveFullscreen();
  redraw();
}

async function leaveFullscreen() {
  if (document.fullscreenElement) await document.exitFullscreen();
}

function redraw() {
  $(".stepper").classList.toggle("presenting", state.presenting);
  const button = $("[data-do=present]"),
    name = state.presenting ? "Leave (Esc)" : NAME;
  button.setAttribute("aria-label", name);
  button.lastChild.textContent = name;
  drawNetwork();
}

// Escape ends full screen by itself, without a key press that a script could hear.
export function watchFullscreen() {
  document.addEventListener("fullscreenchange", onFullscreenChange); // the same function again changes nothing
}

function onFullscreenChange() {
  if (!document.fullscreenElement) leavePresentation();
}
