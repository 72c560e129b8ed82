// A vector as a strip of cells coloured by value.

import { createSvg } from "../core/dom.js";
import { colourLevel, grid } from "../core/drawing.js";
import { state } from "./state.js";
import { unitsDrawn } from "./trace.js";

// A vector is {name, t, layer, values, scale}; it feeds the tooltip, the click and the export.
// One path for each colour keeps a long sequence light and exports as vectors. Of a large vector, the units that change
// most are drawn, the same ones in every strip.
export function strip(vector, x, y, width, height) {
  const units = unitsDrawn(state.trace, vector.layer, state);
  const cells = grid(units.length, width, height);
  const gap = Math.min(cells.w, cells.h) > 6 ? 1 : 0;
  const paths = new Map();
  units.forEach((unit, k) => {
    const [cx, cy] = cells.at(k);
    const [x0, y0, w, h] = [cx, cy, cells.w - gap, cells.h - gap].map((number) => number.toFixed(2));
    const colour = colourLevel(vector.values[unit], vector.scale);
    paths.set(colour, `${paths.get(colour) ?? ""}M${x0} ${y0}h${w}v${h}h-${w}z`);
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
