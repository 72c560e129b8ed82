// A vector as a strip of cells coloured by value.

import { createSvg } from "../core/dom.js";
import { colourLevel, grid } from "../core/drawing.js";
import { state } from "./state.js";
import { unitsDrawn } from "./trace.js";

const geometries = new Map(); // of strips, by their size: they are drawn again at every step

// The cells of a strip, and the outline of each as a part of a path.
function geometryOf(count, width, height) {
  const key = [count, width, height].join(" ");
  if (!geometries.has(key)) {
    if (geometries.size > 200) geometries.clear(); // the window has had many widths
    const cells = grid(count, width, height),
      gap = Math.min(cells.w, cells.h) > 6 ? 1 : 0;
    const [w, h] = [cells.w - gap, cells.h - gap].map((number) => number.toFixed(2));
    const outlines = Array.from({ length: count }, (_, k) => {
      const [x, y] = cells.at(k);
      return `M${x.toFixed(2)} ${y.toFixed(2)}h${w}v${h}h-${w}z`;
    });
    geometries.set(key, { cells, outlines });
  }
  return geometries.get(key);
}

// A vector is {name, t, layer, values, scale}; it feeds the tooltip, the click and the export.
// One path for each colour keeps a long sequence light and exports as vectors. Of a large vector, the units that change
// most are drawn, the same ones in every strip.
export function strip(vector, x, y, width, height) {
  const units = unitsDrawn(state.trace, vector.layer, state);
  const { cells, outlines } = geometryOf(units.length, width, height);
  const paths = new Map();
  units.forEach((unit, k) => {
    const colour = colourLevel(vector.values[unit], vector.scale);
    paths.set(colour, `${paths.get(colour) ?? ""}${outlines[k]}`);
  });
  const group = createSvg("g", { class: "strip", transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` });
  for (const [colour, d] of paths) {
    const paint = colour < 0 ? { class: "no-number" } : { style: `fill:var(--rnn-v${colour})` };
    group.append(createSvg("path", { d, ...paint }));
  }
  if (state.unit >= 0 && vector.layer === state.layer) {
    const [cx, cy] = cells.at(units.indexOf(state.unit));
    group.append(createSvg("rect", { class: "chosen", x: cx, y: cy, width: cells.w, height: cells.h }));
  }
  const frame = createSvg("rect", { class: "frame", width: width.toFixed(2), height: height.toFixed(2) });
  frame.vector = { ...vector, cells, units };
  group.append(frame);
  return group;
}

// The unit whose cell is under the pointer; -1 where there is none.
export function unitUnder(event) {
  const { cells, units } = event.target.vector,
    box = event.target.getBoundingClientRect();
  return units[cells.find((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)] ?? -1;
}
