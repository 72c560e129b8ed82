// Which row and which column each node of a cell's graph belongs in; nothing here knows a size.
//
// The state's line runs along the top: c_{t-1}, the operations on its way, c_t. What joins it hangs below, gates at
// the bottom. What is computed from the new state comes down again to the right of it.

import { sourcesOf, wayThrough } from "./graph.js";

// {line, columns, owner, level, falling, top}: `line` has the ids along the top, [] where no state has a way of its
// own; `columns` lists the leaves of each column, from left to right; `owner` says which operation a quantity hangs
// under; `level` counts rows from the bottom; `falling` are the nodes after the line.
export function arrange(graph, cell) {
  const carrier = cell.state.find((name) => wayThrough(graph, name));
  const line = carrier ? [`${carrier}_prev`, ...wayThrough(graph, carrier), carrier] : [];
  const falling = fallingDepths(graph, line, carrier);
  const { columns, owner } = hang(graph, cell, line);
  return { line, columns, owner, falling, ...levels(graph, line, columns, owner, falling) };
}

// How far below the line each node is that is computed from the line's new state: a Map from id to 1, 2, ...
function fallingDepths(graph, line, carrier) {
  const depths = new Map(carrier ? [[carrier, 0]] : []);
  for (const node of graph.values()) {
    if (line.includes(node.id)) continue;
    const above = node.inputs.filter((id) => depths.has(id)).map((id) => depths.get(id));
    const beside = node.kind === "quantity" && !above.includes(0); // in the row of its last operation
    if (above.length) depths.set(node.id, Math.max(...above) + (beside ? 0 : 1));
  }
  depths.delete(carrier);
  return depths;
}

// Columns in the order in which the line needs them; of what one equation needs, other quantities come first.
function hang(graph, cell, line) {
  const columns = [],
    owner = new Map(),
    done = new Set(line);
  const place = (id, parent) => {
    const node = graph.get(id);
    if (node.kind === "quantity") {
      if (done.has(id)) return;
      done.add(id);
      owner.set(id, parent);
      for (const input of node.inputs) placeTree(input, id);
    } else placeTree(id, parent);
  };
  // A tree of operations: first the quantities that it uses, then its own leaves, beside each other.
  const placeTree = (root, parent) => {
    const leaves = [];
    const visit = (id, above, wanted) => {
      const node = graph.get(id);
      if (done.has(id)) return;
      if (node.kind === "op") {
        const uses = (input) => usesQuantity(graph, input);
        const order = [...node.inputs].sort((a, b) => uses(b) - uses(a));
        for (const input of order) visit(input, id, wanted);
      } else if (node.kind === "quantity") {
        if (wanted === "quantities") place(id, above);
      } else if (wanted === "leaves") {
        done.add(id);
        leaves.push(id);
      }
    };
    visit(root, parent, "quantities");
    visit(root, parent, "leaves");
    if (leaves.length) columns.push(leaves);
  };
  for (const [k, id] of line.entries())
    for (const input of graph.get(id).inputs) if (input !== line[k - 1]) place(input, id);
  for (const name of [...cell.state, ...cell.quantities.map((each) => each.name)]) place(name, null);
  return { columns, owner };
}

const usesQuantity = (graph, id) => {
  const node = graph.get(id);
  return node.kind === "quantity" || (node.kind === "op" && node.inputs.some((input) => usesQuantity(graph, input)));
};

// An operation on one quantity that hangs elsewhere, as 1 − z where z is used twice: it is placed beside its user.
export const isAdapter = (graph, { owner, line, falling }, id) => {
  const { kind, inputs } = graph.get(id);
  const free = kind === "op" && !line.includes(id) && !falling.has(id);
  return free && inputs.length === 1 && isShared(graph, owner, inputs[0], id);
};

// Whether an input is a quantity that hangs under somebody else.
export const isShared = (graph, owner, input, user) =>
  graph.get(input).kind === "quantity" && owner.get(input) !== user;

function levels(graph, line, columns, owner, falling) {
  const level = new Map();
  const columnOf = (id) =>
    columns.findIndex((leaves) => leaves.some((leaf) => leaf === id || belongsTo(graph, id, leaf)));
  const levelOf = (id) => {
    if (level.has(id)) return level.get(id);
    level.set(id, 0); // until it is known
    const node = graph.get(id);
    const inputs = node.inputs.filter((input) => !falling.has(input) && !line.includes(input));
    let found = inputs.length ? 1 + Math.max(...inputs.map(levelOf)) : 0;
    if (isAdapter(graph, { owner, line, falling }, id)) found -= 1;
    const own = inputs.filter((input) => graph.get(input).kind !== "quantity");
    const beside = inputs.filter((input) => graph.get(input).kind === "quantity");
    if (node.kind === "op" && own.length && beside.length) {
      const near = beside.every((input) => Math.abs(columnOf(input) - columnOf(own[0])) === 1);
      if (near) found = Math.max(1 + Math.max(...own.map(levelOf)), ...beside.map(levelOf));
    }
    level.set(id, found);
    return found;
  };
  const free = [...graph.keys()].filter((id) => !line.includes(id));
  free.forEach(levelOf);
  const below = line.flatMap((id) => graph.get(id).inputs).filter((id) => !line.includes(id));
  const top = Math.max(
    ...(line.length ? [1] : []),
    ...below.map((id) => 1 + level.get(id)),
    ...free.map((id) => level.get(id) + (falling.get(id) ?? 0)),
  );
  for (const id of line) level.set(id, top);
  for (const [id, depth] of falling) level.set(id, top - depth);
  return { level, top };
}

// Whether a leaf is one of those that a quantity or an operation is made of.
function belongsTo(graph, id, leaf) {
  const node = graph.get(id);
  const within = (input) => input === leaf || (graph.get(input).kind === "op" && belongsTo(graph, input, leaf));
  if (node.kind === "op") return node.inputs.some(within);
  return node.kind === "quantity" && sourcesOf(graph, id).includes(leaf);
}
