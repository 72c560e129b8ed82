// The wires of the opened cell: from node to node, always level or upright, as points of a line with corners.

import { isShared } from "./levels.js";

const ASIDE = 19, // from the middle of a card, where a wire to a second user begins
  NEAR = 3, // pixels within which two nodes count as being on one line
  EDGE = 7, // where the previous h turns down, and where h turns to the middle
  UNDER = { h: 12, x: 23 }; // the two lines below the sums

const left = ({ x, w }) => x - w / 2;
const right = ({ x, w }) => x + w / 2;
const above = ({ y, h }) => y - h / 2;
const below = ({ y, h }) => y + h / 2;

// The corners of a wire from their coordinates: x, y, x, y, ...
const points = (...numbers) => numbers.flatMap((x, k) => (k % 2 ? [] : [[x, numbers[k + 1]]]));

// {wires, dots}: a wire is {from, to, of, points}, and `of` the quantity whose equation it belongs to; wires from
// outside come from "x" and "outside", those to the next step and upwards go to "next" and "up". Dots mark branches.
export function wiresOf(graph, cell, rows, plan) {
  const { nodes } = plan,
    wires = [];
  for (const node of nodes.values()) {
    const fromOutside = node.kind === "sum" || node.kind === "earlier";
    if (fromOutside) wires.push(...wiresIn(node, rows, plan));
    const inputs = node.inputs.map((id) => nodes.get(id));
    inputs.forEach((from) => {
      const aside = isShared(graph, rows.owner, from.id, node.id) ? ASIDE * Math.sign(node.x - from.x) : 0;
      const onLine = rows.line.includes(node.id) && !rows.line.includes(from.id);
      const crowd = onLine ? spread(inputs.filter(({ id }) => !rows.line.includes(id)), from) : 0;
      wires.push({ from: from.id, to: node.id, of: node.of, points: route(from, node, { aside, onLine, crowd }) });
    });
  }
  for (const name of cell.state) wires.push(...wiresOut(nodes.get(name), name === "h", plan));
  const up = wires.find(({ to }) => to === "up");
  if (up) up.hops = wires.filter(({ from, to }) => to === "next" && from !== "h").map((wire) => wire.points[0][1]);
  return { wires, dots: branches(wires, plan) };
}

// How far beside the middle a wire enters from below, where several do.
const spread = (inputs, from) => (inputs.indexOf(from) - (inputs.length - 1) / 2) * 8;

function route(from, to, { aside, onLine, crowd }) {
  const x = from.x + aside,
    entersBelow = onLine || (to.kind === "quantity" && Math.abs(from.y - to.y) > NEAR);
  const facing = x < to.x ? left(to) : right(to);
  if (Math.abs(from.y - to.y) <= NEAR) return points(from.x < to.x ? right(from) : left(from), to.y, facing, to.y);
  if (from.y < to.y) {
    const under = to.x > left(from) + 4 && to.x < right(from) - 4;
    if (under) return points(to.x, below(from), to.x, above(to));
    return points(x, below(from), x, to.y, facing, to.y);
  }
  if (Math.abs(x - to.x - crowd) <= NEAR) return points(x, above(from), x, below(to));
  if (!entersBelow && Math.abs(x - to.x) < to.w / 2) return points(x, above(from), x, below(to));
  if (!entersBelow) return points(x, above(from), x, to.y, facing, to.y);
  const y = below(to) + EDGE;
  return points(x, above(from), x, y, to.x + crowd, y, to.x + crowd, below(to));
}

// Wires from outside: x from below and the previous h to each sum, a previous state to its own card.
function wiresIn(node, { line }, plan) {
  if (node.kind === "earlier") {
    const data = { from: "outside", to: node.id, of: null };
    if (line[0] === node.id) return [{ ...data, points: points(0, node.y, left(node), node.y) }];
    const y = plan.bottom + EDGE;
    return [{ ...data, points: points(0, y, node.x, y, node.x, below(node)) }];
  }
  return node.sides.map((side, k) => {
    const x = node.x + (node.sides.length > 1 ? 16 * k - 8 : 0),
      h = plan.bottom + UNDER.h,
      end = [x, below(node)],
      data = { to: node.id, of: node.of, weights: side }; // by which weights it comes: its colour
    if (side === "ih") {
      const y = plan.bottom + UNDER.x;
      const way = points(plan.middle, plan.height, plan.middle, y, x, y, ...end);
      return { ...data, from: "x", points: way };
    }
    const top = plan.nodes.get(line[0])?.y;
    const start = line[0] === "h_prev" ? [0, top, EDGE, top, EDGE, h] : [0, h];
    return { ...data, from: "outside", points: points(...start, x, h, ...end) };
  });
}

// The new state leaves to the next step; h also goes up, to the layer or the head above.
function wiresOut(node, isHidden, plan) {
  const data = { from: node.id, of: node.id };
  const out = { ...data, to: "next", points: points(right(node), node.y, plan.width, node.y) };
  if (!isHidden) return [out];
  const up = points(plan.upX, node.y, plan.upX, EDGE, plan.middle, EDGE, plan.middle, 0);
  return [out, { ...data, to: "up", points: up }];
}

// Where wires from one source part, a dot, so that a branch is not taken for a crossing.
function branches(wires, plan) {
  const dots = new Map();
  const add = (x, y) => dots.set(`${x} ${y}`, [x, y]);
  for (const source of ["x", "outside"]) {
    const ways = wires.filter(({ from, to }) => from === source && plan.nodes.get(to).kind === "sum");
    const bends = ways.map((wire) => wire.points.at(-2));
    const middle = source === "x" ? plan.middle : -1;
    for (const side of [-1, 1]) {
      const there = bends.filter(([x]) => Math.sign(x - middle) === side).sort((a, b) => side * (a[0] - b[0]));
      for (const [x, y] of there.slice(0, -1)) add(x, y);
    }
    const both = [-1, 1].every((side) => bends.some(([x]) => Math.sign(x - middle) === side));
    if (source === "x" && both) add(middle, bends[0][1]);
    const start = source === "outside" && ways[0]?.points;
    if (start?.length === 5) add(...start[1]);
  }
  for (const wire of wires) if (wire.to === "up") add(...wire.points[0]);
  return [...dots.values()];
}
