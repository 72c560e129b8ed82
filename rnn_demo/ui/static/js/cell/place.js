// The place of the opened cell: in the row of its layer, its equations at the right edge; on a narrow page, below.
//
// It lies over the columns and not within one, so that a step moves it and changes its colours and numbers only.

import { createSvg, updateChildren } from "../core/dom.js";
import { arrowhead, canvas } from "../core/drawing.js";
import { isLastStep, stateWires } from "../parts/initial.js";
import { weightWire } from "../parts/weights.js";
import { roomsOfCell } from "../stepper/columns.js";
import { $, selectedLayer, state } from "../stepper/state.js";
import { cellSize, equationList, openedCell } from "./cell.js";
import { connectHighlight } from "./highlight.js";

// What the opened cell takes of the row of its layer; nothing where none is open, or none has room there.
export function openSize(trace, space) {
  const rooms = state.cell ? roomsOfCell(trace, space) : [],
    cell = firstBeside(trace, rooms);
  if (!cell) return { width: 0, height: 0, depth: -1, list: { width: 0, height: 0 } };
  const { plan, list } = cell;
  return { cell, list, width: plan.width + 16, height: plan.height + 4, depth: selectedLayer().layer };
}

// The composition in the first of some rooms that has its drawing and its list side by side.
function firstBeside(trace, rooms) {
  for (const room of rooms) {
    const cell = cellSize(trace, room);
    if (cell.beside) return cell;
  }
}

const DARK = { again() {}, end() {} };
let lighting = DARK; // lights again, after a step, what is pointed at

// Light up what is pointed at in a new drawing of the network, if a cell is open there. Nodes that no step changes move
// into it from the former one, where they must not stay lit.
export function connectCell(drawing, cell) {
  lighting.end();
  lighting = cell ? connectHighlight(drawing, cell.graph) : DARK;
}

// Bring the opened cell to the current step, with its equations.
export function showOpenedCell(placement) {
  const { cell, list, depth } = placement.open,
    { trace, t } = state;
  if (!cell) return;
  const place = $(".opened");
  place.setAttribute("transform", `translate(${placement.left(t, t) + 8} ${placement.rows[depth].y})`);
  updateChildren(groupIn(place, "cell"), openedCell(trace, selectedLayer(), t, cell));
  const paper = { class: "paper", x: -4, width: list.width + 8, height: placement.height };
  updateChildren(groupIn($(".margin"), "listing", paper), equationList(trace, selectedLayer(), t, cell));
  lighting.again();
}

// The group of this kind in a place of a drawing, made where there is none yet, on `paper` if that is given.
function groupIn(place, kind, paper) {
  if (!place.children.length) {
    if (paper) place.append(createSvg("rect", paper));
    place.append(createSvg("g", { class: kind }));
  }
  return [...place.children].at(-1);
}

// The flow of a state at the opened cell, whose own lines h joins on the way in and out.
export function wiresAtCell(open, layer, t, lane, width, top) {
  const isLast = isLastStep(state.trace, layer, t);
  if (layer !== selectedLayer()) return stateWires(layer, isLast, 8, width - 16, lane, width);
  const { nodes, wires } = open.cell.plan;
  const outside = wires.filter(({ from }) => from === "outside");
  const entry = (outside.find(({ to }) => to === "h_prev") ?? outside.find(({ to }) => nodes.get(to).kind === "sum"))
    ?.points[0][1];
  const ways = [
    { x: 0, inner: 8, y: entry ?? lane - top, goes: layer.back },
    { x: width, inner: width - 8, y: nodes.get("h").y, goes: !layer.back },
  ];
  if (layer.back) [ways[0].y, ways[1].y] = [ways[1].y, ways[0].y];
  return ways
    .filter(({ goes }) => !goes || !isLast)
    .flatMap(({ x, inner, y, goes }) => {
      const d = `M${x} ${lane}H${(x + inner) / 2}V${top + y}H${inner}`;
      const tip = goes ? [] : [arrowhead(inner, top + y, Math.sign(inner - x), 0, { class: "tip hh" })];
      return [createSvg("path", { ...weightWire(layer, "hh"), d }), ...tip];
    });
}

let cellBelow = { lighting: DARK }; // the cell that is drawn under the strips, its groups, and what lights it again

// The opened cell under the strips, where a narrow page has no room between them.
export function showCellBelow(placement, isForward) {
  const box = $(".under"),
    { trace, t } = state;
  box.hidden = !state.cell || placement.open.width > 0 || !isForward;
  if (box.hidden) {
    cellBelow.lighting.end();
    cellBelow = { lighting: DARK };
    return box.replaceChildren();
  }
  const cell = cellSize(trace, { room: Math.max(270, $(".stepper").clientWidth - 12) });
  const { plan, list, beside, graph } = cell,
    [x, y] = beside ? [plan.width, 0] : [0, plan.height];
  if (cellBelow.cell !== cell) {
    cellBelow.lighting.end();
    const drawing = canvas(Math.max(plan.width, x + list.width), Math.max(plan.height, y + list.height)),
      listing = createSvg("g", { class: "listing", transform: `translate(${x} ${y})` }),
      groups = [createSvg("g", { class: "cell" }), listing];
    drawing.append(...groups);
    box.replaceChildren(drawing);
    cellBelow = { cell, groups, lighting: connectHighlight(drawing, graph) };
  }
  updateChildren(cellBelow.groups[0], openedCell(trace, selectedLayer(), t, cell));
  updateChildren(cellBelow.groups[1], equationList(trace, selectedLayer(), t, cell));
  cellBelow.lighting.again();
}
