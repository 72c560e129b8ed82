// The words that changed most, each with its number beside its point, where there is room.

import { createSvg } from "../core/dom.js";
import { shortened, signed } from "../core/text.js";
import { placeLabels } from "./labels.js";

// `changes`: [{word, by, at: [x, y]}], the largest first; `lines` are what they should not cover; `ring` is a circle's
// radius, 0 for none; `write` writes a number; a share is on neither side. The nodes are to be drawn over the lines.
export function changeLabels(changes, lines, box, font, { ring = 6, write = signed, isShare = false } = {}) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `600 12px ${font}`;
  const labels = changes.map(({ word, by, at }) => {
    const words = `“${shortened(word)}” ${write(by)}`;
    return { words, by, at, width: pen.measureText(words).width };
  });
  return placeLabels(labels, lines, box).flatMap(({ words, by, at: [cx, cy], spot }) => {
    const side = isShare ? "rnn-turn-share" : by > 0 ? "rnn-turn-positive" : "rnn-turn-negative",
      kind = `rnn-turn ${side}`,
      at = { x: spot.left, y: spot.bottom - 4, class: kind, "text-anchor": "start", translate: "no" };
    const circle = ring ? [createSvg("circle", { cx, cy, r: ring, class: "rnn-turn-ring" })] : [];
    return [...circle, createSvg("text", at, words)];
  });
}

// The word under the pointer: that whose place is nearest.
export const nearestWord = (places, x) =>
  places.reduce((best, place, t) => (Math.abs(place - x) < Math.abs(places[best] - x) ? t : best), 0);
