// At the edges of a stage that is scrolled: a fade, and how many columns lie beyond it. A click goes there.

import { createSvg } from "../core/dom.js";
import { label } from "../core/drawing.js";

const FADE = 40, // the width of a fade
  PILL = { width: 74, height: 24 };
const SIDES = ["left", "right"];

// The cues for a layout, in the order of `SIDES`; `placeEdges` puts them in their places.
export function edgeCues({ tokens, height }) {
  return SIDES.map((side) => {
    const inner = side === "left" ? 0 : FADE,
      stop = (offset) =>
        createSvg("stop", {
          offset,
          style: `stop-color:var(--background-fill-primary);stop-opacity:${side === "left" ? 1 - offset : offset}`,
        });
    const gradient = createSvg("linearGradient", { id: `rnn-fade-${side}` }, stop(0), stop(1));
    const x = side === "left" ? 2 : -PILL.width - 2,
      y = tokens - 6;
    const pill = createSvg("rect", { class: "pill", x, y, ...PILL, rx: 12 });
    return createSvg(
      "g",
      { class: `more ${side}`, "data-side": side, "aria-hidden": "true", visibility: "hidden" },
      createSvg("defs", {}, gradient),
      createSvg("rect", { class: "fade", x: -inner, width: FADE, height, fill: `url(#rnn-fade-${side})` }),
      pill,
      label("", x + PILL.width / 2, y + 16.5, { class: "beyond middle" }),
    );
  });
}

// How many columns lie beyond each edge, where any part of the drawing does: {left, right}, null where none does.
export function beyondEdges(placement, count, now, scrolled) {
  const { gutter, room, width, open, left, widthOf } = placement,
    end = room - open.list.width;
  const columns = [...Array(count).keys()].map((k) => {
    const from = left(k, now) - scrolled;
    return { from, middle: from + widthOf(k, now) / 2 };
  });
  return {
    left: scrolled > 3 ? columns.filter(({ middle }) => middle < gutter).length : null,
    right: scrolled + room < width - 3 ? columns.filter(({ middle }) => middle > end).length : null,
  };
}

// Put the cues at the edges of what is in sight; nothing lies beyond those of a whole drawing.
export function placeEdges(cues, placement, count, now, scrolled, whole) {
  if (!cues.length) return;
  const beyond = whole ? { left: null, right: null } : beyondEdges(placement, count, now, scrolled),
    at = { left: placement.gutter - 6, right: placement.room - placement.open.list.width };
  cues.forEach((cue, k) => {
    const side = SIDES[k],
      number = beyond[side],
      text = wordsAt(side, number);
    cue.setAttribute("visibility", number === null ? "hidden" : "visible");
    cue.setAttribute("transform", `translate(${scrolled + at[side]} 0)`);
    if (cue.lastChild.textContent !== text) cue.lastChild.textContent = text;
  });
}

function wordsAt(side, number) {
  const words = number ? `${number} more` : "more";
  return side === "left" ? `‹ ${words}` : `${words} ›`;
}

// Scroll the stage by most of what is in sight, toward the side of a cue.
export const scrollBeyond = (stage, side) =>
  stage.scrollBy({ left: (side === "left" ? -0.6 : 0.6) * stage.clientWidth, behavior: "smooth" });
