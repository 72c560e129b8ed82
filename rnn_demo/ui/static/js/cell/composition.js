// The opened cell as a whole: its drawing and the list of its equations, beside it where there is room, else below.

import { equationOf } from "../stepper/equations.js";
import { unitsDrawn } from "../stepper/trace.js";
import { cellGraph } from "./graph.js";
import { planList } from "./list.js";
import { numberLine } from "./numbers.js";
import { LEAD, planCell } from "./plan.js";

const LIST_WIDTHS = [300, 240, 200], // of the list of equations, the widest first
  COMFORT = 100, // pixels from one gate to the next that are not given up for a wider list
  LEAST = 92, // the same, for a list beside the drawing at all: the first word of every gate's title has room
  NARROWEST = 52, // the same, for a drawing above its list
  LEGIBLE = 124, // the same where numbers stand at the nodes: a phone scrolls the drawing
  GAP = 12, // between rows
  LEAST_GAP = 6,
  STRIP_HEIGHT = 18, // the height of a strip
  LEAST_STRIP = 12,
  HIGHEST = { strip: 34, gap: 36 }; // on a whole screen that has the room
const WORST = -8.888; // a number as wide as any
export const LIST_TOP = 31; // where the equations begin, below their heading

// Everything that stays while stepping: {graph, plan, list, tall, beside}; `list` is {width, height, brief}, and
// `beside` says whether drawing and list have room side by side.
// `box` is {room, limit, whole}: the most width for both, and the heights that should be enough for the drawing and for
// the list; `view` is the reader's state.
export function composeCell(trace, index, view, { room, limit = Infinity, whole = Infinity }) {
  const layer = trace.layers[index],
    graph = cellGraph(trace.cell, view.notation);
  const rows = Math.ceil(unitsDrawn(trace, index, view).length / 32);
  const options = { valued: view.unit >= 0, mirrored: layer.back };
  // Strips and gaps are as high as the limit allows, which only a whole screen has.
  const planOf = (wide, least) => {
    const planWith = (height, gap) => {
      const strip = Math.max(height, rows * 6);
      return { ...planCell(graph, trace.cell, { ...options, room: wide, least, gap, strip }), strip };
    };
    if (limit === Infinity) return planWith(STRIP_HEIGHT, GAP);
    const left = limit - planWith(LEAST_STRIP, LEAST_GAP).height,
      strip = Math.round(Math.max(LEAST_STRIP, Math.min(HIGHEST.strip, LEAST_STRIP + left / 8)));
    const [low, next] = [LEAST_GAP, LEAST_GAP + 1].map((gap) => planWith(strip, gap)),
      gap = LEAST_GAP + (limit - low.height) / (next.height - low.height); // rows are apart by so much each
    return gap > LEAST_GAP ? planWith(strip, Math.min(HIGHEST.gap, Math.floor(gap))) : low;
  };
  const listOf = (width, brief = false) => {
    const equations = equationsOf(trace, layer, graph, view, () => WORST, brief);
    const { height } = planList(equations, width - LEAD, LIST_TOP);
    return brief || height <= whole ? { width, height, brief } : listOf(width, true);
  };
  const pairs = LIST_WIDTHS.map((width) => ({ list: listOf(width), plan: planOf(room - width, LEAST) }));
  const fitting = pairs.filter(({ list, plan }) => plan.width + list.width <= room && plan.pitch >= LEAST);
  const low = fitting.filter(({ list }) => list.height <= whole && !list.brief),
    rather = low.length ? low : fitting;
  const chosen = rather.find(({ plan }) => plan.pitch >= COMFORT) ?? rather.at(-1);
  if (chosen) return { graph, tall: chosen.plan.strip, beside: true, ...chosen };
  const plan = planOf(room, options.valued ? LEGIBLE : NARROWEST);
  return { graph, tall: plan.strip, beside: false, plan, list: listOf(Math.max(220, room)) };
}

// The equations to list, in pieces; with a unit's numbers where one is chosen, in brief those of the state alone.
export function equationsOf(trace, layer, graph, view, numberOf, brief) {
  const hasNumbers = (name) => view.unit >= 0 && (!brief || trace.cell.state.includes(name));
  return trace.cell.quantities.map((quantity) => ({
    name: quantity.name,
    symbols: equationOf(layer, quantity, view.notation),
    numbers: hasNumbers(quantity.name) ? numberLine(graph, quantity.name, numberOf) : [],
  }));
}
