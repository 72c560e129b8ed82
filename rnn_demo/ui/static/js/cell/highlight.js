// Pointing at a part of the opened cell, or focusing it: its equation, wires and nodes light up together.

import { sourcesOf } from "./graph.js";

// Keep a drawing with an opened cell and its equations lit for what is under the pointer, or has the focus.
// Returns {again, end}: what lights it again after the drawing was changed, and what puts it out.
export function connectHighlight(drawing, graph) {
  const nameOf = (target) => target?.closest?.("[data-name]")?.dataset.name;
  let lit;
  const light = (name) => {
    if (name === lit) return;
    lit = name;
    highlight(drawing, graph, name);
  };
  // A pointer that rests is over whatever is drawn beneath it, and points at nothing.
  for (const kind of ["pointermove", "focusin"]) drawing.addEventListener(kind, (event) => light(nameOf(event.target)));
  drawing.addEventListener("pointerleave", () => {
    const focused = document.activeElement;
    light(drawing.contains(focused) ? nameOf(focused) : undefined);
  });
  drawing.addEventListener("focusout", () => light(undefined));
  return { again: () => lit !== undefined && highlight(drawing, graph, lit), end: () => light(undefined) };
}

// What belongs together with a part: {equation, names, wire}; `wire` says of a wire whether it does.
export function relatives(graph, name) {
  const listed = name.startsWith("equation ") ? name.slice(9) : null;
  const node = graph.get(listed ?? name);
  const all = [...graph.values()];
  const users = all.filter(({ kind, id }) => kind === "quantity" && sourcesOf(graph, id).includes(node.id));
  const equation = node.of ?? users[0]?.id;
  const names = new Set([node.id, equation, ...sourcesOf(graph, equation)]);
  for (const { id, of, kind } of all) if (of === equation && kind === "op") names.add(id);
  const fromNode = !listed && node.kind !== "op"; // then also where it goes
  const next = all.filter(({ kind, inputs }) => kind === "op" && inputs.includes(node.id));
  if (fromNode) for (const { id } of [...users, ...next]) names.add(id);
  return {
    equation,
    names,
    wire: ({ from, of }) => of === equation || (fromNode && from === node.id),
  };
}

function highlight(drawing, graph, name) {
  const near = name === undefined ? null : relatives(graph, name);
  for (const group of drawing.querySelectorAll(".cell, .listing")) group.classList.toggle("lit", near !== null);
  for (const piece of drawing.querySelectorAll("[data-from]"))
    piece.classList.toggle("on", Boolean(near?.wire(piece.dataset)));
  for (const part of drawing.querySelectorAll("[data-name]")) {
    const { name: own } = part.dataset;
    part.classList.toggle("on", Boolean(near && (near.names.has(own) || own === `equation ${near.equation}`)));
  }
}
