// The opened cell: its data flow at one step, drawn from the cell's own description, whatever the cell.

import { createSvg } from "../core/dom.js";
import { label } from "../core/drawing.js";
import { fitted, tokenText } from "../core/text.js";
import { plainText } from "../stepper/equations.js";
import { state } from "../stepper/state.js";
import { layerName } from "../stepper/trace.js";
import { LIST_TOP, composeCell, equationsOf } from "./composition.js";
import { cardDrawing, dotDrawing, operationDrawing, svgPieces, wireDrawing } from "./draw.js";
import { LINE, planList } from "./list.js";
import { shortValue, unitNumbers, vectorAt } from "./numbers.js";
import { LEAD } from "./plan.js";

// Pixels that a number such as −1.13 takes, alone or beside c_{t−1}; where there are fewer, it has one decimal.
const ROOM_OF_NUMBER = 42,
  ROOM_OF_STATE = 92;
const compositions = new WeakMap(); // of each trace, the last one and what it was made for

// What the opened cell of the chosen layer takes: its plan and its list, the same at every step.
export function cellSize(trace, box) {
  const { layer, notation, unit, all } = state;
  const key = [layer, notation, unit >= 0 && [unit], all, box.room, box.limit].join("/");
  if (compositions.get(trace)?.key !== key)
    compositions.set(trace, { key, composition: composeCell(trace, layer, state, box) });
  return compositions.get(trace).composition;
}

const vectorsAt = (trace, layer, t, graph) =>
  new Map(
    [...graph.values()].filter(hasVector).map((node) => [node.id, vectorAt(trace, layer, node, t, state.notation)]),
  );
const fullName = (trace, layer) => [trace.cell.title, layerName(trace, layer)].filter(Boolean).join(", ");

const unchanging = new WeakMap(); // of each composition, the nodes that no step changes

// {frame, still, laws}: its outline, wires and names; operations and biases, by id; the equations, once they are drawn.
function unchangingOf(composition, layer) {
  if (!unchanging.has(composition)) {
    const { plan } = composition,
      wires = createSvg("g", { class: "wires" });
    for (const wire of plan.wires) wires.append(...wireDrawing(wire));
    wires.append(...plan.dots.map(dotDrawing));
    const outline = { class: "paper outline", x: 1, y: 1, width: plan.width - 2, height: plan.height - 2, rx: 10 };
    const frame = [createSvg("rect", outline), wires, ...inputNames(layer, plan)],
      others = [...plan.nodes.values()].filter((node) => !hasVector(node));
    const drawn = others.map((node) => [node.id, node.kind === "op" ? operationDrawing(node) : biasName(node)]);
    unchanging.set(composition, { frame, still: new Map(drawn), laws: null });
  }
  return unchanging.get(composition);
}

const biasName = (node) => label(node.tree.join("_"), node.x, node.y + 4, { class: "small middle" });

// The data flow at step t, as the children of a group; what no step changes is the same nodes every time.
export function openedCell(trace, layer, t, composition) {
  const { graph, plan, tall } = composition,
    { notation, unit } = state;
  const { frame, still } = unchangingOf(composition, layer),
    vectors = vectorsAt(trace, layer, t, graph);
  const numbers = unit >= 0 ? unitNumbers(graph, ({ id }) => vectors.get(id)?.[unit] ?? NaN) : new Map();
  const made = `how ${trace.cell.state.join(" and ")} are computed`,
    title = createSvg("title", {}, `The ${fullName(trace, layer)} cell at step ${t + 1}: ${made}`),
    parts = [];
  for (const node of plan.nodes.values()) {
    const isNarrow = node.w < (node.kind === "earlier" ? ROOM_OF_STATE : node.kind === "sum" ? ROOM_OF_NUMBER : 0);
    const number = shortValue(numbers.get(node.id) ?? NaN, isNarrow ? 1 : undefined);
    if (hasVector(node)) {
      const view = { trace, layer, t, notation, tall, number, values: vectors.get(node.id) };
      parts.push(cardDrawing(node, view));
    } else parts.push(node.kind === "op" && unit >= 0 ? operationDrawing(node, number) : still.get(node.id));
  }
  parts.find((part) => part.getAttribute("class").startsWith("part")).setAttribute("tabindex", 0);
  return [title, ...frame, ...parts];
}

const hasVector = ({ kind }) => kind === "sum" || kind === "quantity" || kind === "earlier";

// The heading and every equation, as the children of a group; with a unit's numbers where one is chosen.
export function equationList(trace, layer, t, composition) {
  const name = fullName(trace, layer),
    still = unchangingOf(composition, layer);
  const token = fitted(tokenText(trace.tokens[t]), composition.list.width - 8 * name.length - 74, 8);
  const heading = label(`${name}, step ${t + 1}: ${token}`, LEAD, 16, { class: "name" });
  if (state.unit >= 0) return [heading, ...lawDrawings(trace, layer, t, composition)];
  return [heading, ...(still.laws ??= lawDrawings(trace, layer, t, composition))];
}

// Every equation in its frame.
function lawDrawings(trace, layer, t, { graph, list: { width, brief } }) {
  const numberOf = (node) => (hasVector(node) ? vectorAt(trace, layer, node, t, state.notation)[state.unit] : NaN);
  const equations = equationsOf(trace, layer, graph, state, numberOf, brief);
  return planList(equations, width - LEAD, LIST_TOP).rows.map((row) => {
    const { title } = trace.cell.quantities.find((quantity) => quantity.name === row.name);
    const { symbols } = equations.find((equation) => equation.name === row.name);
    const rule = createSvg("g", {
      class: "part law",
      "data-name": `equation ${row.name}`,
      "data-of": row.name,
      tabindex: -1,
      role: "img",
      "aria-label": `${title}: ${symbols.map(plainText).join("")}`,
    });
    const box = { x: LEAD - 7, y: row.y - 3, width: width - LEAD + 6, height: row.height - 2, rx: 5 };
    rule.append(createSvg("rect", { class: "frame", ...box }));
    const under = row.y + 15 + LINE * row.symbols.length;
    row.symbols.forEach((pieces, k) =>
      rule.append(lineDrawing(pieces, LEAD + (k ? 14 : 0), row.y + 15 + LINE * k, "equation")),
    );
    row.numbers.forEach((pieces, k) => rule.append(lineDrawing(pieces, LEAD + 14, under + LINE * k, "value")));
    return rule;
  });
}

const lineDrawing = (pieces, x, y, kind) =>
  createSvg("text", { x, y, class: kind, "xml:space": "preserve" }, ...pieces.flatMap(svgPieces));

// The names of the inputs, beside their wires.
function inputNames(layer, plan) {
  const name = (letter, index, x, y) =>
    createSvg("text", { x, y, class: "symbol" }, ...svgPieces({ letter, index }));
  const past = layer.back ? "t+1" : "t−1",
    names = [name(layer.layer ? "h" : "x", layer.layer ? "t, below" : "t", plan.middle + 7, plan.height - 4)];
  if (!plan.nodes.has("h_prev")) names.push(name("h", past, plan.mirrored ? plan.width - 38 : 5, plan.bottom + 29));
  return names;
}

// The name of the part of the cell that has the keyboard focus; `focusPart` gives it back after a redraw.
export const focusedPart = () => document.activeElement?.closest?.("#stepper .part")?.dataset.name;

export function focusPart(name) {
  if (name) document.querySelector(`#stepper .part[data-name="${CSS.escape(name)}"]`)?.focus({ preventScroll: true });
}
