// The data flow of a cell as a graph, read off the trees of its equations (network/equations.py).
//
// A node is {id, kind, of, inputs}, where `of` is the quantity whose equation it belongs to and `inputs` are ids:
//   sum       what one gate gets by its matrices, W x + b: `sides` ("ih", "hh" or both), `gate`, `parts` (its terms)
//   op        a product, a sum or a function: `operation`, `sign`; `parts` are ids and ["number", value]
//   quantity  f_t; its input is the root of its equation, or all that it comes from where that could not be read
//   earlier   c_{t-1}: `state`
//   bias      a bias that is added outside any sum of its gate: `tree`

const isGateTerm = ([kind]) => kind === "W" || kind === "b";
const SIGNS = { sigma: "σ", "*": "×", "/": "÷", "-": "−" };
const show = (value) => String(value).replace("-", "−");

// The sign of an operation; a number among its parts is part of the sign: 1−, ×0.5, max(0,·).
export function signOf(operation, numbers, count) {
  const sign = SIGNS[operation] ?? operation;
  const [number] = numbers.filter((value) => value !== undefined);
  if (number === undefined) return sign;
  if (operation === "-") return numbers[0] === undefined ? `−${show(number)}` : `${show(number)}−`;
  if (operation === "*" || operation === "+") return `${sign}${show(number)}`;
  return `${sign}(${show(number)},${"·".repeat(count - 1)})`;
}

// The graph of a cell in a notation: a Map from id to node, in the order of evaluation.
export function cellGraph(cell, notation) {
  const nodes = new Map();
  const add = (node) => {
    if (!nodes.has(node.id)) nodes.set(node.id, node);
    return node.id;
  };
  for (const { name, after, tree } of cell.quantities) {
    const visit = (part) => visitTree(part, name, add, nodes);
    const root = tree[notation] ? [visit(tree[notation])] : after.map((from) => sourceOf(from, name, add));
    add({ id: name, kind: "quantity", of: name, inputs: root.filter((id) => typeof id === "string") });
  }
  return nodes;
}

// The id of a source by its name in a description: "a_ih.f", "f", "h_prev".
function sourceOf(from, of, add) {
  const [side, gate] = from.split(".");
  if (gate) return add(gateSum(termsOf(side.slice(2), gate), of));
  return from.endsWith("_prev") ? add(earlierNode(from.slice(0, -5))) : from;
}

const termsOf = (side, gate) => [
  ["W", side, gate],
  ["b", side, gate],
];

const earlierNode = (state) => ({ id: `${state}_prev`, kind: "earlier", of: null, state, inputs: [] });

// The sum of a gate from its terms: one side of it, or both where the two biases are one.
function gateSum(parts, of) {
  const gate = parts[0][2],
    sides = [...new Set(parts.flatMap(([, side]) => (side === "both" ? ["ih", "hh"] : [side])))];
  const id = sides.length > 1 ? `a.${gate}` : `a_${sides[0]}.${gate}`;
  return { id, kind: "sum", of, inputs: [], gate, sides, parts };
}

// The terms of a "+" that are W x or b, in one group for each gate and side, or for each gate whose biases are one.
function gateSums(terms, of) {
  const merged = new Set(terms.filter(([kind, side]) => kind === "b" && side === "both").map(([, , gate]) => gate));
  const groups = new Map();
  for (const term of terms) {
    const key = merged.has(term[2]) ? term[2] : `${term[1]} ${term[2]}`;
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  return [...groups.values()].map((parts) => gateSum(parts, of));
}

function visitTree(tree, of, add, nodes) {
  const [operation, ...parts] = tree;
  if (operation === "number") return tree;
  if (operation === "now") return parts[0];
  if (operation === "before") return add(earlierNode(parts[0]));
  if (operation === "W") return add(gateSum([tree], of));
  if (operation === "b") return add({ id: `${of}/${tree.join(" ")}`, kind: "bias", of, inputs: [], tree });
  let inputs = parts;
  if (operation === "+" && parts.some(([kind]) => kind === "W")) {
    const sums = gateSums(parts.filter(isGateTerm), of);
    inputs = [...sums, ...parts.filter((part) => !isGateTerm(part))];
  }
  const visited = inputs.map((part) => (Array.isArray(part) ? visitTree(part, of, add, nodes) : add(part)));
  if (operation === "+" && visited.length === 1) return visited[0];
  const numbers = visited.map((part) => (Array.isArray(part) ? part[1] : undefined));
  return add({
    id: `${of}/${[...nodes.values()].filter((node) => node.of === of && node.kind === "op").length}`,
    kind: "op",
    of,
    operation,
    sign: signOf(operation, numbers, visited.length),
    parts: visited,
    inputs: visited.filter((part) => typeof part === "string"),
  });
}

// The way of a state through its own equation, from the previous step to this one: the ids of its operations, or
// undefined where the equation does not use the previous state itself.
export function wayThrough(graph, state) {
  const search = (id) => {
    const node = graph.get(id);
    if (id === `${state}_prev`) return [];
    if (node.kind !== "op") return undefined;
    const ways = node.inputs.map(search).filter(Boolean);
    return ways.length ? [...ways[0], id] : undefined;
  };
  const [root] = graph.get(state)?.inputs ?? [];
  return root === undefined ? undefined : search(root);
}

// What a node's equation is computed from, as far as other quantities, sums and previous states: ids.
export function sourcesOf(graph, id) {
  const found = new Set();
  const visit = (from) => {
    for (const input of graph.get(from).inputs)
      if (graph.get(input).kind === "op") visit(input);
      else found.add(input);
  };
  visit(id);
  return [...found];
}
