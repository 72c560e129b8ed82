// At the edges of a stage that is scrolled: a fade, and how many columns lie beyond it. A click goes there.

import { createSvg } from "../core/dom.js";
import { label } from "../core/drawing.js";
import { isWhole } from "../stepper/columns.js";

const FADE = 40, // the width of a fade
  PILL = { width: 74, height: 21 };
const SIDES = ["left", "right"];

// The cues for a layout, in the order of `SIDES`; `placeEdges` puts them in their places.
export function edgeCues({ tokens, height, isSlide, gutter }) {
  const wide = Math.min(PILL.width, gutter - 10);
  return SIDES.map((side) => {
    const inner = side === "left" ? 0 : FADE,
      stop = (offset) =>
        createSvg("stop", {
          offset,
          style: `stop-color:var(--background-fill-primary);stop-opacity:${side === "left" ? 1 - offset : offset}`,
        });
    const gradient = createSvg("linearGradient", { id: `rnn-fade-${side}` }, stop(0), stop(1));
    const x = -wide - 2, // at the left it stands under the names of the rows
      y = tokens + 18;
    const fade = createSvg("rect", { x: -inner, width: FADE, height, fill: `url(#rnn-fade-${side})` }),
      pill = createSvg("rect", { class: "pill", x, y, ...PILL, width: wide, rx: 10 });
    return createSvg(
      "g",
      { class: `more ${side}`, "data-side": side, "aria-hidden": "true", visibility: "hidden" },
      ...(isSlide ? [] : [createSvg("defs", {}, gradient), fade]), // on a slide columns are whole or left out
      pill,
      label("", x + wide / 2, y + 15, { class: "beyond middle" }),
    );
  });
}

// How many columns lie beyond each edge, where any part of the drawing does: {left, right}, null where none does.
export function beyondEdges(placement, count, now, scrolled) {
  const { gutter, room, width, open, left, widthOf, isSlide } = placement,
    end = room - open.list.width;
  const number = { left: 0, right: 0 };
  for (let k = 0; k < count; k++) {
    const middle = left(k, now) - scrolled + widthOf(k, now) / 2,
      isBeyond = isSlide ? !isWhole(placement, k, now, scrolled) : middle < gutter || middle > end;
    if (isBeyond) number[middle < (gutter + end) / 2 ? "left" : "right"] += 1;
  }
  return { left: scrolled > 3 ? number.left : null, right: scrolled + room < width - 3 ? number.right : null };
}

// Put the cues at the edges of what is in sight; nothing lies beyond those of a whole drawing.
export function placeEdges(cues, placement, count, now, scrolled, whole) {
  if (!cues.length) return;
  const beyond = whole ? { left: null, right: null } : beyondEdges(placement, count, now, scrolled),
    at = { left: placement.gutter - 6, right: placement.room - placement.open.list.width };
  cues.forEach((cue, k) => {
    const side = SIDES[k],
      number = beyond[side],
      text = wordsAt(side, number, placement.gutter < PILL.width + 10);
    setChanged(cue, "visibility", number === null ? "hidden" : "visible");
    if (number === null) return;
    setChanged(cue, "transform", `translate(${scrolled + at[side]} 0)`);
    if (cue.lastChild.textContent !== text) cue.lastChild.textContent = text;
  });
}

// An attribute that stays the same costs no frame.
function setChanged(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function wordsAt(side, number, isNarrow) {
  const words = number ? `${number} more` : "more";
  if (side === "right") return `${words} ›`;
  return `‹ ${isNarrow && number ? number : words}`;
}

// Scroll the stage by most of what is in sight, toward the side of a cue.
export const scrollBeyond = (stage, side) =>
  stage.scrollBy({ left: (side === "left" ? -0.6 : 0.6) * stage.clientWidth, behavior: "smooth" });
