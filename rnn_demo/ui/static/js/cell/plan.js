// Where each node of the opened cell is, in pixels at its natural size: pure numbers, from the graph and its rows.

import { mean } from "../stepper/trace.js";
import { placeNumbers } from "./labels.js";
import { arrange, isAdapter } from "./levels.js";
import { wiresOf } from "./wires.js";

export const LEAD = 14; // margin on both sides
export const HEADER = 20; // the words in a card, above its strip
const RADIUS = 11,
  BESIDE = 18, // between a node on the line and its neighbour
  LANE = 14, // above the line, where h goes up
  BUS = 30; // below the sums, where x and h come in

// A node's size: operations are circles or pills; quantities and sums are cards with words and a strip.
function sizeOf(node, wide, { strip, valued }) {
  if (node.kind === "op") return { w: node.sign.length > 1 ? 8 * node.sign.length + 12 : 2 * RADIUS, h: 2 * RADIUS };
  if (node.kind === "bias") return { w: wide, h: HEADER };
  if (node.kind === "sum") return { w: wide, h: strip + HEADER + 4 + (valued ? 16 : 0) };
  return { w: wide, h: strip + HEADER + 5 };
}

// The plan of a cell: {nodes, wires, width, height, middle, upX}; nodes have x and y of their centre, w and h.
// options: `room` (the most width), `least` (pixels from one gate to the next), `strip` (height of a strip), `valued`
// (whether there are numbers at the nodes), `gap` (between rows), `mirrored` (for a layer that reads backwards).
export function planCell(graph, cell, options) {
  const rows = arrange(graph, cell);
  let plan;
  for (let pitch = 132; pitch >= options.least && !(plan?.width <= options.room); pitch -= 4)
    plan = placed(graph, rows, pitch, options);
  Object.assign(plan, wiresOf(graph, cell, rows, plan));
  if (options.mirrored) plan = mirrorImage(plan);
  if (options.valued) placeNumbers(plan);
  return plan;
}

function placed(graph, rows, pitch, options, shift = 0) {
  const { columns, line, level, top, falling } = rows,
    wide = pitch - 12;
  const nodes = new Map([...graph].map(([id, node]) => [id, { ...node, ...sizeOf(node, wide, options) }]));
  const left = line.length ? Math.max(LEAD, LEAD + wide + BESIDE + RADIUS - pitch / 2) + shift : LEAD;
  columns.forEach((leaves, k) => {
    const each = (wide - 4 * (leaves.length - 1)) / leaves.length,
      from = left + pitch * k + 6;
    leaves.forEach((leaf, i) => Object.assign(nodes.get(leaf), { w: each, x: from + each / 2 + i * (each + 4) }));
  });
  placeAcross(nodes, graph, rows);
  const late = line.length ? placeLine(nodes, line, falling, wide) : 0;
  if (late > 1 && !shift) return placed(graph, rows, pitch, options, late);
  placeFallen(nodes, rows, pitch);
  placeAdapters(nodes, graph, rows);
  placeDown(nodes, level, top, options.gap);
  const right = Math.max(...[...nodes.values()].map(({ x, w }) => x + w / 2));
  const bottom = Math.max(...[...nodes.values()].map(({ y, h }) => y + h / 2));
  const width = right + LEAD + 12;
  return { nodes, pitch, width, height: bottom + BUS + 10, bottom, middle: Math.round(width / 2), upX: right + 9 };
}

// An operation is placed above what it is made of; one that joins two gates, between them.
function placeAcross(nodes, graph, rows) {
  const { line, owner, falling } = rows;
  const across = (id) => {
    const node = nodes.get(id);
    if (node.x !== undefined || node.kind === "earlier") return node.x;
    if (isAdapter(graph, rows, id)) return undefined;
    const before = line[line.indexOf(id) - 1];
    const inputs = node.inputs.filter((input) => input !== before || !line.includes(id));
    const own = inputs.filter((input) => nodes.get(input).kind !== "quantity").map(across);
    const hung = inputs.filter((input) => nodes.get(input).kind === "quantity" && owner.get(input) === id).map(across);
    const found = [own, hung].map((all) => all.filter((x) => x !== undefined)).find((all) => all.length);
    if (found && !(line.includes(id) && node.kind === "quantity")) node.x = mean(found);
    else if (!line.includes(id) && !falling.has(id) && inputs.length) node.x = nodes.get(inputs[0]).x;
    return node.x;
  };
  for (const id of graph.keys()) across(id);
}

// The line from left to right, each node as far right as what hangs under it, and clear of the one before it. Returns
// by how much the first that something hangs under is too far right for that.
function placeLine(nodes, line, falling, wide) {
  const [first, ...others] = line;
  let edge = LEAD + wide,
    late;
  nodes.get(first).x = LEAD + wide / 2;
  for (const id of others) {
    const node = nodes.get(id),
      least = edge + BESIDE + node.w / 2;
    const under = [...falling.keys()].map((fallen) => nodes.get(fallen)).find((fallen) => fallen.x > least);
    if (node.kind === "op" && node.x !== undefined) late ??= Math.max(0, least - node.x);
    node.x = Math.max(least, (node.kind === "quantity" ? under?.x : node.x) ?? least);
    edge = node.x + node.w / 2;
  }
  return late ?? 0;
}

// What is computed from the new state: operations below it or above their own gate, quantities to their right.
function placeFallen(nodes, { line, falling }, pitch) {
  const carrier = nodes.get(line.at(-1));
  for (const id of falling.keys()) {
    const node = nodes.get(id);
    const inputs = node.inputs.map((input) => nodes.get(input));
    const above = inputs.find((input) => input === carrier || falling.has(input.id));
    if (node.kind === "quantity") node.x = above.x + (above === carrier ? 0 : above.w / 2 + BESIDE + node.w / 2);
    else node.x = Math.max(node.x ?? carrier.x, carrier.x - pitch / 3);
    const users = [...falling.keys()].map((other) => nodes.get(other)).filter(({ inputs }) => inputs.includes(id));
    if (node.kind === "op" && node.inputs.length === 1 && users[0]?.x >= carrier.x - pitch / 3) node.x = users[0].x;
  }
}

// An adapter is placed beside its user, on the side that its input comes from.
function placeAdapters(nodes, graph, rows) {
  for (const [id, node] of nodes) {
    if (!isAdapter(graph, rows, id)) continue;
    const user = [...nodes.values()].find(({ inputs }) => inputs.includes(id)),
      source = nodes.get(node.inputs[0]);
    node.x = user.x + Math.sign(source.x - user.x || -1) * (user.w / 2 + node.w / 2 + BESIDE);
    node.besides = user.id;
  }
}

// Rows from the top, each as high as its highest node; cards of a row are aligned at their strips' middle.
function placeDown(nodes, level, top, gap) {
  let y = LANE;
  for (let row = top; row >= 0; row--) {
    const here = [...nodes.values()].filter(({ id, besides }) => !besides && level.get(id) === row);
    const height = Math.max(0, ...here.map(({ h }) => h));
    for (const node of here) node.y = y + height / 2;
    if (here.length) y += height + gap;
  }
  for (const node of nodes.values()) if (node.besides) node.y = nodes.get(node.besides).y;
}

// The same for a layer that reads from the right to the left.
function mirrorImage(plan) {
  const flip = (x) => plan.width - x;
  for (const node of plan.nodes.values()) node.x = flip(node.x);
  for (const wire of plan.wires) wire.points = wire.points.map(([x, y]) => [flip(x), y]);
  for (const dot of plan.dots) dot[0] = flip(dot[0]);
  return { ...plan, middle: flip(plan.middle), upX: flip(plan.upX), mirrored: true };
}
