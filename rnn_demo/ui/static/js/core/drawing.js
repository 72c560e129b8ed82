// Drawing helpers: arrows, icons, labels, the colour scale.

import { createSvg } from "./dom.js";
import { printable } from "./text.js";

export const LEVELS = 21; // colours of the signed scale, --rnn-v0 to --rnn-v20

// The colour level of a value; -1 for a missing one.
export const colourLevel = (value, scale) =>
  Number.isFinite(value) ? Math.max(0, Math.min(LEVELS - 1, Math.round(((value / scale + 1) / 2) * (LEVELS - 1)))) : -1;

// The place of cell k of n in a box, which is filled along its long side in lines of at most 32.
export function grid(n, width, height) {
  const tall = height >= width;
  const lines = Math.ceil(n / 32);
  const along = Math.ceil(n / lines);
  const w = width / (tall ? lines : along),
    h = height / (tall ? along : lines);
  return {
    w,
    h,
    n,
    at: (k) => (tall ? [Math.floor(k / along) * w, (k % along) * h] : [(k % along) * w, Math.floor(k / along) * h]),
    // The cell under a point given as shares of the box.
    find(x, y) {
      const c = Math.floor((x * width) / w),
        r = Math.floor((y * height) / h);
      const k = tall ? c * along + r : r * along + c;
      return k >= 0 && k < n ? k : -1;
    },
  };
}

// An empty drawing of a given size.
export const canvas = (width, height, attributes = {}) =>
  createSvg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", ...attributes });

export function label(text, x, y, attributes = {}) {
  return createSvg("text", { x, y, ...attributes }, printable(text));
}

export const line = (x1, y1, x2, y2, attributes = {}) =>
  createSvg("path", { class: "wire", d: `M${x1} ${y1}L${x2} ${y2}`, ...attributes });

// A triangle whose tip is at (x, y), pointing along (dx, dy).
export function arrowhead(x, y, dx, dy, attributes = {}) {
  const [px, py] = [-dy, dx],
    s = 4;
  const corner = (a, b) => `${x - dx * a * s + px * b * s} ${y - dy * a * s + py * b * s}`;
  return createSvg("path", { class: "tip", d: `M${x} ${y}L${corner(1.4, 0.8)}L${corner(1.4, -0.8)}z`, ...attributes });
}

const ICONS = {
  first: "M5 4h2v12H5zM16 4v12L8 10z",
  back: "M12.5 4l2 2-4 4 4 4-2 2-6-6z",
  play: "M6 4l10 6-10 6z",
  pause: "M5 4h4v12H5zM11 4h4v12h-4z",
  forward: "M7.5 4l-2 2 4 4-4 4 2 2 6-6z",
  last: "M13 4h2v12h-2zM4 4v12l8-6z",
  present: "M3 3h6v2H5v4H3zM11 3h6v6h-2V5h-4zM3 11h2v4h4v2H3zM15 11h2v6h-6v-2h4z",
};

export function icon(name) {
  const shape = createSvg("path", { d: ICONS[name], fill: "currentColor" });
  return createSvg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" }, shape);
}
